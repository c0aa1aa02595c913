"""A folder of artefacts named by fingerprint: present means whole, absent means to be made.

It never decides what is stale: a changed input is another name. `keep_only` frees what nobody names.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cinecore.files import publish, write_error

PARTIAL = ".partial"


@dataclass(frozen=True)
class Store:
    """Artefacts of one kind (`suffix` such as `.mp4`) inside `folder`."""

    folder: Path
    suffix: str

    def path(self, name: str) -> Path:
        """Where the artefact lies, or will."""
        return self.folder / f"{name}{self.suffix}"

    def has(self, name: str) -> bool:
        """Whether it is there, whole."""
        return self.path(name).is_file()

    def make(self, name: str, maker: Callable[[Path], None]) -> tuple[Path, bool]:
        """The artefact and whether it had to be made; `maker` writes to the path it is handed.

        Raises:
            OutputError: The folder cannot be written.
        """
        final = self.path(name)
        if final.is_file():
            return final, False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error, self.folder) from error
        # two equal shots are one name, made side by side: each maker writes a file of its own, the last one
        # to end gives its bytes (equal ones) the name; the suffix stays last: ffmpeg reads it
        maker_id = f"{os.getpid()}-{threading.get_ident()}"
        partial = self.folder / f".{name}.{maker_id}{PARTIAL}{self.suffix}"
        try:
            maker(partial)
            publish(partial, final)
        finally:
            with contextlib.suppress(OSError):
                partial.unlink()
        return final, True

    def keep_only(self, names: Iterable[str]) -> int:
        """Remove every other artefact and left-over partial; returns the bytes freed."""
        wanted = {self.path(name).name for name in names}
        freed = 0
        if not self.folder.is_dir():
            return 0
        for entry in sorted(self.folder.iterdir()):
            is_ours = entry.name.endswith(self.suffix) or PARTIAL in entry.name
            if entry.is_file() and is_ours and entry.name not in wanted:
                with contextlib.suppress(OSError):
                    size = entry.stat().st_size
                    entry.unlink()
                    freed += size
        return freed
