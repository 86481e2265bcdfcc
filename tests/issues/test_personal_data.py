"""What looks like personal data, and what only resembles it. The longer texts are in test_personal_data_texts.py."""

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues.personal_data import Hit, Kind, find, mask
from issues.personal_data.folding import fold

IIN, PHONE, EMAIL, CARD = "780314499410", "8 701 000 12 34", "ivan@mail.example", "4400 0000 2492 2633"


def found(text: str) -> list[tuple[str, str]]:
    return [(str(hit.kind), hit.text) for hit in find(text)]


class TestIIN:
    @pytest.mark.parametrize(
        "number",
        [
            IIN,
            "780314 499410",
            "780314-499410",
            "780314 - 499410",
            "780314 4 99410",
            "78 03 14 499410",
            "78-03-14-4-99410",
            "7803 1449 9410",
            "780 314 499 410",
            "7 8 0 3 1 4 4 9 9 4 1 0",
            "780314\n499410",
            "７８０３１４４９９４１０",
            "\u0667\u0668\u0660\u0663\u0661\u0664\u0664\u0669\u0669\u0664\u0661\u0660",
            "780314\u200b499\u2060410",
            "780314\u00a0499410",
            "780314&nbsp;499410",
            "780314\u2011499410",
        ],
    )
    def test_however_it_is_spaced(self, number: str) -> None:
        assert found(f"Оның ЖСН-і {number}, туған жері Тараз.") == [("iin", number)]

    @pytest.mark.parametrize("text", ["ИИН780314499410", "ЖСН:780314499410.", "№780314499410", "?iin=780314499410&x=1"])
    def test_whatever_touches_it(self, text: str) -> None:
        assert found(text) == [("iin", IIN)]

    @pytest.mark.parametrize(
        "number",
        [
            "780314499411",  # another check digit
            "781314499412",  # a thirteenth month
            "780230499413",  # 30 February
            "780314799419",  # no such century
            "0780314499410",  # thirteen digits
            "78031449941",
            "78 0314 499410",
            "78.03.14.499410",
            "+780314499410",
            "780 314 499 410 теңге",
        ],
    )
    def test_what_is_none(self, number: str) -> None:
        assert found(f"Нөмір {number} деп жазылған.") == []

    def test_the_day_before_march_is_looked_up_in_its_own_century(self) -> None:
        assert found("000229599106") == [("iin", "000229599106")]  # 2000 was a leap year
        assert found("000229399103") == []  # 1900 was none

    def test_the_second_weights_of_the_check_digit_count_as_for_a_bin(self) -> None:
        """The reference's own BIN has the date of a day and passes: its shape alone says that it may be a person's."""
        assert found("061211600012") == [("iin", "061211600012")]

    @pytest.mark.parametrize("number", ["140640995052", "210340993813", "030960995773", "040550999907"])
    def test_a_bin_is_public(self, number: str) -> None:
        assert found(f"БИН {number}") == []


class TestPhone:
    @pytest.mark.parametrize(
        "number",
        [
            "+7 701 000 12 34", "+77010001234", "+7(701)000-12-34", "+7-701-000-12-34", "+7 (7172) 74-00-30", "+7 7010001234",
            "8 701 000 12 34", "87010001234", "8(701)0001234", "8 (701) 000-12-34", "8-701-000-12-34", "8.701.000.12.34",
            "8701 000 12 34", "8 7172 74 00 30", "8 (71636) 2-15-45", "8/7172/74-00-30", "8 701 00 01 234", "7 701 000 12 34",
            "701 000 12 34", "(701) 000-12-34", "747-000-12-34", "7172 74-00-30", "8 7 0 1 0 0 0 1 2 3 4",
            "8 912 000-11-22", "8 (495) 000-11-22", "+998 90 000 12 34", "+996 555 000 123", "+1 (202) 555-0100",
            "+44 20 7946 0000", "8\u00a0701\u00a0000\u201112\u201134", "8701\u200b0001234", "８７０１０００１２３４",
            "8 701\n000 12 34",
        ],
    )  # fmt: skip
    def test_in_its_usual_writings(self, number: str) -> None:
        assert found(f"Звоните: {number}, вечером.") == [("phone", number)]

    @pytest.mark.parametrize("number", ["2-15-45", "74-00-30", "327-00-30", "740030", "7010001234"])
    @pytest.mark.parametrize("word", ["тел.", "Телефон:", "телефон нөмірі", "ұялы", "моб.", "Phone"])
    def test_the_word_before_a_short_one_tells(self, word: str, number: str) -> None:
        assert found(f"{word} {number}") == [("phone", number)]
        assert found(f"Счёт {number}") == []

    @pytest.mark.parametrize(
        "text",
        [
            "8 800 080 77 77", "8-800-080-7777", "+7 800 080 77 77", "88000807777", "тел. 1414", "телефон доверия 150", "109",
            "8 701 000", "87 011 234 567", "87011234567 тенге", "8 747 000 000", "7 000 000 000", "+15 000 000",
            "телефон 250 000 теңге", "2026-000123", "12.03.2024", "8.7.2024-12345", "+43.238949, +76.889709",
            "№ 8-7012/2024", "ЖТ-2025-87012345", "VIN XW8ZZZ87010001234", "https://a.example/87010001234", "4870001234567",
            "KZ86 125K ZT50 0410 0100", "KZ75125KZT1001300200", "8 301 000 000 00 00 000",
        ],
    )  # fmt: skip
    def test_what_is_none(self, text: str) -> None:
        assert found(text) == []

    @pytest.mark.parametrize("text", ["https://wa.me/77010001234", "https://api.whatsapp.com/send?phone=77010001234"])
    def test_the_address_of_a_chat_is_a_phone(self, text: str) -> None:
        assert found(text) == [("phone", "77010001234")]

    def test_neighbours_are_told_apart(self) -> None:
        assert found("87010001234/87020001234") == [("phone", "87010001234"), ("phone", "87020001234")]
        assert found(f"2024 {PHONE} 2025") == [("phone", PHONE)]
        assert found(f"1) {PHONE}\n2) {PHONE}") == [("phone", PHONE)] * 2
        assert found(f"{IIN} 87010001234") == [("iin", IIN), ("phone", "87010001234")]

    def test_a_name_that_begins_like_a_currency_hides_no_phone(self) -> None:
        assert found(f"{PHONE} Европа көшесі") == [("phone", PHONE)]


class TestEmail:
    @pytest.mark.parametrize(
        "address",
        [
            EMAIL, "i.van+x_y-1@a-b.mail.example", "ИВАН@ПОЧТА.РФ", "иван@дом.қаз", "ivan@mail.example", "IVAN@MAIL.EXAMPLE",
            "ivan @ mail.example", "ivan(at)mail.example", "ivan [собака] mail.example", "ivan\uff20mail\uff0eexample",
            "ivan&#64;mail.example", "ivan\\_petrov@mail.example", "iv\u00adan@mail.example",
        ],
    )  # fmt: skip
    def test_however_it_is_written(self, address: str) -> None:
        assert found(f"Пишите: {address}. Жду.") == [("email", address)]

    @pytest.mark.parametrize(
        "text", [f"<{EMAIL}>", f"[x](mailto:{EMAIL})", f"({EMAIL})", f"{EMAIL}ға", f"«{EMAIL}»,", f"..{EMAIL}"]
    )
    def test_what_touches_it_stays_outside(self, text: str) -> None:
        assert found(text) == [("email", EMAIL)]

    @pytest.mark.parametrize(
        "text",
        [
            "@birge.kz",
            "Instagram @birge.kz",
            "5 @ 10",
            "a@b",
            "x@1.2.3",
            "https://m.example/@43.2,76.8",
            "@@@",
            "a@.kz",
        ],
    )
    def test_what_is_none(self, text: str) -> None:
        assert found(text) == []

    def test_a_number_in_an_address_belongs_to_it(self) -> None:
        assert found("87010001234@mail.example") == [("email", "87010001234@mail.example")]


class TestCard:
    @pytest.mark.parametrize(
        "number",
        [
            CARD, "4400000024922633", "4400-0000-2492-2633", "4400\n0000\n2492\n2633", "44 00 00 00 24 92 26 33",
            "4 4 0 0 0 0 0 0 2 4 9 2 2 6 3 3", "5105 1000 9509 0511", "2223 0000 1935 3108", "2200 0000 1179 6996",
            "3714 496353 98431", "371449635398431", "6250000000000000005", "8600000000001237", "9860000000004564",
            "36000000000008", "4222222222222",
        ],
    )  # fmt: skip
    def test_by_issuer_check_and_grouping(self, number: str) -> None:
        assert found(f"Карта {number} деп берді.") == [("card", number)]

    @pytest.mark.parametrize(
        "number",
        [
            "4400 0000 2492 2634",  # Luhn
            "1234 5678 9012 3452",  # no issuer
            "440 00000 2492 2633",  # grouped as no card is
            "4400 00** **** 2633",
            "4870001234568",  # goods of Kazakhstan
            "44000000249226331111",
            "A4400000024922633",
            "https://a.example/4400000024922633",
        ],
    )
    def test_what_is_none(self, number: str) -> None:
        assert found(number) == []


class TestMask:
    def test_nothing_of_it_can_be_read_and_the_rest_stays(self) -> None:
        text = f"ЖСН {IIN}, тел. +7 (701) 000-12-34, {EMAIL}; {CARD}."
        assert mask(text, find(text)) == (
            "ЖСН ••••••••••••, тел. +• (•••) •••-••-••, ••••@••••.•••••••; •••• •••• •••• ••••."
        )

    def test_only_the_hits_that_are_given(self) -> None:
        text = f"{PHONE} и {EMAIL}"
        assert mask(text, find(text)[1:]) == f"{PHONE} и ••••@••••.•••••••"
        assert mask(text, []) == text

    def test_markup_within_it_stays_markup(self) -> None:
        text = "8&nbsp;701&nbsp;000&nbsp;12&nbsp;34 a\\_b&#64;c.example"
        assert mask(text, find(text)) == "•&nbsp;•••&nbsp;•••&nbsp;••&nbsp;•• •\\_•&#64;•.•••••••"


class TestToken:
    def test_it_is_of_the_number_not_of_its_spaces(self) -> None:
        (one,), (other,) = find("8 701 000 12 34"), find("8(701)000-12\u201134")
        assert one.token == other.token
        assert len(one.token) == 16
        (small,), (capital,) = find(EMAIL), find(EMAIL.upper())
        assert small.token == capital.token

    def test_another_number_or_kind_has_another(self) -> None:
        tokens = {Hit(0, 12, kind, words).token for kind in (Kind.IIN, Kind.PHONE) for words in (IIN, "780314499419")}
        assert len(tokens) == 4


PIECES = st.sampled_from(
    [*"0123456789 -.()+@/\n\\&;", "٣", "８", "\u200b", "\ud800", "\x00", "тел. ", "KZ", "мың", "https://", "&nbsp;", "(at)",
     IIN, PHONE, EMAIL, CARD, "8701", "78 03"]
)  # fmt: skip


# The table of all characters is made on first use, and a busy machine is slow.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.characters(), max_size=40).map("".join))
def test_for_any_text_hits_are_in_order_apart_and_masked_without_a_trace(text: str) -> None:
    hits = find(text)
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    masked = mask(text, hits)
    assert len(masked) == len(text)
    for hit in hits:
        assert not any(hit.start < again.end and again.start < hit.end for again in find(masked))


@pytest.mark.thorough
@given(st.text(st.sampled_from("a0٣．Ⅷ²‑−\u2009\t\n&#64;\\_\u00ad\u200b\U0001f600Ә")))
def test_a_text_folds_the_same_whether_or_not_something_in_it_is_not_seen(text: str) -> None:
    """Most texts take a shorter way, which one character that is not seen closes."""
    plain, longer = fold(text), fold(f"{text}\u200b")
    assert (plain.text, list(plain.starts), list(plain.ends)) == (longer.text, longer.starts, longer.ends)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ", "7 8 ", "78 ", "8", "87010001234 ", "тел 12-34-5, ", "4400 ", "70 1 2 3 ", "+7", "(", "1\u200b", "1\n", "KZ12 ",
        "@", "a@", "a.", "a@a.", "(at)", "%40a.", "&", "&#64;", "\\", "https://1 ", "тел ",
    ],
)  # fmt: skip
def test_the_work_grows_with_the_text_not_with_its_square(piece: str) -> None:
    """Eight times the text may take three times eight as long; were it quadratic, it would take sixty-four times."""

    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        took = []
        for _ in range(3):
            begun = time.process_time()
            find(text)
            took.append(time.process_time() - begun)
        return min(took)

    assert seconds(32_000) < 24 * seconds(4_000)
