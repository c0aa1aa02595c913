"""A file of weights is known before a server is started: what it is, whether it is whole, whose eyes it holds."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
from samples.tiny_llava import write_pair

from cinecore.errors import SetupError
from cinecore.language.gguf_head import GgufHead, check_pair, read_head, weights_identity
from cinecore.language.memory import MIB, needed_mib, slot_mib, slots_that_fit

Pair = tuple[Path, Path]


def llava_7b(size_bytes: int = 4_081_004_224) -> GgufHead:
    """What the head of LLaVA 1.5 7B says in 4 bits."""
    values = {
        "general.architecture": "llama",
        "llama.block_count": 32,
        "llama.attention.head_count": 32,
        "llama.attention.head_count_kv": 32,
        "llama.embedding_length": 4096,
    }
    return GgufHead(Path("model"), size_bytes, values, {})


def eyes_of_7b() -> GgufHead:
    return GgufHead(
        Path("eyes"), 624_434_368, {"general.architecture": "clip"}, {"mm.2.weight": (4096, 4096)}
    )


def test_a_model_and_its_eyes_say_what_they_are(pair: Pair) -> None:
    model, eyes = map(read_head, pair)
    assert (model.is_eyes, eyes.is_eyes) == (False, True)
    assert model.name == "Tiny random LLaVA"
    assert eyes.is_llava_shaped
    assert model.width == eyes.width == 64
    assert model.bytes_a_token == 2 * 2 * (16 + 16) * 2, "layers, heads, key and value, half precision"
    check_pair(model, eyes)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="No such file") as raised:
        read_head(tmp_path / "missing.gguf")
    assert "missing.gguf" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GIF89a" + bytes(400), b"\x7fELF" + bytes(4000)])
def test_another_kind_of_file_is_no_weights(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(SetupError, match="no file of weights"):
        read_head(path)


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.05, 0.001])
def test_a_file_that_is_cut_short_is_known_at_once(tmp_path: Path, pair: Pair, kept: float) -> None:
    path = tmp_path / "model.gguf"
    whole = pair[0].read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(SetupError, match="cut short"):
        read_head(path)


@pytest.mark.parametrize("version", [1, 4, 3 << 24])
def test_a_version_that_nobody_knows_is_said(tmp_path: Path, pair: Pair, version: int) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<I", version) + pair[0].read_bytes()[8:])
    with pytest.raises(SetupError, match="version that is not known"):
        read_head(path)


def test_damage_in_the_head_is_a_message_whatever_is_damaged(tmp_path: Path, pair: Pair) -> None:
    path = tmp_path / "model.gguf"
    whole = pair[1].read_bytes()
    refused = 0
    for place in range(4, 3000, 41):
        path.write_bytes(whole[:place] + b"\xff\xff\xff\xff\xff\xff\xff\xff" + whole[place + 8 :])
        try:
            read_head(path)
        except SetupError:
            refused += 1
    assert refused > 30


def test_eyes_are_no_model_and_a_model_is_no_eyes(pair: Pair) -> None:
    model, eyes = map(read_head, pair)
    with pytest.raises(SetupError, match="holds the eyes of a model"):
        check_pair(eyes, None)
    with pytest.raises(SetupError, match="holds a model, not the eyes"):
        check_pair(model, model)


def test_the_eyes_of_another_model_are_refused_with_both_widths(tmp_path: Path, pair: Pair) -> None:
    _, others = write_pair(tmp_path, "narrow")
    with pytest.raises(SetupError, match=r"belong to another model: they give 48 .* takes 64"):
        check_pair(read_head(pair[0]), read_head(others))


def test_weights_are_told_apart_by_content_not_by_name_or_date(tmp_path: Path, pair: Pair) -> None:
    copies = (tmp_path / "a", tmp_path / "b")
    for source, copy in zip(pair, copies, strict=True):
        shutil.copyfile(source, copy)
    assert weights_identity(copies) == weights_identity(pair)
    content = bytearray(copies[1].read_bytes())
    content[-1] ^= 1
    copies[1].write_bytes(content)
    assert weights_identity(copies) != weights_identity(pair)


def test_the_same_seed_writes_the_same_weights_and_another_seed_others(tmp_path: Path, pair: Pair) -> None:
    again = write_pair(tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in pair]
    assert write_pair(tmp_path / "other", seed=1)[0].read_bytes() != pair[0].read_bytes()


def test_llava_needs_a_gigabyte_for_each_request_beside_its_weights() -> None:
    assert slot_mib(llava_7b()) == 1024
    weights = (4_081_004_224 + 624_434_368) // MIB
    assert needed_mib(llava_7b(), eyes_of_7b(), 3) == weights + 512 + 3 * 1024
    assert needed_mib(llava_7b(), eyes_of_7b()) <= 6144, "the contract's minimum is enough for one request"


@pytest.mark.parametrize(
    ("free_mib", "slots"),
    [(500, 1), (6144, 1), (7200, 2), (8192, 3), (24000, 16), (140_000, 16), (None, 1)],
)
def test_slots_are_as_many_as_the_free_memory_takes(free_mib: int | None, slots: int) -> None:
    assert slots_that_fit(free_mib, llava_7b(), eyes_of_7b(), is_on_gpu=True) == slots


def test_a_processor_gets_four_slots_at_most(pair: Pair) -> None:
    model, eyes = map(read_head, pair)
    assert slots_that_fit(100_000, model, eyes, is_on_gpu=False) == 4
    assert slots_that_fit(100, model, eyes, is_on_gpu=False) == 1
