"""Who is taken to speak from how mouths move, and for how long a picture is theirs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from cinecut.assembly.framing import Glimpse, Subject, plan_framing
from cinecut.assembly.shape import cut_of
from cinecut.assembly.speakers import EARLY_S, HeardLine, Turn, holds_of, turns_of
from cinecut.manifest.schema import PictureShape

TIMES = np.arange(250) / 25
"""Ten seconds."""

LOUD = np.ones(250, bool)


def moving(*spans: tuple[float, float], by: float = 5.0, rest: float = 0.3) -> np.ndarray:
    """A mouth that moves within these spans and rests else."""
    moves = np.zeros(250, bool)
    for start, end in spans:
        moves |= (start <= TIMES) & (end > TIMES)
    return np.where(moves, by, rest)


def test_whose_mouth_moves_while_a_line_is_spoken_speaks_it() -> None:
    moved = {1: moving((1, 3)), 2: moving((4, 6))}
    lines = (HeardLine(1, 3), HeardLine(4, 6))
    assert turns_of(lines, TIMES, moved, LOUD) == (Turn(1, 3, 1), Turn(4, 6, 2))


@pytest.mark.parametrize(
    "moved",
    [
        {1: moving(), 2: moving()},
        {1: moving((1, 3)), 2: moving((1, 3), by=4.5)},
        {1: moving((0, 10)), 2: moving((0, 10), by=6)},
        {1: moving((1, 3), by=0.8, rest=0.0), 2: moving(rest=0.0)},
        {1: np.full(250, np.nan), 2: np.full(250, np.nan)},
        {},
    ],
    ids=["nobody moves", "both move", "both chew", "noise", "out of the picture", "no faces"],
)
def test_where_no_mouth_stands_out_nobody_is_named(moved: dict[int, np.ndarray]) -> None:
    assert turns_of((HeardLine(1, 3),), TIMES, moved, LOUD) == ()


def test_who_chews_through_it_all_does_not_take_the_line_of_who_opens_the_mouth_for_it() -> None:
    is_voice = (TIMES >= 2) & (TIMES < 4)
    moved = {1: moving((0, 10), by=4.0), 2: moving((2, 4), by=4.2)}
    assert turns_of((HeardLine(2, 4),), TIMES, moved, is_voice) == (Turn(2, 4, 2),)


def test_lines_of_one_name_are_one_voice() -> None:
    """The second line alone would tell nothing: both mouths rest in it."""
    moved = {1: moving((1, 4)), 2: moving()}
    lines = (HeardLine(1, 4, "Ann"), HeardLine(5, 6, "Ann"))
    assert [turn.who for turn in turns_of(lines, TIMES, moved, LOUD)] == [1, 1]
    assert len(turns_of(tuple(HeardLine(a.start_s, a.end_s) for a in lines), TIMES, moved, LOUD)) == 1


def test_a_line_under_music_is_told_by_its_times() -> None:
    unheard = np.zeros(250, bool)
    assert turns_of((HeardLine(1, 3),), TIMES, {1: moving((1, 3)), 2: moving()}, unheard) == (Turn(1, 3, 1),)


def test_whoever_spoke_keeps_the_picture_until_another_has_begun() -> None:
    held = holds_of((Turn(1, 3, 1), Turn(5, 7, 2)), 0, 9)
    assert held == (Turn(0, 5 - EARLY_S, 1), Turn(5 - EARLY_S, 9, 2))


def test_a_word_thrown_in_does_not_turn_the_picture_round() -> None:
    turns = (Turn(1, 3, 1), Turn(3.2, 3.6, 2), Turn(3.8, 6, 1))
    assert holds_of(turns, 0, 8) == (Turn(0, 8, 1),)
    assert holds_of((Turn(7.5, 7.9, 2),), 7.4, 8) == (Turn(7.4, 8, 2),)
    assert holds_of((), 0, 8) == ()


def seen(*middles: float) -> list[Glimpse]:
    subjects = tuple(
        Subject((x - 0.04, 0.3, 0.08, 0.25), 1.0, is_face=True, who=who) for who, x in enumerate(middles, 1)
    )
    return [Glimpse(0.5 * number, subjects) for number in range(16)]


def test_a_far_speaker_is_jumped_to_and_a_near_one_panned_to() -> None:
    cut = cut_of(PictureShape(aspect="9:16"), (1920, 1080))
    turns = (Turn(0.5, 3, 1), Turn(4, 7, 2))
    far = plan_framing(0, 8, seen(0.2, 0.8), (), cut, turns)
    assert [(point.jumps, round(point.x, 1)) for point in far] == [(False, 0.2), (True, 0.8)]
    assert far[1].source_s == pytest.approx(4 - EARLY_S, abs=1e-3)
    near = plan_framing(0, 8, seen(0.38, 0.62), (), cut, turns)
    assert not any(point.jumps for point in near)
    half = cut.parts[0] / 2
    assert near[0].x - half <= 0.38 - 0.04
    assert near[-1].x + half >= 0.62 + 0.04
    assert all(abs(b.x - a.x) / cut.parts[0] <= 0.8 * (b.source_s - a.source_s) for a, b in pairwise(near))


def test_somebody_who_is_nowhere_in_the_stills_changes_nothing() -> None:
    cut = cut_of(PictureShape(aspect="9:16"), (1920, 1080))
    without = plan_framing(0, 8, seen(0.2, 0.8), (), cut)
    assert plan_framing(0, 8, seen(0.2, 0.8), (), cut, (Turn(1, 3, 9),)) == without


def test_a_speaker_whom_one_still_does_not_show_is_where_the_next_one_does() -> None:
    cut = cut_of(PictureShape(aspect="9:16"), (1920, 1080))
    glimpses = seen(0.2, 0.8)
    hidden = [
        Glimpse(one.time_s, one.subjects[:1] if number in {4, 5, 9} else one.subjects)
        for number, one in enumerate(glimpses)
    ]
    (point,) = plan_framing(0, 8, hidden, (), cut, (Turn(0.5, 7, 2),))
    assert abs(point.x - 0.8) < 0.08
