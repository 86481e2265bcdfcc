"""One issue from draft to resolved by machine alone; each step as its page would have it."""

from typing import Any

from issues import clock
from issues.models import Issue
from tests.factories.api import Program
from tests.factories.people import Cast


def test_an_issue_lives_its_whole_life_by_machine(cast: Cast) -> None:
    ngo, signatory, officer = Program(cast.manager), Program(cast.signatory), Program(cast.officer)
    drafted = ngo.post("issues/", title="Ramps", body="No **ramps**.", topic="social-security", region="KZ-75",
                       body_addressed="labour", language="en", asks=["Build the ramps."])  # fmt: skip
    assert drafted.status_code == 201, drafted.content
    draft = drafted.json()
    assert (draft["status"], draft["number"], draft["topic"], draft["asks"][0]["text"]) == (
        "draft", None, "social-security", "Build the ramps.",
    )  # fmt: skip
    assert draft["allowed_moves"] == ["submit", "discard"]
    changed = ngo.patch(f"issues/{draft['id']}/", title="Ramps at clinics", version=draft["version"])
    assert (changed.status_code, changed.json()["title"]) == (200, "Ramps at clinics")

    submitted = ngo.post(f"issues/{draft['id']}/moves/", move="submit", version=changed.json()["version"])
    assert submitted.status_code == 201, submitted.content
    assert (submitted.json()["move"], submitted.json()["from"], submitted.json()["to"]) == ("submit", "draft", "raised")
    issue = Issue.objects.get(uuid=draft["id"])
    assert officer.move(issue, "accept", unit="Social policy", person=cast.officer.user.email).status_code == 201
    posted = officer.post(f"issues/{issue.number}/messages/", body="We look at it.")
    assert (posted.status_code, posted.json()["seq"], posted.json()["side"]) == (201, 1, "state")
    assert issue.raised_at
    due = clock.commitment_cap(clock.local_day(issue.raised_at))
    promise = {"text": "Build them", "unit": "Works", "due": due.isoformat(), "shows": "Photos"}
    said = {"n": 1, "verdict": "supported", "ground": "law", "text": "Yes.", "commitments": [promise]}
    answered = signatory.move(issue, "answer", asks=[said])
    assert answered.status_code == 201, answered.content
    assert signatory.move(issue, "report_done", evidence=[{"n": 1, "text": "Built."}]).status_code == 201
    assert ngo.move(issue, "confirm", asks=[1]).status_code == 201

    read = Program().get(f"issues/{issue.number}/").json()
    assert (read["status"], read["basis"], read["asks"][0]["verdict"]) == ("resolved", "confirmed", "supported")
    assert (read["commitments"][0]["result"], read["answers"][0]["asks"][0]["text"]) == ("kept", "Yes.")
    assert read["allowed_moves"] == []
    assert read["url"] == f"http://testserver/issues/{issue.number}/"
    events = _results(Program().get(f"issues/{issue.number}/events/"))
    assert [each["move"] for each in events] == [
        "submit", "accept", "message_posted", "answer", "report_done", "confirm",
    ]  # fmt: skip
    assert [each["seq"] for each in events] == [1, 2, 3, 4, 5, 6]
    duties = _results(Program().get(f"issues/{issue.number}/clock/"))
    answer = next(each for each in duties if each["kind"] == "answer")
    assert (answer["limit"], answer["owed_by"]) == ("15 working days", "body")
    assert max(day["counted"] or 0 for day in answer["days"]) == 15
    assert _results(Program().get("issues/", status="resolved"))[0]["number"] == issue.number


def _results(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found
