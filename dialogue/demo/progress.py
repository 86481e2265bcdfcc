"""Telling how far it is: a bar in a terminal, a line at the end of each step elsewhere."""

import time
from typing import TextIO

WIDTH = 28


class Bar:
    """`bar(done, total)` as often as one likes; `bar.end(words)` closes the line."""

    def __init__(self, out: TextIO, title: str) -> None:
        self.out, self.title = out, title
        self.live = out.isatty()
        self.started = time.monotonic()
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        percent = done * 100 // total if total else 100
        if not self.live or percent == self._shown:
            return
        self._shown = percent
        full = percent * WIDTH // 100
        self._draw(f"{self.title:<11} [{'#' * full}{'.' * (WIDTH - full)}] {done} of {total}")

    def end(self, words: str) -> None:
        """The step's outcome, and how long it took."""
        seconds = time.monotonic() - self.started
        self._draw(f"{self.title:<11} {words} ({seconds:.1f} s)")
        self.out.write("\n")
        self.out.flush()

    def _draw(self, line: str) -> None:
        self.out.write(f"\r\033[K{line}" if self.live else line)
        self.out.flush()
