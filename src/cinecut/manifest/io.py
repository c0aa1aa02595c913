"""Manifests in and out of files, checked: one message that names the clip and the field.

What a manifest means in frames stands in `layout.py`; nothing here plans or renders.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cinecore.errors import InputError, OutputError
from cinecore.files import write_atomic, write_error
from cinecut.errors import ManifestError
from cinecut.manifest.schema import MOST_CLIPS, Clip, Manifest
from cinecut.manifest.vibe import normalise_vibe_name

MAX_MANIFEST_BYTES = 16 * 1024 * 1024
"""Larger files are refused unread: 2,000 clips with all their alternates and reasons take a fifth of it."""

LONGEST_TRAILER_S = 900.0
"""Its sound is mixed in memory: a quarter of an hour takes about half a gigabyte."""

MOST_FIELDS = 100
"""Of one object; a clip has twenty."""

END_TOLERANCE_S = 0.05
"""How far past the film's end a time may lie: containers round their durations."""


def read_manifest(path: Path, user_vibe_folders: Sequence[Path] = ()) -> Manifest:
    """The manifest in a file, every field checked.

    Raises:
        ManifestError: What is wrong, with the clip's number (counted from 1) and the field.
    """
    try:
        if not path.is_file() and path.exists():  # opening a pipe would wait for ever, a device never ends
            raise _wrong(path, f"it is {'a folder' if path.is_dir() else 'no regular file'}")
        with path.open("rb") as stream:
            data = stream.read(MAX_MANIFEST_BYTES + 1)
    except OSError as error:
        raise _wrong(path, f"it cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a name with a zero in it
        raise _wrong(path, "there is no such file") from error
    if len(data) > MAX_MANIFEST_BYTES:
        raise _wrong(path, f"it is larger than {MAX_MANIFEST_BYTES // 1024 // 1024} MiB")
    return parse_manifest(data, path, user_vibe_folders)


def parse_manifest(data: bytes, path: Path, user_vibe_folders: Sequence[Path] = ()) -> Manifest:
    """The manifest in bytes; `path` is named in messages.

    Raises:
        ManifestError: What is wrong, with the clip's number (counted from 1) and the field.
    """
    try:
        value = _rounded(json.loads(data.decode("utf-8-sig"), object_pairs_hook=_plausible))
    except UnicodeDecodeError as error:
        raise _wrong(path, f"it is not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise _wrong(path, f"it is not JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise _wrong(path, "it is not a manifest: its JSON is nested too deeply") from error
    except _UnusableError as error:
        raise _wrong(path, str(error)) from error
    except ValueError as error:  # all that is left: more digits than Python turns into a number
        raise _wrong(path, "one of its numbers has too many digits") from error
    if not isinstance(value, dict):
        raise _wrong(path, "it is not a JSON object with `clips` in it")
    version = value.get("schema_version", "2.0")
    if version != "2.0":
        raise _wrong(path, f'field schema_version: {_shortened(version)} is not the known "2.0"')
    try:
        manifest = Manifest.model_validate(value)
    except ValidationError as error:
        raise _wrong(path, _first_problem(error)) from error
    try:
        normalise_vibe_name(manifest.vibe, user_vibe_folders)
    except InputError as error:
        raise _wrong(path, f"field vibe: no such vibe {_shortened(manifest.vibe)}. {error.advice}") from error
    for number, card in enumerate(manifest.titles, 1):
        if card.after_clip >= len(manifest.clips):
            raise _wrong(
                path,
                f"title {number}, field after_clip: {card.after_clip} is past the last clip, {len(manifest.clips) - 1}",
            )
    return manifest


class _UnusableError(ValueError):
    """JSON that no manifest can be made of, told while it is read: before memory is spent on it."""


def _plausible(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's fields; of two with one name a reader would have to guess which one was meant."""
    if len(pairs) > MOST_FIELDS:
        raise _UnusableError(f"one of its objects has {len(pairs)} fields")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _UnusableError(f"field {_shortened(twice)} stands twice in one place")
    for name, value in pairs:
        if isinstance(value, list) and len(value) > MOST_CLIPS:
            raise _UnusableError(f"field {_shortened(name)}: {_too_many(len(value), MOST_CLIPS)}")
    return found


def _too_many(count: int, most: int) -> str:
    return f"there are {count}, and a manifest takes at most {most}"


def _wrong(path: Path, detail: str) -> ManifestError:
    return ManifestError(detail, path)


def _first_problem(error: ValidationError) -> str:
    """The first complaint in words a person can act on: `clip 3, field act: …`."""
    problem = error.errors(include_url=False)[0]
    where: list[str] = []
    location = list(problem["loc"])
    names = {
        "clips": "clip",
        "titles": "title",
        "alternates": "alternate",
        "lines": "line",
        "effects": "effect",
    }
    while location:
        part = location.pop(0)
        if isinstance(part, str) and location and isinstance(location[0], int):
            where.append(f"{names.get(part, part)} {int(location.pop(0)) + 1}")
        elif where and where[-1].startswith("field "):
            where[-1] += f".{part}"
        else:
            where.append(f"field {part}")
    said = problem["msg"].removeprefix("Value error, ")
    kind, given = problem["type"], problem.get("input")
    if kind == "missing":
        said = "is missing"
    elif kind == "extra_forbidden":
        said = "is not a field that manifests have"
    elif kind == "too_short":
        said = "there must be at least one clip"
    elif kind == "too_long":
        said = _too_many(len(given), problem["ctx"]["max_length"])
    elif kind == "string_too_long":
        said = f"it has {len(given)} letters, at most {problem['ctx']['max_length']} are taken"
    elif kind == "string_unicode":
        said = f"it holds half a character: {_shortened(given)}"
    elif not isinstance(given, (dict, list)):
        said = f"{said[0].lower()}{said[1:]}, not {_shortened(given)}"
    return f"{', '.join(where)}: {said}" if where else said


def _shortened(value: object) -> str:
    text = repr(value[:100] if isinstance(value, str | list) else value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it stands in its file: fields in schema order, indented by 2, six decimals."""
    text = json.dumps(
        _rounded(manifest.model_dump(mode="json")), indent=2, ensure_ascii=False, allow_nan=False
    )
    return (text + "\n").encode()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest, whole or not at all.

    Raises:
        OutputError: The place cannot be written.
    """
    data = manifest_bytes(manifest)
    if len(data) > MAX_MANIFEST_BYTES:
        raise OutputError("The manifest would be too large to read again.", path, "Use fewer clips.")
    try:
        write_atomic(path, data)
    except OSError as error:
        raise write_error(error, path) from error


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def check_against_film(manifest: Manifest, duration_s: float, path: Path | None = None) -> None:
    """Nothing, when every time lies inside the film and no two pictures show the same footage.

    Raises:
        ManifestError: Which clips, counted from 1, and which field.
    """
    file = path or Path("TRAILER_MANIFEST.json")
    length_s = sum(clip.source_end_s - clip.source_start_s for clip in manifest.clips)
    length_s += sum(card.duration_s for card in manifest.titles)
    for number, clip in enumerate(manifest.clips, 1):
        for field in ("source_start_s", "source_end_s"):
            time_s = getattr(clip, field)
            if time_s > duration_s + END_TOLERANCE_S:
                raise _wrong(
                    file,
                    f"clip {number}, field {field}: {time_s} lies past the film's end at {duration_s:.3f} s",
                )
    if length_s > LONGEST_TRAILER_S:
        raise _wrong(
            file,
            f"its clips and cards last {length_s:.0f} s together, and a trailer at most {LONGEST_TRAILER_S:.0f} s",
        )
    for number, voice in enumerate(manifest.voice_overs, 1):
        if voice.source_end_s <= voice.source_start_s:
            raise _wrong(file, f"voice_overs {number}, field source_end_s: is not after source_start_s")
        if voice.source_end_s > duration_s + END_TOLERANCE_S:
            raise _wrong(
                file,
                f"voice_overs {number}, field source_end_s: {voice.source_end_s} lies past the film's end at {duration_s:.3f} s",
            )
    order = sorted(range(len(manifest.clips)), key=lambda i: (manifest.clips[i].source_start_s, i))
    for before, after in pairwise(order):
        if manifest.clips[after].source_start_s < manifest.clips[before].source_end_s - 1e-6:
            first, second = sorted((before + 1, after + 1))
            raise _wrong(
                file,
                f"clip {first} and clip {second} show the same footage: field source_start_s "
                f"{manifest.clips[after].source_start_s} of clip {after + 1} lies before source_end_s "
                f"{manifest.clips[before].source_end_s} of clip {before + 1}",
            )


def edited_clips(written: Manifest, now: Manifest) -> tuple[int, ...]:
    """Indices into `now.clips` of clips that are locked: added or changed since we wrote `written`, or said to be.

    A clip of ours that was locked and is not any more is free again.
    A clip that only moved in the order counts as changed where its neighbour before is another one.
    """
    before = {_key(clip): position for position, clip in enumerate(written.clips)}
    edited: list[int] = []
    previous: int | None = -1
    for index, clip in enumerate(now.clips):
        position = before.get(_key(clip))
        if clip.locked or position is None or (previous is not None and position < previous):
            edited.append(index)
        previous = position if position is not None else previous
    return tuple(edited)


def _key(clip: Clip) -> str:
    return json.dumps(_rounded(clip.model_dump(mode="json", exclude={"locked"})), sort_keys=True)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of the manifest."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CineCut trailer manifest 2.0",
        **{key: value for key, value in Manifest.model_json_schema().items() if key != "title"},
    }


def json_schema_bytes() -> bytes:
    """The text of docs/schema/trailer_manifest.schema.json."""
    return (json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n").encode()
