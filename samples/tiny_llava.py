"""A vision model that knows nothing, in the shape of LLaVA 1.5: real files for a real llama-server, in any size.

    python -m samples.tiny_llava DIR                    the pair that the tests use, half a megabyte
    python -m samples.tiny_llava DIR --shape llava-7b   4 GB in the shape of LLaVA 1.5 7B, to measure speed with

The weights are random and the same for the same seed. What it writes is letters without meaning, but they follow
from the picture and the words, and under a JSON grammar they make a whole object. Its vocabulary is the 256
bytes, so that it can read and write anything; the large one also writes words, so that an answer has as many
tokens as a real one.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

MODEL_FILE = "tiny-llava.gguf"
EYES_FILE = "tiny-llava-mmproj.gguf"

START, END, TURN, TURN_END, UNKNOWN = 1, 2, 3, 4, 0
SPECIAL = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

NEVER = -30.0
RARELY = -4.0
WORD = 3.0
QUOTE = 1.5
"""Closes a text after some twenty letters, so that an answer has a hundred."""

BLOCK = 32
"""Numbers in a block of the 4-bit form Q4_0: two bytes of scale, then half a byte for each."""

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """How large the two parts are."""

    width: int
    hidden: int
    layers: int
    heads: int
    key_heads: int
    vocabulary: int
    context: int
    eyes_width: int
    eyes_hidden: int
    eyes_layers: int
    eyes_heads: int
    picture: int
    """Pixels of a side, as the eyes see it."""
    patch: int
    is_small_form: bool = False
    """Whether the large matrices are written in 4 bits."""

    @property
    def patches(self) -> int:
        """Parts of a picture; each takes a place in the context."""
        return (self.picture // self.patch) ** 2


SHAPES = {
    "tiny": Shape(64, 128, 2, 4, 2, 262, 8192, 32, 64, 3, 2, 56, 14),
    "narrow": Shape(48, 96, 2, 4, 2, 262, 8192, 32, 64, 3, 2, 56, 14),
    "llava-7b": Shape(4096, 11008, 32, 32, 32, 32064, 4096, 1024, 4096, 24, 16, 336, 14, is_small_form=True),
}
"""`llava-7b` has the sizes of LLaVA 1.5 7B: a picture takes 576 places."""


def write_pair(folder: Path, shape: str = "tiny", seed: int = 0) -> tuple[Path, Path]:
    """The files of a model and of its eyes, newly written into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model, eyes = folder / MODEL_FILE, folder / EYES_FILE
    _write_model(model, SHAPES[shape], np.random.default_rng((seed, 1)))
    _write_eyes(eyes, SHAPES[shape], np.random.default_rng((seed, 2)))
    return model, eyes


class _Weights:
    """Adds random matrices to a file, large ones in 4 bits where the shape asks for it."""

    def __init__(
        self, writer: gguf.GGUFWriter, generator: np.random.Generator, *, is_small_form: bool
    ) -> None:
        self._writer = writer
        self._generator = generator
        self._is_small_form = is_small_form

    def matrix(self, rows: int, columns: int, gain: float = 1.0, *, has_channel: bool = False) -> Matrix:
        """Random values that keep a vector's size, times `gain`; with a channel the first row is zero."""
        values = self._generator.standard_normal((rows, columns), dtype=np.float32)
        values *= np.float32(gain / np.sqrt(columns))
        if has_channel:
            values[0] = 0
        return values

    def add(
        self, name: str, rows: int, columns: int, gain: float = 1.0, *, has_channel: bool = False
    ) -> None:
        """A random matrix under a name."""
        if self._is_small_form:
            self._writer.add_tensor(
                name,
                self._blocks(rows, columns, gain, has_channel=has_channel),
                raw_dtype=gguf.GGMLQuantizationType.Q4_0,
            )
        else:
            self._writer.add_tensor(name, self.matrix(rows, columns, gain, has_channel=has_channel))

    def ones(self, name: str, length: int) -> None:
        """A vector of ones."""
        self._writer.add_tensor(name, np.ones(length, dtype=np.float32))

    def zeros(self, name: str, length: int) -> None:
        """A vector of zeros."""
        self._writer.add_tensor(name, np.zeros(length, dtype=np.float32))

    def _blocks(self, rows: int, columns: int, gain: float, *, has_channel: bool) -> npt.NDArray[np.uint8]:
        """Random blocks of Q4_0: a number is its four bits less 8, times the block's scale."""
        count = columns // BLOCK
        blocks = self._generator.integers(0, 256, (rows, count, 2 + BLOCK // 2), dtype=np.uint8)
        scale = np.float16(gain / np.sqrt(columns) / 4.6)  # of sixteen equal steps
        blocks[:, :, :2] = np.frombuffer(scale.tobytes(), dtype=np.uint8)
        if has_channel:
            blocks[0, :, :2] = 0
        return blocks.reshape(rows, -1)


def _write_model(path: Path, shape: Shape, generator: np.random.Generator) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny random LLaVA" if not shape.is_small_form else "Random LLaVA 7B")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(
        gguf.LlamaFileType.MOSTLY_Q4_0 if shape.is_small_form else gguf.LlamaFileType.ALL_F32
    )
    _add_vocabulary(writer, shape.vocabulary)
    weights = _Weights(writer, generator, is_small_form=shape.is_small_form)
    head_width = shape.width // shape.heads
    # The first channel of every token is 1 and stays so: what the last matrix has there is a bias for each token.
    embedding = generator.standard_normal((shape.vocabulary, shape.width), dtype=np.float32)
    embedding[:, 0] = 1
    output = weights.matrix(shape.vocabulary, shape.width)
    # each layer adds to the other channels, and the last norm makes this one smaller by as much
    output[:, 0] = _bias(shape.vocabulary) * np.sqrt((1 + 2 * shape.layers) / 5)
    kind = np.float16 if shape.is_small_form else np.float32
    writer.add_tensor("token_embd.weight", embedding.astype(kind))
    writer.add_tensor("output.weight", output.astype(kind))
    weights.ones("output_norm.weight", shape.width)
    for layer in range(shape.layers):
        name = f"blk.{layer}."
        weights.ones(f"{name}attn_norm.weight", shape.width)
        weights.ones(f"{name}ffn_norm.weight", shape.width)
        weights.add(f"{name}attn_q.weight", shape.width, shape.width, 2.0)
        weights.add(f"{name}attn_k.weight", shape.key_heads * head_width, shape.width, 2.0)
        weights.add(f"{name}attn_v.weight", shape.key_heads * head_width, shape.width, 2.0)
        weights.add(f"{name}attn_output.weight", shape.width, shape.width, has_channel=True)
        weights.add(f"{name}ffn_gate.weight", shape.hidden, shape.width)
        weights.add(f"{name}ffn_up.weight", shape.hidden, shape.width)
        weights.add(f"{name}ffn_down.weight", shape.width, shape.hidden, has_channel=True)
    _finish(writer)


def _write_eyes(path: Path, shape: Shape, generator: np.random.Generator) -> None:
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name("Eyes of a random LLaVA")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.projector_type", "mlp")
    for name, value in (
        ("image_size", shape.picture),
        ("patch_size", shape.patch),
        ("embedding_length", shape.eyes_width),
        ("feed_forward_length", shape.eyes_hidden),
        ("block_count", shape.eyes_layers),
        ("attention.head_count", shape.eyes_heads),
        ("projection_dim", shape.width),
    ):
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for name in ("image_mean", "image_std"):
        writer.add_array(f"clip.vision.{name}", [0.5, 0.5, 0.5])
    weights = _Weights(writer, generator, is_small_form=False)
    wide = shape.eyes_width
    writer.add_tensor("v.class_embd", weights.matrix(1, wide)[0])
    patches = weights.matrix(wide, 3 * shape.patch**2).reshape(wide, 3, shape.patch, shape.patch)
    writer.add_tensor("v.patch_embd.weight", patches)
    writer.add_tensor("v.position_embd.weight", weights.matrix(shape.patches + 1, wide))
    weights.ones("v.pre_ln.weight", wide)
    weights.zeros("v.pre_ln.bias", wide)
    for layer in range(shape.eyes_layers):
        name = f"v.blk.{layer}."
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            weights.add(f"{name}{part}.weight", wide, wide)
            weights.zeros(f"{name}{part}.bias", wide)
        for part, rows, columns in (
            ("ffn_up", shape.eyes_hidden, wide),
            ("ffn_down", wide, shape.eyes_hidden),
        ):
            weights.add(f"{name}{part}.weight", rows, columns)
            weights.zeros(f"{name}{part}.bias", rows)
        for part in ("ln1", "ln2"):
            weights.ones(f"{name}{part}.weight", wide)
            weights.zeros(f"{name}{part}.bias", wide)
    weights.add("mm.0.weight", shape.width, wide, 2.0)
    weights.zeros("mm.0.bias", shape.width)
    weights.add("mm.2.weight", shape.width, shape.width, 2.0, has_channel=True)
    channel = np.zeros(shape.width, dtype=np.float32)
    channel[0] = 1  # the same constant as in the words' embedding
    writer.add_tensor("mm.2.bias", channel)
    _finish(writer)


def _add_vocabulary(writer: gguf.GGUFWriter, size: int) -> None:
    """The special tokens, the 256 bytes, and words up to the size."""
    tokens = [*SPECIAL, *_letters_of_bytes()]
    kinds = [gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * (len(SPECIAL) - 1)
    kinds += [gguf.TokenType.NORMAL] * 256
    tokens.append(
        "th"
    )  # the one pair that is joined: the server's reader of byte-level vocabularies wants a list
    kinds.append(gguf.TokenType.NORMAL)
    for number in range(len(tokens), size):
        tokens.append(_word(number))
        kinds.append(gguf.TokenType.NORMAL)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(START)
    writer.add_eos_token_id(TURN_END)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_pad_token_id(END)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _word(number: int) -> str:
    """Five letters, another word for each number: so long are the pieces that real models write."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(5))


def _letters_of_bytes() -> list[str]:
    """A printable letter for each byte, as byte-level vocabularies write them (GPT-2): itself, or one from 256 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    letters = []
    beyond = 256
    for byte in range(256):
        if byte in printable:
            letters.append(chr(byte))
        else:
            letters.append(chr(beyond))
            beyond += 1
    return letters


def _bias(vocabulary: int) -> Matrix:
    """How gladly each token is written: words, else letters and figures; a closing quote; bytes above ASCII never."""
    bias = np.full(vocabulary, NEVER, dtype=np.float32)
    bias[TURN_END] = 0
    first = len(SPECIAL)
    bias[first + 257 :] = WORD
    for byte in range(0x20, 0x7F):
        letter = chr(byte)
        bias[first + byte] = 0 if letter.isalnum() else QUOTE if letter == '"' else RARELY
    return bias


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    """Writes the pair."""
    parser = argparse.ArgumentParser(
        description="A vision model without knowledge, to test and measure with."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=sorted(SHAPES), default="tiny")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for path in write_pair(asked.folder, asked.shape, asked.seed):
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
