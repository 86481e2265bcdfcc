"""SVG as text: elements whose attributes and words are escaped, and an estimate of how wide words will be."""

from dataclasses import dataclass

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

TEXT = 13  # units; a unit is one pixel at least, save on phones narrower than 360
LINE = 16

# Widths in Noto Sans, of 1000 to the em, never less than the font's (a test asks the font).
_NARROW = dict.fromkeys("ijlI!|.,:;'()[]·іІ \u00a0-", 340)
_WIDE = dict.fromkeys("MWmw@жшщюыфмЖШЩЮЫФМҚҮ%—…½дДЪъӘОQOGНИТПҢ№", 950)
_USUAL, _CAPITAL = 620, 740


@dataclass(frozen=True, slots=True)
class Size:
    """One of the two drawings."""

    name: str
    width: float
    height: float

    @property
    def is_narrow(self) -> bool:
        return self.width < 500


WIDE = Size("wide", 720, 300)
NARROW = Size("narrow", 320, 250)


def element(name: str, *inside: str, **attributes: str | float | None) -> SafeString:
    """`element("text", words, x=3.0, text_anchor="end", class_="tick")`; an attribute that is None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return mark_safe(f"<{name}{said}>{join(*inside)}</{name}>")  # noqa: S308  (every part is escaped)


def join(*parts: str) -> SafeString:
    return mark_safe("".join(conditional_escape(part) for part in parts))  # noqa: S308


def short(value: str | float) -> str:
    """A coordinate to a tenth of a unit, without ends that say nothing."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0").replace("-0.0", "0")


def width_of(words: str, size: float = TEXT) -> float:
    """About how wide the longest line of the words is, in units; never less than it will be."""
    return max(
        sum(_NARROW.get(each) or _WIDE.get(each) or (_CAPITAL if each.isupper() else _USUAL) for each in line)
        for line in words.split("\n")
    ) * (size / 1000)


def wrap(words: str, room: float) -> str:
    """The words in lines that fit the room, parted by line feeds; one long word stays whole."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def text(x: float, y: float, words: str, anchor: str = "start", class_: str | None = None) -> SafeString:
    """Words at a place, `y` being the base of their first line; line feeds begin new lines."""
    first, *more = words.split("\n")
    below = [element("tspan", line, x=x, dy=float(LINE)) for line in more]
    return element("text", first, *below, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def link(href: str, name: str, *inside: str) -> SafeString:
    """What is drawn, as a link with a name for the ear and the pointer; without an address only named.

    The words drawn are in the name, and the pointer's title would be told after it: whoever listens gets the name alone.
    """
    seen = element("g", element("title", name), *inside, aria_hidden="true")
    if not href:
        return element("g", seen, role="img", aria_label=name)
    return element("a", seen, href=href, aria_label=name)


def hatch(ident: str) -> SafeString:
    """The definition of the stripes that lie over one part; used as `fill="url(#ident)"`."""
    stripe = element("path", d="M0 0V6", class_="chart-stripe")
    attributes = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    return element("defs", element("pattern", stripe, id=ident, width=6, height=6, **attributes))
