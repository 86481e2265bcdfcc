"""Reading `cells.txt`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.issues.matrix.roles import ROLES

BODY = {"officer": "rival_officer", "signatory": "rival"}
COUNCIL = {"chair", "member"}
REPLIES = ("redirect_agree", "redirect_decline")
REVIEWS = ("appeal_dismiss", "restore")
OWN_MEASURE = {
    "commitment_take": {"manager"}, "commitment_progress": {"manager"}, "commitment_drop": {"manager"},
    "commitment_reschedule": set[str](),
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    party: dict[str, set[str]]
    sections: dict[str, set[str]]
    """Situations by what makes others, or fewer, a party in them: the sections between `[party]` and `[cells]`."""
    cells: dict[str, dict[str, tuple[set[str], str]]]

    def outcome(self, situation: str, move: str, role: str) -> str | int:
        """The status the move leads to; 403 or 409 where it is refused."""
        who, to = self.cells[situation].get(move, (set(), ""))
        if role in who:
            return to
        return 409 if role in self.party_of(move, situation) else 403

    def party_of(self, move: str, situation: str) -> set[str]:
        party = set(self.party[move])
        for section, situations in self.sections.items():
            if situation in situations:
                party = IN_SECTION[section](move, party)
        return party


IN_SECTION = {
    "default council too": lambda move, party: party | ({"default_chair"} if "chair" in party else set()),
    "co-signed": lambda move, party: party | ({"other_manager"} if move == "take_over" else set()),
    "taken over": lambda move, party: (
        party - {"manager", "representative"} | {"other_manager"} if "manager" in party else party
    ),
    "proposed to the rival": lambda move, party: party | ({"rival"} if move in REPLIES else set()),
    "the rival has it": lambda move, party: {BODY.get(role, role) for role in party},
    "proposed to the ministry": lambda move, party: party | ({"signatory"} if move in REPLIES else set()),
    "another council": lambda move, party: party - COUNCIL,
    "the body has ended": lambda move, party: party - BODY.keys(),
    "ruled by the moderator": lambda move, party: party - ({"moderator"} if move in REVIEWS else set()),
    "the other NGO merged in": lambda move, party: (
        party | ({"other_manager"} if move in ("dispute", "retract") else set())
    ),
    "disputed by the other NGO": lambda move, party: {"other_manager"} if move == "retract" else party,
    "joint measure": OWN_MEASURE.get,
}


@cache
def table() -> Table:
    sections: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("cells.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    party, cells = dict(map(_who, sections.pop("party"))), _cells(sections.pop("cells"))
    assert sections.keys() == IN_SECTION.keys()
    return Table(party, {name: set(situations) for name, situations in sections.items()}, cells)


def _who(line: str) -> tuple[str, set[str]]:
    move, *roles = line.split()
    assert set(roles) <= set(ROLES), line
    return move, set(roles)


def _cells(lines: list[str]) -> dict[str, dict[str, tuple[set[str], str]]]:
    cells: dict[str, dict[str, tuple[set[str], str]]] = {}
    for line in lines:
        if not line.startswith(" "):
            moves = cells.setdefault(line.removesuffix(": nothing"), {})
            continue
        made, to = line.split("->")
        move, roles = _who(made)
        assert move not in moves, line
        moves[move] = roles, to.strip()
    return cells
