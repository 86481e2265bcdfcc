"""The five-minute walk of the documentation. The tests run these very commands against a running server."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words

HOST = "http://127.0.0.1:8000"
"""Where `demo` serves; the page and the tests put their own in its place."""


LANGUAGES = ("curl", "Python")


@dataclass(frozen=True, slots=True)
class Step:
    """`codes`: in each of `LANGUAGES`. Each uses what those before it have set."""

    title: Words
    said: Words
    codes: tuple[str, ...]


WALK = (
    Step(
        _("Get a token"),
        _("By your e-mail address and password. Or make one on your page, for one organisation and with fewer rights."),
        (
            f"""HOST={HOST}
TOKEN=$(curl -s $HOST/api/v1/auth/token/ -H 'Content-Type: application/json' \\
  -d '{{"email": "'$EMAIL'", "password": "'$PASSWORD'"}}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')
api() {{ curl -s -H "Authorization: Token $TOKEN" -H 'Content-Type: application/json' "$@"; }}""",
            f"""import json, os, urllib.request

HOST, token = "{HOST}", ""

def api(method, path, **fields):
    head = {{"Content-Type": "application/json"}} | ({{"Authorization": f"Token {{token}}"}} if token else {{}})
    sent = json.dumps(fields).encode() if fields else None
    with urllib.request.urlopen(urllib.request.Request(f"{{HOST}}/api/v1/{{path}}", sent, head, method=method)) as answer:
        return json.loads(answer.read() or b"null")

token = api("POST", "auth/token/", email=os.environ["EMAIL"], password=os.environ["PASSWORD"])["token"]""",
        ),
    ),
    Step(
        _("For whom you act"),
        _("Every write names an organisation of yours in `as`."),
        (
            """api $HOST/api/v1/me/
NGO=$(api $HOST/api/v1/me/ | python3 -c 'import json, sys; print(json.load(sys.stdin)["organisations"][0]["slug"])')""",
            """ngo = api("GET", "me/")["organisations"][0]["slug"]""",
        ),
    ),
    Step(
        _("Draft an issue"),
        _("Nobody but your NGO sees a draft. The Idempotency-Key makes a repeat harmless."),
        (
            """DRAFT=$(api $HOST/api/v1/issues/ -H "Idempotency-Key: walk-$RANDOM" -d '{"as": "'$NGO'",
  "title": "No ramp at the clinic", "body": "Wheelchair users cannot enter.", "language": "en",
  "topic": "social-security", "region": "KZ-75", "body_addressed": "labour",
  "asks": ["Build a ramp at each entrance."]}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')""",
            """draft = api("POST", "issues/", **{"as": ngo, "title": "No ramp at the clinic", "language": "en",
    "body": "Wheelchair users cannot enter.", "topic": "social-security", "region": "KZ-75",
    "body_addressed": "labour", "asks": ["Build a ramp at each entrance."]})["id"]""",
        ),
    ),
    Step(
        _("Raise it"),
        _("A move, like all that follow. `allowed_moves` of an issue says which you can make now."),
        (
            """api $HOST/api/v1/issues/$DRAFT/moves/ -d '{"as": "'$NGO'", "move": "submit"}'
NUMBER=$(api $HOST/api/v1/issues/$DRAFT/ | python3 -c 'import json, sys; print(json.load(sys.stdin)["number"])')""",
            """api("POST", f"issues/{draft}/moves/", **{"as": ngo, "move": "submit"})
number = api("GET", f"issues/{draft}/")["number"]""",
        ),
    ),
    Step(
        _("Say something, and read what is new"),
        _("`after` takes the last `rev` you have."),
        (
            """api $HOST/api/v1/issues/$NUMBER/messages/ -d '{"as": "'$NGO'", "body": "We can send photographs."}'
curl -s "$HOST/api/v1/issues/$NUMBER/messages/?after=0\"""",
            """api("POST", f"issues/{number}/messages/", **{"as": ngo, "body": "We can send photographs."})
said = api("GET", f"issues/{number}/messages/?after=0")["results"]""",
        ),
    ),
    Step(
        _("Watch it live"),
        _(
            "The socket sends each change once and in order; after a break go on with the last `rev`. No token is needed to read."
        ),
        (
            """python3 -m websockets "${HOST/http/ws}/ws/issues/$NUMBER/?after=0&lang=en\"""",
            """import asyncio, websockets  # pip install websockets

async def watch():
    address = f"{HOST.replace('http', 'ws', 1)}/ws/issues/{number}/?after=0&lang=en"
    async with websockets.connect(address, origin=HOST) as socket:
        return json.loads(await socket.recv())

first = asyncio.run(watch())""",
        ),
    ),
)

RULES = (
    _(
        "Answers come in this order: 401 no valid token, 404 nothing there or not for you, 403 not this person or party, "
        "409 another status, a stale version or somebody was faster, 422 the fields do not hold, 429 too many requests."
    ),
    _("Errors are problem documents (RFC 9457): `detail` says what to do, `errors` which field."),
    _("Labels and details follow Accept-Language: kk, ru, en. Times are in UTC."),
    _("Lists come in pages: follow `next`. `count=1` adds how many there are."),
    _("`Idempotency-Key`: a repeat of the same request gets the first answer, for 24 hours."),
    _("`version`: send the one you have read, and nobody's change is lost."),
    _("Reading without a token carries an ETag: send it in If-None-Match, and what has not changed is not sent again."),
)  # fmt: skip
