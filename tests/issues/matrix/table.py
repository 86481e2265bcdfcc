"""Reading `cells.txt`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.issues.matrix.roles import ROLES


@dataclass(frozen=True)
class Table:
    party: dict[str, set[str]]
    not_built: dict[str, set[str]]
    default_council_too: set[str]
    redirect_is_a_proposal: set[str]
    cosigned: set[str]
    taken_over: set[str]
    cells: dict[str, dict[str, tuple[set[str], str]]]

    @property
    def moves(self) -> set[str]:
        return self.party.keys() | self.not_built.keys()

    def outcome(self, situation: str, move: str, role: str) -> str | int:
        """The status the move leads to; 403 or 409 where it is refused."""
        who, to = self.cells[situation].get(move, (set(), ""))
        if role in who:
            return to
        if move == "redirect" and situation in self.redirect_is_a_proposal:
            return 403
        return 409 if role in self.party_of(move, situation) else 403

    def party_of(self, move: str, situation: str) -> set[str]:
        party = self.party.get(move, set())
        if move == "take_over" and situation in self.cosigned:
            return {"other_manager"}
        if situation in self.taken_over and "manager" in party:
            return party - {"manager", "representative"} | {"other_manager"}
        seized = situation in self.default_council_too and "chair" in party
        return party | {"default_chair"} if seized else party


@cache
def table() -> Table:
    sections: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("cells.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return Table(
        party=dict(map(_who, sections["party"])),
        not_built=dict(map(_who, sections["not built"])),
        default_council_too=set(sections["default council too"]),
        redirect_is_a_proposal=set(sections["redirect is a proposal"]),
        cosigned=set(sections["co-signed"]),
        taken_over=set(sections["taken over"]),
        cells=_cells(sections["cells"]),
    )


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
