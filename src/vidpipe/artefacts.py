"""Files by content under one data folder: written under a temporary name, renamed, never changed.

A name is relative to the data folder, so that a database can be moved with it. Nothing outside the folder is
ever named. Deliberately not here: which file belongs to whom.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import digest_bytes, digest_file, publish, write_atomic, write_error

FOLDER = "files"


@dataclass(frozen=True)
class ArtefactStore:
    """The files of one data folder."""

    root: Path

    def path(self, name: str) -> Path:
        """Where a stored file lies.

        Raises:
            InputError: The name leads out of the folder of files.
        """
        parts = Path(name).parts
        if len(parts) != 3 or parts[0] != FOLDER or ".." in parts or name.startswith("/"):
            raise InputError("This name is not one of a stored file.", name, "Look at the project again.")
        return self.root / name

    @property
    def folder(self) -> Path:
        """Where all stored files lie, each in a folder of this one."""
        return self.root / FOLDER

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return self.path(name).is_file()

    def put_bytes(self, data: bytes, suffix: str) -> str:
        """The name under which these bytes now lie; equal bytes lie there once.

        Raises:
            OutputError: The folder cannot be written.
        """
        name = _name(digest_bytes(data), suffix)
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file():
                write_atomic(path, data)
        except OSError as error:
            raise write_error(error, path) from error
        return name

    def put_file(self, source: Path, suffix: str | None = None) -> str:
        """The name under which a file's content now lies; the file itself is left where it is.

        Raises:
            InputError: It cannot be read.
            OutputError: The folder cannot be written.
        """
        name = _name(digest_file(source), suffix or source.suffix.lower())
        path = self.root / name
        if not path.is_file():
            # as `cinecore.work.leftovers` knows them
            temporary = path.with_name(f".{os.getpid()}-{path.name[:8]}.tmp")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, temporary)
            except OSError as error:
                raise write_error(error, path) from error
            publish(temporary, path)
        return name


def _name(digest: str, suffix: str) -> str:
    return f"{FOLDER}/{digest[:2]}/{digest}{suffix}"
