"""What a GGUF file says of itself at its beginning: kind, shape, and whether it is whole.

The format is that of llama.cpp, versions 2 and 3, little-endian: magic, version, counts, named values, one line
for each tensor, then the tensors. Deliberately not here: the tensors' content.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cinecore.errors import InputError, SetupError
from cinecore.files import film_identity

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_ENTRIES = 1_000_000
"""Named values or tensors; real files have some hundreds of each."""

MOST_KEPT = 4096
"""Elements of a list that are kept; a vocabulary's are passed over."""

MOST_DIMENSIONS = 8
CACHE_BYTES = 2
"""Of one number in the server's memory of a conversation (f16, llama.cpp's default)."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9

_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 36),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
}
"""Numbers in a block and its bytes, by ggml's number of the type; of a newer type only the beginning is looked at."""


@dataclass(frozen=True)
class GgufHead:
    """What is known of a file of weights."""

    path: Path
    size_bytes: int
    values: dict[str, Any] = field(repr=False)
    """Named values; lists of more than 4,096 elements are None."""
    tensor_shapes: dict[str, tuple[int, ...]] = field(repr=False)
    """In ggml's order: the fastest dimension first."""

    @property
    def architecture(self) -> str:
        """llama, qwen2 …; clip for the eyes of a model."""
        return str(self.values.get("general.architecture", ""))

    @property
    def is_eyes(self) -> bool:
        """Whether it is a projector (mmproj), which goes with a model and is none by itself."""
        return self.architecture == "clip" or self.values.get("general.type") == "mmproj"

    @property
    def is_llava_shaped(self) -> bool:
        """Whether these eyes are those of LLaVA 1.5: pictures through a plain two-layer projector."""
        return self.is_eyes and self.values.get("clip.projector_type", "mlp") == "mlp"

    @property
    def name(self) -> str:
        """What its maker called it; empty where it does not say."""
        return str(self.values.get("general.name", ""))

    @property
    def width(self) -> int | None:
        """Numbers that stand for one token, in a model or behind its eyes; None where that cannot be told."""
        if not self.is_eyes:
            value = self.values.get(f"{self.architecture}.embedding_length")
            return value if isinstance(value, int) else None
        shape = self.tensor_shapes.get("mm.2.weight") if self.is_llava_shaped else None
        return shape[1] if shape and len(shape) > 1 else None

    @property
    def bytes_a_token(self) -> int | None:
        """Memory that a server keeps for each token of its context; None where that cannot be told."""

        def value(name: str) -> Any:
            return self.values.get(f"{self.architecture}.{name}")

        layers, heads, width = value("block_count"), value("attention.head_count"), self.width
        if not isinstance(layers, int) or not isinstance(heads, int) or width is None or not heads:
            return None
        kept = value("attention.head_count_kv")
        each = (
            kept if isinstance(kept, list) else [kept if isinstance(kept, int) else heads] * min(layers, 1000)
        )
        key = value("attention.key_length") or width // heads
        content = value("attention.value_length") or width // heads
        if not all(isinstance(number, int) for number in (*each, key, content)):
            return None
        return int(sum(each) * (key + content) * CACHE_BYTES)


def read_head(path: Path) -> GgufHead:
    """The head of a file, which is known to be whole as far as sizes tell.

    Raises:
        SetupError: Missing, no GGUF file, of a version that is not known, or cut short.
    """
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            if size < 24:
                raise _unusable("This is no file of weights (GGUF).", path)
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(path, data, size)
    except OSError as error:
        raise SetupError(
            f"The weights cannot be opened: {error.strerror or error}.",
            path,
            "Correct the path, or get them: `cinecut models list` says which there are.",
        ) from error


def check_pair(model: GgufHead, eyes: GgufHead | None) -> None:
    """See that a model is one, and that its eyes are eyes and of its width.

    Raises:
        SetupError: They are not.
    """
    if model.is_eyes:
        raise _unusable("This file holds the eyes of a model (mmproj), not the model.", model.path)
    if eyes is None:
        return
    if not eyes.is_eyes:
        raise _unusable("This file holds a model, not the eyes of one (mmproj).", eyes.path)
    if model.width and eyes.width and model.width != eyes.width:
        raise SetupError(
            f"These eyes belong to another model: they give {eyes.width} numbers for each part of a picture, "
            f"and the model takes {model.width}.",
            eyes.path,
            f"Get the mmproj file that belongs to {model.path.name}.",
        )


def weights_identity(paths: tuple[Path, ...]) -> str:
    """16 hex digits that tell these weights from others: sizes and a digest of 18 blocks of each file.

    Raises:
        SetupError: A file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=8)
    for path in paths:
        try:
            found = film_identity(path)  # weights are as large as films; where and when they lie is left out
        except InputError as error:
            raise SetupError("The weights cannot be opened.", path, "Correct the path.") from error
        digest.update(f"{found.size} {found.blocks}\n".encode())
    return digest.hexdigest()


def _unusable(happened: str, path: Path) -> SetupError:
    return SetupError(
        happened, path, "Get the file again, or name another: `cinecut models verify` looks at it."
    )


def _read(path: Path, data: mmap.mmap, size: int) -> GgufHead:
    if data[:4] != MAGIC:
        raise _unusable("This is no file of weights (GGUF).", path)
    version, tensors, entries = struct.unpack_from("<IQQ", data, 4)
    if version not in VERSIONS or max(tensors, entries) > MOST_ENTRIES:
        raise _unusable(f"This GGUF file is of a version that is not known ({version}).", path)
    reader = _Reader(data, 24)
    try:
        values = {}
        for _ in range(entries):
            name = reader.text()
            values[name] = reader.value(reader.number("I"))
        shapes: dict[str, tuple[int, ...]] = {}
        last = 0
        for _ in range(tensors):
            name = reader.text()
            dimensions = reader.number("I")
            if dimensions > MOST_DIMENSIONS:
                raise _unusable("This GGUF file is damaged.", path)
            shape = tuple(reader.number("Q") for _ in range(dimensions))
            kind, offset = reader.number("I"), reader.number("Q")
            shapes[name] = shape
            last = max(last, offset + _tensor_bytes(kind, shape))
    except (struct.error, UnicodeDecodeError, IndexError, RecursionError):
        raise _unusable("This GGUF file is cut short or damaged.", path) from None
    step = values.get("general.alignment")
    step = step if isinstance(step, int) and step > 0 else 32
    needed = (reader.place + step - 1) // step * step + last
    if needed > size:
        raise _unusable(f"This GGUF file is cut short: {size} bytes of {needed} are there.", path)
    return GgufHead(path, size, values, shapes)


def _tensor_bytes(kind: int, shape: tuple[int, ...]) -> int:
    per_block, block_bytes = _BLOCKS.get(kind, (1, 0))
    count = 1
    for length in shape:
        count *= length
    return count // per_block * block_bytes


class _Reader:
    """Goes through a head from one value to the next."""

    def __init__(self, data: mmap.mmap, place: int) -> None:
        self._data = data
        self.place = place

    def number(self, form: str) -> int:
        """The next whole number."""
        (value,) = struct.unpack_from(f"<{form}", self._data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return int(value)

    def text(self) -> str:
        """The next text."""
        length = self.number("Q")
        raw = self._data[self.place : self.place + length]
        if len(raw) != length:
            raise IndexError
        self.place += length
        return raw.decode("utf-8")

    def value(self, kind: int) -> Any:
        """The next value of a kind; None for a long list."""
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self._list()
        form = _SCALARS.get(kind)
        if form is None:
            raise IndexError
        (value,) = struct.unpack_from(f"<{form}", self._data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return value

    def _list(self) -> list[Any] | None:
        kind, count = self.number("I"), self.number("Q")
        if count > len(self._data):
            raise IndexError
        if kind in _SCALARS and count > MOST_KEPT:
            self.place += count * struct.calcsize(f"<{_SCALARS[kind]}")
            return None
        if kind == _STRING and count > MOST_KEPT:
            for _ in range(count):
                length = self.number("Q")
                self.place += length
            return None
        return [self.value(kind) for _ in range(count)]
