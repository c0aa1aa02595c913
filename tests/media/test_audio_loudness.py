"""Loudness measured by ffmpeg and reached within a tenth, true peaks under the ceiling, nothing delayed."""

from __future__ import annotations

import numpy as np
import pytest

from cinecore.audio.loudness import gated_loudness, limit, measure, measure_file, normalise
from cinecore.audio.true_peaks import true_peaks
from cinecore.audio.wave import write_wav
from cinecore.errors import ToolError

pytestmark = pytest.mark.media

SECOND = 48_000


def tone(hertz: float, level_db: float, seconds: float) -> np.ndarray:
    at = np.arange(round(seconds * SECOND)) / SECOND
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * at)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def noise(seconds: float, level: float) -> np.ndarray:
    random = np.random.default_rng(1)
    return (random.standard_normal((round(seconds * SECOND), 2)) * level).astype(np.float32)


def material(kind: str) -> np.ndarray:
    if kind == "hot":
        return np.clip(noise(20, 0.6), -1, 1)
    if kind == "quiet":
        return noise(20, 0.0004)
    if kind == "peaky":
        sound = noise(20, 0.03)
        sound[::SECOND] = 0.95
        return sound
    sound = np.zeros((30 * SECOND, 2), np.float32)
    for at in (3, 9, 20):
        line = noise(3, 0.05)
        line *= (np.arange(len(line)) % 12_000 < 8_000)[:, None]
        sound[at * SECOND : at * SECOND + len(line)] = line
    return sound


def test_a_reference_tone_reads_its_loudness():
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS reads −23 LUFS; over full scale is seen."""
    reading = measure(tone(1000, -23, 20))
    assert reading.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert reading.true_peak_dbtp == pytest.approx(-23.0, abs=0.2)
    between = np.tile(np.array([1, 1, -1, -1], np.float32) * 0.9, 24_000)
    assert measure(np.stack([between, between], axis=1)).true_peak_dbtp > 1.5


def test_our_own_meter_agrees_with_ffmpegs():
    for kind in ("hot", "peaky", "speech"):
        sound = material(kind)
        assert gated_loudness(sound) == pytest.approx(measure(sound).integrated_lufs, abs=0.1)


@pytest.mark.parametrize("kind", ["hot", "quiet", "peaky", "speech"])
@pytest.mark.parametrize("target", [-14.0, -20.0])
def test_every_material_reaches_its_loudness_under_the_ceiling(kind, target):
    result = normalise(material(kind), target)
    assert result.after.integrated_lufs == pytest.approx(target, abs=0.1)
    assert result.after.true_peak_dbtp <= -1.5
    again = measure(result.pcm)
    assert again == result.after


def test_silence_stays_silence_and_has_no_loudness():
    silent = np.zeros((2 * SECOND, 2), np.float32)
    result = normalise(silent, -14)
    assert result.after.integrated_lufs is None
    assert result.after.true_peak_dbtp == -120
    assert not result.pcm.any()
    assert measure(np.zeros((0, 2), np.float32)).integrated_lufs is None


def test_the_limiter_delays_nothing_and_leaves_quiet_parts_alone():
    sound = noise(4, 0.01)
    sound[2 * SECOND] = 2.0
    limited = limit(sound, -1.5)
    assert np.argmax(np.abs(limited[:, 0])) == 2 * SECOND
    assert np.abs(limited[:SECOND] - sound[:SECOND]).max() < 1e-6
    assert np.abs(limited[-SECOND:] - sound[-SECOND:]).max() < 1e-4
    assert measure(limited).true_peak_dbtp <= -1.5


def test_where_the_target_is_out_of_reach_the_result_says_what_was_reached():
    clicks = np.zeros((10 * SECOND, 2), np.float32)
    clicks[:: SECOND // 2] = 0.9
    result = normalise(clicks, -5)
    assert result.after.integrated_lufs < -6
    assert result.after.true_peak_dbtp <= -1.5


def test_a_file_is_measured_as_it_decodes(tmp_path):
    sound = material("peaky")
    write_wav(tmp_path / "it's [1], 50%.wav", sound)
    from_file = measure_file(tmp_path / "it's [1], 50%.wav")
    from_samples = measure(sound)
    assert from_file.integrated_lufs == pytest.approx(from_samples.integrated_lufs, abs=0.02)
    assert from_file.true_peak_dbtp == pytest.approx(from_samples.true_peak_dbtp, abs=0.02)
    (tmp_path / "no.wav").write_bytes(b"RIFF nothing")
    with pytest.raises(ToolError):
        measure_file(tmp_path / "no.wav")


def test_peaks_that_may_reach_a_level_are_found_whatever_else_is_left_out():
    """Bursts in near silence whose samples all lie under the level: only between samples do they pass it."""
    random = np.random.default_rng(4)
    sound = (random.standard_normal((3 * SECOND + 77, 2)) * 0.01).astype(np.float32)
    burst = 0.6 * np.sin(
        np.pi / 2 * np.arange(290) + np.pi / 4
    )  # a quarter of the rate: samples at .71 of the peak
    for at in (5, 40_000, 90_123, len(sound) - 300):
        sound[at : at + 290] = burst[:, None]
    assert np.abs(sound).max() < 0.5
    whole, sparse = true_peaks(sound), true_peaks(sound, 0.5)
    assert (whole >= 0.5).sum() > 20
    assert np.array_equal(whole >= 0.5, sparse >= 0.5)
    assert np.array_equal(whole[whole >= 0.5], sparse[whole >= 0.5])
    assert (sparse < whole).mean() > 0.5, "the rest is left out"


def test_a_limiter_lets_go_as_slowly_after_a_minute_as_after_the_first_second():
    """The gain behind each of two equal blows is the same, wherever in the sound they lie."""
    sound = np.full((70 * SECOND, 2), 0.01, np.float32)
    blows = (SECOND, 3_142_656)  # the second lets go across a border of the blocks that are worked on
    for at in blows:
        sound[at : at + 480] = 4.0
    held = limit(sound, -1.5)[:, 0] / 0.01
    first, second = (held[at + 480 + 2000 : at + 480 + 36_000] for at in blows)
    assert first[0] < 0.6
    assert first[-1] > 0.95
    assert np.abs(first - second).max() < 0.02
