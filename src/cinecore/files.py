"""Files that are whole or absent, folders with one owner, and digests of what was read.

Deliberately not here: what the files mean.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cinecore.errors import BusyError, InputError, OutputError
from cinecore.failpoints import hit

try:
    import fcntl
except ImportError:  # Windows has no flock; a run there goes on without the lock and says so
    fcntl = None  # type: ignore[assignment]  # a module or nothing

IDENTITY_BLOCK_BYTES = 64 * 1024
"""Size of each block that a film's identity reads."""

IDENTITY_BLOCKS_BETWEEN = 16
"""Blocks read between head and tail, evenly spread."""


TOO_LARGE = "The file would be larger than this place allows."
TOO_LARGE_ADVICE = "Choose another disk with --output or --work-dir, or raise the limit (`ulimit -f`)."

_umask_lock = threading.Lock()


def write_error(error: OSError, path: Path) -> OutputError:
    """An `OSError` on writing, as one message a person can act on."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return OutputError(
            "The disk is full.", path, "Free some space (`cinecut clean` helps), then run again."
        )
    if error.errno == errno.EFBIG:
        return OutputError(TOO_LARGE, path, TOO_LARGE_ADVICE)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return OutputError(
            "This place cannot be written.", path, "Choose another folder with --output or --work-dir."
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ELOOP}:
        return OutputError("Something else is in the way.", path, "Move it, or choose another name.")
    if error.errno == errno.ENAMETOOLONG:
        return OutputError("The name is too long for this disk.", path, "Choose a shorter one with --output.")
    return OutputError(
        f"Writing failed: {error.strerror or error}.", path, "Look at the disk, then run again."
    )


def fsync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; systems that cannot are left alone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        hit("folder.fsync", folder)
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def write_atomic(path: Path, data: bytes, *, suffix: str = ".tmp") -> None:
    """Write `data` so that `path` is the old file or the whole new one, whatever happens in between.

    Raises:
        OSError: As it came; the temporary file is gone by then.
    """
    hit("atomic.open", path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{os.getpid()}-", suffix=suffix)
    is_open = True
    try:
        hit("atomic.write", path)
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if hasattr(os, "fchmod"):
            # mkstemp makes files that only their owner reads; these are meant to be shared as any other
            os.fchmod(descriptor, 0o666 & ~_umask())
        hit("atomic.fsync", path)
        os.fsync(descriptor)
        is_open = False
        os.close(descriptor)
        hit("atomic.rename", path)
        os.replace(name, path)
    except BaseException:
        if is_open:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    hit("atomic.renamed", path)
    fsync_folder(path.parent)


def _umask() -> int:
    """The rights that new files go without."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("Umask:"):
                return int(line[6:], 8)
    # elsewhere there is no way to ask but to set it and set it back; two threads doing so at once would
    # take each other's value for the person's and leave it for good
    with _umask_lock:
        mask = os.umask(0o077)
        os.umask(mask)
    return mask


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all.

    Raises:
        OutputError: The place cannot be written.
    """
    try:
        write_atomic(path, text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise write_error(error, path) from error


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON, whole or not at all.

    Raises:
        OutputError: The place cannot be written.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        # half a letter (a file name that is not UTF-8) becomes JSON's own escape and is read back as it was
        write_atomic(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise write_error(error, path) from error


def publish(temporary: Path, final: Path) -> None:
    """Give a finished file its name: fsync, rename, fsync of the folder.

    Raises:
        OutputError: The place cannot be written.
    """
    try:
        with temporary.open("rb") as stream:
            hit("publish.fsync", final)
            os.fsync(stream.fileno())
        hit("publish.rename", final)
        os.replace(temporary, final)
    except OSError as error:
        raise write_error(error, final) from error
    hit("publish.renamed", final)
    fsync_folder(final.parent)


def digest_bytes(*parts: bytes) -> str:
    """32 hex digits of a BLAKE2b digest; parts are length-prefixed so that no two splits agree."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def digest_file(path: Path) -> str:
    """Digest of a whole file (for small ones: subtitles, music, fonts, pictures).

    Raises:
        InputError: The file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise InputError(
            f"Cannot read this file: {error.strerror}.", path, "Check the name and the rights."
        ) from error
    return digest.hexdigest()


@dataclass(frozen=True)
class FilmIdentity:
    """What tells one film file from another without reading it whole."""

    size: int
    mtime_ns: int
    blocks: str

    @property
    def digest(self) -> str:
        """One string for fingerprints."""
        return digest_bytes(str(self.size).encode(), str(self.mtime_ns).encode(), self.blocks.encode())


def film_identity(path: Path) -> FilmIdentity:
    """Size, modification time and a digest of head, tail and 16 blocks between.

    Raises:
        InputError: The file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            last = max(0, status.st_size - IDENTITY_BLOCK_BYTES)
            steps = IDENTITY_BLOCKS_BETWEEN + 1
            for offset in sorted({last * step // steps for step in range(steps + 1)}):
                stream.seek(offset)
                digest.update(stream.read(IDENTITY_BLOCK_BYTES))
    except OSError as error:
        raise InputError(
            f"Cannot read the film: {error.strerror}.", path, "Check the name and the rights."
        ) from error
    return FilmIdentity(status.st_size, status.st_mtime_ns, digest.hexdigest())


@contextlib.contextmanager
def folder_lock(folder: Path, *, name: str = ".lock") -> Iterator[bool]:
    """Own a folder while inside; yields False where the file system has no locks.

    Raises:
        BusyError: Another process owns it; the message carries its process id.
        OutputError: The lock file cannot be made.
    """
    path = folder / name
    try:
        # never through a link: a folder from a stranger could have it lead to a file that is then emptied
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
        hit("lock.open", path)
        descriptor = os.open(path, flags, 0o644)
    except OSError as error:
        raise write_error(error, path) from error
    try:
        has_lock = _take(descriptor, folder)
        if has_lock:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield has_lock
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path) -> bool:
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise BusyError(
            f"Another run (process {holder}) is working in this folder.",
            folder,
            "Wait for it to end, or choose another folder with --work-dir.",
            holder,
        ) from None
    except OSError:
        return False
    return True


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written where `folder` lies."""
    return shutil.disk_usage(folder).free
