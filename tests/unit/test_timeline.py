"""The timeline value: the duration rule, its checks, and splitting it into segments."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinecore.errors import InputError
from cinecore.render.segments import split_into_segments
from cinecore.timebase import FrameRate
from cinecore.timeline import (
    AudioCue,
    BeatGrid,
    Card,
    FilmFrames,
    FilmSource,
    MadeSound,
    Picture,
    Stem,
    Timeline,
    Transition,
    TransitionKind,
    lay_pictures,
)

RATE = FrameRate(Fraction(24))


def timeline(lengths: list[int], kinds: list[TransitionKind], *, transition_frames: int = 8) -> Timeline:
    transitions = tuple(
        Transition(index, kind, transition_frames)
        for index, kind in enumerate(kinds[: len(lengths) - 1])
        if kind is not TransitionKind.HARD_CUT
    )
    pictures = [
        Picture(0, length, FilmFrames("film", Fraction(number * 10)), f"clip {number + 1}")
        for number, length in enumerate(lengths)
    ]
    return Timeline(
        RATE,
        320,
        180,
        (FilmSource("film", Path("film.mp4"), "id"),),
        lay_pictures(pictures, transitions),
        transitions,
    )


lengths_and_kinds = st.integers(1, 40).flatmap(
    lambda count: st.tuples(
        st.lists(st.integers(16, 200), min_size=count, max_size=count),
        st.lists(st.sampled_from(list(TransitionKind)), min_size=count, max_size=count),
    )
)


@given(lengths_and_kinds)
def test_only_crossfades_shorten_a_timeline(case: tuple[list[int], list[TransitionKind]]) -> None:
    lengths, kinds = case
    made = timeline(lengths, kinds).validate()
    crossfades = sum(kind is TransitionKind.CROSSFADE for kind in kinds[: len(lengths) - 1])
    assert made.frames == sum(lengths) - 8 * crossfades


@given(lengths_and_kinds, st.booleans())
def test_segments_hold_every_frame_once_and_never_split_a_crossfade(
    case: tuple[list[int], list[TransitionKind]],
    may_split_shots: bool,
) -> None:
    lengths, kinds = case
    made = timeline(lengths, kinds)
    segments = split_into_segments(made, may_split_shots=may_split_shots)
    assert sum(segment.frames for segment in segments) == made.frames
    assert all(segment.shots[-1].overlap_with_next == 0 for segment in segments)
    shots = [shot for segment in segments for shot in segment.shots]
    assert sum(shot.frames for shot in shots) == sum(lengths)
    shown = [
        (shot.content.start_s + RATE.seconds(number))
        for shot in shots
        if isinstance(shot.content, FilmFrames)
        for number in range(shot.frames)
    ]
    wanted = [
        Fraction(clip * 10) + RATE.seconds(number)
        for clip, length in enumerate(lengths)
        for number in range(length)
    ]
    assert shown == wanted


def test_a_timeline_of_crossfades_alone_is_still_rendered_in_many_segments() -> None:
    made = timeline([72] * 20, [TransitionKind.CROSSFADE] * 20)
    assert len(split_into_segments(made)) >= 6
    assert len(split_into_segments(made, may_split_shots=False)) == 1


def test_a_timeline_of_many_cuts_becomes_eight_to_twelve_segments() -> None:
    made = timeline([48] * 40, [TransitionKind.HARD_CUT] * 40)
    assert 8 <= len(split_into_segments(made)) <= 12


def test_a_cut_point_inside_a_crossfade_is_its_middle() -> None:
    made = timeline([48, 48, 48], [TransitionKind.CROSSFADE, TransitionKind.HARD_CUT])
    assert made.cuts() == (44, 88)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pictures": ()}, "holds no picture"),
        ({"width": 321}, "not even"),
        ({"sources": ()}, "unknown film"),
        ({"transitions": (Transition(0, TransitionKind.CROSSFADE, 7),)}, "even number"),
        ({"transitions": (Transition(9, TransitionKind.CROSSFADE, 8),)}, "no neighbour"),
        ({"transitions": (Transition(0, TransitionKind.FADE_TO_BLACK, 200),)}, "for transitions that take"),
        ({"transitions": (Transition(0, TransitionKind.CROSSFADE, 0),)}, "0 frames long"),
        ({"cues": (AudioCue(Stem.MUSIC, 0, 10**9, MadeSound("score", "{}")),)}, "samples"),
        ({"cues": (AudioCue(Stem.MUSIC, 0, 10, MadeSound("score", "{}"), fade_in=20),)}, "fades longer"),
    ],
)
def test_a_broken_timeline_is_refused_with_the_reason(change: dict[str, object], words: str) -> None:
    made = timeline([48, 48, 48], [TransitionKind.HARD_CUT] * 3)
    with pytest.raises(InputError) as caught:
        replace(made, **change).validate()  # type: ignore[arg-type] # each case names one field of the value
    assert words in str(caught.value)


def test_a_picture_that_does_not_follow_its_neighbour_is_refused() -> None:
    made = timeline([48, 48], [TransitionKind.HARD_CUT] * 2)
    moved = (made.pictures[0], replace(made.pictures[1], start=50))
    with pytest.raises(InputError, match="starts at frame 50, not 48"):
        replace(made, pictures=moved).validate()


def test_plain_cards_need_no_source() -> None:
    Timeline(RATE, 320, 180, (), (Picture(0, 24, Card()),)).validate()


@given(st.integers(0, 400), st.fractions(min_value=55, max_value=180, max_denominator=100))
def test_the_nearest_beat_of_a_beat_is_itself(beat: int, bpm: Fraction) -> None:
    grid = BeatGrid(bpm, Fraction(1, 3))
    assert grid.nearest_beat(grid.beat_s(beat)) == beat
    assert abs(RATE.seconds(grid.frame(beat, RATE)) - grid.beat_s(beat)) <= Fraction(1, 48)
