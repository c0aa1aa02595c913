"""Descriptions written down one by one as they arrive, so that a kill loses the frames in flight and no more.

The file begins with a head that names the film and the engine; a journal of another film or engine is
started anew. Each record bears a checksum; a torn or damaged tail is cut off when the file is opened.
Deliberately not here: the finished cache, and who describes.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgpack  # type: ignore[import-untyped]  # it ships no type hints

from cinecore.failpoints import hit
from cinecore.files import digest_bytes, fsync_folder
from cinecut.errors import InferenceError
from cinecut.inference.cache import named_beside
from cinecut.inference.models import validate_scene_description
from cinecut.models import SceneDescription

JOURNAL_SUFFIX = ".descriptions.journal"
JOURNAL_FORMAT = 1

SYNC_EVERY = 16
"""Records between two fsyncs: a power cut may lose these, a kill of the program none."""


@dataclass(frozen=True)
class JournalHead:
    """For which film and by which engine the records were made."""

    mtime_ns: int
    size: int
    engine: str

    @classmethod
    def of(cls, source_file: str | os.PathLike[str], engine: str) -> JournalHead:
        """The head that fits a film as it lies on the disk now.

        Raises:
            OSError: The film cannot be looked at.
        """
        status = Path(os.fspath(source_file)).stat()
        return cls(status.st_mtime_ns, status.st_size, engine)


def journal_path(source_file: str | os.PathLike[str], work_dir: Path) -> Path:
    """Where the journal of a film lies: `work_dir/<film stem>.descriptions.journal`."""
    return named_beside(source_file, work_dir, JOURNAL_SUFFIX)


def view_key(frame: bytes) -> str:
    """What a description is remembered by: the digest of the still it was made from."""
    return digest_bytes(frame)


class DescriptionJournal:
    """An open journal; `known` maps a still's `view_key` to its description.

    Use as a context manager. Only one process may hold it: the work folder's lock sees to that.
    """

    def __init__(self, path: Path, head: JournalHead) -> None:
        """Open or begin the journal.

        Raises:
            OSError: The file cannot be read or written.
        """
        self.path = path
        self.head = head
        self.known: dict[str, SceneDescription] = {}
        self._pending = 0
        is_new = not path.exists()
        hit("journal.open", path)
        self._stream: IO[bytes] = path.open("a+b", buffering=0)
        try:
            self._read()
        except BaseException:
            self._stream.close()
            raise
        if is_new:
            fsync_folder(path.parent)

    def __enter__(self) -> Self:
        """The journal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it; what was appended stays, whatever happened."""
        if kind is None:
            self.close()
        else:
            with contextlib.suppress(OSError):  # the first error is the one to be heard
                self.close()

    def append(self, key: str, description: SceneDescription) -> None:
        """Write one description down; it is in the operating system's hands when this returns.

        Raises:
            OSError: The disk is full or gone.
        """
        self._write({"key": key, "description": asdict(description)})
        self.known[key] = description
        self._pending += 1
        if self._pending >= SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Wait until all that was appended is on the disk.

        Raises:
            OSError: It cannot be brought there.
        """
        hit("journal.fsync", self.path)
        os.fsync(self._stream.fileno())
        self._pending = 0

    def close(self) -> None:
        """Sync what is pending and close.

        Raises:
            OSError: The sync failed; the file is closed all the same.
        """
        if self._stream.closed:
            return
        try:
            if self._pending:
                self.sync()
        finally:
            self._stream.close()

    def _write(self, document: dict[str, Any]) -> None:
        body = msgpack.packb(document, use_bin_type=True, unicode_errors="surrogatepass")
        data = memoryview(msgpack.packb([zlib.crc32(body), body], use_bin_type=True))
        hit("journal.write", self.path)
        while data:
            written = self._stream.write(data)
            data = data[written or 0 :]

    def _read(self) -> None:
        """Fill `known` from the file; cut off a torn tail, or all of it where the head is another's."""
        self._stream.seek(0)
        unpacker = msgpack.Unpacker(self._stream, raw=False, max_buffer_size=1 << 26)
        head: JournalHead | None = None
        good = 0
        while (document := _next(unpacker)) is not None:
            if head is None:
                head = _head(document)
                if head != self.head:
                    break
            else:
                try:
                    self.known[str(document["key"])] = validate_scene_description(document["description"])
                except (KeyError, InferenceError):
                    break
            good = unpacker.tell()
        if head != self.head:
            self.known.clear()
            self._stream.truncate(0)
            self._write({"format": JOURNAL_FORMAT, **asdict(self.head)})
            self.sync()
        else:
            self._stream.truncate(good)
        self._stream.seek(0, os.SEEK_END)


def _next(unpacker: msgpack.Unpacker) -> dict[str, Any] | None:
    """The next record whose checksum holds; None at the end or at damage."""
    try:
        checksum, body = unpacker.unpack()
        if not isinstance(body, bytes) or zlib.crc32(body) != checksum:
            return None
        document = msgpack.unpackb(body, raw=False, unicode_errors="surrogatepass")
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return None
    return document if isinstance(document, dict) else None


def _head(document: dict[str, Any]) -> JournalHead | None:
    if document.get("format") != JOURNAL_FORMAT:
        return None
    mtime_ns, size, engine = document.get("mtime_ns"), document.get("size"), document.get("engine")
    if isinstance(mtime_ns, int) and isinstance(size, int) and isinstance(engine, str):
        return JournalHead(mtime_ns, size, engine)
    return None
