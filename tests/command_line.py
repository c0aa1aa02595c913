"""Runs the command line as a person would, in this process or in one of its own, and says when it refused well."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from cinecut.cli import app
from vidpipe.cli import app as vidpipe_app

ASK = ("--vibe", "action", "--duration", "6s", "--seed", "3", "--json")
"""A short trailer, the same every time, told of as one JSON object."""

BLIND = (*ASK, "--vision", "none")
"""The same, measured only: what is seen in a still is nothing to the test, and costs a third of a second each."""

SECONDS = 120
"""How long a run on a small film may take on a machine with much else to do."""

MESSAGE_LETTERS = 1200
"""What a person reads to the end."""


def cinecut(*words: object) -> Result:
    """The command line in this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


def vidpipe(*words: object) -> Result:
    """The other program's command line in this process."""
    return CliRunner().invoke(vidpipe_app, [str(word) for word in words])


@dataclass(frozen=True)
class Ended:
    """How a run of the command line ended."""

    status: int
    output: str
    errors: str

    @property
    def said(self) -> dict[str, Any]:
        """The JSON object that it printed; empty where it printed none."""
        with contextlib.suppress(ValueError):
            return dict(json.loads(self.output))
        return {}


def start(
    folder: Path,
    *words: object,
    before: Callable[[], None] | None = None,
    without: tuple[str, ...] = (),
    program: str = "cinecut",
    **variables: str,
) -> subprocess.Popen[str]:
    """The command line as a process of its own in `folder`, which runs `before` first.

    Args:
        folder: The current folder of the process.
        words: Its arguments.
        before: Run in the process before the program.
        without: Variables of the environment that it does not get.
        program: Which of ours.
        variables: Variables that it gets besides ours.
    """
    environment = {name: value for name, value in os.environ.items() if name not in without}

    def as_from_a_terminal() -> None:
        # whoever runs the tests in the background may have signals ignored, and children inherit that
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        if before is not None:
            before()

    return subprocess.Popen(
        [sys.executable, "-m", program, *(str(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1", **variables},
        preexec_fn=as_from_a_terminal,  # noqa: PLW1509 - limits and rights of the child alone; no threads here
    )


def ended(started: subprocess.Popen[str]) -> Ended:
    """How it ended, waited for."""
    with started as running:
        try:
            output, errors = running.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()  # else leaving the block would wait for ever
            raise
    return Ended(running.returncode, output, errors)


def here(done: Result) -> Ended:
    """A run in this process, as one in a process of its own is told of."""
    return Ended(done.exit_code, done.stdout, done.stderr)


def process(folder: Path, *words: object, **options: Any) -> Ended:
    """The command line as a process of its own, run to its end; options as those of `start`."""
    return ended(start(folder, *words, **options))


def refused(done: Result | Ended, status: int, *words: str) -> None:
    """One short message with these words, a status, no traceback, nothing that could move a cursor."""
    end = done if isinstance(done, Ended) else Ended(done.exit_code, done.stdout, done.stderr)
    assert end.status == status, end
    assert "Traceback" not in end.output + end.errors
    assert "Unexpected" not in end.output + end.errors
    assert end.errors.count("Error: ") == 1, end.errors
    assert len(end.errors) < MESSAGE_LETTERS, end.errors
    assert all(letter == "\n" or letter.isprintable() for letter in end.errors), end.errors
    for word in words:
        assert word in end.errors, end.errors
