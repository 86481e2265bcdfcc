"""`{% bylanguage %}`: made once in each language, and never of what only one request knows."""

import re
from pathlib import Path

from django.template import Context, Engine
from django.utils import translation

from tests.project.translations import ROOT

ENGINE = Engine(builtins=["django.templatetags.i18n", "backend.core.templatetags.ui"])


def test_it_is_made_once_in_each_language() -> None:
    template = ENGINE.from_string('{% bylanguage %}{% translate "Issues" %} {{ n }}{% endbylanguage %}')
    said = []
    for n, language in enumerate(("kk", "ru", "kk", "ru")):
        with translation.override(language):
            said.append(template.render(Context({"n": n})))
    assert said == ["Мәселелер 0", "Проблемы 1", "Мәселелер 0", "Проблемы 1"]


def test_templates_put_nothing_in_it_but_words_icons_addresses_and_the_language() -> None:
    for path in Path(ROOT / "templates").rglob("*.html"):
        for inside in re.findall(
            r"{% bylanguage %}(.*?){% endbylanguage %}", path.read_text(encoding="utf-8"), re.DOTALL
        ):
            assert set(re.findall(r"{{ (.*?) }}|{% if (\w+)", inside)) <= {
                ("language_now", ""),
                ("", "language_now"),
            }, path
            allowed = {"translate", "icon", "url", "static", "htmx_config", "if", "endif"}
            assert set(re.findall(r"{% (\w+)", inside)) <= allowed, path
            assert not re.findall(r"{% url '\w+' [^%]", inside), path
