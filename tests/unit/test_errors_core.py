"""The core's errors: they survive pickling, say which thing in a safe spelling, and have an exit status each."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from cinecore.errors import (
    BusyError,
    Cancelled,
    CineError,
    InputError,
    OutputError,
    RemoteError,
    SetupError,
    ToolError,
)

STATUSES = {
    CineError: 70,
    InputError: 65,
    SetupError: 69,
    ToolError: 70,
    OutputError: 73,
    RemoteError: 75,
    BusyError: 75,
    Cancelled: 130,
}


def pickled(error: CineError) -> Any:
    return pickle.loads(pickle.dumps(error))  # noqa: S301 - bytes that this line made


@pytest.mark.parametrize("kind", STATUSES)
def test_an_error_survives_pickling_and_copying(kind: type[CineError]) -> None:
    error = kind("It went wrong.", Path("a b.mp4"), "Do this.")
    for twin in (pickled(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert (twin.happened, twin.which, twin.advice) == (error.happened, error.which, error.advice)
        assert str(twin) == str(error)


def test_a_programs_last_lines_survive_pickling() -> None:
    error = ToolError("ffmpeg failed with status 1.", None, "See below.", "first\nsecond")
    twin = pickled(error)
    assert twin.tail == "first\nsecond"
    assert str(twin) == str(error)
    assert str(error).endswith("\n  Last lines:\n    first\n    second")


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_each_kind_has_its_exit_status(kind: type[CineError], status: int) -> None:
    assert kind("x").exit_status == status


@pytest.mark.parametrize(
    ("which", "shown"),
    [
        ("my film.mp4", "'my film.mp4'"),
        (Path("a\nb"), "'a\\nb'"),
        ("\x1b[2J\x07", "'\\x1b[2J\\x07'"),
        ("\u202egpj.exe", "'\\u202egpj.exe'"),
        ("\udcff", "'\\udcff'"),
        (b"\x1b", "b'\\x1b'"),
        (7, "7"),
        (ValueError("\x1b[31m"), "\\x1b[31m"),
    ],
)
def test_a_thing_is_shown_so_that_it_moves_no_cursor_and_adds_no_line(which: object, shown: str) -> None:
    text = str(InputError("Bad.", which))
    assert text == f"Bad.\n  Which: {shown}"
    assert all(line.isprintable() for line in text.splitlines())


def test_a_programs_last_lines_move_no_cursor() -> None:
    error = ToolError("It failed.", None, "", "red \x1b[31mtext\x07\rover\nnext \u202e line")
    assert all(line.isprintable() for line in str(error).splitlines())
    assert "red \\x1b[31mtext" in str(error)


def test_only_the_last_twelve_lines_are_printed() -> None:
    error = ToolError("It failed.", None, "", "\n".join(f"line {number}" for number in range(40)))
    assert "line 27" not in str(error)
    assert [f"line {number}" in str(error) for number in range(28, 40)] == [True] * 12


def test_what_is_not_known_takes_no_line() -> None:
    assert str(CineError("It went wrong.")) == "It went wrong."
    assert str(CineError("It went wrong.", None, "Do this.")) == "It went wrong.\n  Tip: Do this."


def test_a_stop_tells_how_to_go_on() -> None:
    assert "Run the same command again" in str(Cancelled())
