"""Loudness rules of deliveries: Leq(m) as the standard's table has it, no three seconds too loud, presets as rules say."""

from __future__ import annotations

import numpy as np
import pytest

from cinecore.audio.leq_m import leq_m, weight_db
from cinecore.audio.loudness import measure, normalise
from cinecore.audio.short_term import hold_short_term
from cinecore.audio.wave import Pcm
from cinecore.render.presets import DELIVERIES

TABLE = ((31.5, -29.9), (63, -23.9), (200, -13.8), (800, -1.9), (1000, 0.0), (2000, 5.6), (4000, 10.5), (6300, 12.2), (8000, 11.4), (12500, 0.0), (16000, -11.7))  # fmt: skip
"""ITU-R BS.468-4, table 1, whose zero is at 1 kHz; that of Leq(m) is at 2 kHz."""


def sine(hertz: float, amplitude: float, seconds: float = 4) -> Pcm:
    """On the left alone."""
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(int(48_000 * seconds)) / 48_000)
    return np.stack([wave, 0 * wave], 1).astype(np.float32)


def noise(seconds: int, *loud: tuple[float, float, float]) -> Pcm:
    """Noise with passages (from, to, times as loud)."""
    pcm = np.random.default_rng(1).normal(0, 0.02, (seconds * 48_000, 2)).astype(np.float32)
    for start, end, times in loud:
        pcm[int(start * 48_000) : int(end * 48_000)] *= np.float32(times)
    return pcm


def test_the_weighting_is_that_of_the_standards_table() -> None:
    hertz, decibels = (np.array(column, np.float64) for column in zip(*TABLE, strict=True))
    assert np.abs(weight_db(hertz) - (decibels - 5.6)).max() < 0.15


def test_a_tone_at_the_reference_level_measures_85() -> None:
    tone = sine(2000, 0.1)  # −20 dBFS
    assert leq_m(tone) == pytest.approx(85.0, abs=0.02)
    both = np.repeat(tone[:, :1], 2, axis=1)
    assert leq_m(both) == pytest.approx(88.01, abs=0.02)
    assert leq_m(sine(1000, 0.1)) == pytest.approx(79.4, abs=0.1)


def test_quiet_parts_count_in_leq_m_and_silence_has_none() -> None:
    tone = sine(2000, 0.1)
    assert leq_m(np.concatenate([tone, 0 * tone])) == pytest.approx(85 - 3.01, abs=0.02)
    assert leq_m(0 * tone) is None


@pytest.mark.parametrize("passage", [(30, 34, 2.6), (5, 6.5, 3.0), (38, 40, 9.0)])
def test_no_three_seconds_are_louder_than_allowed_once_the_whole_has_its_loudness(
    passage: tuple[float, float, float],
) -> None:
    sound = noise(40, passage)
    assert normalise(sound, -23.0).after.short_term_max_lufs > -18
    held = normalise(hold_short_term(sound, -23.0, -18.0), -23.0).after
    assert held.short_term_max_lufs <= -18
    assert held.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_what_is_nowhere_too_loud_is_not_touched() -> None:
    sound = noise(20, (5, 9, 1.3))
    assert np.array_equal(hold_short_term(sound, -23.0, -18.0), sound)
    held = hold_short_term(noise(40, (30, 34, 2.6)), -23.0, -18.0)
    assert np.array_equal(held[: 20 * 48_000], noise(40)[: 20 * 48_000])
    step = np.abs(
        np.diff(20 * np.log10(np.abs(held[::4800, 0]) / np.abs(noise(40, (30, 34, 2.6))[::4800, 0])))
    )
    assert step.max() < 3  # the fader moves slowly: under 3 dB in a tenth of a second


def test_short_and_silent_sounds_come_back_as_they_are() -> None:
    for sound in (noise(2), np.zeros((48_000 * 5, 2), np.float32), np.zeros((0, 2), np.float32)):
        assert np.array_equal(hold_short_term(sound, -23.0, -18.0), sound)


def test_the_presets_ask_for_what_the_rules_say() -> None:
    rules = {
        name: (
            preset.loudness_target,
            preset.loudness_meter,
            preset.true_peak_ceiling_dbtp,
            preset.short_term_at_most_lufs,
        )
        for name, preset in DELIVERIES.items()
    }
    assert rules == {
        "web": (None, "lufs", -1.0, None),
        "cinema": (84.5, "leq_m", -1.0, None),
        "r128": (-23.0, "lufs", -1.0, -18.0),
        "a85": (-24.0, "lufs", -2.0, None),
    }
    cinema = DELIVERIES["cinema"]
    assert cinema.target(-14.0) + cinema.loudness_tolerance_lu < 85
    assert DELIVERIES["web"].target(-14.0) == -14.0
    assert measure(noise(5)).short_term_max_lufs == pytest.approx(
        measure(noise(5)).integrated_lufs or 0, abs=0.5
    )
