"""One issue through its whole life by the typed client that `typed_client` generates: run with the client in the path.

    python -m tests.programs.life http://127.0.0.1:8000 PASSWORD

Each step reads what the API answered through the client's own types; an AssertionError tells what was otherwise.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import cast

from birge_client import AuthenticatedClient, Client
from birge_client.api.auth import get_token, revoke_token
from birge_client.api.issues import (
    change_draft,
    draft_issue,
    explain_clock,
    follow_issue,
    list_events,
    list_issues,
    list_messages,
    move_issue,
    post_message,
    read_issue,
    unfollow_issue,
)
from birge_client.api.me import read_me
from birge_client.api.regions import list_regions
from birge_client.api.topics import list_topics
from birge_client.models import (
    AskAnsweredRequest,
    Basis,
    DraftChangedRequest,
    DraftRequest,
    Event,
    GivenVerdict,
    Ground,
    IssueInFull,
    ListIssuesStatusItem,
    MessageRequest,
    Move,
    MoveRequest,
    Problem,
    PromiseRequest,
    ShownRequest,
    Status,
    TokenMade,
    TokenRequest,
    Verdict,
)
from birge_client.types import Response

ASKS = ["Build a ramp at each entrance.", "Publish the list of clinics without one."]


class Person:
    """Somebody of the demonstration, signed in, with the organisation they act for."""

    def __init__(self, site: str, who: str, password: str) -> None:
        self.email = f"{who}@demo.birge"
        token = done(get_token.sync_detailed(client=visitor(site), body=TokenRequest(self.email, password)), TokenMade)
        self.client = AuthenticatedClient(base_url=site, headers=ENGLISH, token=token.token, prefix="Token")
        me = read_me.sync(client=self.client)
        assert me is not None
        assert not isinstance(me, Problem)
        assert me.email == self.email
        self.slug = me.organisations[0].slug

    def move(self, issue: str, move: Move, body: MoveRequest, expected: Status) -> Event:
        body.as_, body.move = self.slug, move
        event = done(move_issue.sync_detailed(issue, client=self.client, body=body), Event)
        assert (event.move, event.to, event.organisation) == (move, expected, self.slug), event
        return event

    def follows(self) -> list[str]:
        me = read_me.sync(client=self.client)
        assert me is not None
        assert not isinstance(me, Problem)
        return me.follows


ENGLISH = {"Accept-Language": "en"}


def visitor(site: str) -> AuthenticatedClient:
    """Without a token, by which the API tells one; the generator takes `either` in the schema for `always`."""
    return cast("AuthenticatedClient", Client(base_url=site, headers=ENGLISH))


def done[Shape](response: Response[Shape | Problem] | Response[object], shape: type[Shape]) -> Shape:
    assert isinstance(response.parsed, shape), (response.status_code, response.content)
    return response.parsed


def read(site: str, number: str) -> IssueInFull:
    return done(read_issue.sync_detailed(number, client=visitor(site)), IssueInFull)


def drafted(ngo: Person) -> IssueInFull:
    topics, regions = list_topics.sync(client=ngo.client), list_regions.sync(client=ngo.client)
    assert topics is not None
    assert regions is not None
    assert not isinstance(topics, Problem)
    assert not isinstance(regions, Problem)
    wanted = DraftRequest(ngo.slug, title="Ramp", body="Wheelchairs **cannot** enter.", language="en", asks=ASKS[:1],
                          topic=topics.results[0].slug, region=regions.results[0].code)  # fmt: skip
    draft = done(draft_issue.sync_detailed(client=ngo.client, body=wanted, idempotency_key="first"), IssueInFull)
    again = done(draft_issue.sync_detailed(client=ngo.client, body=wanted, idempotency_key="first"), IssueInFull)
    assert (again.id, draft.status, draft.number) == (draft.id, Status.DRAFT, None)
    return draft


def main(site: str, password: str) -> str:
    """The issue's number."""
    ngo, officer, signatory = (Person(site, who, password) for who in ("ngo", "officer", "signatory"))
    draft = drafted(ngo)
    called = str(draft.id)
    change = DraftChangedRequest(ngo.slug, title="No ramp at the clinic", asks=ASKS, body_addressed=signatory.slug,
                                 version=draft.version)  # fmt: skip
    changed = done(change_draft.sync_detailed(called, client=ngo.client, body=change), IssueInFull)
    assert ([ask.text for ask in changed.asks], changed.body_html) == (
        ASKS, "<p>Wheelchairs <strong>cannot</strong> enter.</p>\n",
    )  # fmt: skip
    stale = change_draft.sync_detailed(called, client=ngo.client, body=change)
    assert (stale.status_code, isinstance(stale.parsed, Problem)) == (409, True), stale.content

    ngo.move(called, Move.SUBMIT, MoveRequest("", Move.SUBMIT, version=changed.version), Status.RAISED)
    number = done(read_issue.sync_detailed(called, client=ngo.client), IssueInFull).number
    assert number
    assert (read(site, number).raised_by, read(site, number).body_addressed) == (ngo.slug, signatory.slug)
    follow_issue.sync_detailed(number, client=officer.client)
    assert number in officer.follows()
    accepted = MoveRequest("", Move.ACCEPT, unit="Social policy", person=officer.email)
    officer.move(number, Move.ACCEPT, accepted, Status.UNDER_CONSIDERATION)
    speaks(site, officer, ngo, number)
    answers(site, signatory, number)

    shown = [ShownRequest(n, f"Done, ask {n}: photographs are published.") for n in (1, 2)]
    signatory.move(number, Move.REPORT_DONE, MoveRequest("", Move.REPORT_DONE, evidence=shown), Status.REPORTED_DONE)
    ngo.move(number, Move.CONFIRM, MoveRequest("", Move.CONFIRM, asks=[1]), Status.REPORTED_DONE)
    ngo.move(number, Move.CONFIRM, MoveRequest("", Move.CONFIRM, asks=[2]), Status.RESOLVED)
    is_resolved(site, number)
    unfollow_issue.sync_detailed(number, client=officer.client)
    assert number not in officer.follows()
    for person in (ngo, officer, signatory):
        assert revoke_token.sync_detailed(client=person.client).status_code == 204
        assert read_me.sync_detailed(client=person.client).status_code == 401
    return number


def speaks(site: str, officer: Person, ngo: Person, number: str) -> None:
    post_message.sync_detailed(number, client=officer.client, body=MessageRequest(officer.slug, "We look at it."))
    reply = MessageRequest(ngo.slug, "Thank you.", parent=1)
    post_message.sync_detailed(number, client=ngo.client, body=reply)
    thread = list_messages.sync(number, client=visitor(site), after=0)
    assert thread is not None
    assert not isinstance(thread, Problem)
    assert [(each.seq, each.side.value, each.body, each.parent) for each in thread.results] == [
        (1, "state", "We look at it.", None), (2, "ngo", "Thank you.", 1),
    ]  # fmt: skip


def answers(site: str, signatory: Person, number: str) -> None:
    due = (datetime.now(UTC) + timedelta(days=20)).date()
    said = [
        AskAnsweredRequest(n, GivenVerdict.SUPPORTED, Ground.LAW, f"Yes, ask {n} will be met as the law demands.",
                           commitments=[PromiseRequest(f"Meet ask {n}", "Works", due, "Photographs")])
        for n in (1, 2)
    ]  # fmt: skip
    signatory.move(number, Move.ANSWER, MoveRequest("", Move.ANSWER, asks=[*said]), Status.IN_PROGRESS)
    issue = read(site, number)
    assert [(each.ask, each.text, each.due) for each in issue.commitments] == [
        (1, "Meet ask 1", due), (2, "Meet ask 2", due),
    ]  # fmt: skip
    assert [ask.verdict for ask in issue.asks] == [Verdict.SUPPORTED] * 2


def is_resolved(site: str, number: str) -> None:
    anybody, issue = visitor(site), read(site, number)
    assert (issue.status, issue.basis, issue.allowed_moves) == (Status.RESOLVED, Basis.CONFIRMED, [])
    assert [each.result.value for each in issue.commitments] == ["kept", "kept"]
    assert issue.url == f"{site}/issues/{number}/"
    events, duties = list_events.sync(number, client=anybody), explain_clock.sync(number, client=anybody)
    assert events is not None
    assert duties is not None
    assert not isinstance(events, Problem)
    assert not isinstance(duties, Problem)
    assert [each.move for each in events.results] == [
        "submit", "accept", "message_posted", "message_posted", "answer", "report_done", "confirm", "confirm",
    ]  # fmt: skip
    assert [each.seq for each in events.results] == list(range(1, 9))
    assert "15 working days" in [each.limit for each in duties.results]
    listed = list_issues.sync(client=anybody, status=[ListIssuesStatusItem.RESOLVED], q=number)
    assert listed is not None
    assert not isinstance(listed, Problem)
    assert [each.number for each in listed.results] == [number]


if __name__ == "__main__":
    print(f"{main(*sys.argv[1:3])}: from a draft to resolved, by the typed client")
