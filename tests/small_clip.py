"""A CLIP of a few numbers, written as ONNX by hand: it knows red, green, blue and white, and the words that mean them here.

A picture's vector is its mean colour and a constant; a sentence's the mean of its words'. One word may be liked by the
model whatever it is shown, as real ones have their favourites.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Numbers = tuple[float, float, float, float, float]

WORDS: Mapping[str, Numbers] = {
    "forest": (-15, 30, -15, 0, 0),
    "trees": (-15, 30, -15, 0, 0),
    "sea": (-15, -15, 30, 0, 0),
    "waves": (-15, -15, 30, 0, 0),
    "explosion": (30, -15, -15, 0, 0),
    "fireball": (30, -15, -15, 0, 0),
    "laughing": (20, 20, 20, 0, 0),
    "joyful": (20, 20, 20, 0, 0),
    "kitchen": (0, 0, 0, 60, 0),
}
"""What a word is near to: red, green, blue, anything at all, and nothing."""

OTHER: Numbers = (0.1, 0.1, 0.1, 1.0, 2.0)
FLOAT, INT64 = 1, 7
SIDE = 8


def write_clip(folder: Path, *, is_one_file: bool = False, tokens: int = 0, channels: int = 3) -> Path:
    """A model with its tokenizer in a folder, as one file or two; `tokens`: the length it wants sentences in."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, text = _picture_tower(channels), _text_tower(tokens)
    if is_one_file:
        (folder / "model.onnx").write_bytes(
            _model(*(one + two for one, two in zip(picture, text, strict=True)))
        )
    else:
        (folder / "vision_model.onnx").write_bytes(_model(*picture))
        (folder / "text_model.onnx").write_bytes(_model(*text))
    write_tokenizer(folder / "tokenizer.json")
    return folder


def write_tokenizer(path: Path) -> None:
    """A tokenizer of whole words, in the form of the package `tokenizers`."""
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": _vocabulary(), "unk_token": "[UNK]"},
    }
    path.write_text(json.dumps(document), "utf-8")


def tokenize(text: str) -> Sequence[int]:
    """What that tokenizer gives."""
    known = _vocabulary()
    return [known.get(word, 0) for word in text.lower().split()]


PACKAGE = '''
import json

class Tokenizer:
    """Stands in for the package where it is not installed; it reads the tests' own file."""

    padding = None

    def __init__(self, known):
        self.known = known

    @staticmethod
    def from_file(path):
        with open(path, encoding="utf-8") as stream:
            return Tokenizer(json.load(stream)["model"]["vocab"])

    def no_padding(self):
        pass

    no_truncation = no_padding

    def token_to_id(self, token):
        return self.known.get(token)

    def encode(self, text):
        self.ids = [self.known.get(word, 0) for word in text.lower().split()]
        return self
'''
"""The part of `tokenizers` that the program uses."""


def _vocabulary() -> dict[str, int]:
    return {word: number for number, word in enumerate(["[UNK]", *WORDS])}


Parts = tuple[list[bytes], list[bytes], list[bytes], list[bytes]]
"""Nodes, constants, inputs, outputs."""


def _picture_tower(channels: int) -> Parts:
    matrix = np.eye(channels, 5, dtype=np.float32)
    nodes = [
        _node("ReduceMean", ["pixel_values"], ["colour"], axes=[2, 3], keepdims=0),
        _node("MatMul", ["colour", "matrix"], ["turned"]),
        _node("Add", ["turned", "constant"], ["image_embeds"]),
    ]
    constants = [_tensor("matrix", matrix), _tensor("constant", np.array([0, 0, 0, 2, 0], np.float32))]
    inputs = [_value("pixel_values", FLOAT, ["pictures", channels, SIDE, SIDE])]
    return nodes, constants, inputs, [_value("image_embeds", FLOAT, ["pictures", 5])]


def _text_tower(tokens: int) -> Parts:
    table = np.array([OTHER, *WORDS.values()], np.float32)
    nodes = [
        _node("Gather", ["table", "input_ids"], ["words"]),
        _node("Unsqueeze", ["attention_mask", "last"], ["is_said"]),
        _node("Cast", ["is_said"], ["weight"], to=FLOAT),
        _node("Mul", ["words", "weight"], ["said"]),
        _node("ReduceMean", ["said"], ["text_embeds"], axes=[1], keepdims=0),
    ]
    constants = [_tensor("table", table), _tensor("last", np.array([2], np.int64))]
    length: int | str = tokens or "tokens"
    inputs = [_value(name, INT64, ["sentences", length]) for name in ("input_ids", "attention_mask")]
    return nodes, constants, inputs, [_value("text_embeds", FLOAT, ["sentences", 4])]


def _model(nodes: list[bytes], constants: list[bytes], inputs: list[bytes], outputs: list[bytes]) -> bytes:
    graph = b"".join(_bytes(1, one) for one in nodes) + _bytes(2, b"towers")
    graph += b"".join(_bytes(5, one) for one in constants)
    graph += b"".join(_bytes(11, one) for one in inputs) + b"".join(_bytes(12, one) for one in outputs)
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, 13))


def _node(kind: str, inputs: list[str], outputs: list[str], **attributes: int | list[int]) -> bytes:
    message = b"".join(_bytes(1, name.encode()) for name in inputs)
    message += b"".join(_bytes(2, name.encode()) for name in outputs) + _bytes(4, kind.encode())
    for name, value in attributes.items():
        many = isinstance(value, list)
        held = b"".join(_number(8, one) for one in value) if isinstance(value, list) else _number(3, value)
        message += _bytes(5, _bytes(1, name.encode()) + held + _number(20, 7 if many else 2))
    return message


def _tensor(name: str, values: np.ndarray) -> bytes:
    message = b"".join(_number(1, length) for length in values.shape)
    kind = FLOAT if values.dtype == np.float32 else INT64
    return message + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, values.tobytes())


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(
        _bytes(1, _number(1, length) if isinstance(length, int) else _bytes(2, length.encode()))
        for length in shape
    )
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def _number(field: int, value: int) -> bytes:
    """A protobuf field of a whole number."""
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    """A protobuf field of bytes, a text or another message."""
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    held = bytearray()
    while value > 127:
        held.append(value & 127 | 128)
        value >>= 7
    return bytes([*held, value])
