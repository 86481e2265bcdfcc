"""One believable issue from draft to resolved, as programs send it: the examples of the schema."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample

NGO, BODY = "qamqorlyq", "labour"


def _sent(said: str, /, **fields: Any) -> OpenApiExample:
    return OpenApiExample(said, fields, request_only=True)


def _move(move: str, by: str = BODY, **fields: Any) -> OpenApiExample:
    return _sent(move, **{"as": by, "move": move, "version": 7} | fields)


TOKEN = [
    _sent("With all rights", email="aigul@example.kz", password="a long password of yours"),  # noqa: S106
    _sent(
        "For one organisation, reading and writing alone",
        **{"email": "aigul@example.kz", "password": "a long password of yours", "name": "Nightly copy", "as": NGO},
        scopes=["read", "write"], days=30,
    ),
]  # fmt: skip
DRAFT = [
    _sent(
        "A draft that can be raised",
        **{"as": NGO, "title": "No ramp at the clinic", "body": "Wheelchair users cannot enter.", "language": "en"},
        topic="social-security", region="KZ-75", place="Almaty, Clinic No. 5", body_addressed=BODY,
        asks=["Build a ramp at each entrance."],
    ),
    _sent("Only what is known so far", **{"as": NGO}, title="No ramp at the clinic"),
]  # fmt: skip
CHANGE = [_sent("Another title", **{"as": NGO}, version=1, title="No ramp at any clinic of the district")]
MOVES = [
    _sent("submit", **{"as": NGO, "move": "submit"}),
    _move("accept", unit="Social policy", person="officer@example.kz"),
    _move("clarify_request", question="Which clinics are meant?"),
    _move("clarify", by=NGO, text="Clinics No. 5 and No. 12."),
    _move("extend", until="2026-12-28", reason="The estimate is with the Ministry of Finance."),
    _move("redirect", body="healthcare", reason="The clinics belong to that ministry."),
    _move("answer", asks=[
        {
            "n": 1, "verdict": "supported", "ground": "law", "text": "Ramps will be built.",
            "commitments": [
                {"text": "Build the ramps", "unit": "Department of works", "due": "2027-03-01", "shows": "Photographs"}
            ],
        },
    ]),
    _move("commitment_progress", commitment=12, progress="substantial"),
    _move("report_done", evidence=[{"n": 1, "text": "Both ramps are built."}]),
    _move("confirm", by=NGO, asks=[1]),
    _move("dispute", by=NGO, asks=[1], reason="The ramp at No. 12 ends at a step."),
    _move("vote", by="council-labour", opinions=[{"n": 1, "done": False}]),
    _move("withdraw", by=NGO, reason="Solved in another way."),
]  # fmt: skip
MESSAGE = [
    _sent("A message", **{"as": NGO, "body": "We can send **photographs**."}),
    _sent("A reply", **{"as": BODY, "body": "Please do.", "parent": 1}),
]
HIDE = [_sent("Personal data", **{"as": "platform", "code": "personal_data", "note": "A telephone number."})]
FOLLOW = [_sent("Nothing need be said")]
COSIGN = [_sent("Co-sign", **{"as": NGO})]

_SAID: dict[int, tuple[str, dict[str, Any]]] = {
    401: ("Send a token: Authorization: Token …", {}),
    403: ("You do not act for this organisation, or no longer.", {}),
    404: ("There is nothing at this address, or it is not for you.", {}),
    409: (
        "The issue has moved on. Status: In progress.",
        {"current": {"status": "in_progress", "version": 8, "rev": 21}},
    ),
    422: (
        "Say for which organisation you act, by its short name.",
        {"errors": {"as": ["Say for which organisation you act, by its short name."]}},
    ),
    429: ("Too many requests. Try again after 12 seconds.", {}),
}


def problem_example(status: int) -> list[OpenApiExample]:
    """What a refusal of this status looks like; none for those that say nothing of their own."""
    if status not in _SAID:
        return []
    detail, more = _SAID[status]
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return [OpenApiExample(str(status), document | {"reference": "5F2C1D0A"}, response_only=True)]
