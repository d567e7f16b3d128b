"""Long work shows where it is: a live line on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

PLAIN_WIDTH = 240  # of what goes into a pipe or a file: nobody sees its edge
console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


class Progress:
    """Says what is going on; a step is printed once, with the seconds it took."""

    def __init__(self, live: Status | None) -> None:
        self._live = live
        self._current = ""
        self._since = time.monotonic()

    def show(self, what: str) -> None:
        """Now this is going on."""
        if what == self._current:
            return
        self._finish()
        self._current, self._since = what, time.monotonic()
        if self._live is not None and what:
            self._live.update(what)

    def _finish(self) -> None:
        if self._current:
            seconds = time.monotonic() - self._since
            console.print(f"  {self._current} [dim]{seconds:.1f} s[/dim]" if self._live else f"  {self._current}")
            sys.stdout.flush()

    def done(self) -> None:
        self.show("")


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Progress under a title until the block ends."""
    console.print(f"[bold]{title}[/bold]")
    if not console.is_terminal:
        shown = Progress(None)
        yield shown
        shown.done()
        return
    with console.status("…") as live:
        shown = Progress(live)
        yield shown
        shown.done()
