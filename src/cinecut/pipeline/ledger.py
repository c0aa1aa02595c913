"""Which files outside the work folder we made, so that only those are ever replaced unasked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import OutputError
from cinecore.files import write_json

LEDGER_FILENAME = "outputs.json"


@dataclass(frozen=True)
class OutputLedger:
    """The outputs that runs in this work folder wrote, each with what the file was then."""

    work_dir: Path

    def _entries(self) -> dict[str, list[int | str]]:
        try:
            document = json.loads((self.work_dir / LEDGER_FILENAME).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def is_ours(self, output: Path, conform_digest: str | None = None) -> bool:
        """Whether the file is one we wrote and nobody touched since (and from these inputs, where given)."""
        entry = self._entries().get(str(output.absolute()))
        try:
            status = output.stat()
        except OSError:
            return False
        if not isinstance(entry, list) or entry[:2] != [status.st_size, status.st_mtime_ns]:
            return False
        return conform_digest is None or entry[2:] == [conform_digest]

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

    def enter(self, output: Path, conform_digest: str) -> None:
        """Remember a file we just wrote.

        Raises:
            OutputError: The work folder cannot be written.
        """
        status = output.stat()
        entries = self._entries()
        entries[str(output.absolute())] = [status.st_size, status.st_mtime_ns, conform_digest]
        write_json(self.work_dir / LEDGER_FILENAME, entries)
