"""The grammar of the sample films: what every seed must give, before anything is drawn."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
from samples.film import TEST_SEEDS, TUNING_SEEDS, FilmSpec, plan_film
from samples.screenplay import Story, outline_film
from samples.truth import TRAPS, Truth, truth_of
from samples.voices import CAST_VOICES, babble, trimmed

from cinecore.errors import InputError
from cinecore.timebase import FrameRate

SEEDS = [TEST_SEEDS[0], TEST_SEEDS[1], TUNING_SEEDS[7]]
RATE = FrameRate.parse("23.976")


@lru_cache(maxsize=8)
def truth(seed: int, length: int = 120) -> Truth:
    spec = FilmSpec(seed, length, rate=RATE, voice="tones")
    plan, voice = plan_film(spec)
    return truth_of(plan, seed, spec.width, spec.height, voice)


@pytest.mark.parametrize("seed", SEEDS)
def test_shots_and_scenes_cover_the_film_without_holes(seed: int) -> None:
    film = truth(seed)
    for parts in (film.shots, film.scenes):
        assert [part.first for part in parts] == [0, *(part.end for part in parts[:-1])]
        assert parts[-1].end == film.frames == 2877
    for shot in film.shots:
        assert film.scenes[shot.scene].first <= shot.first < shot.end <= film.scenes[shot.scene].end
        assert shot.end - shot.first >= 12 or shot.size == "card"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_opening_occurs_and_says_where_it_lies(seed: int) -> None:
    shots = truth(seed).shots
    assert {shot.opening for shot in shots} == {"hard", "dissolve", "fade", "flash"}
    for shot in shots:
        first, end = shot.opening_span
        assert (first == end == shot.first) if shot.opening == "hard" else first <= shot.first < end


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_follow_one_another_and_stay_clear_of_scene_edges_and_mixed_frames(seed: int) -> None:
    film = truth(seed)
    fps = float(RATE.fps)
    assert len(film.lines) >= 20
    for before, after in zip(film.lines, film.lines[1:], strict=False):
        assert after.start_s - before.end_s >= 0.3
    for line in film.lines:
        assert 0.5 < line.end_s - line.start_s < 6
        scene = film.scenes[film.shots[line.shots[0]].scene]
        assert scene.first / fps + 0.3 < line.start_s
        assert line.end_s < scene.end / fps - 0.3
        assert line.speaker in scene.people
    assert len({line.text for line in film.lines}) == len(film.lines)


def test_a_bit_under_half_of_the_lines_lie_within_one_shot_and_the_rest_run_across_cuts() -> None:
    lines = [line for seed in SEEDS for line in truth(seed).lines]
    assert 0.38 <= sum(len(line.shots) == 1 for line in lines) / len(lines) <= 0.55


@pytest.mark.parametrize("seed", SEEDS)
def test_every_role_is_spoken_and_the_hero_speaks_most(seed: int) -> None:
    film = truth(seed)
    roles = {line.role for line in film.lines}
    assert {"world", "want", "trouble", "doubt", "stakes", "threat", "button"} <= roles
    counts = Counter(line.speaker for line in film.lines)
    assert len(counts) >= 4
    assert counts[film.hero] == max(counts.values())


def test_turning_points_lie_where_those_of_real_films_lie() -> None:
    shares = []
    for seed in (*TUNING_SEEDS, *TEST_SEEDS):
        for length in (60.0, 300.0):
            outline = outline_film(Story.of(seed), seed, length)
            times = outline.turning_points_s
            shares.append([time / times[-1] for time in times[:-1]])
            assert list(times) == sorted(times)
            assert (
                0.88
                < (times[-1] - outline.story_start_s) / (outline.story_end_s - outline.story_start_s)
                < 0.94
            )
    assert np.allclose(np.mean(shares, axis=0), (0.13, 0.33, 0.61, 0.865), atol=0.01)
    assert np.std(shares, axis=0).min() > 0.004, "seeds must differ"


@pytest.mark.parametrize("seed", SEEDS)
def test_place_people_and_intensity_change_around_turning_points(seed: int) -> None:
    film = truth(seed)
    changed_people = 0
    for point in film.turning_points:
        here, before = film.scenes[point.scene], film.scenes[point.scene - 1]
        assert here.kind == "turning_point"
        assert film.shots[point.shot].first == point.frame
        assert here.place != before.place
        changed_people += here.people != before.people
    assert changed_people >= 4
    climax = film.scenes[film.turning_points[4].scene]
    assert climax.intensity == max(scene.intensity for scene in film.scenes if scene.kind != "false_climax")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_trap_is_laid_and_memories_show_footage_seen_before(seed: int) -> None:
    film = truth(seed)
    assert {trap.kind for trap in film.traps} == set(TRAPS)
    fps = float(RATE.fps)
    for trap in film.traps:
        if trap.kind == "memory":
            assert trap.repeats is not None
            assert trap.repeats[1] - trap.repeats[0] == trap.end - trap.first
            assert trap.repeats[1] < trap.first
            assert not [
                line for line in film.lines if trap.first / fps < line.end_s and line.start_s < trap.end / fps
            ]
    false = next(trap for trap in film.traps if trap.kind == "false_climax")
    assert film.turning_points[1].frame < false.first < false.end < film.turning_points[2].frame


@pytest.mark.parametrize("seed", SEEDS)
def test_moments_are_whole_shots_and_know_whether_they_spoil(seed: int) -> None:
    film = truth(seed)
    spans = {(shot.first, shot.end) for shot in film.shots}
    assert sum(not moment.is_spoiler for moment in film.moments) >= 4
    for moment in film.moments:
        assert (moment.first, moment.end) in spans
        assert moment.is_spoiler == (moment.first >= film.turning_points[3].frame)


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    spec = FilmSpec(TEST_SEEDS[2], 60, voice="tones")
    first, second = (truth_of(plan_film(spec)[0], spec.seed, 640, 360, "tones") for _ in range(2))
    assert first == second
    assert first.lines != truth(TEST_SEEDS[3], 60).lines


def test_tuning_and_test_seeds_are_apart() -> None:
    assert not set(TUNING_SEEDS) & set(TEST_SEEDS)


def test_trimmed_speech_begins_and_ends_with_sound() -> None:
    raw = babble("Nobody leaves alive.", CAST_VOICES[2])
    padded = np.concatenate([np.zeros(9000, np.float32), raw, np.zeros(20000, np.float32)])
    line = trimmed(padded)
    assert len(line) % 48 == 0
    peak = np.abs(line).max()
    for edge in (line[:960], line[-960:]):
        assert np.abs(edge).max() > 0.01 * peak, "the first and last 20 ms must sound"


@pytest.mark.parametrize(
    "wrong",
    [
        {"length_seconds": 59},
        {"length_seconds": 601},
        {"width": 641},
        {"width": 360, "height": 640},
        {"seed": -1},
        {"length_seconds": 600, "rate": FrameRate.parse("120")},
    ],
)
def test_a_film_that_cannot_be_made_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        FilmSpec(**wrong)
