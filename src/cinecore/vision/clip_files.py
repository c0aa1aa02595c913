"""Which files a user's own CLIP or SigLIP consists of: the picture's tower, the sentence's tower, and the tokenizer.

One ONNX file may hold both towers, or two files one each. Deliberately not here: what is inside them (`clip`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cinecore.errors import SetupError

HOW_TO_GET = (
    "`cinecut models get clip` fetches one; or name with the setting `clip` a two-tower ONNX file, or a folder with "
    "an image and a text file and tokenizer.json."
)
USUAL_NAMES = ("clip", "siglip")
"""How a file or folder in the models folder begins, to be taken without being named."""

PICTURE_WORDS = ("vision", "visual", "image")
TEXT_WORDS = ("text",)
"""By these parts of their names two files are told apart before either is opened."""

TELLS_NOTHING = "model"
"""How exports call any file."""

INNER_FOLDER = "onnx"
"""Where exports keep the networks below the folder with the tokenizer."""

SETTINGS_FILE = "preprocessor_config.json"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_BYTES_AT_MOST = 64 * 1024


@dataclass(frozen=True)
class ClipFiles:
    """A model's files as they lie there; nothing has been opened."""

    picture: Path
    text: Path
    """The same file where it holds both towers."""
    tokenizer: Path
    settings: Path | None = None
    """How pictures are prepared, where the export says so."""

    @property
    def name(self) -> str:
        """What a person knows it by: what its files' names have in common, else the folder."""
        stem = (
            self.picture.stem if self.picture == self.text else _begin_of(self.picture, PICTURE_WORDS) or ""
        )
        folder = self.picture.parent
        is_telling = not stem.startswith(TELLS_NOTHING)
        return (is_telling and stem.rstrip("-_. ")) or (
            folder.parent if folder.name == INNER_FOLDER else folder
        ).name

    @property
    def digest(self) -> str:
        """Of the contents of all files, in hex.

        Raises:
            SetupError: One cannot be read.
        """
        known = [self.picture, self.text, self.tokenizer, *([self.settings] if self.settings else [])]
        return hashlib.sha256("".join(_digest(path) for path in known).encode("ascii")).hexdigest()

    @property
    def is_siglip(self) -> bool:
        """Whether its names call it a SigLIP, which was trained on other lengths and colours than CLIP."""
        return (
            "siglip"
            in f"{self.picture.parent.parent.name}/{self.picture.parent.name}/{self.picture.name}".lower()
        )

    def stated(self) -> dict[str, Any]:
        """What the export says of preparing pictures; empty where it says nothing that can be read."""
        if self.settings is None:
            return {}
        try:
            if self.settings.stat().st_size > SETTINGS_BYTES_AT_MOST:
                return {}
            stated = json.loads(self.settings.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return stated if isinstance(stated, dict) else {}


def find_clip(named: Path | None, models_folder: Path) -> ClipFiles | None:
    """The model that is named, else the first in the models folder whose name begins as such models do.

    Args:
        named: A file with both towers, or a folder; also as it is called in the models folder.
        models_folder: Where models lie.

    Raises:
        SetupError: What is named is not there or lacks a part.
    """
    if named is not None:
        places = [named, models_folder / named]
        place = next((place for place in places if place.exists()), None)
        if place is None:
            raise SetupError("The CLIP that is named is not there.", named, HOW_TO_GET)
        return _named(place)
    if not models_folder.is_dir():
        return None
    for folder in sorted(_listed(models_folder, "")):
        if folder.is_dir() and folder.name.lower().startswith(USUAL_NAMES):
            found = _in_folder(folder, "")
            if found is not None:
                return found
    return _in_folder(models_folder, USUAL_NAMES)


def _named(place: Path) -> ClipFiles:
    if place.is_dir():
        found = _in_folder(place, "")
        if found is None:
            raise SetupError(
                "This folder holds no CLIP: an ONNX file (or one each for image and text) and tokenizer.json are needed.",
                place,
                HOW_TO_GET,
            )
        return found
    tokenizer = _tokenizer(place.parent, place.stem.lower()) or _tokenizer(place.parent, "")
    if tokenizer is None:
        raise SetupError("No tokenizer.json lies beside this CLIP.", place, HOW_TO_GET)
    return ClipFiles(place, place, tokenizer, _settings(place.parent))


def _in_folder(folder: Path, begins: str | tuple[str, ...]) -> ClipFiles | None:
    """The smallest whole model in a folder: two files, else one that is called after neither tower."""
    tokenizer = _tokenizer(folder, begins)
    if tokenizer is None:
        return None
    found: list[Path] = []
    for place in (folder, folder / INNER_FOLDER):
        found += [path for path in _listed(place, begins) if path.suffix == ".onnx" and path.is_file()]
    found.sort(key=lambda path: (path.stat().st_size, path.name))
    pictures = [path for path in found if _begin_of(path, PICTURE_WORDS) is not None]
    texts = [path for path in found if _begin_of(path, TEXT_WORDS) is not None]
    for picture in pictures:
        begin = _begin_of(picture, PICTURE_WORDS)
        text = next((path for path in texts if _begin_of(path, TEXT_WORDS) == begin), None)
        if text is not None:
            own = _tokenizer(folder, (begin or "").rstrip("-_. "))
            return ClipFiles(picture, text, own or tokenizer, _settings(folder))
    whole = [path for path in found if path not in pictures and path not in texts]
    return ClipFiles(whole[0], whole[0], tokenizer, _settings(folder)) if whole else None


def _begin_of(path: Path, words: tuple[str, ...]) -> str | None:
    """What stands in a file's name before the tower's word, in small letters; None where it bears none."""
    stem = path.stem.lower()
    return next((stem[: stem.index(word)] for word in words if word in stem), None)


def _tokenizer(folder: Path, begins: str | tuple[str, ...]) -> Path | None:
    names = [
        path for path in _listed(folder, begins) if path.name.endswith(TOKENIZER_FILE) and path.is_file()
    ]
    return min(names, key=lambda path: (len(path.name), path.name), default=None)


def _settings(folder: Path) -> Path | None:
    path = folder / SETTINGS_FILE
    return path if path.is_file() else None


def _listed(folder: Path, begins: str | tuple[str, ...]) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if path.name.lower().startswith(begins)]
    except OSError:
        return []


def _digest(path: Path) -> str:
    try:
        status = path.stat()
        return _digest_of(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise SetupError(
            f"A file of the CLIP cannot be read: {error.strerror or error}.", path, HOW_TO_GET
        ) from error


@lru_cache(maxsize=16)
def _digest_of(path: Path, size_bytes: int, mtime_ns: int) -> str:  # noqa: ARG001 - they say when to read anew
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
