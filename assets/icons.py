"""Builds static/img/icons.svg, the one sprite that `{% icon %}` draws from.

    uv run python assets/icons.py FOLDER

FOLDER holds the files of the npm package lucide-static (unpacked: package/icons). Icons are few by rule, 24 at most: each
stands beside a word, never alone.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent.parent / "static" / "img" / "icons.svg"

LUCIDE = [
    # One shape for each status.
    "pencil", "upload", "stamp", "message-circle-question-mark", "contrast", "circle-check", "arrow-left-right",
    "square-minus", "ban", "undo-2", "merge", "log-out", "archive",
    # Flags, and what stands in pages.
    "clock-alert", "message-square-text", "menu", "search", "link", "paperclip", "triangle-alert", "info", "check", "wifi-off",
]  # fmt: skip

# Our own: Lucide has no filled check, and "resolved" must differ from "reported done" in grey too.
OWN = {
    "resolved": '<path fill="currentColor" fill-rule="evenodd" stroke="none" d="M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z'
    'm5.9 8.4-7.1 7.1-4.7-4.7 1.9-1.9 2.8 2.8 5.2-5.2z"/>',
}

HEAD = """<svg xmlns="http://www.w3.org/2000/svg">
<!-- Lucide, ISC licence: see icons-LICENSE.txt. Built by assets/icons.py; "resolved" is Birge's own. -->
"""


def main() -> None:
    folder = Path(sys.argv[1])
    drawn = {name: _inside((folder / f"{name}.svg").read_text()) for name in LUCIDE} | OWN
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>\n' for name, drawing in drawn.items()]
    SPRITE.write_text(HEAD + "".join(symbols) + "</svg>\n")
    print(f"{len(symbols)} icons, {SPRITE.stat().st_size:,} bytes")


def _inside(svg: str) -> str:
    """What stands between the outermost tags, in one line; how it is stroked is the style sheet's."""
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.DOTALL)
    return re.sub(r"\s*/>", "/>", re.sub(r"\s*\n\s*", "", inner))


if __name__ == "__main__":
    main()
