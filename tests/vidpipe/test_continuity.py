"""Each part of continuity says much of what is good, little of what is broken, and nothing where it cannot know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.drawn_frames import BLUE, DUSK, RED, Car, Person, Picture, coded, frame, panned

from vidpipe.services.clip_frames import ClipFrame, ClipFrames, decode_clip, decode_tail, small_luma
from vidpipe.services.clusters import Cluster
from vidpipe.services.continuity import (
    WEIGHTS,
    Seen,
    Shown,
    black_frames,
    continuity_of,
    expected_against_seen,
    exposure,
    flicker,
    flow,
    frozen_frames,
    identity,
    palette,
    seam,
    shot_size,
    weighted_mean,
)
from vidpipe.services.sightings import SeenOnce

BEACH: dict[str, Any] = {
    "shot_type": "wide", "setting": "beach", "interior": False, "time_of_day": "day", "weather": "",
}  # fmt: skip


def frames_of(pictures: list[Picture], fps: float = 24.0) -> ClipFrames:
    kept = tuple(ClipFrame(at, at / fps, pictures[at]) for at in sorted({0, len(pictures) - 1}))
    return ClipFrames(fps, np.stack([small_luma(picture) for picture in pictures]), kept)


def shown(pictures: list[Picture], shot: dict[str, Any] | None = None, cut: str = "cut") -> Shown:
    return Shown(frames_of(pictures), BEACH if shot is None else shot, cut)


def with_grain(picture: Picture, seed: int) -> Picture:
    grain = np.random.default_rng(seed).normal(0, 2, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


HERE = frame([Car(RED), Person("keeper")], seed=1)
ELSEWHERE = frame([Person("girl", 400, 620)], ground=DUSK, seed=2)


def test_a_clip_that_begins_where_the_last_one_ended_has_a_good_seam() -> None:
    before = shown([HERE])
    good = seam(shown([with_grain(HERE, 3)], cut="continuous"), before)
    moved = seam(shown([panned(HERE, 60, 2)[-1]], cut="continuous"), before)
    broken = seam(shown([ELSEWHERE], cut="continuous"), before)
    assert good.score is not None
    assert moved.score is not None
    assert broken.score is not None
    assert good.score > 9
    assert moved.score < good.score - 2
    assert broken.score < 3


def test_a_seam_into_another_size_of_picture_is_broken() -> None:
    small = np.asarray(Image.fromarray(HERE).resize((640, 360)))
    assert seam(shown([small], cut="continuous"), shown([HERE])).score == 0


def test_a_place_that_keeps_its_colours_has_no_palette_drift() -> None:
    tinted = np.clip(HERE * np.array([1.25, 0.9, 0.6]), 0, 255).astype(np.uint8)
    closer = frame([Car(RED, 400, 430), Person("keeper", 1000, 560)], seed=5)
    before = shown([HERE])
    good, bad = palette(shown([closer]), before), palette(shown([tinted]), before)
    assert good.score is not None
    assert bad.score is not None
    assert good.score > 8
    assert bad.score < 5


def test_exposure_drift_is_told_in_stops() -> None:
    before = shown([HERE])
    darker = (HERE * 0.5 ** (1 / 2.2)).astype(np.uint8)
    good, bad = exposure(shown([with_grain(HERE, 4)]), before), exposure(shown([darker]), before)
    assert good.value == pytest.approx(0, abs=0.05)
    assert bad.value == pytest.approx(1, abs=0.1)
    assert good.score is not None
    assert bad.score is not None
    assert good.score > 9.5
    assert 4 < bad.score < 6


@pytest.mark.parametrize("change", [{"setting": "kitchen"}, {"time_of_day": "night"}, {"setting": ""}])
def test_drift_is_not_measured_between_two_places(change: dict[str, Any]) -> None:
    elsewhere = shown([ELSEWHERE], BEACH | change)
    for part in (palette(elsewhere, shown([HERE])), exposure(elsewhere, shown([HERE]))):
        assert part.score is None
        assert "place" in part.evidence


def test_flicker_is_found_and_fades_and_pans_are_none() -> None:
    still = [with_grain(HERE, seed) for seed in range(12)]
    flickering = [(picture * (1.0 if at % 2 else 0.93)).astype(np.uint8) for at, picture in enumerate(still)]
    fading = [(HERE * (1 - at / 24)).astype(np.uint8) for at in range(12)]
    assert (flicker(frames_of(still)).score or 0) > 9.5
    assert (flicker(frames_of(fading)).score or 0) > 9
    assert (flicker(frames_of(panned(HERE, 12, 6))).score or 0) > 9
    assert (flicker(frames_of(flickering)).score or 0) < 2
    assert flicker(frames_of(still[:2])).score is None


def test_lightning_in_a_storm_is_no_flicker() -> None:
    flash = [HERE, np.minimum(255, HERE + np.uint8(60)), HERE] * 4
    parts = continuity_of(shown(flash, BEACH | {"weather": "storm"}), None, [])
    assert parts["flicker"].score is None
    assert (continuity_of(shown(flash), None, [])["flicker"].score or 0) < 1


def test_black_frames_are_found_and_night_is_not_black() -> None:
    night = frame([Car(BLUE)], ground=((26, 30, 56), (24, 24, 30)), light=0.8)
    black = np.full_like(HERE, 4)
    assert black_frames(frames_of([night] * 6)).score == 10
    part = black_frames(frames_of([HERE] * 6 + [black] * 2))
    assert part.value == pytest.approx(0.25)
    assert part.score == 0
    assert part.evidence == "frames 6 to 7"


def test_a_picture_that_stops_is_told_and_a_moving_one_is_not() -> None:
    moving = panned(HERE, 24, 3)
    assert frozen_frames(frames_of(moving)).score == 10
    part = frozen_frames(frames_of(moving[:6] + [moving[6]] * 42))
    assert part.score is not None
    assert part.score < 1
    assert "from frame 6" in part.evidence


@pytest.mark.parametrize(
    ("last", "next_", "cut", "score"),
    [("wide", "close_up", "cut", 10.0), ("medium", "medium", "cut", 4.0), ("medium", "medium", "continuous", None),
     ("", "wide", "cut", None)],
)  # fmt: skip
def test_a_cut_changes_the_size_of_the_shot(last: str, next_: str, cut: str, score: float | None) -> None:
    before, after = shown([HERE], {"shot_type": last}), shown([HERE], {"shot_type": next_}, cut)
    assert shot_size(after, before).score == score


def test_the_picture_goes_on_in_the_direction_in_which_it_went() -> None:
    right, left = panned(HERE, 10, 8), panned(HERE, 10, 8)[::-1]
    on, back = flow(shown(right), shown(right)), flow(shown(left), shown(right))
    assert (on.score or 0) > 9
    assert back.score is not None
    assert back.score < 1
    assert flow(shown([HERE] * 10), shown(right)).score is None


def seen(
    tag: str | None, family: str = "person", similarity: float | None = None, score: float = 0.8
) -> Seen:
    picture = ClipFrame(0, 0.0, HERE)
    once = SeenOnce(
        label=family, family=family, score=score, box=(0.1, 0.1, 0.2, 0.5), face=None, has_body=True,
        vector=np.zeros(690, np.float32), sharpness=9.0, colors=(),
    )  # fmt: skip
    return Seen(Cluster([(picture, once)]), None, tag, similarity)


def holding(people: list[Seen], *placements: dict[str, Any]) -> Shown:
    return Shown(frames_of([HERE]), {**BEACH, "placements": list(placements)}, "cut", people)


def test_people_who_look_like_themselves_keep_their_identity() -> None:
    assert (identity(holding([seen("CHAR_01", similarity=0.85)]), None).score or 0) > 9
    assert (identity(holding([seen("CHAR_01", similarity=0.25)]), None).score or 10) < 2
    assert identity(holding([seen(None)]), None).score is None
    assert identity(holding([seen("VEH_01", "vehicle", 0.9)]), None).score is None


def test_what_the_shot_names_is_counted_against_what_is_seen() -> None:
    man = {"tag": "CHAR_01", "label": "man"}
    dog = {"tag": None, "label": "dog"}
    lighthouse = {"tag": None, "label": "lighthouse"}
    both, none = holding([seen("CHAR_01"), seen(None, "animal")], man, dog, lighthouse), holding([], man, dog)
    recall, precision = expected_against_seen(both, [])
    assert (recall.score, precision.score) == (10, 10)
    recall, precision = expected_against_seen(none, [])
    assert (recall.score, precision.score) == (0, None)
    assert recall.evidence == "0 of 2 seen; missing: CHAR_01, animal"


def test_somebody_unexpected_lowers_precision_and_a_doubtful_glimpse_does_not() -> None:
    man = {"tag": "CHAR_01", "label": "man"}
    planted = holding([seen("CHAR_01"), seen(None, "vehicle")], man)
    glimpsed = holding([seen("CHAR_01"), seen(None, "kite", score=0.45)], man)
    assert [part.score for part in expected_against_seen(planted, [])] == [10, 5]
    assert [part.score for part in expected_against_seen(glimpsed, [])] == [10, 10]


def test_one_person_is_not_seen_for_another() -> None:
    recall, _ = expected_against_seen(holding([seen("CHAR_02")], {"tag": "CHAR_01", "label": "man"}), [])
    assert recall.score == 0


def test_a_shot_of_what_the_eyes_do_not_know_is_not_judged() -> None:
    for part in expected_against_seen(holding([], {"tag": None, "label": "lighthouse"}), []):
        assert part.score is None


def test_the_score_is_the_weighted_mean_of_what_could_be_measured() -> None:
    parts = continuity_of(shown(panned(HERE, 24, 2)), None, [])
    assert list(parts) == list(WEIGHTS)
    measured = [part for part in parts.values() if part.score is not None]
    assert {part.evidence != "" for part in parts.values()} == {True}
    expected = sum(part.weight * (part.score or 0) for part in measured) / sum(
        part.weight for part in measured
    )
    assert weighted_mean(parts) == pytest.approx(expected, abs=0.01)
    unknown = {name: part for name, part in parts.items() if part.score is None}
    assert unknown
    assert weighted_mean(unknown) is None


@pytest.mark.media
def test_a_clip_is_sampled_at_its_ends_and_where_it_moves(tmp_path: Path) -> None:
    small = frame([Car(RED), Person("keeper")], size=(640, 360))
    still, jump = [small] * 30, panned(small, 30, 5)
    clip = coded(tmp_path / "clip.mp4", [*still[:14], *jump[:4], *still[:12]])
    frames = decode_clip(clip)
    indexes = [kept.index for kept in frames.kept]
    assert len(frames.luma) == 30
    assert indexes[0] == 0
    assert indexes[-1] == 29
    assert len(indexes) <= 8
    assert set(indexes) & {15, 16, 17, 18}
    assert np.abs(frames.kept[0].picture.astype(int) - small).mean() < 4


@pytest.mark.media
def test_a_flash_is_not_what_is_looked_at(tmp_path: Path) -> None:
    small = frame([Person("keeper")], size=(640, 360))
    bright = np.minimum(255, small.astype(int) + 70).astype(np.uint8)
    clip = coded(tmp_path / "clip.mp4", [*panned(small, 19, 1), bright, bright, *panned(small, 21, 1)])
    assert not {kept.index for kept in decode_clip(clip).kept} & {19, 20}


@pytest.mark.media
def test_the_end_of_a_clip_is_the_same_decoded_alone(tmp_path: Path) -> None:
    clip = coded(tmp_path / "clip.mp4", panned(frame([Person("girl")], size=(640, 360)), 60, 2))
    whole, tail = decode_clip(clip), decode_tail(clip)
    assert np.array_equal(whole.kept[-1].picture, tail.kept[-1].picture)
    assert np.array_equal(whole.luma[-8:], tail.luma[-8:])
    assert len(tail.luma) < len(whole.luma)
