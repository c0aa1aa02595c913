"""The world and the turning points as weak wishes, zones by what their clips can fill, and cuts between views."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.inference.eyes import FilmEyes
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent, TurningPoints
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import Candidate, find_candidates
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import Judged, Looks
from cinecut.narrative.likeness import COST_OF_SAME_VIEW, Likeness
from cinecut.narrative.must_show import LINE_AIR_S, MOST_BLOWS, MustShow, blows, find_must_show
from cinecut.narrative.permitted import Permitted, permitted_footage
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.shape import shape_trailer
from cinecut.narrative.spine import worth_in_act
from cinecut.narrative.spoken_roles import Standing
from cinecut.narrative.supply import wanted_zones
from synthetic_film import make_film

RATE = FrameRate(Fraction(24))
POINTS = TurningPoints(60.0, 150.0, 280.0, 400.0, 500.0, "signals")


def said(at: float, text: str = "Now it begins.") -> DialogueEvent:
    return DialogueEvent(round(at * 1000), round(at * 1000) + 1500, at, at + 1.5, at + 0.75, text, "neutral")


def film_with(*events: DialogueEvent) -> tuple[FilmAnalysis, Brief, FilmGrid, Permitted]:
    analysis, _ = make_film(600.0, lines_a_minute=0)
    brief = Brief("film.mp4", analysis, events, (), load_vibe("drama"), RATE)
    grid = FilmGrid(analysis, RATE)
    return analysis, brief, grid, permitted_footage(brief, grid, POINTS)


def judged_at(
    first: int, *, zone: int = 0, shot: int = 0, lines: tuple[int, ...] = (), **more: object
) -> Judged:
    candidate = Candidate(first, first, first + 8, max(0, first - 40), first + 48, shot, lines)
    base = Judged(candidate, 0.5, 0.5, 0.5, zone, first / 24, (), "neutral", 0.0, "", "", "")
    return replace(base, **more)  # type: ignore[arg-type]  # fields by name


def test_a_turn_is_shown_by_the_shot_of_its_first_line() -> None:
    analysis, brief, grid, permitted = film_with(said(62.0), said(90.0))
    names = {one.name: one for one in find_must_show(brief, POINTS, permitted, grid, (), 60.0)}
    shot = next(s for s in analysis.shots if s.start_s <= 62.0 < s.end_s)
    assert names["turning point 1"].spans == ((shot.first_frame, shot.end_frame),)


def test_a_turn_without_a_word_is_where_it_is_loudest() -> None:
    analysis, brief, grid, permitted = film_with()
    assert analysis.sound is not None
    loud = np.full_like(analysis.sound.loudness_lufs, -30.0)
    loud[655] = -10.0
    heard = replace(analysis, sound=replace(analysis.sound, loudness_lufs=loud))
    turn = find_must_show(replace(brief, analysis=heard), POINTS, permitted, grid, (), 60.0)[1]
    (first, end) = turn.spans[0]
    assert grid.seconds(first) <= 65.5 < grid.seconds(end)


def test_nothing_past_the_spoiler_limit_must_be_shown() -> None:
    _, brief, grid, permitted = film_with()
    quiet = replace(brief, analysis=replace(brief.analysis, sound=None))
    names = [one.name for one in find_must_show(quiet, POINTS, permitted, grid, (), 60.0)]
    assert names == ["the world", "turning point 1", "turning point 2", "turning point 3"]


def test_the_world_is_shown_by_the_wider_of_the_first_two_shots() -> None:
    class Eyes(FilmEyes):
        wide_from_s = 0.0

        def size_in(self, start_s: float, end_s: float) -> str:
            return "long" if self.wide_from_s <= start_s < end_s else "close-up"

    analysis, brief, grid, permitted = film_with()
    eyes = Eyes(())
    opening = [shot for shot in analysis.shots if shot.start_s >= permitted.start_s - 0.5][:2]
    for at, wanted in ((0.0, opening[0]), (opening[1].start_s, opening[1])):
        eyes.wide_from_s = at
        world = find_must_show(replace(brief, eyes=eyes), POINTS, permitted, grid, (), 60.0)[0]
        assert world.spans == ((wanted.first_frame, wanted.end_frame),)


def sound_with_blows(*at_s: float) -> SoundCurves:
    onset, loud = np.full(6000, 0.2, np.float32), np.full(6000, -28.0, np.float32)
    for at in at_s:
        onset[round(at * 10) : round(at * 10) + 12] = 1.0
        loud[round(at * 10) : round(at * 10) + 12] = -12.0
    return SoundCurves(0.1, loud, onset, -20.0)


def test_blows_are_what_is_hard_and_loud_for_a_second() -> None:
    found = blows(sound_with_blows(100.0, 300.0, 450.0), 10.0, 400.0)
    assert [round(at) for at in found] == [100, 300] or [round(at) for at in found] == [101, 301]
    cups = sound_with_blows()
    cups.onset[1000:1003] = 1.0
    cups.loudness_lufs[1000:1003] = -12.0
    assert blows(cups, 10.0, 400.0) == ()
    assert blows(None, 10.0, 400.0) == ()


def test_blows_near_one_another_are_one_and_the_hardest_are_taken() -> None:
    sound = sound_with_blows(50.0, 54.0, 100.0, 150.0, 200.0, 250.0, 300.0)
    found = blows(sound, 10.0, 400.0)
    assert len(found) == MOST_BLOWS
    assert min(np.diff(found)) > 0.03 * 390


def strong(number: int, *, size: str = "close-up", one: bool = True) -> Judged:
    item = judged_at(1000 * number, lines=(number,), size=size, said=Standing(1.0, "threat"))
    return replace(
        item,
        candidate=replace(item.candidate, core_out=item.candidate.core_in + 60, is_one_shot=one),
    )


def test_strong_lines_whole_in_one_near_view_must_be_heard() -> None:
    _, brief, grid, permitted = film_with(*(said(10.0 * at) for at in range(6)))
    pool = [strong(1), strong(2, size="long"), strong(3, one=False)]
    wishes = [one for one in find_must_show(brief, POINTS, permitted, grid, pool, 60.0) if one.lines]
    assert [one.lines for one in wishes] == [{1}]
    assert wishes[0].is_fulfilled_by(pool[0], is_heard=True)
    assert not wishes[0].is_fulfilled_by(pool[0], is_heard=False), "to be heard, not only seen"


def test_no_more_strong_lines_are_asked_for_than_the_vibe_lets_be_spoken() -> None:
    _, brief, grid, permitted = film_with(*(said(10.0 * at) for at in range(40)))
    pool = [strong(number) for number in range(40)]
    for name in ("action", "drama"):
        vibe = load_vibe(name)
        wishes = find_must_show(replace(brief, vibe=vibe), POINTS, permitted, grid, pool, 60.0)
        lines = [one for one in wishes if one.lines]
        assert len(lines) == int(60.0 * vibe.dialogue_share / (60 / 24 + LINE_AIR_S))


def test_a_picture_counts_as_shown_once_it_does_not_flash_by() -> None:
    shown = MustShow("a shot", ((100, 200),))
    assert shown.is_fulfilled_by(judged_at(192), is_heard=False)
    assert not shown.is_fulfilled_by(judged_at(193), is_heard=False)


def test_a_planned_trailer_shows_its_permitted_turns() -> None:
    analysis, events = make_film(600.0, seed=4)
    brief = Brief("film.mp4", analysis, events, (), load_vibe("drama"), RATE, 60.0)
    manifest = plan_trailer(brief)
    anchors = manifest.structural_anchors
    assert anchors is not None
    for at in (anchors.begin_t, anchors.change_of_plans_t, anchors.escalation_t):
        assert at is not None
        assert any(clip.source_start_s < at + 9 and at - 2 < clip.source_end_s for clip in manifest.clips), at


def test_act_1_begins_at_the_beginning_of_a_film_that_is_mostly_spoken() -> None:
    analysis, events = make_film(600.0, seed=3, lines_a_minute=22.0, mean_shot_s=3.0)
    grid = FilmGrid(analysis, RATE)
    brief = Brief("film.mp4", analysis, events, (), load_vibe("drama"), RATE, 60.0)
    permitted = permitted_footage(brief, grid, POINTS)
    pool = [
        replace(
            judged_at(0, zone=sum(grid.seconds(c.centre) >= border for border in permitted.borders_s)),
            candidate=c,
        )
        for c in find_candidates(grid, events, permitted)
    ]
    shape = shape_trailer(brief.vibe, RATE, BeatGrid(brief.vibe.bpm_exact), 60.0, has_tagline=False)
    zones = wanted_zones(shape, pool, 0)
    first = next(section for section in shape.sections if section.act == "act1")
    third = next(section for section in shape.sections if section.act == "act3")
    assert set(zones[first.first : first.last]) == {0}
    assert zones[third.last - 1] == 2


def test_a_zone_without_footage_is_drawn_from_its_neighbour() -> None:
    shape = shape_trailer(load_vibe("drama"), RATE, BeatGrid(Fraction(80)), 60.0, has_tagline=False)
    pool = [judged_at(first, zone=1 if first < 8000 else 2) for first in range(100, 16000, 150)]
    zones = wanted_zones(shape, pool, 0)
    first = next(section for section in shape.sections if section.act == "act1")
    assert set(zones[first.first : first.last]) == {1}


def test_two_views_of_one_size_with_the_same_people_cost_and_others_do_not() -> None:
    close = {"size": "close-up", "people": ("person 1",)}
    pool = [
        judged_at(0, shot=0, **close),
        judged_at(200, shot=1, **close),
        judged_at(400, shot=2, size="long", people=("person 1",)),
        judged_at(600, shot=3, size="close-up", people=("person 2",)),
    ]
    likeness = Likeness(pool, Looks(np.zeros((4, 0), np.float32)))
    assert likeness.cost(1, (0,)) == COST_OF_SAME_VIEW
    assert likeness.cost(2, (0,)) == 0
    assert likeness.cost(3, (0,)) == 0
    assert likeness.cost(1, (0, 2)) == 0, "only neighbours"


def test_a_strong_line_is_worth_more_near_the_camera() -> None:
    threat = Standing(1.0, "threat")
    near, far = worth_in_act("act2", threat, "close-up"), worth_in_act("act2", threat, "long")
    assert near > far
    assert near - far > worth_in_act("act2", Standing(1.0, ""), "close-up")


def test_a_line_that_a_cut_parts_gains_nothing_by_nearness() -> None:
    threat = Standing(1.0, "threat")
    assert worth_in_act("act2", threat, "close-up", is_one_shot=False) == worth_in_act("act2", threat, "long")


def test_no_eyes_tell_no_size() -> None:
    assert FilmEyes(()).size_in(0.0, 9.0) == ""


def test_inside_an_act_a_trailer_mostly_follows_the_film() -> None:
    onward = steps = 0
    for seed in (6, 7, 8):
        analysis, events = make_film(900.0, seed=seed)
        manifest = plan_trailer(Brief("film.mp4", analysis, events, (), load_vibe("thriller"), RATE, 90.0))
        for act in ("act1", "act2", "act3"):
            apart = np.diff([clip.source_start_s for clip in manifest.clips if clip.act == act])
            onward, steps = onward + int((apart > 0).sum()), steps + len(apart)
    assert onward >= 0.6 * steps, (onward, steps)
