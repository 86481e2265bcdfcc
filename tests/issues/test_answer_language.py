"""An answer keeps the language of its issue, as far as that can be told from its letters."""

import pytest

from backend.core.errors import Invalid
from issues.answer_language import is_in_another, language_of, read_as
from tests.factories.refusals import refused
from tests.factories.stories import Story, answer_row

KAZAKH = (
    "Өтінішіңіз қаралды. 2026 жылғы 1 наурыздан бастап төлемдер белгіленген мерзімде жүргізіледі.",
    "Министрлік ұсынысты қолдайды: бағдарламаға 18 аудан енгізіліп, қаржыландыру көлемі екі есеге ұлғайтылады.",
    "«О государственных закупках» Заңына сәйкес конкурс қайта жарияланды, қорытындысы сәуірде шығады.",
    "Бұл талап орындалды: тізілім порталда жарияланды, оны кез келген азамат тегін көре алады.",
    "Мектептердегі психологтардың штат санын көбейту үшін республикалық бюджеттен қаражат бөлінді.",
    "Қазақстан Республикасы Еңбек және халықты әлеуметтік қорғау министрлігі хабарлайды: өтініш қанағаттандырылды.",
)
RUSSIAN = (
    "Обращение рассмотрено. С 1 марта 2026 года выплаты будут производиться в установленные сроки.",
    "Министерство поддерживает предложение: в программу включены 18 районов, финансирование удвоено.",
    "Согласно Закону «Мемлекеттік сатып алу туралы» конкурс объявлен повторно, итоги будут в апреле.",
    "Требование выполнено: реестр опубликован на портале, доступ к нему бесплатный для всех граждан.",
    "Отказано: пункт 3 статьи 41 Закона о некоммерческих организациях не предусматривает такой обязанности.",
    "Для увеличения штата школьных психологов выделены средства из республиканского бюджета на три года.",
)
ENGLISH = (
    "The request was considered. From 1 March 2026 the payments will be made within the set time.",
    "The ministry supports the proposal: 18 districts were added, and the financing was doubled for them.",
    "The order of the Ministry of Labour (Еңбек министрлігі) was amended on 4 April and published the same day.",
)
UNCLEAR = (
    # Known misses: a Kazakh sentence of loan words, a Russian one of Kazakh names. They pass anywhere.
    "Жауап: жол жөндеу жұмыстары 15 маусымға дейін аяқталады, жауапты – Автомобиль жолдары комитеті.",
    "В село Қызылағаш и город Өскемен направлены комиссии, ремонт дороги завершат до конца июня этого года.",
    "Қолдаймыз.",
    "Поддержано.",
    "Yes, by 1 May 2026.",
    "№ 12-3/456, 01.03.2026 ж., 1 250 000 ₸, 15%.",
    "",
    "Шешім қабылданды. Решение принято и опубликовано на сайте министерства, подробности в приложении.",
    "> Мы просим выплатить гранты за январь и февраль, и объяснить причины задержки.\n\nОрындалды.",
    "«Выплатить гранты до первого марта и опубликовать список получателей на сайте» – жауап берілді.",
    "«Выплатить гранты по Закону «О государственных закупках» и опубликовать список получателей» – жауап.",
)


@pytest.mark.parametrize(
    ("text", "language"),
    [*((text, "kk") for text in KAZAKH), *((text, "ru") for text in RUSSIAN), *((text, "en") for text in ENGLISH),
     *((text, None) for text in UNCLEAR)],
)  # fmt: skip
def test_only_what_is_clear_is_told(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_other_languages_than_the_interfaces_are_left_alone() -> None:
    assert not any(
        is_in_another(text, language) for text in RUSSIAN for language in ("uz", "ru", "ru-KZ", "kk-Latn", "tt")
    )
    assert all(is_in_another(text, language) for text in RUSSIAN for language in ("kk", "en", "kk-Cyrl-KZ", "EN"))


@pytest.mark.parametrize(("language", "text", "taken"), [
    ("kk", KAZAKH[0], True), ("kk", RUSSIAN[0], False), ("ru", KAZAKH[1], False), ("ru", UNCLEAR[0], True),
    ("en", RUSSIAN[1], False), ("uz", RUSSIAN[1], True),
])  # fmt: skip
def test_an_answer_keeps_the_language_of_its_issue(story: Story, language: str, text: str, taken: bool) -> None:
    story.raised(language=language)
    rows = [answer_row(1, "refused", story.now.date()) | {"text": text}]
    if taken:
        assert story.move("answer", story.cast.signatory, asks=rows).issue.answered_at == story.now
    else:
        errors = refused(story, Invalid, "answer", story.cast.signatory, asks=rows).errors
        assert errors.keys() == {"asks.1.text"}
        assert "language of the issue" in str(errors["asks.1.text"][0])


def test_a_text_is_read_in_the_language_it_is_clearly_written_in() -> None:
    assert [read_as(text, "ru") for text in (KAZAKH[0], RUSSIAN[0], ENGLISH[0])] == ["kk", "ru", "en"]
    assert [read_as(text, "kk-Cyrl") for text in (KAZAKH[0], RUSSIAN[0])] == ["kk-Cyrl", "ru"]
    assert [read_as(text, "ru") for text in ("Иә.", "")] == ["ru", "ru"]
    assert read_as(KAZAKH[0], "tt") == "tt", "Tatar has these letters too"
