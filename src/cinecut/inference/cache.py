"""All scene descriptions of a film in one msgpack file of the work folder, valid while the film is the same.

Deliberately not here: the journal that is written while frames arrive, and any global cache folder.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it ships no type hints

from cinecore.files import write_atomic
from cinecut.errors import InferenceError
from cinecut.inference.models import validate_scene_description
from cinecut.models import KeyframeRecord, SceneDescription

CACHE_SUFFIX = ".scenedesc.msgpack"
CACHE_FORMAT = 1
"""Number of the payload's shape; another one is a miss."""

MAX_NAME_BYTES = 255
"""Longest file name that common file systems take."""

MAX_CACHE_BYTES = 512 * 1024 * 1024
"""A feature film's descriptions are a few megabytes; what is larger is no cache of ours."""

DescribedKeyframe = tuple[KeyframeRecord, SceneDescription | None]
"""A still and what was seen in it; None where describing it failed."""


def _cache_path(source_file: str | os.PathLike[str], work_dir: Path) -> Path:
    """Where the descriptions of a film lie: `work_dir/<film stem>.scenedesc.msgpack`."""
    return named_beside(source_file, work_dir, CACHE_SUFFIX)


def named_beside(source_file: str | os.PathLike[str], work_dir: Path, suffix: str) -> Path:
    """`work_dir/<film stem><suffix>`; a name past 255 bytes is shortened and bears 8 hex digits of its digest."""
    stem = Path(os.fspath(source_file)).stem
    raw = os.fsencode(stem)
    room = MAX_NAME_BYTES - len(suffix.encode())
    if len(raw) > room:
        mark = hashlib.blake2b(raw, digest_size=4).hexdigest()
        short = raw[: room - len(mark) - 1].decode("utf-8", "ignore")
        stem = f"{short}_{mark}"
    return work_dir / f"{stem}{suffix}"


def save_cache(
    results: list[DescribedKeyframe], source_file: str | os.PathLike[str], work_dir: Path, *, engine: str = ""
) -> Path:
    """Write all descriptions, whole or not at all; the file's path.

    `engine` is the describer's identity, kept so that another one's words are told apart.

    Raises:
        OSError: The film cannot be looked at or the file not be written; the first thing that went wrong.
    """
    status = Path(os.fspath(source_file)).stat()
    payload = {
        "metadata": {
            "source_file": os.fspath(source_file),
            "mtime": status.st_mtime,
            "size": status.st_size,
            "mtime_ns": status.st_mtime_ns,
            "format": CACHE_FORMAT,
            "engine": engine,
        },
        "results": [
            {"record": asdict(record), "description": None if description is None else asdict(description)}
            for record, description in results
        ],
    }
    path = _cache_path(source_file, work_dir)
    # surrogatepass: file names that are not UTF-8 must survive
    write_atomic(
        path,
        msgpack.packb(payload, use_bin_type=True, unicode_errors="surrogatepass"),
        suffix=".cache.tmp",
    )
    return path


def load_cache(
    source_file: str | os.PathLike[str], work_dir: Path, *, engine: str | None = None
) -> list[DescribedKeyframe] | None:
    """The descriptions of a film; None, never an error, where there are none that hold for it.

    None when the file is missing or broken, when the film's modification time or size differs, and
    where `engine` is given and another one wrote it.
    """
    path = _cache_path(source_file, work_dir)
    try:
        status = Path(os.fspath(source_file)).stat()
        return _results(_payload(path), status, engine)
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
        msgpack.UnpackException,
        InferenceError,
    ):
        return None


def cached_engine(source_file: str | os.PathLike[str], work_dir: Path) -> str | None:
    """Who made the descriptions that lie in a work folder, of whatever film; None where none can be read."""
    try:
        engine = _payload(_cache_path(source_file, work_dir))["metadata"]["engine"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError, msgpack.UnpackException):
        return None
    return engine if isinstance(engine, str) and engine else None


def _payload(path: Path) -> Any:
    """What the file holds.

    Raises:
        OSError, ValueError, RecursionError, msgpack.UnpackException: There is none, or it is no cache of ours.
    """
    if not path.is_file():  # a pipe in its place would be waited for for ever
        raise FileNotFoundError(path)
    with path.open("rb") as stream:
        data = stream.read(MAX_CACHE_BYTES + 1)
    if len(data) > MAX_CACHE_BYTES:
        raise ValueError("far larger than any film's descriptions")
    return msgpack.unpackb(data, raw=False, strict_map_key=False, unicode_errors="surrogatepass")


def _results(payload: Any, status: os.stat_result, engine: str | None) -> list[DescribedKeyframe] | None:
    """The list inside a payload; None where it speaks of another film or engine.

    Raises:
        KeyError, TypeError, InferenceError: The payload has another shape.
    """
    metadata = payload["metadata"]
    is_same_film = metadata["size"] == status.st_size and (
        metadata["mtime_ns"] == status.st_mtime_ns
        if "mtime_ns" in metadata
        else metadata["mtime"] == status.st_mtime
    )
    if not is_same_film or metadata.get("format", CACHE_FORMAT) != CACHE_FORMAT:
        return None
    if engine is not None and metadata.get("engine") != engine:
        return None
    return [
        (
            keyframe_record(item["record"]),
            None if item["description"] is None else validate_scene_description(item["description"]),
        )
        for item in payload["results"]
    ]


def keyframe_record(document: Any) -> KeyframeRecord:
    """A record from its stored fields.

    Raises:
        KeyError, TypeError: A field is missing or of the wrong type.
    """
    timestamp, frame_path, source = document["timestamp_s"], document["frame_path"], document["source"]
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float):
        raise TypeError("timestamp_s is not a number")
    if not isinstance(frame_path, str) or not isinstance(source, str):
        raise TypeError("frame_path and source are strings")
    return KeyframeRecord(float(timestamp), frame_path, source)
