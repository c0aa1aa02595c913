"""Composed beds, measured: sections on their samples, beats on the grid, silence where it is meant."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest

from cinecore.audio.beats import track_beats
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.onsets import onset_curves
from cinecore.audio.palette import Palette
from cinecore.audio.score import ScoreHit, ScorePlan, ScoreSection, compose, first_stop, section_beats
from cinecore.audio.sources import make_sound, score_plan, score_sound
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

ACTION = Palette(
    "minor",
    "D",
    (1, 6, 7, 1),
    "power",
    "brass",
    "ostinato",
    "saw",
    "pulse",
    "low_strings",
    "toms",
    ("braam", "boom"),
)
DRAMA = Palette(
    "minor",
    "A",
    (1, 6, 3, 7),
    "add9",
    "piano",
    "theme",
    "bowed",
    "roots",
    "strings",
    "none",
    ("low_piano",),
    room_s=2.6,
)
COMEDY = Palette(
    "major",
    "F",
    (1, 4, 2, 5),
    "seventh",
    "pizzicato",
    "theme",
    "upright",
    "walking",
    "none",
    "rim",
    ("woodblock",),
)


def plan(palette: Palette, bpm: str = "128", seed: int = 1) -> ScorePlan:
    """40 s at 24 frames a second, with every kind of section; borders on the frame nearest to a beat."""
    grid = BeatGrid(Fraction(bpm))

    def on_beat(seconds: float) -> int:
        beat_s = grid.beat_s(grid.nearest_beat(Fraction(seconds)))
        return round(beat_s * 24) * 2000

    edges = [on_beat(at) for at in (0, 7, 15, 26, 29.5, 36, 40)]
    names = ("intro", "build", "drive", "stop", "drop", "tail")
    sections = tuple(ScoreSection(name, *span) for name, span in zip(names, pairwise(edges), strict=True))
    return ScorePlan(edges[-1], grid, sections, palette, (ScoreHit(edges[-2], "title"),), seed)


@pytest.fixture(
    scope="module",
    params=[(ACTION, "128"), (DRAMA, "80"), (COMEDY, "95.5")],
    ids=["action", "drama", "comedy"],
)
def made(request):
    wanted = plan(*request.param)
    return wanted, compose(wanted)


def section(made, name):
    wanted, bed = made
    part = next(part for part in wanted.sections if part.name == name)
    return bed[part.start : part.end], part


def test_a_bed_has_its_length_and_headroom(made):
    wanted, bed = made
    assert bed.shape == (wanted.samples, 2)
    assert bed.dtype == np.float32
    assert 20 * np.log10(np.abs(bed).max()) == pytest.approx(-3.0, abs=0.05)


def test_a_stop_falls_silent_and_stays_so_until_the_drop(made):
    stop, _ = section(made, "stop")
    ring = min(round(1.8 * SAMPLE_RATE), round(0.6 * len(stop)))
    assert not stop[ring:].any()
    assert stop[:ring].any()
    drop, _ = section(made, "drop")
    assert np.abs(drop[:2400]).max() > 0.1


def test_sections_grow_from_intro_to_drop(made):
    levels = {name: gated_loudness(section(made, name)[0]) for name in ("intro", "build", "drive", "drop")}
    assert levels["drop"] > levels["drive"] > levels["intro"] - 2
    assert levels["drop"] > levels["build"] + 3
    assert levels["intro"] > levels["drop"] - 16


def test_beats_are_heard_on_the_grid(made):
    """Onset strength at the grid's beats against the mean, and the tracker's beats against the grid."""
    wanted, bed = made
    curve, _ = onset_curves(bed)
    near = np.array([curve[max(0, i - 4) : i + 5].max() for i in range(len(curve))])
    for name in ("drive", "drop"):
        part = next(part for part in wanted.sections if part.name == name)
        on = [near[round(sample / 240)] for _, sample in section_beats(wanted.grid, part)]
        assert np.mean(on) > 2.0 * near[part.start // 240 : part.end // 240].mean(), name
    track = track_beats(bed, (60, 180), float(wanted.grid.bpm))
    assert track.bpm == pytest.approx(float(wanted.grid.bpm), rel=0.005)
    loud = [part for part in wanted.sections if part.name in {"drive", "drop"}]
    beats = [
        beat
        for beat in track.beat_times_s
        if any(part.start <= beat * SAMPLE_RATE < part.end for part in loud)
    ]
    off = [abs(beat - float(wanted.grid.beat_s(wanted.grid.nearest_beat(Fraction(beat))))) for beat in beats]
    assert np.mean(np.array(off) < 0.03) > 0.9


def test_no_click_where_sections_meet_or_the_bed_ends(made):
    """No jump between neighbouring samples at a border that is larger than music makes elsewhere."""
    wanted, bed = made
    jumps = np.abs(np.diff(bed, axis=0)).max(axis=1)
    for part in wanted.sections:
        if part.name in {"stop", "tail"}:
            assert jumps[part.start - 3 : part.start].max(initial=0) <= np.percentile(jumps, 99.9)
    assert np.abs(bed[-1]).max() < 1e-3


def test_the_same_plan_gives_the_same_samples_and_another_seed_does_not():
    wanted = plan(COMEDY)
    first = compose(wanted)
    assert first.tobytes() == compose(wanted).tobytes()
    assert first.tobytes() != compose(plan(COMEDY, seed=2)).tobytes()


def test_every_section_is_louder_and_busier_than_the_one_before_it_up_to_the_drop(made):
    """Loudness rises by 2 LU and more from section to section; strong onsets come more often in full sections."""
    names = ("intro", "build", "drive", "drop")
    levels = [gated_loudness(section(made, name)[0]) for name in names]
    assert all(after >= before + 2 for before, after in pairwise(levels))
    wanted, bed = made
    curve, _ = onset_curves(bed)
    spans = {part.name: slice(part.start // 240, part.end // 240) for part in wanted.sections}
    busy = [float((curve[spans[name]] > 1.5).mean()) for name in names]
    assert busy[0] < busy[1] < min(busy[2:])


def test_the_music_stops_once_within_its_first_ten_seconds(made):
    wanted, bed = made
    ((start, end),) = first_stop(wanted)
    assert 0 < start < end <= 10 * SAMPLE_RATE
    assert end - start >= 0.4 * SAMPLE_RATE
    assert not bed[end - SAMPLE_RATE // 4 : end].any()
    assert bed[start - SAMPLE_RATE // 2 : start].any()
    assert bed[end : end + SAMPLE_RATE // 4].any()


def test_hits_lie_on_their_sample():
    """A title's hit begins within 10 ms of where the plan has it: measured against the same bed without it."""
    wanted = plan(ACTION)
    hit = wanted.hits[0].sample + SAMPLE_RATE // 2
    struck = compose(replace(wanted, hits=(ScoreHit(hit, "title"),)))
    bare = compose(replace(wanted, hits=()))
    # the beds are levelled as wholes: before the hit they differ by a factor alone
    before = slice(hit - 2 * SAMPLE_RATE, hit - SAMPLE_RATE)
    factor = np.sqrt(np.mean(struck[before] ** 2) / np.mean(bare[before] ** 2))
    apart = np.abs(struck - factor * bare).max(axis=1)
    floor = apart[: hit - SAMPLE_RATE // 10].max()
    onset = hit - SAMPLE_RATE // 10 + int(np.argmax(apart[hit - SAMPLE_RATE // 10 :] > 3 * floor + 0.01))
    assert abs(onset - hit) <= SAMPLE_RATE // 100


def test_no_bar_of_a_full_section_is_heard_twice(made):
    """Every bar of the drive against every other, sample by sample: a loop would be the same again."""
    wanted, bed = made
    bar = round(4 * 60 / float(wanted.grid.bpm) * SAMPLE_RATE)
    full = bed[
        wanted.sections[2].start : wanted.sections[2].start
        + (wanted.sections[2].end - wanted.sections[2].start) // bar * bar
    ]
    bars = [full[at : at + bar].mean(axis=1) for at in range(0, len(full) - bar + 1, bar)]
    for one, other in combinations(bars, 2):
        likeness = float(np.dot(one, other) / np.sqrt(np.dot(one, one) * np.dot(other, other)))
        assert likeness < 0.97


def test_palettes_sound_clearly_different():
    """Spectra of the full section in thirds of octaves: no two palettes agree."""

    def spectrum(palette: Palette) -> np.ndarray:
        wanted = plan(palette, "110")
        part = next(part for part in wanted.sections if part.name == "drop")
        power = np.abs(np.fft.rfft(compose(wanted)[part.start : part.end].sum(axis=1))) ** 2
        hertz = np.fft.rfftfreq(part.end - part.start, 1 / SAMPLE_RATE)
        edges = 40 * 2 ** (np.arange(25) / 3)
        bands = np.array([power[(hertz >= a) & (hertz < b)].sum() for a, b in pairwise(edges)])
        return 10 * np.log10(bands / bands.sum() + 1e-9)

    shapes = [spectrum(palette) for palette in (ACTION, DRAMA, COMEDY)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(shapes[one] - shapes[other]).mean() > 3.0


def test_a_recipe_carries_the_whole_plan():
    wanted = plan(DRAMA, "80.25")
    sound = score_sound(wanted)
    assert score_plan(sound) == wanted
    assert score_sound(score_plan(sound)) == sound
    short = ScorePlan(48_000, wanted.grid, (ScoreSection("drive", 0, 48_000),), COMEDY)
    longer = make_sound(score_sound(short), 60_000)
    assert len(longer) == 60_000
    assert not longer[48_000:].any()


@pytest.mark.parametrize("samples", [1, 300, 20_000])
def test_a_bed_too_short_for_a_beat_is_still_a_bed(samples):
    wanted = ScorePlan(
        samples, BeatGrid(Fraction(60), Fraction(1, 2)), (ScoreSection("drop", 0, samples),), COMEDY
    )
    assert compose(wanted).shape == (samples, 2)


def test_where_no_section_lies_there_is_no_sound():
    wanted = ScorePlan(480_000, BeatGrid(Fraction(120)), (ScoreSection("drive", 96_000, 240_000),), COMEDY)
    bed = compose(wanted)
    assert not bed[:96_000].any()
    assert bed[96_000:240_000].any()
    assert not bed[240_000 + 96_000 :].any()


@pytest.mark.parametrize(
    "sections",
    [
        (ScoreSection("verse", 0, 100),),
        (ScoreSection("intro", 0, 60), ScoreSection("build", 50, 100)),
        (ScoreSection("intro", 0, 200),),
        (ScoreSection("intro", 50, 50),),
    ],
)
def test_sections_that_cannot_be_played_are_refused(sections):
    with pytest.raises(InputError):
        ScorePlan(100, BeatGrid(Fraction(120)), sections, COMEDY)
