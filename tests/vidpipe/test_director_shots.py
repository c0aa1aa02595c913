"""The rule-based director keeps the grammar of shots: sizes, sides, inserts, moves, cuts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.vidpipe.stories import LIGHTHOUSE, LONG, told

from vidpipe.providers.draft.grammar import move_in_words, size_in_words
from vidpipe.schemas.kinds import CameraMove, Cut, Facing, Position, Role, ShotType

NEUTRAL = {Facing.CAMERA, Facing.AWAY}


@pytest.mark.parametrize("total", [24, 60, 120])
@pytest.mark.parametrize("text", [LONG, LIGHTHOUSE])
def test_neighbouring_shots_differ_in_size(text: str, total: float) -> None:
    board = told(text, total_s=total)
    sizes = [scene.shot.shot_type for scene in board.scenes]
    assert sizes[0] is ShotType.ESTABLISHING
    assert all(a is not b for a, b in pairwise(sizes))
    assert len(set(sizes)) >= 4


@pytest.mark.parametrize("total", [24, 60, 120])
def test_whoever_looks_right_keeps_looking_right_until_a_neutral_shot(total: float) -> None:
    board = told(LONG, total_s=total)
    last: dict[str, Facing] = {}
    turns = 0
    for scene in board.scenes:
        shown = {
            item.tag: item.facing
            for item in scene.shot.placements
            if item.tag and item.role in {Role.SUBJECT, Role.SECONDARY}
        }
        for tag, facing in shown.items():
            turns += facing not in NEUTRAL
            if tag in last and facing not in NEUTRAL and last[tag] not in NEUTRAL:
                assert facing is last[tag], f"{tag} crosses the line in scene {scene.scene_index + 1}"
        last = {tag: facing for tag, facing in shown.items() if tag}
    assert turns > len(board.scenes) / 2


def test_two_who_talk_look_at_each_other() -> None:
    board = told("INT. ROOM - DAY\n\nMARA\nDid you see it?\n\nTOM\nI saw it.\n\nMARA\nWhen?\n", total_s=12)
    for scene in board.scenes:
        people = [item for item in scene.shot.placements if item.tag]
        if len(people) == 2 and NEUTRAL.isdisjoint({item.facing for item in people}):
            left = next(item for item in people if item.position is Position.LEFT)
            right = next(item for item in people if item.position is Position.RIGHT)
            assert (left.facing, right.facing) == (Facing.RIGHT, Facing.LEFT)
            break
    else:
        pytest.fail("no shot shows both")


def test_a_planted_thing_gets_an_insert_and_another_when_it_matters() -> None:
    board = told(
        "A boy finds a silver key. He walks to a castle. He opens the door with the silver key.", total_s=48
    )
    inserts = [scene for scene in board.scenes if scene.shot.shot_type is ShotType.INSERT]
    assert inserts
    assert all([item.label for item in scene.shot.placements] == ["key"] for scene in inserts)
    assert inserts[0].shot.focal_point == "silver key"


def test_the_camera_tracks_a_walk_and_tilts_up_to_the_sky() -> None:
    board = told("A man walks along the road. He looks up at the stars.")
    assert board.scenes[0].shot.camera_movement in {CameraMove.TRACK_RIGHT, CameraMove.PUSH_IN}
    assert board.scenes[1].shot.camera_movement is CameraMove.TILT_UP


def test_continuous_cuts_stay_in_one_place_with_the_same_people() -> None:
    board = told(LONG, total_s=120)
    pairs = [(a, b) for a, b in pairwise(board.scenes) if b.cut is Cut.CONTINUOUS]
    assert pairs
    for before, after in pairs:
        assert before.shot.setting == after.shot.setting
        people = [
            {
                item.tag
                for item in scene.shot.placements
                if item.role in {Role.SUBJECT, Role.SECONDARY} and item.tag and item.tag.startswith("CHAR")
            }
            for scene in (before, after)
        ]
        assert people[0] == people[1]
    assert board.scenes[0].cut is Cut.CUT


@pytest.mark.parametrize(
    ("words", "size"),
    [("CU", ShotType.CLOSE_UP), ("extreme close-up", ShotType.INSERT), ("Wide shot", ShotType.WIDE), ("two-shot", ShotType.TWO_SHOT), ("MS", ShotType.MEDIUM), ("EWS", ShotType.ESTABLISHING), ("hmm", None)],
)  # fmt: skip
def test_sizes_of_shot_lists_are_understood(words: str, size: ShotType | None) -> None:
    assert size_in_words(words) is size


@pytest.mark.parametrize(
    ("words", "move"),
    [("dolly in", CameraMove.PUSH_IN), ("Zoom out", CameraMove.PULL_OUT), ("pan left", CameraMove.PAN_LEFT), ("tilt up", CameraMove.TILT_UP), ("tracking shot", CameraMove.TRACK_RIGHT), ("static", CameraMove.STATIC), ("push_in", CameraMove.PUSH_IN), ("hmm", None)],
)  # fmt: skip
def test_moves_of_shot_lists_are_understood(words: str, move: CameraMove | None) -> None:
    assert move_in_words(words) is move
