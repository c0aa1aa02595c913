"""Words to a person and JSON to a program: escaped, written at once, and no fault where nobody listens.

Deliberately not here: what is said, and progress (screen.py).
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from cinecore.errors import OutputError


def shown(text: str) -> str:
    """Text that may have come from a file, with everything that could move a terminal's cursor escaped."""
    return "".join(
        letter
        if letter in "\n\t" or (letter.isprintable() and not 0xD800 <= ord(letter) < 0xE000)
        else ascii(letter)[1:-1]
        for letter in text
    )


def tell(stream: TextIO, text: str) -> None:
    """Write words at once. A reader that went away misses them; that is no fault, and no reason to stop.

    Raises:
        OutputError: They cannot be written for another reason, such as a full disk.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # what is held back would be tried again when the interpreter ends, and fail there without a message
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        if error.errno != errno.EPIPE:
            raise words_lost(error) from error


def words_lost(error: OSError) -> OutputError:
    """What is said where a standard stream takes no words."""
    return OutputError(
        f"What there is to tell cannot be written: {error.strerror or error}.",
        None,
        "Look at where this command's output goes.",
    )


def print_json(value: object) -> None:
    """One JSON object on standard output.

    Raises:
        OutputError: It takes no words.
    """
    tell(sys.stdout, json.dumps(value, indent=2, ensure_ascii=True, default=str) + "\n")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; on a terminal a wide table becomes one block a row."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(heads), *cells]) for at in range(len(heads))]
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) > _terminal_width():
        for row in cells:
            print_line(row[0])
            for head, cell in zip(heads[1:], row[1:], strict=True):
                print_line(f"  {head:<{max(map(len, heads))}}  {cell}")
        return
    for row in [list(heads), *cells]:
        print_line("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def print_line(text: str, *, is_aside: bool = False) -> None:
    """One line on standard output, or (an aside) on standard error."""
    stream = sys.stderr if is_aside else sys.stdout
    tell(stream, shown(text) + "\n")
