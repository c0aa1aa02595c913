"""Beats found in clicks, drums and real music whose tempo is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cinecore.audio.beats import grid, track_beats
from cinecore.audio.drums import drum_hit
from cinecore.errors import InputError


def pulse(
    bpm: float, kind: str, *, seconds: int = 24, first_s: float = 0.37
) -> tuple[np.ndarray, np.ndarray]:
    """A drum or a click on every beat over faint noise, and the beats' times."""
    random = np.random.default_rng(1)
    sound = (random.standard_normal((48_000 * seconds, 2)) * 1e-4).astype(np.float32)
    stroke = (random.standard_normal(960) * np.exp(-np.arange(960) / 150)).astype(np.float32)
    if kind != "click":
        stroke = drum_hit(kind, 1)[:12_000]
    times = []
    at = first_s
    while at < seconds - 0.3:
        begin = round(at * 48_000)
        end = min(len(sound), begin + len(stroke))
        sound[begin:end] += 0.5 * stroke[: end - begin, None]
        times.append(begin / 48_000)
        at += 60 / bpm
    return sound, np.array(times)


def f_measure(found, truth) -> float:
    """Mirex: a beat counts when it lies within 70 ms of a true one."""
    found = np.array(found)
    hits = sum(np.abs(found - at).min() <= 0.07 for at in truth)
    precision, recall = hits / len(found), hits / len(truth)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 120, 128, 140, 150, 165, 180])
@pytest.mark.parametrize("kind", ["click", "deep"])
def test_a_steady_pulse_is_found_at_its_onsets(bpm, kind):
    sound, truth = pulse(bpm, kind)
    track = track_beats(sound, (55, 185))
    assert f_measure(track.beat_times_s, truth) >= 0.97
    found = np.array(track.beat_times_s)
    assert abs(np.median([found[np.abs(found - at).argmin()] - at for at in truth])) < 0.003
    assert track.bpm == pytest.approx(bpm, rel=0.001)
    assert track.is_steady
    fitted = grid(track)
    off = [float(fitted.beat_s(fitted.nearest_beat(Fraction(at)))) - at for at in truth]
    assert np.abs(off).max() < 0.005


def struck(bars: list[dict[str, float]], beats_a_bar: int, bpm: float, first_s: float = 0.5) -> np.ndarray:
    """Drums: for each bar how loud the `deep` one is on its first beat and the `hat` on the others."""
    beat_s = 60 / bpm
    length = round((first_s + beat_s * beats_a_bar * len(bars) + 0.5) * 48_000)
    sound = (np.random.default_rng(2).standard_normal((length, 2)) * 1e-4).astype(np.float32)
    for number, bar in enumerate(bars):
        for beat in range(beats_a_bar):
            name = "deep" if beat == 0 else "hat"
            stroke = bar[name] * drum_hit(name, 1)[:12_000]
            at = round((first_s + beat_s * (number * beats_a_bar + beat)) * 48_000)
            part = sound[at : at + len(stroke)]
            part += stroke[: len(part), None]
    return sound


@pytest.mark.parametrize(("before", "after"), [(90, 130), (130, 90)])
def test_a_change_of_tempo_is_followed_to_its_onsets(before, after):
    first, early = pulse(before, "deep", seconds=20)
    second, late = pulse(after, "deep", seconds=20, first_s=0.2)
    truth = np.concatenate([early, late + 20])
    track = track_beats(np.concatenate([first, second]), (55, 185))
    assert f_measure(track.beat_times_s, truth) >= 0.97
    found = np.array(track.beat_times_s)
    assert abs(np.median([found[np.abs(found - at).argmin()] - at for at in truth])) < 0.003
    assert [bpm for _, bpm in track.tempi] == pytest.approx([before, after], rel=0.01)
    assert track.bpm == pytest.approx(130, rel=0.002)
    assert track.is_steady
    span = (20, 40) if after == 130 else (0, 20)
    assert all(span[0] - 2 <= bar.start_s and bar.end_s <= span[1] + 2 for bar in track.bars)


@pytest.mark.parametrize("beats_a_bar", [3, 4])
@pytest.mark.parametrize("bpm", [84, 140])
def test_bars_of_three_and_of_four_begin_on_their_low_drum(beats_a_bar, bpm):
    track = track_beats(struck([{"deep": 0.5, "hat": 0.3}] * 14, beats_a_bar, bpm))
    assert track.beats_per_bar == beats_a_bar
    for bar in track.bars:
        assert bar.end_s - bar.start_s == pytest.approx(beats_a_bar * 60 / bpm, abs=0.02)
        place = (bar.start_s - 0.5) * bpm / 60 / beats_a_bar
        assert abs(place - round(place)) < 0.03


def test_the_drop_is_the_bar_that_a_thin_stretch_leads_into():
    full, thin = {"deep": 0.6, "hat": 0.3}, {"deep": 0.0, "hat": 0.1}
    track = track_beats(struck([full] * 8 + [thin] * 4 + [full] * 8, 4, 120))
    assert track.drop_s == pytest.approx(0.5 + 12 * 2.0, abs=0.02)
    assert track_beats(struck([full] * 16, 4, 120)).drop_s is None


@pytest.mark.parametrize(("low", "high", "expected"), [(60, 100, 75), (100, 160, 150)])
def test_the_tempo_is_brought_into_the_range_by_octaves(low, high, expected):
    sound, _ = pulse(150, "deep")
    assert track_beats(sound, (low, high)).bpm == pytest.approx(expected, rel=0.002)


def test_a_bar_begins_where_the_low_drum_falls():
    kick, _ = pulse(30, "deep", first_s=0.5 + 2 * 0.5)
    ticks, _ = pulse(120, "hat", first_s=0.5)
    track = track_beats(kick + ticks, (90, 150))
    downbeats = track.beat_times_s[track.first_downbeat :: 4]
    assert all(abs((at - 1.5) % 2.0) < 0.03 or abs((at - 1.5) % 2.0) > 1.97 for at in downbeats)
    assert abs(float(grid(track).offset_s - Fraction(3, 2)) % 2.0) < 0.01


def test_a_change_of_level_parts_the_music_into_sections():
    sound, _ = pulse(120, "deep", seconds=60)
    sound[: 30 * 48_000] *= 0.25
    sections = track_beats(sound, (90, 150)).sections
    assert len(sections) == 2
    assert sections[0].end_s == pytest.approx(30, abs=2.1)
    assert sections[0].level_db == pytest.approx(-12, abs=1)
    assert sections[1].level_db == 0


def test_noise_and_silence_have_no_confidence():
    silent = np.zeros((48_000 * 6, 2), np.float32)
    assert track_beats(silent).beat_times_s == ()
    hiss = (np.random.default_rng(3).standard_normal((48_000 * 20, 2)) * 0.1).astype(np.float32)
    sound, _ = pulse(120, "deep")
    assert track_beats(hiss).confidence < track_beats(sound).confidence - 0.2


def test_too_little_music_or_a_reversed_range_is_refused():
    with pytest.raises(InputError, match="too short"):
        track_beats(np.zeros((4800, 2), np.float32))
    with pytest.raises(InputError, match="range"):
        track_beats(np.zeros((480_000, 2), np.float32), (120, 80))


@pytest.mark.media
@pytest.mark.shared
@pytest.mark.parametrize(("name", "bpm"), [("fof_chaos_god", 170), ("fof_metal_madness", 150)])
def test_the_tempo_of_real_music_is_met_or_an_octave_of_it(name, bpm, media_folder):
    from cinecore.audio.extract import read_sound_file

    track = track_beats(read_sound_file(media_folder / "music" / name / "song.ogg"))
    assert any(track.bpm == pytest.approx(bpm * octave, rel=0.01) for octave in (0.5, 1, 2))
    assert track.is_steady
