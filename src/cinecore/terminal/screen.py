"""What a person sees while a run goes on: a moving bar on a terminal, plain lines elsewhere, or nothing.

Deliberately not here: errors (group.py), results at the end, and the names of stages.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TextIO

from cinecore.errors import OutputError
from cinecore.terminal.words import shown, tell

if TYPE_CHECKING:  # rich costs 60 ms and --help needs none of it
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from cinecore.ports import Progress


class Screen(Protocol):
    """Hears a run's progress and its words; both may come from any thread."""

    def listen(self, event: Progress) -> None:
        """One step of work is done."""
        ...

    def say(self, text: str) -> None:
        """One line for the person."""
        ...

    def ask(self, question: str) -> str:
        """The person's answer, with any moving display out of the way meanwhile."""
        ...


class SilentScreen:
    """Nothing is shown."""

    def listen(self, event: Progress) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def ask(self, question: str) -> str:  # noqa: ARG002 - the screen's signature
        """Nobody answers."""
        return ""


class PlainScreen:
    """The run's words as lines: for files, pipes and simple terminals."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def listen(self, event: Progress) -> None:
        """Nothing: the run says each stage's line as it begins, and a file needs no moving bar."""

    def say(self, text: str) -> None:
        """The line itself."""
        with self._lock:
            self._write(text)

    def ask(self, question: str) -> str:
        """One line from standard input."""
        with self._lock:
            tell(self._stream, shown(question))
        return sys.stdin.readline().strip()

    def _write(self, text: str) -> None:
        # hours of work are not given up for a line that nobody can be shown
        with contextlib.suppress(OutputError):
            tell(self._stream, shown(text) + "\n")


class TerminalScreen:
    """Stage, bar, elapsed and remaining time, what the run said as lines above."""

    def __init__(self, display: RichProgress, stage_line: Callable[[str], str]) -> None:
        self._display = display
        self._stage_line = stage_line
        self._stage = ""
        self._task: TaskID | None = None
        self._lock = threading.Lock()

    def listen(self, event: Progress) -> None:
        """Moves the bar of this stage; the run has said the stage's line already."""
        with self._lock:
            if event.stage != self._stage or self._task is None:
                self._leave()
                self._stage = event.stage
                self._task = self._display.add_task(shown(self._stage_line(event.stage)), total=None)
            self._display.update(self._task, completed=event.done, total=event.total or None)

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._display.console.print(shown(text), markup=False, highlight=False, soft_wrap=True)

    def ask(self, question: str) -> str:
        """One line from the person, the bar stopped meanwhile."""
        self._leave()
        self._display.stop()
        try:
            return self._display.console.input(shown(question), markup=False).strip()
        except EOFError:  # Ctrl-D: no answer is an answer
            return ""
        finally:
            self._display.start()

    def _leave(self) -> None:
        if self._task is not None:
            self._display.remove_task(self._task)
            self._task = None


@contextlib.contextmanager
def open_screen(
    *, is_quiet: bool, wants_json: bool, stage_line: Callable[[str], str] = str
) -> Iterator[Screen]:
    """The screen that fits where the words go: standard output, or standard error beside JSON.

    `stage_line` gives the words for a stage's name.
    """
    stream = sys.stderr if wants_json else sys.stdout
    if is_quiet:
        yield SilentScreen()
        return
    if not stream.isatty():
        yield PlainScreen(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(file=stream)
    if console.is_dumb_terminal:
        yield PlainScreen(stream)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as display:
        yield TerminalScreen(display, stage_line)


def can_ask(*, is_quiet: bool, wants_json: bool) -> bool:
    """Whether somebody sits there to answer."""
    return not (is_quiet or wants_json) and sys.stdin.isatty() and sys.stdout.isatty()
