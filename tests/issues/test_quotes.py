"""Taking removed words out of quotes: which lines go, and which stay."""

import pytest

from issues.quotes import Gone, numbers_quoted, quoted_of, repeats, without

STUB = "[gone]"
WORDS = "Aigul Nurlankyzy of Abai street 7\n\ncalls from **8 701 000 00 00** every day."


def gone(text: str = WORDS, number: int | None = 1, left: tuple[str, ...] = ("[gone]",)) -> Gone:
    return Gone.of([text], {} if number is None else {number: left})


@pytest.mark.parametrize(
    ("quoting", "then"),
    [
        pytest.param(
            "> #1 · A · Q\n>\n> Aigul Nurlankyzy of Abai street 7\n>\n> calls from **8 701 000 00 00** every day.\n\nWhen?",
            "> #1 · A · Q\n>\n> [gone]\n\nWhen?", id="as the room quotes",
        ),
        pytest.param("> #1 · A\n>\n> calls from…\n\nOn.", "> #1 · A\n>\n> [gone]\n\nOn.", id="cut"),
        pytest.param("> #1 · A\n>\n> she cals form 8-701\n\nOn.", "> #1 · A\n>\n> [gone]\n\nOn.", id="put otherwise"),
        pytest.param("> #1 · A\n>\n> [gone]\n\nOn.", "> #1 · A\n>\n> [gone]\n\nOn.", id="gone before"),
        pytest.param("> **#1** · A\r\n> calls\r\n\r\nOn.", "> **#1** · A\n> [gone]\n\nOn.", id="lines of another system"),
        pytest.param(
            "> AIGUL  nurlankyzy OF\n> *Abai* street\n> 7\n\nOn.", "> [gone]\n\nOn.", id="nobody named, over several lines"
        ),
        pytest.param("> Abai street\n\nOn.", "> [gone]\n\nOn.", id="nobody named, a few words"),
        pytest.param("> She: +7 (701) 000-00-00!\n\nOn.", "> [gone]\n\nOn.", id="the number among other words"),
        pytest.param("> 8 701 000\n> 00 00\n\nOn.", "> [gone]\n\nOn.", id="the number over two lines"),
        pytest.param("> She: 8 701 000\n> 00 00, late\n\nOn.", "> [gone]\n\nOn.", id="and among other words"),
        pytest.param(
            "> #5 · B\n>\n> Mine.\n>\n> > #1 · A\n> > calls from here\n\nOn.",
            "> #5 · B\n>\n> Mine.\n>\n> > #1 · A\n> > [gone]\n\nOn.", id="a quote in a quote",
        ),
        pytest.param(
            "> #1 · A\n> calls\n>\n> #5 · B\n> calls too\n\nOn.", "> #1 · A\n> [gone]\n>\n> #5 · B\n> calls too\n\nOn.",
            id="another's words behind",
        ),
        pytest.param(
            "> #5 · B\n> Nurlankyzy of Abai street 7 said\n\nOn.", "> #5 · B\n> [gone]\n\nOn.", id="under another's number"
        ),
        pytest.param("- > Abai street\n\nOn.", "- > [gone]\n\nOn.", id="in a list"),
        pytest.param("1. One.\n2. > #1 · A\n   > calls\n", "1. One.\n2. > #1 · A\n   > [gone]\n", id="in a numbered list"),
        pytest.param(
            "> #1 · A\n> calls\nMy own line.\n\nOn.", "> #1 · A\n> [gone]\nMy own line.\n\nOn.", id="the quoter's own line below"
        ),
        pytest.param("> #1 · A\ncalls from 8 701 000 00 00\n", "> #1 · A\n> [gone]\n", id="a quoted line without its mark"),
        pytest.param("> &#56; 701 000 00 00\n\nOn.", "> [gone]\n\nOn.", id="a digit as an entity"),
        pytest.param("> ８ 701 000 00 00\n\nOn.", "> [gone]\n\nOn.", id="a digit of another width"),
    ],
)  # fmt: skip
def test_lines_that_go(quoting: str, then: str) -> None:
    assert without(quoting, gone(), STUB) == then
    assert without(then, gone(), STUB) == then, "once is enough"


@pytest.mark.parametrize(
    "text",
    [
        "Nothing quoted.",
        "Aigul Nurlankyzy of Abai street 7 calls from 8 701 000 00 00.",
        "    > code, 8 701 000 00 00",
        "> #5 · B\n>\n> calls every day\n\nOn.",
        "> #5 · B\n>\n> Abai street\n\nOn.",
        "> every\n\nOn.",
        "> 8 702 111 22 33\n\nOn.",
        "> #11 · C\n> Something else.\n\nOn.",
        "",
        ">",
        "> \n\n>\n",
        "a > b\nb > c",
    ],
)
def test_what_stays(text: str) -> None:
    assert without(text, gone(), STUB) is text


def test_what_a_removed_text_quotes_is_its_authors_but_not_numbers_in_it() -> None:
    removed = Gone.of(
        ["> #3 · B\n> We are going to repair the road in May.\n> My phone: 8 701 000 00 00\n\nNo you are not."]
    )
    kept = "> #3 · B\n> We are going to repair the road in May.\n\nOn."
    assert without(kept, removed, STUB) is kept
    assert without("> #3 · B\n> My phone: 8 701 000 00 00", removed, STUB) == "> #3 · B\n> [gone]"


def test_what_is_still_read_of_a_message_may_be_quoted() -> None:
    """An earlier version was blanked, the one in force was not."""
    removed = gone("8 701 000 00 00, call.", left=("Please call the reception.", "[gone]"))
    assert without("> #1 · A\n> call the reception\n", removed, STUB) == "> #1 · A\n> call the reception\n"
    assert without("> #1 · A\n> call 8 701\n", removed, STUB) == "> #1 · A\n> [gone]\n"


def test_a_short_text_goes_where_its_number_stands() -> None:
    removed = gone("Иә.")
    assert without("> #1 · A\n>\n> Иә.\n", removed, STUB) == "> #1 · A\n>\n> [gone]\n"
    assert without("> иә\n", removed, STUB) == "> иә\n"


def test_whom_a_text_quotes_and_what_of_them() -> None:
    text = "> #1 · A\n>\n> First.\n> > #12 · B\n> > Second.\n\n#3 · no quote"
    assert numbers_quoted(text) == {1, 12}
    assert quoted_of(text, {1: ["[gone]"]}) == {"first"}
    assert quoted_of(text, {1: ["[gone]", "The first."], 3: []}) == set()


def test_the_same_words_outside_of_quotes_are_found() -> None:
    assert repeats("Call +7 (701) 000-00-00.", gone())
    assert repeats("As Aigul Nurlankyzy of Abai street 7 calls from there", gone())
    assert not repeats("> Call +7 (701) 000-00-00.\n\nI did.", gone())
    assert not repeats("of Abai street", gone())


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    """10,000 characters of marks, and of words that repeat."""
    for text in (">" * 10_000, "> " * 5_000, "> a\n" * 2_500, "> #1 · A\n" * 1_000, "1. " * 3_000, "> 8 701 " * 1_200):
        assert isinstance(without(text, gone("8 701 " * 1_600), STUB), str)
