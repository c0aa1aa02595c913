"""Loudness by EBU Tech 3341's signals, and onsets on their clicks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cinecore.analysis.film import SoundCurves
from cinecore.analysis.sound import SAMPLE_RATE, SoundMeter

Sound = npt.NDArray[np.float32]


def tone(seconds: float, dbfs: float, hertz: float = 1000.0) -> Sound:
    """A sine with its peak at `dbfs`, one channel."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def measured(sound: Sound, channels: int, block: int = 70_001) -> SoundCurves:
    meter = SoundMeter(channels)
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    meter.close()
    curves = meter.curves()
    assert curves is not None
    return curves


@pytest.mark.parametrize(
    "levels", [[(20, -23)], [(20, -33)], [(10, -36), (60, -23), (10, -36)], [(10, -72), (60, -23)]]
)
def test_stereo_tones_read_as_ebu_tech_3341_says(levels: list[tuple[int, float]]) -> None:
    line = np.concatenate([tone(seconds, dbfs) for seconds, dbfs in levels])
    curves = measured(np.stack([line, line], axis=1), 2)
    assert curves.integrated_lufs == pytest.approx(max(level for _, level in levels), abs=0.1)


def test_five_channels_read_as_ebu_tech_3341_says() -> None:
    front, centre, back = tone(20, -28), tone(20, -24), tone(20, -30)
    silence = np.zeros_like(front)
    curves = measured(np.stack([front, front, centre, silence, back, back], axis=1), 6)
    assert curves.integrated_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("hertz", "gain_db"), [(60.0, -3.4), (200.0, -0.85), (4000.0, 3.97), (10_000.0, 4.0)]
)
def test_frequencies_weigh_as_the_standard_weighs_them(hertz: float, gain_db: float) -> None:
    line = tone(5, -20, hertz)
    curves = measured(np.stack([line, line], axis=1), 2)
    assert curves.integrated_lufs == pytest.approx(-20.69 + gain_db, abs=0.6)


def test_blocks_of_any_size_give_the_same_curves() -> None:
    random = np.random.default_rng(3)
    sound = random.normal(0, 0.1, (SAMPLE_RATE * 3, 2)).astype(np.float32)
    whole, pieces = measured(sound, 2, block=len(sound)), measured(sound, 2, block=997)
    assert np.allclose(whole.loudness_lufs, pieces.loudness_lufs, atol=1e-3)
    assert np.allclose(whole.onset, pieces.onset, atol=1e-3)


def test_silence_has_no_loudness() -> None:
    curves = measured(np.zeros((SAMPLE_RATE * 2, 2), np.float32), 2)
    assert curves.integrated_lufs is None
    assert (curves.loudness_lufs == -70).all()
    assert len(curves.onset) == 20


def test_onsets_stand_on_their_clicks() -> None:
    line = np.random.default_rng(4).normal(0, 0.001, SAMPLE_RATE * 8).astype(np.float32)
    clicks = (1.05, 2.35, 3.65, 5.25, 6.55)
    for at in clicks:
        start = round(at * SAMPLE_RATE)
        line[start : start + 2400] += tone(0.05, -6, 900) * np.linspace(1, 0, 2400, dtype=np.float32)
    curves = measured(line[:, None], 1)
    strongest = sorted(np.argsort(-curves.onset)[: len(clicks)] * curves.step_s)
    assert strongest == pytest.approx(clicks, abs=0.1)
