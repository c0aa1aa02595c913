"""A trailer that was built clip by clip is bettered as a whole: its spoken share, what it missed, its order; no bar falls."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from cinecore.timeline import BeatGrid
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.bars import APART_S, OUTSIDE_ZONE_ORDER
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import find_candidates
from cinecut.narrative.choice import Choice, Effort
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.improving import Improving
from cinecut.narrative.judgement import judge, looks_of
from cinecut.narrative.must_show import MustShow, find_must_show
from cinecut.narrative.permitted import permitted_footage
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.pool import make_pool
from cinecut.narrative.refilling import Entry, Gap, Refilling
from cinecut.narrative.shape import shape_trailer
from cinecut.narrative.supply import wanted_zones
from cinecut.narrative.tension import tension_of
from cinecut.narrative.trailer_state import Chosen
from cinecut.narrative.turning_points import find_turning_points
from cinecut.narrative.whole import Whole
from synthetic_film import make_film, rate_of

RATE = rate_of()
FEW_STEPS = 6_000
"""Of work: a tenth of what a plan spends."""


@cache
def search_of(vibe: str = "drama", seed: int = 0, asked_s: float = 45.0) -> Choice:
    """A search over one film of ten minutes."""
    analysis, events = make_film(600.0, seed=4)
    brief = Brief("film.mp4", analysis, events, (), load_vibe(vibe), RATE, asked_s, seed=seed)
    grid = FilmGrid(analysis, RATE)
    points = find_turning_points(analysis, events)
    permitted = permitted_footage(brief, grid, points)
    looks = looks_of(brief)
    judged = judge(brief, grid, permitted, points, find_candidates(grid, events, permitted), looks)
    must_show = find_must_show(brief, points, permitted, grid, judged, asked_s)
    pool = make_pool(brief, grid, judged, looks, (), must_show)
    shape = shape_trailer(brief.vibe, RATE, BeatGrid(brief.vibe.bpm_exact), asked_s, has_tagline=False)
    return Choice(pool, shape, 0, wanted_zones(shape, judged, 0), Effort(beam=4))


@cache
def built(vibe: str = "drama") -> tuple[Chosen, ...]:
    """What the first search makes of it."""
    chosen = search_of(vibe).run()
    assert chosen is not None
    return chosen


def whole_of(search: Choice) -> Whole:
    return Whole(search.pool, search.shape, search.keeping, search.must_show)


def test_bettering_keeps_every_hard_bar() -> None:
    search = search_of()
    better = Improving(search).better(built(), FEW_STEPS)
    assert better != built(), "nothing was bettered: the test would prove nothing"
    assert better[0].first_position == 0
    assert better[-1].last_position == len(search.shape.positions) - 1
    for one, two in pairwise(better):
        assert one.last_position == two.first_position
    clips = [item for item in better if item.judged >= 0]
    zones = []
    for item in clips:
        candidate = search.judged[item.judged].candidate
        assert candidate.reach_in <= item.first <= candidate.core_in
        assert candidate.core_out <= item.first + item.frames <= candidate.reach_out
        assert item.is_heard <= bool(candidate.lines)
        assert item.is_heard or candidate.is_one_shot, "only a heard line carries a shot change"
        section = search.shape.sections[item.section]
        assert section.first <= item.first_position < item.last_position <= section.last
        assert item.frames >= section.least_frames
        if section.act not in OUTSIDE_ZONE_ORDER:
            zones.append(search.judged[item.judged].zone)
    assert zones == sorted(zones)
    footage = sorted((item.first, item.first + item.frames) for item in clips)
    assert all(two[0] - one[1] >= APART_S * search.fps for one, two in pairwise(footage))


def test_no_clip_is_shorter_than_its_act_allows_though_beats_differ_by_a_frame() -> None:
    search = search_of("sci-fi", asked_s=15.0)
    refilling, positions = Refilling(search, random.Random(0)), search.shape.positions
    tried = laid = 0
    for number, section in enumerate(search.shape.sections):
        if section.holds != "many":
            continue
        for at in range(section.first, section.last):
            is_too_short = positions[at + 1] - positions[at] < section.least_frames
            for index, item in enumerate(search.judged):
                if item.candidate.lines:
                    continue
                found = refilling.laid([Entry(index, False)], Gap(number, at, 0, (0, 2)), at + 1)
                tried += is_too_short
                laid += found is not None
                assert not found or found[0].frames >= section.least_frames
    assert tried, "no beat is too short: the test would prove nothing"
    assert laid, "nothing fits: the test would prove nothing"


def test_a_bettered_trailer_costs_less_and_is_the_same_for_the_same_seed() -> None:
    search = search_of()
    improving = Improving(search)
    better = improving.better(built(), FEW_STEPS)
    assert improving.cost(better) < improving.cost(built())
    assert Improving(search).better(built(), FEW_STEPS) == better


def test_no_work_changes_nothing() -> None:
    assert Improving(search_of()).better(built(), 0) == built()


@pytest.mark.parametrize("vibe", ["action", "drama"])
def test_a_trailer_is_spoken_as_much_as_its_vibe_asks(vibe: str) -> None:
    analysis, events = make_film(600.0, seed=4)
    brief = Brief("film.mp4", analysis, events, (), load_vibe(vibe), RATE, 45.0)
    clips = plan_trailer(brief).clips
    lengths = [clip.source_end_s - clip.source_start_s for clip in clips]
    spoken = sum(
        length for clip, length in zip(clips, lengths, strict=True) if clip.lines and clip.sound != "none"
    )
    assert abs(spoken / sum(lengths) - brief.vibe.dialogue_share) <= 0.08


def test_lines_muted_until_the_share_is_missed_cost_more_than_all_else() -> None:
    search = search_of()
    silent = [
        replace(item, is_heard=False)
        if item.judged >= 0 and search.judged[item.judged].candidate.is_one_shot
        else item
        for item in built()
    ]
    assert sum(item.is_heard for item in silent) < sum(item.is_heard for item in built())
    whole = whole_of(search)
    assert whole.cost(silent) > whole.cost(built()) + 10.0


def test_what_was_outbid_is_put_in_where_it_fits() -> None:
    search = search_of()
    shown = {item.judged for item in built()}
    fps = search.fps
    free = [
        index
        for index, item in enumerate(search.judged)
        if item.zone == 1
        and item.candidate.reach_frames > 3 * fps
        and index not in shown
        and item.candidate.is_one_shot
    ]
    core = search.judged[free[len(free) // 2]].candidate
    wish = MustShow("a moment", ((core.core_in, core.core_out),), weight=4.0)
    pool = replace(
        search.pool,
        must_show=type(search.pool.must_show)((wish,), (*search.pool.judged, *search.pool.locked)),
    )
    asked = Choice(pool, search.shape, 0, search.wanted_zones, Effort(beam=4))
    assert whole_of(asked).fulfilled(built()) == (0, 0)
    better = Improving(asked).better(built(), FEW_STEPS)
    assert whole_of(asked).fulfilled(better) == (1, 0)


def test_a_clip_makes_way_for_a_moment_that_lies_too_near_it_in_the_film() -> None:
    search, trailer = search_of("action"), built("action")
    footage = [(item.first, item.first + item.frames) for item in trailer if item.judged >= 0]
    apart = APART_S * search.fps
    blocked = [
        item.candidate
        for item in search.judged
        if not item.candidate.lines
        and item.candidate.reach_frames > 1.4 * search.fps
        and all(end <= item.candidate.reach_in or item.candidate.reach_out <= first for first, end in footage)
        and any(
            first < item.candidate.core_out + apart and item.candidate.core_in - apart < end
            for first, end in footage
        )
    ]
    assert len(blocked) > 4
    for core in blocked:
        wish = MustShow("a moment", ((core.core_in, core.core_out),), weight=4.0)
        pool = replace(search.pool, must_show=type(search.pool.must_show)((wish,), search.pool.judged))
        asked = Choice(pool, search.shape, 0, search.wanted_zones, Effort(beam=4))
        assert whole_of(asked).fulfilled(trailer) == (0, 0)
        assert whole_of(asked).fulfilled(Improving(asked).better(trailer, FEW_STEPS // 20)) == (1, 0)


def test_what_somebody_wants_kept_is_never_given_up() -> None:
    search = search_of()
    others = {item.judged for item in Improving(search).better(built(), FEW_STEPS)}
    wishes = []
    for item in built():
        if item.judged >= 0 and item.judged not in others:
            core = search.judged[item.judged].candidate
            wishes.append(MustShow("a kept one", ((core.core_in, core.core_out),), weight=0.0))
    assert len(wishes) > 1, "nothing is given up: the test would prove nothing"
    kept = type(search.pool.must_show)(tuple(wishes), search.pool.judged)
    asked = Choice(
        replace(search.pool, kept=kept),  # type: ignore[arg-type]  # any wish can be kept
        search.shape,
        0,
        search.wanted_zones,
        Effort(beam=4),
    )
    all_of_them = (1 << len(wishes)) - 1
    assert whole_of(asked).fulfilled(built())[1] == all_of_them
    assert whole_of(asked).fulfilled(Improving(asked).better(built(), FEW_STEPS))[1] == all_of_them


def test_who_is_seen_longest_unseen_before_act_3_costs() -> None:
    search = search_of()
    someone = next(item.judged for item in built() if item.judged >= 0)
    nobody = replace(search.pool, mains_seen=tuple(0 for _ in search.pool.mains_seen))
    rare = replace(
        nobody,
        mains_seen=tuple(
            int(index not in {i.judged for i in built()}) for index in range(len(nobody.mains_seen))
        ),
    )
    seen = replace(nobody, mains_seen=tuple(int(index == someone) for index in range(len(nobody.mains_seen))))

    def cost(pool: object) -> float:
        return Whole(pool, search.shape, search.keeping, search.must_show).cost(built())  # type: ignore[arg-type]  # a pool

    assert cost(seen) == pytest.approx(cost(nobody))
    assert cost(rare) > cost(nobody)


def test_falling_tension_and_an_early_peak_cost_more_than_rising_tension() -> None:
    search = search_of()
    order = [item.judged for item in built() if item.judged >= 0]

    def cost(rising: bool) -> float:
        tension = [0.0] * len(search.pool.tension)
        for place, index in enumerate(order):
            tension[index] = place if rising else -place
        pool = replace(search.pool, tension=tuple(tension))
        return Whole(pool, search.shape, search.keeping, search.must_show).cost(built())

    assert cost(rising=True) + 2.0 < cost(rising=False)


def test_turns_told_backwards_cost_more_than_in_order() -> None:
    search = search_of()
    story = [
        item.judged
        for item in built()
        if item.judged >= 0 and search.shape.sections[item.section].act not in OUTSIDE_ZONE_ORDER
    ]

    def cost(numbers: tuple[int, int]) -> float:
        turns = [0] * len(search.pool.turns)
        turns[story[0]], turns[story[-1]] = numbers
        pool = replace(search.pool, turns=tuple(turns))
        return Whole(pool, search.shape, search.keeping, search.must_show).cost(built())

    assert cost((1, 2)) < cost((2, 1))


def test_a_loud_passage_between_lines_is_tenser_than_a_quiet_one() -> None:
    search = search_of()
    analysis, events = search.brief.analysis, search.brief.events
    assert analysis.sound is not None
    middle = analysis.duration_s / 4
    times = np.arange(len(analysis.sound.loudness_lufs)) * analysis.sound.step_s
    near = np.abs(times - middle) < 15
    loud = analysis.sound.loudness_lufs.copy()
    loud[near] = -6.0
    changed = replace(analysis, sound=replace(analysis.sound, loudness_lufs=loud))
    before = tension_of(analysis, events, search.judged)
    after = tension_of(changed, events, search.judged)
    inside = [index for index, item in enumerate(search.judged) if abs(item.time_s - middle) < 5]
    assert inside
    assert np.mean([after[i] for i in inside]) > np.mean([before[i] for i in inside]) + 0.1
