"""Where a film turns by its own measures: near, in order, with reasons, and never a guess sold as a fact."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from samples.film import TUNING_SEEDS, FilmSpec
from samples.measured import MeasuredStory, measure_story
from tests.synthetic_film import line, make_film, rate_of

from cinecore.analysis.film import FilmAnalysis
from cinecore.vision.sighting import Sighting
from cinecut.inference.eyes import CastMember, FilmEyes, StillSighting
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent, TurningPoints
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.protagonist import find_protagonist
from cinecut.narrative.story_curves import BINS, story_curves
from cinecut.narrative.story_evidence import story_evidence
from cinecut.narrative.turning_points import (
    PRIORS,
    RULE,
    find_turning_points,
    story_span,
    turning_points_by_rule,
)

HELD_OUT = TUNING_SEEDS[80:90]
"""Tuning seeds on which no weight was fitted."""


@lru_cache(maxsize=16)
def film(seed: int = HELD_OUT[0]) -> MeasuredStory:
    return measure_story(FilmSpec(seed, 450, turn_spread=5, has_troubled_cues=True))


def times(points: TurningPoints) -> list[float]:
    return [
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    ]


def test_troubled_films_are_read_clearly_better_than_the_rule_and_the_usual_places() -> None:
    found, rule, usual = [], [], []
    for seed in HELD_OUT:
        made = film(seed)
        start, end = story_span(made.analysis)
        truth = (np.array(made.turning_points_s) - start) / (end - start)
        points = find_turning_points(made.analysis, made.events, made.eyes)
        assert points.method == "signals"
        shares = (np.array(times(points)) - start) / (end - start)
        found.append(np.abs(shares - truth).mean())
        rule.append(np.abs(np.array(RULE) - truth).mean())
        usual.append(np.abs(np.array(PRIORS) - truth).mean())
    assert np.mean(found) < 0.4 * np.mean(rule)
    assert np.mean(found) < 0.85 * np.mean(usual)


def test_each_point_says_what_speaks_for_it_and_how_sure_it_is() -> None:
    points = find_turning_points(film().analysis, film().events, film().eyes)
    assert len(points.reasons) == 5
    assert all("% of the likelihood" in reason for reason in points.reasons)
    assert len(set(points.reasons)) > 1


def test_the_same_film_gives_the_same_points() -> None:
    again = measure_story(FilmSpec(HELD_OUT[0], 450, turn_spread=5, has_troubled_cues=True))
    assert find_turning_points(film().analysis, film().events, film().eyes) == find_turning_points(
        again.analysis, again.events, again.eyes
    )


def test_what_was_not_measured_is_missing_and_not_zero() -> None:
    silent = replace(film().analysis, sound=None)
    curves = story_curves(silent, (), None, story_span(silent))
    assert not {"talk", "emotion", "loudness", "blows", "music"} & set(curves.levels)
    assert set(curves.makeup) == {"places"}
    full = story_curves(film().analysis, film().events, film().eyes, story_span(silent))
    assert {"talk", "loudness", "music", "motion", "pace"} <= set(full.levels)
    assert {"places", "speakers", "people"} <= set(full.makeup)


def test_no_evidence_is_trusted_without_bound() -> None:
    analysis = film().analysis
    assert analysis.sound is not None
    onset = np.zeros_like(analysis.sound.onset)
    onset[len(onset) // 2] = 1.0
    loud = replace(analysis, sound=replace(analysis.sound, onset=onset))
    evidence = story_evidence(story_curves(loud, (), None, story_span(loud)))
    assert evidence
    assert all(0 <= curve.min() <= curve.max() <= 1.5 for curve in evidence.values())
    assert all(len(curve) == BINS for curve in evidence.values())


def _bad(name: str) -> tuple[FilmAnalysis, tuple[DialogueEvent, ...], str]:
    analysis, lines = make_film(300, seed=4)
    if name == "no subtitles":
        return analysis, (), "signals"
    if name == "no sound":
        return replace(analysis, sound=None), lines, "signals"
    if name == "no music":
        return analysis, lines, "signals"
    if name == "music only":
        assert analysis.sound is not None
        music = np.full_like(analysis.sound.onset, 0.9)
        return replace(analysis, sound=replace(analysis.sound, music=music)), (), "signals"
    if name == "one shot without sound":
        one, _ = make_film(300, mean_shot_s=1e6, lines_a_minute=0, has_sound=False)
        still = np.zeros_like(one.motion)
        return replace(one, motion=still), (), "rule"
    if name == "20 s":
        return (*make_film(20, seed=2), "rule")
    if name == "black":
        return (*make_film(120, luma=0.0, lines_a_minute=0), "signals")
    if name == "one word":
        return analysis, (line(150.0, 151.0, "Run!"),), "signals"
    raise AssertionError(name)


@pytest.mark.parametrize(
    "name",
    [
        "no subtitles",
        "no sound",
        "no music",
        "music only",
        "one shot without sound",
        "20 s",
        "black",
        "one word",
    ],
)
def test_poor_films_get_five_ordered_points_inside_and_the_method_is_named(name: str) -> None:
    analysis, lines, method = _bad(name)
    points = find_turning_points(analysis, lines)
    assert points.method == method
    found = times(points)
    assert found == sorted(set(found))
    start, end = story_span(analysis)
    assert start <= found[0] < found[-1] <= end
    assert bool(points.reasons) == (method == "signals")


def test_the_rule_is_the_rule_whatever_was_measured() -> None:
    analysis = film().analysis
    start, end = story_span(analysis)
    points = turning_points_by_rule(analysis)
    assert times(points) == pytest.approx([start + share * (end - start) for share in RULE], abs=0.001)
    assert points.method == "rule"


@pytest.mark.parametrize("seed", HELD_OUT[:4])
def test_the_hero_is_found_by_lines_and_by_face(seed: int) -> None:
    hero = find_protagonist(film(seed).events, film(seed).eyes)
    assert hero is not None
    assert (hero.speaker, hero.person, hero.is_sure) == (film(seed).hero, film(seed).hero_id, True)


def test_without_names_the_hero_is_found_by_face_and_without_eyes_by_lines() -> None:
    nameless = tuple(replace(event, speaker="") for event in film().events)
    seen = find_protagonist(nameless, film().eyes)
    assert seen is not None
    assert (seen.speaker, seen.person, seen.is_sure) == ("", film().hero_id, False)
    heard = find_protagonist(film().events)
    assert heard is not None
    assert (heard.speaker, heard.person, heard.is_sure) == (film().hero, "", False)
    assert find_protagonist(nameless) is None


def test_a_narrator_who_is_never_seen_gives_way_to_the_one_who_is() -> None:
    narrated = [line(10.0 * at, 10.0 * at + 6, speaker="Narrator") for at in range(20)]
    spoken = [line(10.0 * at + 7, 10.0 * at + 9, speaker="Ada") for at in range(20)]
    stills = tuple(10.0 * at + 8 for at in range(20))
    others = tuple(10.0 * at + 3 for at in range(20)) + tuple(10.0 * at + 7.5 for at in range(20))
    eyes = FilmEyes(
        (),
        (
            CastMember("person 1", 90.0, 3.0, tuple(sorted(others)), ()),
            CastMember("person 2", 40.0, 8.0, stills, ()),
        ),
    )

    class Seen:
        cast = eyes.cast
        is_drawn = False

        def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
            return tuple(
                one.id for one in self.cast if any(start_s <= time < end_s for time in one.still_times_s)
            )

        def size_in(self, start_s: float, end_s: float) -> str:
            return "close-up" if start_s > end_s else ""

    hero = find_protagonist(sorted([*narrated, *spoken], key=lambda event: event.start_s), Seen())
    assert hero is not None
    assert (hero.speaker, hero.person) == ("Ada", "person 2")
    assert not hero.is_sure


def test_the_hero_is_shown_more_where_eyes_know_the_face() -> None:
    def share(seed: int, hero_shots: int) -> float:
        """How much of acts 1 to 3 shows every fifth shot, where those after `hero_shots` more show who is seen longest."""
        analysis, _ = make_film(600, seed=seed, lines_a_minute=0)
        stills = [(shot.index, (shot.start_s + shot.end_s) / 2) for shot in analysis.shots]
        heroic = tuple(time for index, time in stills if index % 5 == hero_shots)
        sightings = tuple(
            StillSighting(shot.index, Sighting((shot.start_s + shot.end_s) / 2), shot.start_s, shot.end_s)
            for shot in analysis.shots
        )
        cast = (CastMember("person 1", 99.0, heroic[0], heroic, ()), CastMember("person 2", 1.0, 1e6, (), ()))
        manifest = plan_trailer(
            Brief(
                "f.mp4", analysis, (), (), load_vibe("drama"), rate_of(), 60.0, eyes=FilmEyes(sightings, cast)
            )
        )
        story = [clip for clip in manifest.clips if clip.act in {"act1", "act2", "act3"}]
        heroes = {index for index, _ in stills if index % 5 == 0}
        shown = [analysis.shot_at((clip.source_start_s + clip.source_end_s) / 2).index for clip in story]
        assert any("somebody of the cast" in clip.reasoning for clip in manifest.clips)
        return sum(index in heroes for index in shown) / len(shown)

    gains = [share(seed, 0) - share(seed, 1) for seed in range(5, 10)]
    assert min(gains) >= 0, gains
    assert sum(gains) / len(gains) > 0.1, gains
