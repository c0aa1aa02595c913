"""Films and lengths at the edge: the best trailer there is with a notice, or one message; never a broken promise."""

from __future__ import annotations

import resource
import time

import pytest

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import InputError
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from synthetic_film import line, make_film, rate_of
from trailer_bars import broken_bars

RATE = rate_of()
FOUR_HOURS_S = 14400.0
MOST_CPU_S, MOST_MIB = 15.0, 600.0
"""Promised for planning a film of four hours."""

Film = tuple[FilmAnalysis, tuple[DialogueEvent, ...]]


def planned(film: Film, vibe: str = "drama", asked_s: float | None = 60.0) -> Manifest:
    return plan_trailer(Brief("film.mp4", *film, (), load_vibe(vibe), RATE, asked_s))


def bars(manifest: Manifest, film: Film) -> list[str]:
    return list(broken_bars(manifest, *film, RATE, allows_montage=True))


def test_a_film_of_forty_seconds_becomes_a_short_trailer() -> None:
    film = make_film(40.0, seed=3, mean_shot_s=3.0, lines_a_minute=6)
    manifest = planned(film, asked_s=None)
    assert 5.5 <= lay_out(manifest, RATE).duration_s <= 10.5
    assert bars(manifest, film) == []


def test_a_minute_out_of_a_film_of_forty_seconds_is_shortened_and_said() -> None:
    film = make_film(40.0, seed=3, mean_shot_s=3.0, lines_a_minute=6)
    manifest = planned(film)
    assert any("Shortened from 60.0 s" in notice for notice in manifest.notices)
    assert bars(manifest, film) == []


@pytest.mark.parametrize("vibe", ["comedy", "action"])
def test_a_film_without_a_line_becomes_a_trailer_and_it_is_said(vibe: str) -> None:
    film = make_film(600.0, seed=5, lines_a_minute=0)
    manifest = planned(film, vibe)
    assert not any(clip.lines for clip in manifest.clips)
    assert any("No spoken line" in notice for notice in manifest.notices)
    assert bars(manifest, film) == []


def test_a_film_of_speech_throughout_keeps_every_line_whole() -> None:
    analysis, _ = make_film(600.0, seed=5, lines_a_minute=0)
    talk = tuple(line(at * 2.5 + 0.2, at * 2.5 + 2.4, index=at) for at in range(238))
    manifest = planned((analysis, talk))
    assert any(clip.lines for clip in manifest.clips)
    assert bars(manifest, (analysis, talk)) == []


def test_a_film_whose_lines_all_lie_in_one_scene_is_told_in_pictures_elsewhere() -> None:
    analysis, _ = make_film(600.0, seed=5, lines_a_minute=0)
    talk = tuple(line(200.0 + at * 4.0, 202.0 + at * 4.0, index=at) for at in range(12))
    manifest = planned((analysis, talk))
    assert bars(manifest, (analysis, talk)) == []
    assert any(clip.lines for clip in manifest.clips)
    assert sum(not 190 <= clip.source_start_s <= 260 for clip in manifest.clips) >= len(manifest.clips) / 2


@pytest.mark.parametrize("asked_s", [0.5, 2.0])
def test_a_length_that_holds_no_three_acts_is_one_message(asked_s: float) -> None:
    with pytest.raises(InputError) as caught:
        planned(make_film(300.0, seed=5), asked_s=asked_s)
    assert "\n" in str(caught.value), "what happened, which film, what to do next"


@pytest.mark.sweep
def test_a_film_of_four_hours_is_planned_in_little_time_and_memory() -> None:
    film = make_film(FOUR_HOURS_S, seed=7, mean_shot_s=4.8, lines_a_minute=10.4, credits_s=480.0)
    assert len(film[0].shots) > 2500
    assert len(film[1]) > 2400
    before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.process_time()
    manifest = planned(film, "action", 120.0)
    assert time.process_time() - begun < MOST_CPU_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mib < MOST_MIB
    assert bars(manifest, film) == []
    assert abs(lay_out(manifest, RATE).duration_s - 120) < 0.5
