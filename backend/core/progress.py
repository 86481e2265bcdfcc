"""Telling how far it is: a bar in a terminal, a line at the end of each step elsewhere."""

import time
from typing import TextIO

WIDTH = 28


class Bar:
    """`bar(done, total)` as often as one likes, with other words than "done of total" if they say more; `bar.note(line)`
    writes a line above it; `bar.end(words)` closes it.
    """

    def __init__(self, out: TextIO, title: str) -> None:
        self.out, self.title = out, title
        self.live = out.isatty()
        self.started = time.monotonic()
        self._shown = (-1, "")

    def __call__(self, done: int, total: int, words: str = "") -> None:
        percent = min(done * 100 // total, 100) if total else 100
        shown = (percent, words)
        if not self.live or shown == self._shown:
            return
        self._shown = shown
        full = percent * WIDTH // 100
        self._draw(f"{self.title:<11} [{'#' * full}{'.' * (WIDTH - full)}] {words or f'{done} of {total}'}")

    def note(self, line: str) -> None:
        self._shown = (-1, "")
        self._draw(f"{line}\n")

    def end(self, words: str) -> None:
        """The step's outcome, and how long it took."""
        seconds = time.monotonic() - self.started
        self._draw(f"{self.title:<11} {words} ({seconds:.1f} s)")
        self.out.write("\n")
        self.out.flush()

    def _draw(self, line: str) -> None:
        self.out.write(f"\r\033[K{line}" if self.live else line)
        self.out.flush()
