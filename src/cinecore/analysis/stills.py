"""Candidate stills as they leave the pass: cut out of a JPEG stream, written by number, timed afterwards.

Which still serves which line is decided elsewhere.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO

from cinecore.errors import ToolError
from cinecore.failpoints import hit
from cinecore.files import write_error

_END = b"\xff\xd9"
_START = b"\xff\xd8"
_MOST_BYTES = 16 << 20
"""No still of 420 lines is larger; more without an end mark means the stream is broken."""


class StillWriter:
    """Writes each JPEG of a stream as `still_NNNNNN.jpg`; former stills of the folder are removed first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("still_*.jpg"):
                old.unlink()
        except OSError as error:
            raise write_error(error, folder) from error

    @staticmethod
    def name(number: int) -> str:
        """The file name of the n-th still."""
        return f"still_{number:06d}.jpg"

    def drain(self, pipe: IO[bytes]) -> None:
        """Read the stream to its end.

        An end mark cannot occur inside compressed data (a data byte 0xFF is followed by 0x00, ITU-T T.81
        B.1.1.5), and the headers that ffmpeg writes hold none.

        Raises:
            OutputError: A still cannot be written.
            ToolError: The stream is no row of JPEGs.
        """
        held = bytearray()
        searched = 0
        while block := pipe.read(1 << 16):
            held += block
            while (end := held.find(_END, max(0, searched - 1))) >= 0:
                self._write(bytes(held[: end + 2]))
                del held[: end + 2]
                searched = 0
            searched = len(held)
            if searched > _MOST_BYTES:
                raise ToolError("ffmpeg gave a still without an end.", None, "Run again.")

    def _write(self, data: bytes) -> None:
        if not data.startswith(_START):
            raise ToolError("ffmpeg gave a still that is no JPEG.", None, "Run again.")
        path = self.folder / self.name(self.count)
        try:
            hit("still.write", path)
            path.write_bytes(data)
        except OSError as error:
            raise write_error(error, path) from error
        self.count += 1

    def keep_only(self, names: set[str]) -> None:
        """Remove every still that is not named."""
        for number in range(self.count):
            if self.name(number) not in names:
                with contextlib.suppress(OSError):
                    (self.folder / self.name(number)).unlink()
