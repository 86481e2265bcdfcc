"""The icons of an installed Birge, drawn as `static/img/birge.svg` is: `uv run python assets/app_icons.py`.

The colour fills the square and the sign keeps to its middle, so that a phone may cut it to any shape.
"""

from pathlib import Path

from PIL import Image, ImageDraw

SIZES = (192, 512)
FINER = 4  # drawn larger, then made smaller: smooth edges


def draw(size: int) -> Image.Image:
    side = size * FINER
    picture = Image.new("RGB", (side, side), "#0b5a8a")
    pen, unit = ImageDraw.Draw(picture), side / 40
    for x in (16, 24):
        box = ((x - 7.5) * unit, 12.5 * unit, (x + 7.5) * unit, 27.5 * unit)
        pen.ellipse(box, outline="#fff", width=round(3 * unit))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for size in SIZES:
        draw(size).save(Path(__file__).parent.parent / "static" / "img" / f"icon-{size}.png", optimize=True)
