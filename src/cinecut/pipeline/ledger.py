"""Which files outside the work folder we made, so that only those are ever replaced unasked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cinecore.errors import OutputError
from cinecore.files import write_json

LEDGER_FILENAME = "outputs.json"


@dataclass(frozen=True)
class OutputLedger:
    """The outputs that runs in this work folder wrote, each with what the file was then."""

    work_dir: Path

    def _entries(self) -> dict[str, list[Any]]:
        try:
            document = json.loads((self.work_dir / LEDGER_FILENAME).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(document, dict):
            return {}
        return {str(name): entry for name, entry in document.items() if isinstance(entry, list)}

    def folders(self) -> list[Path]:
        """Where our outputs lie, or were meant to."""
        return sorted({Path(name).parent for name in self._entries()})

    def expect(self, output: Path) -> None:
        """Remember where an output will be, so that what a killed run leaves beside it is found.

        Raises:
            OutputError: The work folder cannot be written.
        """
        entries = self._entries()
        if str(output.absolute()) not in entries:
            entries[str(output.absolute())] = []
            write_json(self.work_dir / LEDGER_FILENAME, entries)

    def is_ours(self, output: Path, conform_digest: str | None = None) -> bool:
        """Whether the file is one we wrote and nobody touched since (and from these inputs, where given)."""
        looks = _looks(output)
        return bool(looks) and any(
            conform_digest is None or file[2:] == [conform_digest]
            for file in self._files(output)
            if file[:2] == looks
        )

    def _files(self, output: Path) -> list[list[Any]]:
        """What we wrote under this name: `[size, mtime in ns, digest of the inputs]`, the newest first."""
        entry = self._entries().get(str(output.absolute()), [])
        return [file for file in entry if isinstance(file, list)]

    def refuse_foreign(self, output: Path, *, may_overwrite: bool) -> None:
        """Nothing, if a trailer may be written there.

        Raises:
            OutputError: A file that we did not make is in the way.
        """
        if output.is_dir():
            raise OutputError(
                "A folder is in the way of the trailer.", output, "Choose another name with --output."
            )
        if not may_overwrite and output.exists() and not self.is_ours(output):
            raise OutputError(
                "There is a file of this name already, and it was not made here.",
                output,
                "Give --overwrite to replace it, or another name with --output.",
            )

    def enter(self, output: Path, conform_digest: str, whole: Path | None = None) -> None:
        """Remember a file we just wrote, or one (`whole`) that is about to take the output's name.

        The one that lies there now stays remembered too: a kill may come before or after the renaming.

        Raises:
            OutputError: The work folder cannot be written.
        """
        status = (whole or output).stat()
        new = [status.st_size, status.st_mtime_ns, conform_digest]
        entries = self._entries()
        present = [file for file in self._files(output) if file[:2] == _looks(output) and file != new]
        entries[str(output.absolute())] = [new, *present[:1]]
        write_json(self.work_dir / LEDGER_FILENAME, entries)


def _looks(file: Path) -> list[int]:
    """Size and modification time, by which a file that nobody touched is known; empty where there is none."""
    try:
        status = file.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]
