"""The plan of a trailer: shape, taste, words and refusals, measured on films made of values."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.synthetic_film import line, make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecore.analysis.film import Fence, FilmAnalysis
from cinecore.errors import InputError
from cinecut.manifest.io import manifest_bytes
from cinecut.manifest.layout import Layout, lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.models import DialogueEvent, KeyframeRecord, LineKind, SceneDescription
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer, title_from_name
from cinecut.narrative.turning_points import find_turning_points, story_span

Film = tuple[FilmAnalysis, tuple[DialogueEvent, ...]]
RATE = rate_of()


@pytest.fixture(scope="module")
def film() -> Film:
    return make_film(900, seed=11, lines_a_minute=8, credits_s=60)


def _plan(film: Film, vibe: str = "drama", asked_s: float | None = 90.0, **more: object) -> Manifest:
    return plan_trailer(Brief("some.film.mkv", *film, (), load_vibe(vibe), RATE, asked_s, **more))  # type: ignore[arg-type]  # each caller names its fields


def _mean_s(layout: Layout, *acts: str) -> float:
    lengths = [
        item.frames - item.overlap_after for item in layout.items if item.kind == "clip" and item.act in acts
    ]
    return sum(lengths) / len(lengths) / 24


@pytest.mark.parametrize("vibe", vibe_names())
def test_every_vibe_keeps_its_promises_on_a_film_with_enough_footage(film: Film, vibe: str) -> None:
    profile = load_vibe(vibe)
    manifest = _plan(film, vibe)
    assert list(broken_bars(manifest, *film, RATE, allows_montage=profile.allows_montage, asked_s=90.0)) == []
    layout = lay_out(manifest, RATE)
    one, two, three = _mean_s(layout, "act1"), _mean_s(layout, "beat_drop", "act2"), _mean_s(layout, "act3")
    assert one > two > three
    assert three == pytest.approx(profile.act_seconds[2], rel=0.35)
    assert len(manifest.clips) >= profile.clips_low * 90 / 120
    heard = sum(
        item.frames for item in layout.items if item.kind == "clip" and manifest.clips[item.index].lines
    )
    shown = sum(item.frames for item in layout.items if item.kind == "clip")
    assert heard / shown == pytest.approx(profile.dialogue_share, abs=0.12)
    spans = layout.act_spans
    body = sum(spans[act].length for act in ("act1", "beat_drop", "act2", "act3") if act in spans)
    assert spans["act1"].length / body == pytest.approx(0.3, abs=0.06)
    assert spans["act3"].length / body == pytest.approx(0.3, abs=0.06)
    assert sum(len(clip.alternates) >= 2 for clip in manifest.clips) >= 0.7 * len(manifest.clips)
    used = {clip.transition for clip in manifest.clips} | {card.transition for card in manifest.titles}
    assert {profile.primary.value, profile.secondary.value} <= used


def test_the_same_brief_gives_the_same_bytes_and_another_seed_another_trailer(film: Film) -> None:
    first = manifest_bytes(_plan(film))
    assert manifest_bytes(_plan(film)) == first
    assert manifest_bytes(_plan(film, seed=5)) != first


def test_the_drop_is_a_downbeat_and_the_start_of_act_three(film: Film) -> None:
    manifest = _plan(film, "action")
    assert manifest.bpm_grid is not None
    assert manifest.bpm_grid.drop_s is not None
    layout = lay_out(manifest, RATE)
    assert layout.act_spans["act3"].start == round(manifest.bpm_grid.drop_s * 24)
    beats = manifest.bpm_grid.drop_s * manifest.bpm_grid.bpm / 60
    assert beats / 4 == pytest.approx(round(beats / 4), abs=0.03)


@pytest.mark.parametrize(("spoilers", "point"), [("none", "escalation_t"), ("mild", "major_setback_t")])
def test_nothing_is_shown_beyond_the_spoiler_limit(film: Film, spoilers: str, point: str) -> None:
    manifest = _plan(film, spoilers=spoilers)
    assert manifest.structural_anchors is not None
    limit = manifest.structural_anchors.spoiler_limit_s
    assert limit is not None
    assert max(clip.source_end_s for clip in manifest.clips) <= limit
    assert limit <= getattr(manifest.structural_anchors, point), "the limit lies early rather than late"


def test_credits_are_never_shown_even_when_all_may_be_told(film: Film) -> None:
    manifest = _plan(film, spoilers="full")
    assert max(clip.source_end_s for clip in manifest.clips) <= 840.0


def test_in_and_out_bound_the_footage(film: Film) -> None:
    manifest = _plan(film, asked_s=20.0, in_s=200.0, out_s=420.0)
    assert min(clip.source_start_s for clip in manifest.clips) >= 200.0
    assert max(clip.source_end_s for clip in manifest.clips) <= 420.0


def test_without_a_wish_the_length_is_a_quarter_of_the_footage_at_most_two_minutes(film: Film) -> None:
    long = make_film(1500, seed=3)
    assert lay_out(_plan(long, asked_s=None), RATE).duration_s == 120
    short = make_film(200, seed=3, dissolves=0)
    manifest = _plan(short, asked_s=None, spoilers="full")
    assert float(lay_out(manifest, RATE).duration_s) == pytest.approx(50, abs=1.0)


def test_more_than_there_is_becomes_a_shorter_trailer_with_a_notice() -> None:
    film = make_film(100, seed=4)
    manifest = _plan(film, asked_s=150.0)
    assert lay_out(manifest, RATE).duration_s < 149
    assert any(notice.startswith("Shortened from 150.0 s") for notice in manifest.notices)
    assert list(broken_bars(manifest, *film, RATE, asked_s=150.0)) == []


@pytest.mark.parametrize(("asked_s", "is_shown"), [(10.0, False), (15.0, True), (20.0, True), (45.0, True)])
def test_a_tagline_is_shown_or_its_absence_is_said(film: Film, asked_s: float, *, is_shown: bool) -> None:
    for vibe in ("drama", "action", "documentary"):
        manifest = _plan(film, vibe, asked_s, title="Dusk", tagline="Nobody knows the way")
        assert any(card.kind == "tagline" for card in manifest.titles) is is_shown
        assert any("tagline" in notice for notice in manifest.notices) is not is_shown
        assert list(broken_bars(manifest, *film, RATE, allows_montage=True, asked_s=asked_s)) == []


def test_a_film_of_one_shot_without_a_word_becomes_a_trailer() -> None:
    film = make_film(120, seed=2, mean_shot_s=1e6, lines_a_minute=0, has_sound=False)
    assert len(film[0].shots) == 1
    manifest = _plan(film, "thriller", None)
    assert list(broken_bars(manifest, *film, RATE, allows_montage=True)) == []
    assert any("No spoken line" in notice for notice in manifest.notices)


def test_a_film_whose_lines_mostly_cross_cuts_keeps_every_line_whole() -> None:
    film, _ = make_film(600, seed=6, mean_shot_s=2.0, lines_a_minute=0)
    lines = tuple(
        line(shot.start_s - 1.0, shot.start_s + 1.0, index=i, speaker="Ada")
        for i, shot in enumerate(film.shots[3::4])
    )
    manifest = _plan((film, lines), "comedy")
    assert list(broken_bars(manifest, film, lines, RATE, asked_s=90.0)) == []
    assert sum(bool(clip.lines) for clip in manifest.clips) >= 4


def test_a_black_film_is_refused_in_words() -> None:
    film = make_film(60, luma=0.0, lines_a_minute=0)
    with pytest.raises(InputError, match="no footage"):
        _plan(film)


def test_a_film_fenced_off_whole_is_refused_in_words() -> None:
    film, lines = make_film(60, fences=(Fence(0, 30, "card"), Fence(29, 60, "card")))
    with pytest.raises(InputError, match="footage"):
        _plan((film, lines))


def test_sound_tags_and_lyrics_are_no_lines() -> None:
    film, _ = make_film(300, seed=8, lines_a_minute=0)
    events = tuple(line(t, t + 3.0, "[door creaks]", kind=LineKind.SOUND_TAG) for t in range(5, 250, 6))
    manifest = _plan((film, events), asked_s=40.0)
    assert not any(clip.lines for clip in manifest.clips)


def test_words_of_a_describer_change_the_choice() -> None:
    film = make_film(400, seed=9, lines_a_minute=0)
    still = KeyframeRecord(film[0].shots[20].start_s + 0.5, "kf.jpg", "scene_change")
    said = SceneDescription(
        "a burning house, smoke and fire", "tense and menacing", "people run and scream", "a dark night"
    )
    brief = Brief("f.mp4", *film, (), load_vibe("horror"), RATE, 40.0)
    plain, told = plan_trailer(brief), plan_trailer(replace(brief, descriptions=((still, said),)))
    assert manifest_bytes(plain) != manifest_bytes(told)


def test_the_rule_places_anchors_at_5_45_and_80_percent_of_the_story_and_says_so() -> None:
    film, _ = make_film(40, credits_s=4, lines_a_minute=0, has_sound=False)
    points = find_turning_points(film, ())
    assert points.method == "rule"
    assert (points.begin_t, points.escalation_t, points.climax_t) == pytest.approx(
        (1.8, 16.2, 28.8), abs=0.01
    )


def test_a_planted_climax_and_turn_are_found() -> None:
    film, lines = make_film(1000, seed=1, lines_a_minute=0)
    motion = np.full(len(film.motion), 0.05, np.float32)
    motion[24 * 850 : 24 * 890] = 0.4
    assert film.sound is not None
    loud = np.full(len(film.sound.loudness_lufs), -35, np.float32)
    loud[8500:8900] = -12
    loud[5300:8500] = -25
    changed = replace(film, motion=motion, sound=replace(film.sound, loudness_lufs=loud))
    points = find_turning_points(changed, lines)
    assert points.method == "signals"
    assert points.climax_s == pytest.approx(870, abs=35)
    assert points.point_of_no_return_s == pytest.approx(530, abs=35)
    order = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    )
    assert list(order) == sorted(order)


def test_opening_logo_and_closing_credits_are_not_story() -> None:
    film, _ = make_film(300, fences=(Fence(0, 8, "logo"), Fence(8, 10, "black"), Fence(270, 300, "credits")))
    assert story_span(film) == (10, 270)


def test_a_variable_rate_film_keeps_its_bars() -> None:
    film, lines = make_film(400, seed=5)
    jitter = np.random.default_rng(1).integers(-400, 400, len(film.frame_pts)) * 20
    pts = np.sort(film.frame_pts * 1000 + jitter)
    varied = replace(film, frame_pts=pts, time_base=film.time_base / 1000)
    manifest = _plan((varied, lines), asked_s=60.0)
    assert list(broken_bars(manifest, varied, lines, RATE, asked_s=60.0)) == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("the_long_night.2019.1080p.mkv", "The Long Night"),
        ("big_buck_bunny_448x252.mp4", "Big Buck Bunny"),
        ("Amélie.mp4", "Amélie"),
        ("1917.mkv", "1917"),
    ],
)
def test_a_title_is_read_from_the_file_name(name: str, title: str) -> None:
    assert title_from_name(name) == title


def test_ntsc_cuts_fall_on_beats_to_the_frame() -> None:
    fps = Fraction(30000, 1001)
    film = make_film(400, seed=12, fps=fps)
    rate = rate_of(fps)
    manifest = plan_trailer(Brief("f.mp4", *film, (), load_vibe("music"), rate, 60.0))
    assert list(broken_bars(manifest, *film, rate, allows_montage=True, asked_s=60.0)) == []


def test_an_empty_title_means_no_title_card(film: Film) -> None:
    manifest = _plan(film, title="")
    assert manifest.title == ""
    assert [card.kind for card in manifest.titles if card.act == "title_card"] == []
    assert list(broken_bars(manifest, *film, RATE, allows_montage=False, asked_s=90.0)) == []
    assert [card.text for card in _plan(film, title="Night Ferry").titles if card.kind == "title"] == [
        "Night Ferry"
    ]


def test_a_vibe_that_asks_for_more_clips_gets_shorter_ones(film: Film) -> None:
    calm = plan_trailer(Brief("film.mkv", *film, (), load_vibe("drama"), RATE, 90.0))
    busy = plan_trailer(
        Brief("film.mkv", *film, (), replace(load_vibe("drama"), clips_low=60, clips_high=60), RATE, 90.0)
    )
    assert len(busy.clips) > len(calm.clips) + 4
