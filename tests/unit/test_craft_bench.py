"""The benchmark of the choice measures what it says: tiny films with known answers, one real plan, naive trailers."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from bench.craft.ablations import ABLATIONS, Ablation, Constant, switched_off
from bench.craft.baselines import BASELINES
from bench.craft.case import Case, Finding
from bench.craft.figures import Way, interval, losing_cases, table
from bench.craft.films import BenchFilm, Planned, bench_films, case_on_paper, many_films, plan
from bench.craft.long_film import candidates_of, long_brief
from bench.craft.matching import FILM_RATE, TRAILER_RATE, look_at, match_shots
from bench.craft.matching_proof import DISGUISES, disguised, right_and_wrong
from bench.craft.measures import MEASURES, MEASURES_VERSION, measured, promises_kept
from bench.craft.promises import broken_promises, sweep
from bench.craft.rendered import Rendered, rendered_table, unlike_its_manifest
from bench.craft.sequences import levenshtein, order_accuracy, overlap, paired
from bench.craft.shown import Shown, Slot, shown_by_manifest, slots_of
from bench.craft.views import Views, looks, windows
from samples.film import TEST_SEEDS, TUNING_SEEDS, FilmSpec, SampleFilm, make_film
from samples.truth import Moment, Trap, TrueLine, TrueScene, TrueShot, Truth, TurningPoint

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run
from cinecore.timebase import FrameRate
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Act, Zone
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative import choice, film_grid, judgement

RATE = FrameRate(Fraction(24))
SCENE = 240
"""Frames of each of the ten scenes of the tiny film: ten seconds, two shots of five."""

Cut = tuple[int, int, Act, Zone]
"""First film frame, frames, act, zone."""


def tiny_truth() -> Truth:
    """Ten scenes that grow more intense; Ada, Ben and Cy are its main people; line n lies in the middle of scene n."""
    people = [("Ada",), ("Ada", "Ben"), ("Ben",), ("Cy", "Ada"), ("Ada",), ("Ben", "Ada"), ("Cy",), ("Ada",)]
    people += [("Dee",), ("Ada",)]
    scenes = tuple(
        TrueScene(n * SCENE, (n + 1) * SCENE, "story", f"place {n % 5}", "day", people[n], 0.1 * n)
        for n in range(10)
    )
    shots = tuple(
        TrueShot(
            n * 120, (n + 1) * 120, "hard", (n * 120, n * 120), False, n // 2, f"place {n // 2 % 5}",
            "medium", people[n // 2], None, (), "static",
        )
        for n in range(20)
    )  # fmt: skip
    lines = tuple(
        TrueLine(10 * n + 4.0, 10 * n + 6.0, f"Line {n}.", "Ada", "want", "calm", (2 * n, 2 * n + 1))
        for n in range(10)
    )
    names = ("opportunity", "change of plans", "point of no return", "major setback", "climax")
    points = tuple(
        TurningPoint(name, scene * SCENE, 10.0 * scene, scene, 2 * scene)
        for name, scene in zip(names, (1, 2, 4, 6, 8), strict=True)
    )
    moments = (
        Moment(0, 120, "the world in one picture", False),
        Moment(5 * SCENE, 5 * SCENE + 120, "vow spoken in close-up", False),
        Moment(8 * SCENE, 8 * SCENE + 120, "turning point 5", True),
    )
    traps = (
        Trap("false_climax", 3 * SCENE, 4 * SCENE),
        Trap("memory", 5 * SCENE + 120, 6 * SCENE, (0, 120)),
        Trap("credits", 9 * SCENE, 10 * SCENE),
    )
    return Truth(
        1, "Tiny", 0, "24", 10 * SCENE, 320, 180, "tones", "Ada", ("Ada", "Ben", "Cy"), 0, 10 * SCENE,
        shots, lines, scenes, points, moments, traps,
    )  # fmt: skip


GOOD: tuple[Cut, ...] = (
    (4, 60, "act1", "BEGINNING"),
    (SCENE + 4, 56, "act1", "BEGINNING"),
    (2 * SCENE + 160, 40, "act2", "ESCALATION"),
    (3 * SCENE + 160, 40, "act2", "ESCALATION"),
    (4 * SCENE + 160, 24, "act3", "CLIMAX"),
    (5 * SCENE + 10, 24, "act3", "CLIMAX"),
)
"""A trailer of the tiny film in which nothing is lost: every turning point, nobody late, no line touched."""


def case(*cuts: Cut, heard: dict[int, tuple[float, float]] | None = None, asked_s: float = 12.0) -> Case:
    """The trailer of these cuts, with a black of two seconds before act 3."""
    frames: list[int | None] = []
    slots: list[Slot] = []
    for number, (first, count, act, zone) in enumerate(cuts):
        if act == "act3" and (number == 0 or cuts[number - 1][2] != "act3"):
            slots.append(Slot(len(frames), len(frames) + 48, "breath", None))
            frames += [None] * 48
        lines = (heard[number],) if heard and number in heard else ()
        slots.append(Slot(len(frames), len(frames) + count, act, zone, lines))
        frames += range(first, first + count)
    shown = Shown(RATE, tuple(frames), tuple(slots), 60.0)
    return Case(shown, tiny_truth(), load_vibe("thriller"), asked_s, 0.1)


def found(name: str, made: Case) -> Finding:
    return measured(made)[name]


def with_cut(number: int, cut: Cut) -> Case:
    return case(*(cut if n == number else other for n, other in enumerate(GOOD)))


def test_a_good_trailer_of_the_tiny_film_keeps_every_goal_but_the_share_of_speech() -> None:
    findings = measured(case(*GOOD))
    missed = {
        measure.name
        for measure in MEASURES
        if (value := findings[measure.name].value) is not None and not measure.is_kept(value)
    }
    assert missed == {"dialogue distance"}
    assert promises_kept(findings) == pytest.approx(1 - 1 / 20)


LOST = {
    "turning points": ((2, (0 * SCENE + 200, 30, "act2", "ESCALATION")), 2 / 3, "change of plans at 20.0 s"),
    "moments": ((5, (4 * SCENE + 220, 10, "act3", "CLIMAX")), 1 / 2, "vow spoken in close-up at 50.0 s"),
    "traps": ((5, (3 * SCENE + 40, 24, "act3", "CLIMAX")), 1, "act 3 ends in the false climax"),
    "spoilers": ((5, (7 * SCENE + 10, 24, "act3", "CLIMAX")), 1.0, "24 frames from 70.4 s"),
    "past named limit": ((5, (7 * SCENE + 10, 24, "act3", "CLIMAX")), 24, "behind 60.0 s"),
    "lines cut": ((0, (4, 110, "act1", "BEGINNING")), 1, "edge at 4.75 s inside 'Line 0.'"),
    "stray changes": ((0, (4, 150, "act1", "BEGINNING")), 1, "a change (hard) at 5.00 s"),
    "repeats": ((5, (10, 24, "act3", "CLIMAX")), 24, "24 frames, the first of 0.4 s"),
    "too near": ((1, (90, 5, "act1", "BEGINNING")), 1, "neighbours of one passage"),
    "short clips": ((5, (5 * SCENE + 10, 7, "act3", "CLIMAX")), 1, "7 frames of 50.42 s"),
    "zone steps back": ((4, (4 * SCENE + 160, 24, "act3", "BEGINNING")), 1, "BEGINNING after ESCALATION"),
    "pace falls": ((5, (5 * SCENE + 10, 90, "act3", "CLIMAX")), 0, "mean lengths 2.42, 1.67, 2.38 s"),
}
"""Measure: which cut is changed to what, the value then, words of the reason."""


@pytest.mark.parametrize("name", LOST)
def test_each_loss_is_counted_and_named(name: str) -> None:
    (number, cut), value, words = LOST[name]
    finding = found(name, with_cut(number, cut))
    assert finding.value == pytest.approx(value)
    assert words in "; ".join(finding.why)


def test_a_memory_of_what_was_shown_is_a_trap_and_a_repeat() -> None:
    made = with_cut(5, (5 * SCENE + 130, 24, "act3", "CLIMAX"))
    assert found("traps", made).why == ("memory at 55.0 s, 24 frames",)
    assert found("repeats", made).value == 24


def test_a_whole_line_carries_the_change_inside_it_and_no_other() -> None:
    cuts = ((60, 120, "act1", "BEGINNING"), *GOOD[2:])
    assert found("stray changes", case(*cuts)).value == 1
    assert found("stray changes", case(*cuts, heard={0: (4.0, 6.0)})).value == 0
    assert found("stray changes", case(*cuts, heard={0: (2.6, 4.0)})).value == 1


def test_turns_out_of_order_are_named_and_a_cold_open_may_look_ahead() -> None:
    ahead = (4 * SCENE + 10, 20, "act1", "BEGINNING")
    assert found("turns in order", case(ahead, *GOOD)).value == pytest.approx(1 / 3)
    assert found("turns in order", case((*ahead[:2], "cold_open", "BEGINNING"), *GOOD)).value == 1
    assert found("turns in order", case(GOOD[0])).value is None


def test_the_hero_must_be_in_the_first_two_clips_that_show_people() -> None:
    ben, cy = (2 * SCENE + 10, 30, "act1", "BEGINNING"), (6 * SCENE + 10, 30, "act1", "BEGINNING")
    assert found("hero early", case(ben, *GOOD)).value == 1
    late = found("hero early", case(ben, cy, *GOOD))
    assert (late.value, late.why) == (0.0, ("Ada is first in peopled clip 3",))


def test_main_people_count_only_before_act_three() -> None:
    assert found("mains met", case(*GOOD)).value == 1
    without = case(GOOD[0], GOOD[1], (*GOOD[3][:2], "act3", "CLIMAX"), *GOOD[4:])
    assert found("mains met", without).why == ("Cy is not met",)


def test_tension_rises_with_the_scenes_and_its_peak_has_a_place() -> None:
    assert found("rising tension", case(*GOOD)).value == pytest.approx(1)
    back = case(*((first, count, act, zone) for (first, count, _, _), (_, _, act, zone) in zip(GOOD[::-1], GOOD, strict=True)))  # fmt: skip
    assert found("rising tension", back).value == pytest.approx(-1)
    assert found("peak place", case(*GOOD)).value > 0.9
    assert found("peak place", back).value < 0.1


def test_scenes_and_places_are_counted_once_each() -> None:
    once, again = (10, 60, "act1", "BEGINNING"), (3 * SCENE + 10, 60, "act1", "BEGINNING")
    elsewhere = (8 * SCENE + 10, 60, "act1", "BEGINNING")
    assert found("scenes a minute", case(once, again)).value == pytest.approx(24)
    assert found("scenes a minute", case(once, (130, 60, "act1", "BEGINNING"))).value == pytest.approx(12)
    assert found("places a minute", case(again, elsewhere)).value == pytest.approx(12)


def test_speech_is_a_share_of_clip_time_and_pace_a_shape() -> None:
    wanted = load_vibe("thriller")
    share = 56 / 244
    made = case(*GOOD, heard={1: (14.0, 16.0)})
    assert found("dialogue distance", made).value == pytest.approx(abs(share - wanted.dialogue_share))
    lengths = [round(10 * seconds) for seconds in wanted.act_seconds]
    shaped = [(n * SCENE, length, act, "BEGINNING") for n, (length, act) in enumerate(zip(lengths, ("act1", "act2", "act3"), strict=True))]  # fmt: skip
    assert found("pace distance", case(*shaped)).value == pytest.approx(0, abs=0.01)
    assert found("pace distance", case(*GOOD)).value > 0.05


def test_the_length_is_held_against_what_was_asked() -> None:
    exact = (244 + 48) / 24
    assert found("duration off", case(*GOOD, asked_s=exact)).why == ()
    off = found("duration off", case(*GOOD, asked_s=15.0))
    assert off.value == pytest.approx(15 - exact)


def test_unreadable_frames_inside_a_clip_do_not_part_it_and_a_transition_belongs_half_to_each() -> None:
    slots = (Slot(0, 20, "act1", "BEGINNING"), Slot(20, 40, "act1", "BEGINNING"))
    one = [None if n in {5, 6} else 100 + n for n in range(18)]
    two = [300 + n for n in range(18)]
    pieces = Shown(RATE, (*one, None, None, None, None, *two), slots, None).pieces
    assert [(piece.start, piece.end, piece.first, piece.last) for piece in pieces] == [
        (0, 20, 100, 117),
        (20, 40, 300, 317),
    ]
    assert [(piece.mixed_before, piece.mixed_after) for piece in pieces] == [(0, 4), (4, 0)]


def test_a_transition_with_a_card_hides_no_clip_edge_and_makes_none() -> None:
    line = tiny_truth().lines[1]
    first = round(line.start_s * 24) - 6
    frames = (*range(20), *[None] * 40, *range(first + 10, first + 70))
    slots = (
        Slot(0, 20, "act3", "CLIMAX"),
        Slot(20, 55, "title_card", None),
        Slot(55, 120, "button", "BEGINNING"),
    )
    shown = Shown(RATE, frames, slots, None)
    assert [(piece.start, piece.end, piece.mixed_before) for piece in shown.pieces] == [
        (0, 20, 0),
        (55, 120, 10),
    ]
    hard = Shown(
        RATE,
        frames,
        (*slots[:1], Slot(20, 60, "title_card", None), Slot(60, 120, "button", "BEGINNING")),
        None,
    )
    made = [Case(one, tiny_truth(), load_vibe("thriller"), 4.0) for one in (shown, hard)]
    assert [found("lines cut", one).value for one in made] == [0, 1]


@pytest.mark.parametrize(("reach_s", "cut"), [((0.3, 0.0), 0), ((0.1, 0.0), 1), ((0.0, 0.3), 1)])
def test_a_line_whose_sound_reaches_whole_over_the_cut_is_not_cut(
    reach_s: tuple[float, float], cut: int
) -> None:
    line = tiny_truth().lines[1]
    first = round(line.start_s * 24) + 5
    frames = tuple(range(first, first + 70))
    assert (first + 70) / 24 > line.end_s
    slot = Slot(0, 70, "act1", "BEGINNING", ((line.start_s, line.end_s),), reach_s)
    bridged = Case(Shown(RATE, frames, (slot,), None), tiny_truth(), load_vibe("thriller"), 4.0)
    assert found("lines cut", bridged).value == cut
    other = replace(slot, heard=((line.start_s + 90, line.end_s + 90),))
    unheard = Case(Shown(RATE, frames, (other,), None), tiny_truth(), load_vibe("thriller"), 4.0)
    assert found("lines cut", unheard).value == 1, "only a line that the clip lets hear is carried"


def test_a_frame_of_another_place_inside_a_clip_is_a_clip_of_one_frame() -> None:
    made = case(GOOD[0])
    frames = list(made.shown.frames)
    frames[30] = 2000
    broken = replace(made, shown=replace(made.shown, frames=tuple(frames)))
    assert found("short clips", broken).value == 1


@lru_cache(maxsize=1)
def real() -> tuple[BenchFilm, Planned]:
    film = bench_films(2)[1]
    return film, plan(film.brief)


def test_a_real_plan_holds_the_hard_bars_by_the_truth() -> None:
    film, planned = real()
    made = case_on_paper(film, planned)
    findings = measured(made)
    for name in ("past named limit", "lines cut", "stray changes", "repeats", "too near", "short clips"):
        assert findings[name].value == 0, findings[name].why
    assert findings["duration off"].value <= 0.5
    assert len(made.shown.pieces) == len(planned.manifest.clips)
    assert promises_kept(findings) > 0.5


def test_what_a_manifest_shows_are_the_frames_that_its_layout_names() -> None:
    film, planned = real()
    shown = shown_by_manifest(planned.manifest, film.spec.rate)
    layout = lay_out(planned.manifest, film.spec.rate)
    assert len(shown.frames) == layout.frames
    for item in layout.items:
        middle = shown.frames[item.start + item.frames // 2]
        if item.kind == "card":
            assert middle is None
        else:
            start_s = planned.manifest.clips[item.index].source_start_s
            assert middle == round(start_s * 24) + item.frames // 2
    assert [slot.start for slot in slots_of(planned.manifest, film.spec.rate)][1:] == list(layout.cuts)


@pytest.mark.parametrize("name", BASELINES)
def test_a_naive_trailer_has_our_form_its_own_footage_and_is_made_the_same_again(name: str) -> None:
    film, planned = real()
    naive = BASELINES[name](film, planned.manifest)
    assert naive == BASELINES[name](film, planned.manifest)
    ours, theirs = lay_out(planned.manifest, RATE), lay_out(naive, RATE)
    assert [(item.start, item.frames, item.act) for item in ours.items] == [
        (item.start, item.frames, item.act) for item in theirs.items
    ]
    spans = [(clip.source_start_s, clip.source_end_s) for clip in naive.clips]
    assert spans == sorted(spans)
    assert spans != sorted((clip.source_start_s, clip.source_end_s) for clip in planned.manifest.clips)
    assert all(end <= start + 1e-6 for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] <= film.story.analysis.duration_s
    assert measured(case_on_paper(film, Planned(naive, None)))["lines cut"].value > 0


def test_the_films_are_those_of_the_test_seeds_with_every_vibe() -> None:
    films = bench_films()
    assert [film.spec.seed for film in films] == list(TEST_SEEDS[:60])
    assert len({film.vibe.name for film in films[:18]}) == 18
    many = many_films(200)
    assert len({film.spec.seed for film in many}) == 200
    assert {film.asked_s for film in many} == {6.0, 15.0, 30.0, 60.0, 90.0, 120.0, 150.0}
    assert sum(film.spec.seed in TUNING_SEEDS for film in many) == 67


def test_the_interval_of_a_mean_is_narrow_where_films_agree_and_always_the_same() -> None:
    assert interval(np.full(20, 0.3)) == pytest.approx((0.3, 0.3))
    spread = np.tile([0.0, 1.0], 30)
    low, high = interval(spread)
    assert (low, high) == interval(spread)
    assert 0.3 < low < 0.45
    assert 0.55 < high < 0.7


def test_the_table_shows_means_keepers_and_chances_and_losing_cases_are_named() -> None:
    good, bad = measured(case(*GOOD)), measured(with_cut(5, (7 * SCENE + 10, 24, "act3", "CLIMAX")))
    ours = Way("ours", (good,) * 7 + (bad,))
    lines = table(ours, [Way("other", (bad,) * 8)])
    row = next(line for line in lines if line.startswith("| spoilers "))
    assert "| ≤ 0 | 0.12 [" in row
    assert "| 7 of 8 | 1.00 (.00" in row
    same = next(line for line in lines if line.startswith("| lines cut "))
    assert same.endswith("| 0.00 |")
    named = losing_cases([f"seed {n}, drama" for n in range(8)], ours)
    at = named.index("- **spoilers**, 1 of 8 films")
    assert named[at + 1].startswith("  - seed 7, drama: 1.00: 24 frames from 70.4 s")
    assert named[at + 2].startswith("- **")
    assert "  - also 4 drama, 5 drama, 6 drama, 7 drama" in named


def test_the_long_film_gives_the_three_thousand_candidates_that_a_promise_speaks_of() -> None:
    assert 3000 <= candidates_of(long_brief("action")) <= 3500


def test_a_part_of_the_objective_is_switched_off_and_put_back_whatever_happens() -> None:
    film, planned = real()
    before = dict(judgement.WEIGHTS), choice.COST_PER_SPOKEN_SECOND
    parts = (Constant("judgement", "WEIGHTS", key="motion"), Constant("choice", "COST_PER_SPOKEN_SECOND"))
    with switched_off(parts):
        assert (judgement.WEIGHTS["motion"], choice.COST_PER_SPOKEN_SECOND) == (0, 0)
        assert plan(film.brief).manifest.clips != planned.manifest.clips
    assert before == (judgement.WEIGHTS, choice.COST_PER_SPOKEN_SECOND)
    with pytest.raises(RuntimeError, match="in the middle"), switched_off(parts):
        raise RuntimeError("in the middle")
    assert before == (judgement.WEIGHTS, choice.COST_PER_SPOKEN_SECOND)


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.name)
def test_every_part_that_is_switched_off_is_one_that_the_product_has(ablation: Ablation) -> None:
    with switched_off(ablation.constants):
        pass
    assert ablation.constants or ablation.changed_brief is not None


def test_a_constant_that_the_product_lost_is_named() -> None:
    with (
        pytest.raises(LookupError, match="has no COST_OF_NOTHING"),
        switched_off((Constant("choice", "COST_OF_NOTHING"),)),
    ):
        pass


def test_a_broken_promise_of_any_film_is_told_with_the_film(monkeypatch: pytest.MonkeyPatch) -> None:
    film, _ = real()
    assert broken_promises(film) == ([], False)
    monkeypatch.setattr(film_grid, "LINE_GUARD_S", Fraction(-3, 10))
    lines, bad = sweep([film])
    assert bad == 1
    assert lines[0].startswith("1 films: 0 keep every promise.")
    assert any("seed 1001, adventure" in line and "inside the line" in line for line in lines)


def test_shared_shots_are_paired_once_each_within_their_tolerance() -> None:
    assert paired([5, 5, 9], [5, 8, 8], 0) == [(0, 0)]
    assert len(paired([5, 5, 9], [5, 8, 8], 1)) == 2
    assert len(paired([1, 2, 3], [2, 3, 4], 1)) == 3
    found = overlap([1, 2, 3, 4], [3, 4, 9], 0)
    assert (found.precision, found.recall) == (1 / 2, 2 / 3)
    assert found.f1 == pytest.approx(4 / 7)
    assert overlap([1], [2], 0).f1 == 0
    assert overlap([], [2], 0).recall == 0


def test_order_is_a_share_of_pairs_and_the_distance_that_of_edits() -> None:
    assert order_accuracy([1, 2, 3], [1, 2, 3]) == 1
    assert order_accuracy([1, 2, 3], [3, 2, 1]) == 0
    assert order_accuracy([1, 2, 3], [2, 1, 3]) == pytest.approx(2 / 3)
    assert order_accuracy([1], [1]) is None
    assert levenshtein([ord(letter) for letter in "kitten"], [ord(letter) for letter in "sitting"]) == 3
    assert levenshtein([], [1, 2]) == 2


def test_a_grade_leaves_a_look_and_another_picture_does_not() -> None:
    random = np.random.default_rng(3)
    rough = random.integers(0, 255, (2, 9, 16)).astype(np.uint8)
    pictures = rough.repeat(6, axis=1).repeat(6, axis=2)
    graded = (20 + 0.6 * 255 * (pictures / 255) ** 1.4).astype(np.uint8)
    whole = (0.0, 0.0, 1.0, 1.0)
    rows, shows = looks(pictures, whole)
    others, _ = looks(graded, whole)
    likeness = rows @ others.T
    assert shows.all()
    assert likeness.diagonal().min() > 0.9
    assert max(likeness[0, 1], likeness[1, 0]) < 0.4
    assert not looks(np.full((1, 54, 96), 90, np.uint8), whole)[1].any()


def test_the_whole_picture_is_tried_first_and_a_square_at_every_side() -> None:
    film = Views(6, np.zeros((1, 54, 96), np.uint8), (0.0, 0.1, 1.0, 0.9), 16 / 9)
    assert windows(film, 16 / 9)[0] == pytest.approx((0.0, 0.1, 1.0, 0.9))
    square = windows(film, 1.0)
    assert square[0][2] - square[0][0] == pytest.approx(9 / 16)
    assert {round(box[0], 3) for box in square if box[2] - box[0] > 0.5} >= {0.0, 0.438}
    assert all(0 <= box[0] < box[2] <= 1.0001 and 0.0999 <= box[1] < box[3] <= 0.9001 for box in square)


@pytest.fixture(scope="module")
def cut_by_hand(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """A sample film and a trailer that somebody cut from the middles of six of its shots, out of order."""
    folder = tmp_path_factory.mktemp("hand")
    film = make_film(FilmSpec(1003, 60, 256, 144, voice="tones"), folder)
    shots = [n for n, shot in enumerate(film.truth.shots) if shot.end - shot.first >= 40 and not shot.is_dark]
    taken = [shots[n] for n in (4, 1, 9, 6, 2, 8)]
    spans = [(film.truth.shots[n].first + 8, film.truth.shots[n].first + 32) for n in taken]
    parts = [
        f"[0:v]trim=start_frame={a}:end_frame={b},setpts=PTS-STARTPTS[p{n}]" for n, (a, b) in enumerate(spans)
    ]
    joined = "".join(f"[p{n}]" for n in range(6)) + "concat=n=6:v=1:a=0[v]"
    trailer = folder / "trailer.mp4"
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-threads", "1"]
    run(
        [
            *PREAMBLE,
            *local_input(film.film),
            "-filter_complex",
            ";".join([*parts, joined]),
            "-map",
            "[v]",
            *encode,
            str(trailer),
        ]
    )
    manifest = real()[1].manifest
    return Rendered(
        film, trailer, manifest, manifest, "comedy", tuple(n for a, b in spans for n in range(a, b))
    )


@pytest.mark.media
def test_a_disguised_trailer_is_found_in_its_film_shot_by_shot_and_no_other_film_holds_it(
    cut_by_hand: Rendered, tmp_path: Path
) -> None:
    film = look_at(cut_by_hand.film.film, FILM_RATE)
    filters = next(iter(DISGUISES.values()))
    trailer = look_at(disguised(cut_by_hand.trailer, filters, tmp_path / "other.mp4"), TRAILER_RATE)
    matches = match_shots(film, trailer)
    right, known, misses = right_and_wrong(cut_by_hand, matches)
    assert (right, known) == (len(matches), len(matches)), misses
    assert len(matches) >= 5
    firsts = [match.film_s for match in matches]
    assert firsts != sorted(firsts)
    moved = replace(cut_by_hand, seen=tuple(0 for _ in cut_by_hand.seen))
    assert right_and_wrong(moved, matches)[0] < 2
    turned = replace(film, views=replace(film.views, pictures=film.views.pictures[:, ::-1, ::-1]))
    some = replace(trailer, shots=trailer.shots[:2])
    assert [match.film_s for match in match_shots(turned, some)] == [None, None]


def test_a_file_that_shows_other_frames_than_its_manifest_says_is_caught() -> None:
    film, planned = real()
    told = shown_by_manifest(planned.manifest, film.spec.rate).frames
    files = SampleFilm(Path("f"), Path("s"), Path("a"), Path("t"), film.truth)
    made = Rendered(files, Path("t.mp4"), planned.manifest, planned.manifest, "adventure", told)
    assert unlike_its_manifest(made) == 0
    assert "| lines cut | lower, 0 | 0.00 [0.00, 0.00] | 0.00 [0.00, 0.00] |" in rendered_table([made])
    at = next(n for n, frame in enumerate(told) if frame is not None)
    late = replace(made, seen=(*told[:at], 7, *told[at + 1 :]))
    assert unlike_its_manifest(late) == 1
    assert any(line.startswith("- **short clips**") for line in rendered_table([late]))


def test_the_frozen_list_is_the_one_that_the_decision_tells() -> None:
    page = next((Path(__file__).parents[2] / "docs/decisions").glob("0015-*.md")).read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (higher|lower) \| ([^|]*) \|$", page, re.MULTILINE)
    assert [tuple(cell.strip() for cell in row) for row in rows] == [
        (measure.name, measure.about, measure.better, "" if measure.goal is None else f"{measure.goal:g}")
        for measure in MEASURES
    ]
    assert f"Version {MEASURES_VERSION}" in page
