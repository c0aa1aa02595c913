"""Weights that a user may have: which are known, where they lie, whether they are the ones that are meant.

Deliberately not here: fetching them (`weights_download`), and the small networks that ship with the program
(`cinecore.vision.weights`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from cinecore.errors import CineError, InputError
from cinecore.files import write_json
from cinecore.language.gguf_head import MAGIC
from cinecore.settings import read_toml

State = Literal["missing", "partial", "unchecked", "ok", "wrong"]

PART_SUFFIX = ".part"
RECORD_FILENAME = ".checked-weights.json"
"""In the models folder: which files were found to be the right ones, so that 4 GB are not read at every look."""

BLOCK_BYTES = 4 * 1024**2
MOST_NAMED = 1000
"""Entries of a list that a person would write."""

_TEXTS = ("name", "role", "file", "sha256", "address")
_ROLES = ("model", "mmproj", "text", "clip")

Counter = Callable[[int, int], None]
"""Hears of bytes done and bytes in all; 0 in all where that is not known."""


@dataclass(frozen=True)
class Weights:
    """One file of weights that can be had."""

    name: str
    """What a person types."""
    role: str
    """model (with eyes beside it) | mmproj (the eyes) | text | clip (a part of one)."""
    file: str
    """Its name in the models folder."""
    sha256: str
    address: str
    about: str = ""
    licence: str = ""
    about_mib: int = 0
    """How large, roughly; 0: not known."""


@dataclass(frozen=True)
class Kept:
    """How one of them lies in the models folder."""

    weights: Weights
    path: Path
    state: State
    """unchecked: a file of that name whose digest nobody has looked at since it was changed."""
    size_bytes: int = 0
    detail: str = ""


def usual_models_folder() -> Path:
    """The folder of models where no setting names one; not made here."""
    return Path.home() / "models"


def find_weights(named: Path, folder: Path) -> Path | None:
    """The file as it is named, else of that name in the models folder; None where there is neither."""
    named = named.expanduser()
    return next((path for path in (named, folder / named) if path.is_file()), None)


def known_weights(own_list: Path | None = None) -> tuple[Weights, ...]:
    """Those that the program was written for, then a person's own; an own one outranks another of its name.

    Args:
        own_list: A TOML file of the same form as `weights.toml` beside this module.

    Raises:
        InputError: The person's list cannot be used; the message names the entry.
    """
    import tomllib

    shipped = resources.files("cinecore.language").joinpath("weights.toml").read_text("utf-8")
    found = {one.name: one for one in _entries(tomllib.loads(shipped), None)}
    if own_list is not None:
        if not own_list.is_file():
            raise InputError("The list of models is not there.", own_list, "Correct the setting models_list.")
        found |= {one.name: one for one in _entries(read_toml(own_list), own_list)}
    return tuple(found.values())


def weights_named(name: str, known: tuple[Weights, ...]) -> Weights:
    """The weights of a name, or of a file's name.

    Raises:
        InputError: There are none.
    """
    for one in known:
        if name in {one.name, one.file}:
            return one
    names = ", ".join(one.name for one in known)
    raise InputError("There are no weights of that name.", name, f"Known: {names}.")


def weights_meant(names: Sequence[str], known: tuple[Weights, ...]) -> tuple[Weights, ...]:
    """The weights of these names, files' names or roles; without any those that make a model which describes.

    Raises:
        InputError: There are none of a name.
    """
    if not names:
        return tuple(one for one in known if one.role != "clip")
    meant: dict[str, Weights] = {}
    for name in names:
        of_role = [one for one in known if one.role == name]
        meant |= {one.name: one for one in of_role or [weights_named(name, known)]}
    return tuple(meant.values())


def _entries(document: Mapping[str, Any], source: Path | None) -> list[Weights]:
    listed = document.get("weights")
    if not isinstance(listed, list) or len(listed) > MOST_NAMED:
        raise InputError("A list of models holds [[weights]] tables.", source, "Add one for each file.")
    return [_entry(fields, number, source) for number, fields in enumerate(listed, 1)]


def _entry(fields: object, number: int, source: Path | None) -> Weights:
    given = fields if isinstance(fields, dict) else {}
    texts = {name: str(given.get(name, "")).strip() for name in (*_TEXTS, "about", "licence")}
    lacks = [name for name in _TEXTS if not texts[name]]
    wrong = ""
    if lacks:
        wrong = f"lacks {', '.join(lacks)}"
    elif not re.fullmatch(r"[0-9a-f]{64}", texts["sha256"].lower()):
        wrong = "sha256 is 64 hex digits"
    elif Path(texts["file"]).name != texts["file"] or texts["file"].startswith("."):
        wrong = "file is a plain name, without a folder"
    elif not re.match(r"https?://[^\s@]+$", texts["address"]):
        wrong = "address begins with https:// and bears no key"
    elif texts["role"] not in _ROLES:
        wrong = f"role is one of {', '.join(_ROLES)}"
    size = given.get("about_mib", 0)
    if wrong or not isinstance(size, int):
        raise InputError(
            f"Entry {number} of the list of models: {wrong or 'about_mib is a whole number'}.",
            source,
            "Correct it.",
        )
    texts["sha256"] = texts["sha256"].lower()
    return Weights(**texts, about_mib=size)


def look(weights: Weights, folder: Path) -> Kept:
    """How a file lies there, without reading it whole."""
    path = folder / weights.file
    try:
        status = path.stat()
        with path.open("rb") as stream:
            magic = stream.read(len(MAGIC))
    except OSError:
        return _unfinished(weights, path)
    if path.suffix == ".gguf" and magic != MAGIC:
        return Kept(weights, path, "wrong", status.st_size, "it is no GGUF file")
    noted = _record(folder).get(weights.file)
    if noted == _note(weights.sha256, path):
        return Kept(weights, path, "ok", status.st_size)
    if noted is not None and noted == _note(str(noted.get("sha256")), path):
        return Kept(weights, path, "wrong", status.st_size, "its digest is another")
    return Kept(weights, path, "unchecked", status.st_size)


def verify(weights: Weights, folder: Path, count: Counter = lambda _done, _total: None) -> Kept:
    """How a file lies there, its digest computed; what was found is remembered while the file is the same.

    Raises:
        InputError: It cannot be read to its end.
    """
    kept = look(weights, folder)
    if kept.state in {"missing", "partial"} or kept.detail == "it is no GGUF file":
        return kept
    digest = sha256_of(kept.path, count)
    remember(kept.path, digest)
    if digest != weights.sha256:
        return Kept(weights, kept.path, "wrong", kept.size_bytes, "its digest is another")
    return Kept(weights, kept.path, "ok", kept.size_bytes)


def sha256_of(path: Path, count: Counter) -> str:
    """The digest of a whole file, in hex.

    Raises:
        InputError: It cannot be read.
    """
    digest = hashlib.sha256()
    done = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
                done += len(block)
                count(done, total)
    except OSError as error:
        raise InputError(
            f"Cannot read these weights: {error.strerror or error}.", path, "Check the rights and the disk."
        ) from error
    return digest.hexdigest()


def remember(path: Path, digest: str) -> None:
    """Keep a file's digest beside it; a folder that takes no files is left alone."""
    record = dict(_record(path.parent))
    record[path.name] = _note(digest, path)
    try:
        write_json(path.parent / RECORD_FILENAME, record)
    except CineError:  # a shared folder that only its owner writes: the digest is computed again next time
        return


def _unfinished(weights: Weights, path: Path) -> Kept:
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        size = part.stat().st_size
    except OSError:
        return Kept(weights, path, "missing")
    return Kept(weights, path, "partial", size, "a download that was stopped; `get` goes on with it")


def _record(folder: Path) -> Mapping[str, Any]:
    try:
        document = json.loads((folder / RECORD_FILENAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: note for name, note in document.items() if isinstance(note, dict)}


def _note(digest: str, path: Path) -> dict[str, object]:
    """What a remembered digest was computed from: another size or time, another file."""
    status = path.stat()
    return {"sha256": digest, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
