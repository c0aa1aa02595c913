"""Stems written to a folder: they add up, nothing is clipped, nothing foreign is touched, the folder is whole."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from cinecore.audio.mix import Mix
from cinecore.audio.stems import has_stems, stem_files, write_stems
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import OutputError
from cinecore.timeline import Stem

LENGTH = 4800


def noise(seed: int, level: float = 0.1) -> Pcm:
    return (np.random.default_rng(seed).standard_normal((LENGTH, 2)) * level).astype(np.float32)


def mixed(level: float = 0.1) -> Mix:
    stems = {stem: noise(number, level) for number, stem in enumerate(Stem) if stem is not Stem.NARRATION}
    return Mix(stems, np.asarray(sum(stems.values(), silence(LENGTH)), np.float32))


def read(path: Path) -> Pcm:
    with wave.open(str(path)) as stream:
        assert (stream.getframerate(), stream.getsampwidth(), stream.getnframes()) == (48_000, 3, LENGTH)
        raw = np.frombuffer(stream.readframes(LENGTH), np.uint8).reshape(-1, 3)
    steps = (raw.astype(np.int32) << np.array([8, 16, 24])).sum(axis=1, dtype=np.int32) >> 8
    return (steps.reshape(-1, 2) / 8_388_607).astype(np.float32)


def test_four_files_add_up_to_the_mix_with_one_gain_and_an_empty_stem_is_silence(tmp_path: Path) -> None:
    sound = mixed()
    (tmp_path / "scraps").mkdir()
    made_db = write_stems(sound, -6.0, tmp_path / "a_stems", tmp_path / "scraps")
    assert made_db == -6.0
    files = {path.stem: read(path) for path in (tmp_path / "a_stems").glob("*.wav")}
    assert sorted(files) == ["DX", "FX", "MX", "VO"]
    assert np.abs(sum(files.values()) - sound.pcm * 10 ** (-6.0 / 20)).max() < 1e-4
    assert not files["VO"].any()
    assert (
        np.abs(files["FX"] * 10 ** (6 / 20) - sound.stems[Stem.AMBIENCE] - sound.stems[Stem.EFFECTS]).max()
        < 1e-4
    )
    assert has_stems(tmp_path / "a_stems")
    assert np.abs(sum(stem_files(sound).values()) - sound.pcm).max() < 1e-5


def test_no_file_clips_and_the_gain_that_all_got_is_told(tmp_path: Path) -> None:
    (tmp_path / "scraps").mkdir()
    made_db = write_stems(mixed(0.4), 12.0, tmp_path / "a_stems", tmp_path / "scraps")
    assert made_db < 12.0
    files = [read(path) for path in (tmp_path / "a_stems").glob("*.wav")]
    assert max(float(np.abs(pcm).max()) for pcm in (*files, np.asarray(sum(files)))) <= 1.0
    assert json.loads((tmp_path / "a_stems" / "stems.json").read_text())["gain_db"] == made_db


def test_earlier_stems_are_replaced_and_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"scraps{number}").mkdir()
        write_stems(mixed(0.05 + 0.03 * number), 0.0, tmp_path / "a_stems", tmp_path / f"scraps{number}")
    assert np.abs(read(tmp_path / "a_stems" / "MX.wav") - mixed(0.08).stems[Stem.MUSIC]).max() < 1e-4
    (tmp_path / "b_stems").mkdir()
    (tmp_path / "b_stems" / "my take.wav").write_bytes(b"dear")
    (tmp_path / "scraps").mkdir()
    with pytest.raises(OutputError, match="Something else is where the stems would go"):
        write_stems(mixed(), 0.0, tmp_path / "b_stems", tmp_path / "scraps")
    assert [path.name for path in (tmp_path / "b_stems").iterdir()] == ["my take.wav"]
    assert not list((tmp_path / "scraps").iterdir())
