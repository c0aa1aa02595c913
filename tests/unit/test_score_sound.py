"""The quick ways of the composer's sound, each against the plain way it stands for."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cinecore.audio.instruments import play, tone_maker
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.palette import BASSES, LEADS, PADS, Palette
from cinecore.audio.score import ScorePlan, ScoreSection, compose
from cinecore.audio.score_level import section_loudness
from cinecore.audio.score_notes import Note, TonePlayers, lay, sides
from cinecore.audio.synth import answer_of_room, envelope, fall, noise, partials, reverberation, stereo, times
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid


def test_a_section_is_as_loud_as_the_measure_of_finished_files_says():
    samples = 12 * SAMPLE_RATE
    for palette in (Palette(), Palette(pad="none", lead="pizzicato", percussion="full_kit")):
        bed = compose(
            ScorePlan(
                samples, BeatGrid(Fraction(100)), (ScoreSection("drive", 0, samples - 48_000),), palette
            )
        )
        assert section_loudness(np.ascontiguousarray(bed.T)) == pytest.approx(gated_loudness(bed), abs=0.1)
    assert section_loudness(sides(samples)) is None
    assert section_loudness(sides(100)) is None


@pytest.mark.parametrize("decay_s", [0.4, 2.0])
def test_a_room_in_parts_answers_as_the_whole_room_does(decay_s):
    """Noise with a silence longer than the room in it, and a length that no part divides."""
    sends = stereo(noise(150_001, 3), 0.4)
    sends[20_000:130_000] = 0.0
    whole = reverberation(sends, decay_s, 0.6)[: len(sends)]
    answer = sides(len(sends))
    answer_of_room(np.ascontiguousarray(sends.T), answer, 0.5, decay_s, 0.6)
    assert np.abs(answer.T - 0.5 * whole).max() < 1e-5
    assert np.abs(whole).max() > 0.05


def test_the_tones_of_a_struck_body_are_the_sum_of_fading_sines():
    parts = ((1.0, 1.0, 0.7), (2.76, 0.4, 0.05), (60.0, 9.0, 1.0))
    made = partials(50_001, 440.0, parts)
    at = times(50_001)
    wanted = sum(
        level * np.sin(2 * np.pi * 440.0 * ratio * at + 0.7) * np.exp(-at / decay_s)
        for ratio, level, decay_s in parts[:2]  # the third lies over 18 kHz
    )
    assert np.abs(made - wanted).max() < 1e-4
    assert not partials(100, 440.0, parts[2:]).any()


def test_a_fall_is_exponential_to_the_last_sample_and_ends_in_nothing():
    at = times(30_001)
    assert np.abs(fall(30_001, 0.2) - np.exp(-at / 0.2)).max() < 1e-6
    assert fall(96_000, 0.004)[-1] == 0.0
    level = envelope(10_000, attack_s=0.01, decay_s=0.1, sustain=0.5, release_s=0.05)
    assert level[0] < 0.01
    assert level[-1] == pytest.approx(0.0, abs=1e-6)
    assert level[7_000] == pytest.approx(0.5 + 0.5 * np.exp(-7_000 / 4_800), abs=1e-3)


@pytest.mark.parametrize(("part", "names"), [("lead", LEADS), ("bass", BASSES), ("pad", PADS)])
def test_a_longer_tone_begins_as_a_shorter_one_does(part, names):
    """What lets one tone serve all notes of its pitch: up to its level, which strings take from their peak."""
    for name in names:
        if name == "none":
            continue
        long, short = (
            tone_maker(part, name)(57, length, 0.6, 3)[:15_000].astype(np.float64)
            for length in (30_000, 20_000)
        )
        factor = np.dot(long, short) / np.dot(long, long)
        assert np.abs(short - factor * long).max() < 0.02 * np.abs(short).max(), name


def test_a_note_cut_from_a_longer_tone_is_the_note_made_alone():
    ahead, alone = TonePlayers(5), TonePlayers(5)
    short = Note("lead", "clarinet", 64, 20_000, 0.52, 0, 1.0)
    long = Note("lead", "clarinet", 64, 90_000, 0.48, 7, 0.3)
    ahead.read_ahead([short, long])
    assert np.abs(ahead.sound(short) - alone.sound(short)).max() < 1e-4
    assert np.abs(ahead.sound(short) - play("lead", "clarinet", 64, 20_000, 0.5, 5 + 64)).max() < 1e-4
    assert len(ahead.sound(long)) == 90_000
    assert len(alone.sound(long)) == 90_000  # a tone that was made too short is made anew


def test_a_sound_is_laid_at_its_sample_and_place_and_cut_at_both_ends():
    out = sides(10)
    lay(out, np.ones(4, np.float32), -2, 1.0)
    lay(out, np.ones(4, np.float32), 8, 0.5, -1.0)
    lay(out, np.ones(4, np.float32), 20, 1.0)
    assert out[0].tolist() == pytest.approx([1, 1, 0, 0, 0, 0, 0, 0, 0.5 * 2**0.5, 0.5 * 2**0.5])
    assert out[1].tolist() == pytest.approx([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], abs=1e-6)
