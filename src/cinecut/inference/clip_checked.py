"""Which CLIPs have answered on this machine: loading two towers only to know that they load takes seconds each time.

A CLIP is known again by its files (where they lie, how large they are, when they were last written) and by the versions of
the packages that read it. Only good ones are remembered: one that failed is tried anew, so that what mends it is seen.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from pathlib import Path

from cinecore.errors import OutputError
from cinecore.files import digest_bytes, write_atomic
from cinecore.vision.clip_files import ClipFiles

CHECKED_VERSION = 1
"""Raised when checking asks more of a CLIP than before."""

PACKAGES = ("onnxruntime", "tokenizers")

FILE_BYTES_AT_MOST = 4096


def known_digest(files: ClipFiles, folder: Path) -> str | None:
    """The digest of a CLIP that has answered before; None where that is not known.

    Args:
        files: The model's.
        folder: Where it is remembered; it need not be there.
    """
    record = _record(files, folder)
    if record is None:
        return None
    try:
        if record.stat().st_size > FILE_BYTES_AT_MOST:
            return None
        digest = json.loads(record.read_text("utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return digest if isinstance(digest, str) and len(digest) == 64 else None


def remember(files: ClipFiles, digest: str, folder: Path) -> None:
    """Keep that a CLIP answered; a place that cannot be written only means that it is asked again."""
    record = _record(files, folder)
    if record is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(record, json.dumps({"digest": digest}).encode("ascii"))
    except (OSError, OutputError):
        return


def _record(files: ClipFiles, folder: Path) -> Path | None:
    """The file that speaks of this very CLIP; None where it cannot be told, or nothing reads its sentences."""
    if not _is_there("tokenizers"):
        return None
    paths = [files.picture, files.text, files.tokenizer, *([files.settings] if files.settings else [])]
    try:
        states = [path.stat() for path in paths]
    except OSError:
        return None
    known = [
        (str(path.absolute()), state.st_size, state.st_mtime_ns, state.st_ino)
        for path, state in zip(paths, states, strict=True)
    ]
    versions = [_version(package) for package in PACKAGES]
    name = digest_bytes(repr((CHECKED_VERSION, known, versions)).encode("utf-8", "surrogatepass"))
    return folder / f"{name[:32]}.json"


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # it was taken out of the running interpreter
        return False


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
