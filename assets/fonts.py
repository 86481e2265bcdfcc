"""Builds static/fonts: Noto Sans, weights 400 to 700, only the letters that Birge writes.

    uv run python assets/fonts.py FOLDER

FOLDER holds the files of the npm package @fontsource-variable/noto-sans (unpacked: package/files). Each of its subsets is cut
to the letters below and to two ends of the weight axis; `static/css/birge.css` names the same ranges.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).parent.parent / "static" / "fonts"

# Our file: the subset it comes from, and its letters.
FILES = {
    "noto-sans-latin": (
        "latin",
        [*range(0x20, 0x7F), *map(ord, "\u00a0§©«°±·»×÷–—‘’“”„•…′″€−"), *map(ord, "ÄÖÜßäöüÉéèêçñ")],
    ),
    "noto-sans-cyrillic": ("cyrillic", [*range(0x410, 0x450), *map(ord, "ЁёІіҰұ№")]),
    "noto-sans-cyrillic-ext": ("cyrillic-ext", [*map(ord, "ӘәҒғҚқҢңӨөҮүҺһ")]),
    "noto-sans-tenge": ("latin-ext", [ord("₸")]),
}
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "liga", "calt"]


def build(source: Path, target: Path, letters: list[int]) -> int:
    """Cuts one file and returns the number of its bytes."""
    between = BytesIO()
    whole = TTFont(source)
    whole.flavor = None
    instancer.instantiateVariableFont(whole, {"wght": (400, 700)}).save(between)
    font = TTFont(between)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    return target.write_bytes(written.getvalue())


def main() -> None:
    folder = Path(sys.argv[1])
    for name, (part, letters) in FILES.items():
        size = build(folder / f"noto-sans-{part}-wght-normal.woff2", FONTS / f"{name}.woff2", letters)
        print(f"{name}.woff2: {size:,} bytes, {len(letters)} letters")


if __name__ == "__main__":
    main()
