"""What a process keeps for a while: the same answer for the same question, no longer than it may."""

from types import SimpleNamespace

import pytest

from backend.core import remembered as module
from backend.core.remembered import Shelf, forget, remembered


def test_an_answer_is_kept_for_its_time_and_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [1_000.0], []
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))  # for it alone

    @remembered(60)
    def answer(language: str) -> str:
        asked.append(language)
        return f"{language}{len(asked)}"

    assert [answer("kk"), answer("ru"), answer("kk")] == ["kk1", "ru2", "kk1"]
    now[0] += 59
    assert answer("kk") == "kk1"
    now[0] += 1
    assert answer("kk") == "kk3"
    forget()
    assert answer("kk") == "kk4"


def test_it_never_grows_beyond_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_MOST", 3)
    double = remembered(60)(lambda n: 2 * n)
    assert [double(n) for n in range(10)] == [2 * n for n in range(10)]
    assert len(module._kept) <= 3


def test_a_shelf_holds_so_much_and_lets_go_of_what_was_not_asked_for_longest() -> None:
    shelf: Shelf[str] = Shelf(10)
    shelf.put("a", "1234")
    shelf.put("b", "1234")
    assert shelf.get("a") == "1234"
    shelf.put("c", "1234")
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == ("1234", None, "1234")
    shelf.put("c", "12")
    shelf.put("d", "1234")
    assert (shelf.get("a"), shelf.get("c"), shelf.get("d"), shelf.size) == ("1234", "12", "1234", 10)
    shelf.put("e", "12345678901")
    assert (shelf.get("e"), shelf.size) == (None, 0), "what is larger than the shelf has no place on it"
    shelf.put("f", "1")
    forget()
    assert (shelf.get("f"), shelf.size) == (None, 0)
