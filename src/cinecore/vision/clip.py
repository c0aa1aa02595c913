"""A user's own CLIP or SigLIP: pictures and sentences become vectors of one space, near each other where they agree.

What goes in is read off the model itself: names, sizes, kinds of number. Nothing ships and nothing is fetched.
Deliberately not here: which files (`clip_files`), and what may be said of a picture because of a nearness.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.errors import SetupError
from cinecore.networks import Network, load_network
from cinecore.vision.clip_files import HOW_TO_GET, ClipFiles
from cinecore.vision.panels import Picture

WHAT = "The CLIP"

CLIP_MEAN, CLIP_SPREAD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""Of R, G and B, 0..1: what the first CLIP was trained with, and all that followed it (its repository's `clip.py`)."""
SIGLIP_MEAN = SIGLIP_SPREAD = (0.5, 0.5, 0.5)

USUAL_SIDE = 224
"""Pixels, where neither the model nor its settings say."""
SIDES = range(8, 1025)

SIGLIP_TOKENS = 64
"""It was trained on sentences filled up to this length, and reads shorter ones otherwise."""
MOST_TOKENS = 77
"""CLIP reads no more; nor does a sentence of the vocabulary have more."""

NO_TOKENIZERS = "pip install 'cinecut[clip]' installs the package `tokenizers` that reads it."

Vector = npt.NDArray[np.float32]
Tokenize = Callable[[str], Sequence[int]]
"""A sentence as the numbers that a text tower reads."""


@dataclass(frozen=True)
class _Input:
    """One input of a network, as the network itself tells."""

    name: str
    kind: type[np.generic]
    shape: tuple[object, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it takes rows of whole numbers, as tokens are."""
        return len(self.shape) == 2 and np.issubdtype(self.kind, np.integer)

    def fixed(self, axis: int) -> int:
        """Its length along an axis; 0 where any will do."""
        length = self.shape[axis] if axis < len(self.shape) else None
        return length if isinstance(length, int) and length > 0 else 0


KINDS: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


@dataclass(frozen=True, eq=False)
class TwoTowers:
    """A loaded model; equal pictures and sentences give equal vectors."""

    files: ClipFiles
    picture_tower: Network
    text_tower: Network
    tokenize: Tokenize
    filler: int = 0
    """The token that fills a sentence up, where a fixed length is wanted."""

    def picture(self, picture: Picture) -> Vector:
        """A picture of shape (height, width, 3), 0..255, as a vector of length 1; it is seen whole, squeezed to a square.

        Raises:
            SetupError: The model is none of this kind.
        """
        return self._run(self.picture_tower, picture, "a", "image")

    def sentence(self, text: str) -> Vector:
        """A sentence as a vector of length 1 of the same space.

        Raises:
            SetupError: The model is none of this kind.
        """
        return self._run(self.text_tower, np.zeros((8, 8, 3), np.uint8), text, "text")

    def check(self) -> None:
        """Nothing, if both towers answer in one space.

        Raises:
            SetupError: They do not.
        """
        if not any(len(wanted.shape) == 4 for wanted in _inputs(self.picture_tower)):
            raise self._foreign("its image part takes no pictures")
        if not any(wanted.is_whole for wanted in _inputs(self.text_tower)):
            raise self._foreign("its text part takes no sentences")
        lengths = (len(self.picture(np.full((16, 16, 3), 128, np.uint8))), len(self.sentence("a picture")))
        if lengths[0] != lengths[1] or lengths[0] < 2:
            raise self._foreign(f"its towers give {lengths[0]} and {lengths[1]} numbers")

    def _run(self, network: Network, picture: Picture, text: str, of: str) -> Vector:
        given: dict[str, npt.NDArray[Any]] = {}
        for wanted in _inputs(network):
            given[wanted.name] = self._fed(wanted, picture, text)
        try:
            outputs = network.run_inputs(given)
        except Exception as error:  # the runtime's own kinds have no common parent that it promises
            raise self._foreign(f"the runtime said: {str(error).splitlines()[0]}") from error
        vector = np.asarray(self._vector(outputs, of), np.float32)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise self._foreign("it gives no usable numbers")
        return vector / np.float32(length)

    def _fed(self, wanted: _Input, picture: Picture, text: str) -> npt.NDArray[Any]:
        """What goes into one input.

        Raises:
            SetupError: It is an input that no CLIP has.
        """
        rank, is_number = len(wanted.shape), np.issubdtype(wanted.kind, np.floating)
        if rank == 4 and is_number:
            return self._pixels(wanted, picture).astype(wanted.kind)
        if rank == 2 and not is_number:
            tokens, count = self._tokens(wanted, text)
            places = np.arange(len(tokens))
            rows = {"mask": places < count, "position": places, "type": np.zeros(len(tokens))}
            row = next((row for word, row in rows.items() if word in wanted.name.lower()), tokens)
            return np.asarray(row)[np.newaxis].astype(wanted.kind)
        raise self._foreign(f"it wants an input {wanted.name!r} that no CLIP has")

    def _pixels(self, wanted: _Input, picture: Picture) -> npt.NDArray[np.float32]:
        if wanted.fixed(1) not in {0, 3}:
            raise self._foreign("it does not take pictures of three colours, colours first")
        stated = self.files.stated()
        side = _side_of(stated)
        height, width = wanted.fixed(2) or side, wanted.fixed(3) or side
        usual = (SIGLIP_MEAN, SIGLIP_SPREAD) if self.files.is_siglip else (CLIP_MEAN, CLIP_SPREAD)
        mean, spread = (
            _colours(stated.get("image_mean"), usual[0]),
            _colours(stated.get("image_std"), usual[1]),
        )
        small = Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC)
        pixels = (np.asarray(small, np.float32) / 255 - np.array(mean, np.float32)) / np.array(
            spread, np.float32
        )
        return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis], np.float32)

    def _tokens(self, wanted: _Input, text: str) -> tuple[npt.NDArray[np.int64], int]:
        """The sentence's tokens, filled up where the model wants one length; and how many are the sentence's own."""
        tokens = list(self.tokenize(text))
        length = wanted.fixed(1) or (SIGLIP_TOKENS if self.files.is_siglip else 0)
        most = length or MOST_TOKENS
        if len(tokens) > most:
            tokens = [
                *tokens[: most - 1],
                tokens[-1],
            ]  # the last one ends the sentence, where CLIP reads its meaning
        filled = tokens + [self.filler] * (length - len(tokens))
        return np.array(filled, np.int64), len(tokens)

    def _vector(self, outputs: Mapping[str, npt.NDArray[Any]], of: str) -> npt.NDArray[Any]:
        flat = {name: value for name, value in outputs.items() if np.ndim(value) == 2 and value.shape[-1] > 1}
        for word in (f"{of}_embed", f"{of}_feature", "pooler", "embed", "feature"):
            for name, value in flat.items():
                if word in name.lower():
                    return np.asarray(value[0])
        if len(flat) == 1:
            return np.asarray(next(iter(flat.values()))[0])
        raise self._foreign(f"it gives no vector for {'a picture' if of == 'image' else 'a sentence'}")

    def _foreign(self, why: str) -> SetupError:
        return SetupError(f"{WHAT} cannot be used: {why}.", self.files.picture, HOW_TO_GET)


def load_clip(files: ClipFiles, tokenize: Tokenize | None = None) -> TwoTowers:
    """The model behind these files.

    Args:
        files: Where it lies.
        tokenize: Another reader of sentences than the one in `files.tokenizer`.

    Raises:
        SetupError: A file is no network, or the tokenizer cannot be read.
    """
    filler = 0
    if tokenize is None:
        tokenize, filler = read_tokenizer(files)
    picture_tower = load_network(files.picture, what=WHAT)
    is_one = files.text == files.picture
    text_tower = picture_tower if is_one else load_network(files.text, what=WHAT)
    return TwoTowers(files, picture_tower, text_tower, tokenize, filler)


def read_tokenizer(files: ClipFiles) -> tuple[Tokenize, int]:
    """A reader of sentences, and the token that fills them up.

    Raises:
        SetupError: The package `tokenizers` is not installed, or the file is none of its.
    """
    try:
        package = importlib.import_module("tokenizers")
    except ImportError as error:
        raise SetupError("The CLIP's tokenizer cannot be read.", files.tokenizer, NO_TOKENIZERS) from error
    try:
        made = package.Tokenizer.from_file(str(files.tokenizer))
        stated = made.padding or {}
        made.no_padding()
        made.no_truncation()
        end = made.token_to_id("</s>") if files.is_siglip else 0
    except Exception as error:  # the package raises bare exceptions
        raise SetupError(
            f"The CLIP's tokenizer cannot be read: {error}.", files.tokenizer, HOW_TO_GET
        ) from error

    def tokenize(text: str) -> Sequence[int]:
        return [int(token) for token in made.encode(text).ids]

    return tokenize, int(stated.get("pad_id", end or 0))


def _inputs(network: Network) -> list[_Input]:
    found = []
    for one in network.session.get_inputs():
        kind = KINDS.get(str(one.type))
        if kind is None:
            raise SetupError(f"{WHAT} cannot be used: it wants {one.type}.", str(one.name), HOW_TO_GET)
        found.append(_Input(str(one.name), kind, tuple(one.shape or ())))
    return found


def _side_of(stated: Mapping[str, Any]) -> int:
    """Pixels of the square that pictures are squeezed to, where the model itself leaves it open."""
    for name in ("crop_size", "size"):
        size = stated.get(name)
        if isinstance(size, dict):
            size = size.get("height", size.get("shortest_edge"))
        if isinstance(size, int) and size in SIDES:
            return size
    return USUAL_SIDE


def _colours(stated: object, usual: tuple[float, ...]) -> tuple[float, ...]:
    is_stated = isinstance(stated, list) and len(stated) == 3
    if is_stated and all(isinstance(part, int | float) and 0 < part <= 1 for part in stated):  # type: ignore[attr-defined]  # a list by the line above
        return tuple(float(part) for part in stated)  # type: ignore[attr-defined]  # likewise
    return usual
