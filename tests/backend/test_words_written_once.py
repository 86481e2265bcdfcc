"""What `backend.core.words` keeps of dates and numbers is kept for one language, one style and one instant."""

from datetime import UTC, date, datetime

from django.utils.translation import override

from backend.core.words import number, time_tag

NIGHT = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)  # 5 March in Almaty


def test_a_date_is_said_in_the_language_in_force() -> None:
    said = []
    for language in ("en", "ru", "kk", "en"):
        with override(language):
            said.append(time_tag(NIGHT))
    assert said[0] == said[3]
    assert len(set(said)) == 3
    assert all('datetime="2026-03-05"' in each for each in said)


def test_a_date_is_said_in_the_style_asked_for() -> None:
    with override("en"):
        long, short, exact = (time_tag(NIGHT, f"{style}_FORMAT") for style in ("DATE", "SHORT_DATE", "DATETIME"))
        assert len({long, short, exact}) == 3
        assert 'datetime="2026-03-05T01:30:00+05:00"' in exact
        assert time_tag(date(2026, 3, 5)) == long


def test_a_number_is_grouped_by_the_language_in_force() -> None:
    with override("en"):
        english = number(12_345)
    with override("ru"):
        assert number(12_345) != english
    with override("en"):
        assert number(12_345) == english
        assert number(1) != number(1.5)
