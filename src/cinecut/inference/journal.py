"""What was learned of stills, written down one by one as it arrives, so that a kill loses what is in flight and no more.

Each engine has a journal of its own, so that going back to a model finds what it said; what the embedded eyes saw has
one too. The file begins with a
head that names the film and the engine; a journal of another film or engine is started anew. Each record bears
a checksum: a damaged one is passed over, a torn tail cut off when the file is opened.
Deliberately not here: the finished cache, and who describes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Generic, Self, TypeVar

import msgpack  # type: ignore[import-untyped]  # it ships no type hints

from cinecore.failpoints import hit
from cinecore.files import digest_bytes, fsync_folder
from cinecut.errors import InferenceError
from cinecut.inference.cache import named_beside
from cinecut.inference.models import validate_scene_description
from cinecut.models import SceneDescription

Kept = TypeVar("Kept")

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


def journal_path(source_file: str | os.PathLike[str], work_dir: Path, engine: str) -> Path:
    """Where an engine's journal of a film lies: `work_dir/<film stem>.<8 hex digits>.descriptions.journal`."""
    mark = digest_bytes(engine.encode("utf-8", "surrogatepass"))[:8]
    return named_beside(source_file, work_dir, f".{mark}{JOURNAL_SUFFIX}")


def view_key(frame: bytes) -> str:
    """What a description is remembered by: the digest of the still it was made from."""
    return digest_bytes(frame)


class Journal(Generic[Kept]):
    """An open journal; `known` maps a key to what was learned.

    Use as a context manager. Only one process may hold it: the work folder's lock sees to that.
    """

    def __init__(
        self,
        path: Path,
        head: JournalHead,
        name: str,
        pack: Callable[[Kept], Any],
        unpack: Callable[[Any], Kept],
    ) -> None:
        """Open or begin the journal.

        Args:
            path: The file.
            head: What it is about; a file with another head is begun anew.
            name: What a record calls the thing that is kept.
            pack: Makes of it what msgpack takes.
            unpack: The way back; a record on which it raises KeyError, TypeError, ValueError or InferenceError is
                passed over.

        Raises:
            OSError: The file cannot be read or written.
        """
        self.path = path
        self.head = head
        self.known: dict[str, Kept] = {}
        self._name, self._pack, self._unpack = name, pack, unpack
        self._pending = 0
        self._end = 0
        is_new = not path.exists()
        hit("journal.open", path)
        self._stream: IO[bytes] = _open(path)
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

    def append(self, key: str, learned: Kept) -> None:
        """Write one thing down; it is in the operating system's hands when this returns.

        Raises:
            OSError: The disk is full or gone.
        """
        self._write({"key": key, self._name: self._pack(learned)})
        self.known[key] = learned
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
        length = len(data)
        try:
            hit("journal.write", self.path)
            while data:
                written = self._stream.write(data)
                data = data[written or 0 :]
        except BaseException:
            # a full disk or Ctrl-C: half a record would hide all that is appended after it
            with contextlib.suppress(OSError):
                self._stream.truncate(self._end)
            raise
        self._end += length

    def _read(self) -> None:
        """Fill `known` from the file; cut off a torn tail, or all of it where the head is another's."""
        self._stream.seek(0)
        unpacker = msgpack.Unpacker(self._stream, raw=False, max_buffer_size=1 << 26)
        head: JournalHead | None = None
        for document in _documents(unpacker):
            if head is None:
                head = _head(document)
                if head != self.head:
                    break
            else:
                with contextlib.suppress(KeyError, TypeError, ValueError, InferenceError):
                    self.known[str(document["key"])] = self._unpack(document[self._name])
            self._end = unpacker.tell()
        self._stream.truncate(self._end)
        if head != self.head:
            self._write({"format": JOURNAL_FORMAT, **asdict(self.head)})
            self.sync()


class DescriptionJournal(Journal[SceneDescription]):
    """An open journal; `known` maps a still's `view_key` to its description."""

    def __init__(self, path: Path, head: JournalHead) -> None:
        """Open or begin the journal.

        Raises:
            OSError: The file cannot be read or written.
        """
        super().__init__(path, head, "description", asdict, validate_scene_description)


def _open(path: Path) -> IO[bytes]:
    """The file, read from the start and written at its end.

    Raises:
        OSError: It cannot be opened, or is something else: never through a link, since a folder from a
            stranger could have it lead to a file that is then emptied; never a pipe, which would be waited for.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))
        return os.fdopen(descriptor, "a+b", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def _documents(unpacker: msgpack.Unpacker) -> Iterator[dict[str, Any]]:
    """The records in order, an empty one for each that is damaged, up to where no more can be told apart."""
    while True:
        try:
            checksum, body = unpacker.unpack()
            if not isinstance(body, bytes):
                return
        except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
            return
        yield _document(body) if zlib.crc32(body) == checksum else {}


def _document(body: bytes) -> dict[str, Any]:
    """What a record says; empty where that is no record of ours."""
    try:
        document = msgpack.unpackb(body, raw=False, unicode_errors="surrogatepass")
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return {}
    return document if isinstance(document, dict) else {}


def _head(document: dict[str, Any]) -> JournalHead | None:
    if document.get("format") != JOURNAL_FORMAT:
        return None
    mtime_ns, size, engine = document.get("mtime_ns"), document.get("size"), document.get("engine")
    if isinstance(mtime_ns, int) and isinstance(size, int) and isinstance(engine, str):
        return JournalHead(mtime_ns, size, engine)
    return None
