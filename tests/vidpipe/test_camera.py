"""The camera shows a board as the shot says: exact ends, far and near apart, nothing trembling, nothing torn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.worlds import (
    BLUE,
    GREEN,
    HEIGHT,
    MIDDLE,
    RED,
    SKY,
    WIDTH,
    WORLD,
    block,
    filmed,
    path_of,
    shot,
    weight,
    world,
)

from vidpipe.providers.draft.board import Layer, Particles
from vidpipe.providers.draft.camera import frame_at, frame_count
from vidpipe.schemas.kinds import CameraMove

MOVES = [move.value for move in CameraMove]


def test_a_still_camera_shows_the_board_as_it_was_drawn() -> None:
    board = world(block("red", (41, 31), RED, x=150.5, y=80.5), block("blue", (30, 40), BLUE, depth=0.9))
    for part in (0.0, 0.4, 1.0):
        np.testing.assert_array_equal(frame_at(board, shot(), part, 4.0), np.asarray(board.flatten()))


@pytest.mark.parametrize("movement", MOVES)
def test_a_clip_begins_and_ends_with_its_keyframes_and_has_every_frame(movement: str) -> None:
    board = world(
        block("walker", (20, 50), RED, travel="walk_right", group="a"), particles=(Particles("snow"),), seed=5
    )
    shown = filmed(board, shot(movement), 1.3, 24)
    assert len(shown) == 31 == frame_count(1.3, 24)
    np.testing.assert_array_equal(shown[0], frame_at(board, shot(movement), 0.0, 1.3))
    np.testing.assert_array_equal(shown[-1], frame_at(board, shot(movement), 1.0, 1.3))
    # one alone is the one in the row: nothing depends on what was shown before
    np.testing.assert_array_equal(shown[17], frame_at(board, shot(movement), 17 / 30, 1.3))
    assert shown[3].shape == (HEIGHT, WIDTH, 3)
    assert shown[3].dtype == np.uint8


@pytest.mark.parametrize(
    ("movement", "right", "down"),
    [
        ("pan_left", 1, 0),
        ("pan_right", -1, 0),
        ("track_left", 1, 0),
        ("track_right", -1, 0),
        ("tilt_up", 0, 1),
        ("tilt_down", 0, -1),
    ],
)
def test_the_picture_moves_against_the_camera(movement: str, right: int, down: int) -> None:
    path = path_of(world(block("red", (30, 30), RED)), movement, RED)
    moved = path[-1] - path[0]
    assert moved[0] * right >= 15 * abs(right)
    assert moved[1] * down >= 8 * abs(down)
    assert abs(moved[0] if not right else moved[1]) < 0.05


def test_near_things_pass_and_far_ones_stay() -> None:
    board = world(
        block("far", (24, 24), BLUE, depth=0.1, y=90), block("near", (24, 24), RED, depth=0.9, y=150)
    )
    for movement, ratio in (("track_right", 5.0), ("pan_right", 1.15)):
        near = np.ptp(path_of(board, movement, RED)[:, 0])
        far = np.ptp(path_of(board, movement, BLUE)[:, 0])
        assert near > ratio * far > 0


def test_a_push_in_enlarges_near_things_most_and_a_pull_out_is_its_mirror() -> None:
    board = world(
        block("far", (40, 40), BLUE, depth=0.1, x=150), block("near", (40, 40), RED, depth=0.9, x=280)
    )
    areas = np.array(
        [[weight(f, RED).sum(), weight(f, BLUE).sum()] for f in filmed(board, shot("push_in"), 4.0, 12)]
    )
    grown = areas[-1] / areas[0]
    assert grown[0] > 1.3 > grown[1] > 1.05
    np.testing.assert_array_equal(
        frame_at(board, shot("pull_out"), 0.0, 4.0), frame_at(board, shot("push_in"), 1.0, 4.0)
    )


def test_a_push_in_goes_for_what_the_shot_is_about() -> None:
    focus = (300.0, 80.0)
    board = world(block("red", (20, 20), RED, x=focus[0], y=focus[1], depth=1.0), focus=focus)
    path = path_of(board, "push_in", RED)
    assert np.ptp(path, axis=0).max() < 0.1


@pytest.mark.parametrize("movement", [move for move in MOVES if move != "static"])
@pytest.mark.parametrize("seconds", [4.0, 20.0])
def test_no_camera_trembles(movement: str, seconds: float) -> None:
    board = world(block("red", (31, 31), RED, x=170.0, y=70.0, depth=0.6))
    path = path_of(board, movement, RED, seconds, 8 if seconds > 10 else 12)
    steps = np.diff(path, axis=0)
    # a camera turns back nowhere, and no step differs from the next by as much as the eye could see
    for along in (0, 1):
        assert (steps[:, along] >= -0.14).all() or (steps[:, along] <= 0.14).all()
        assert np.abs(np.diff(steps[:, along])).max() < 0.3


@pytest.mark.parametrize("movement", MOVES)
@pytest.mark.parametrize("seconds", [1.0, 6.0, 60.0])
def test_no_edge_of_the_world_is_ever_seen(movement: str, seconds: float) -> None:
    ground = Layer("ground", Image.new("RGBA", (WORLD[0], 80), (*GREEN, 255)), 1.0, MIDDLE[0], WORLD[1] - 40)
    board = world(ground, sky=BLUE, focus=(330.0, 60.0))
    for part in (0.0, 0.5, 1.0):
        frame = frame_at(board, shot(movement), part, seconds)
        assert frame[..., 1:].max(axis=2).min() > 100, "something neither sky nor ground"
        assert (frame[-1, :, 1] > 200).all(), "the ground ends above the frame's lower edge"


def test_what_a_nearer_ground_hides_is_left_out_without_a_trace() -> None:
    """The hidden part of far layers is never computed: the picture must not tell."""
    hills = Layer("hills", Image.new("RGBA", (WORLD[0], 120), (*BLUE, 255)), 0.3, MIDDLE[0], WORLD[1] - 60)
    ground = Layer("ground", Image.new("RGBA", (WORLD[0], 70), (*GREEN, 255)), 0.8, MIDDLE[0], WORLD[1] - 35)
    for movement in ("push_in", "tilt_down", "track_left"):
        for part in (0.0, 0.37, 1.0):
            frame = frame_at(world(hills, ground), shot(movement), part, 4.0)
            column = frame[:, WIDTH // 2].astype(int)
            # sky, hills, ground, each begun once, with nothing black between
            kinds = [int(np.argmax(pixel)) if np.ptp(pixel) > 60 else -1 for pixel in column]
            order = [kind for number, kind in enumerate(kinds) if not number or kinds[number - 1] != kind]
            assert order == [-1, 2, 1]
            assert frame.max(axis=2).min() >= SKY[0] - 1


def test_a_continuous_clip_begins_with_the_picture_it_was_given_and_becomes_its_own() -> None:
    board = world(block("red", (60, 60), RED))
    before = Image.new("RGB", (WIDTH, HEIGHT), (10, 200, 120))
    own = filmed(board, shot("push_in"), 2.0, 20)
    morphed = filmed(board, shot("push_in"), 2.0, 20, start_frame=before)
    np.testing.assert_array_equal(morphed[0], np.asarray(before))
    away = [np.abs(a.astype(int) - b).mean() for a, b in zip(morphed, own, strict=True)]
    assert away[:8] == sorted(away[:8], reverse=True)
    assert max(away[8:]) == 0
    assert all(away[:8])


def test_a_given_end_frame_is_the_last_and_an_equal_one_changes_nothing() -> None:
    board = world(block("red", (60, 60), RED))
    own = filmed(board, shot("pan_left"), 1.0, 20)
    same = [Image.fromarray(own[0]), Image.fromarray(own[-1])]
    again = filmed(board, shot("pan_left"), 1.0, 20, start_frame=same[0], end_frame=same[1])
    assert all((one == other).all() for one, other in zip(own, again, strict=True))
    other_end = Image.new("RGB", (WIDTH, HEIGHT), (10, 200, 120))
    ended = filmed(board, shot("pan_left"), 1.0, 20, end_frame=other_end)
    np.testing.assert_array_equal(ended[-1], np.asarray(other_end))
    np.testing.assert_array_equal(ended[5], own[5])


def test_a_given_frame_of_another_size_is_fitted() -> None:
    before = Image.new("RGB", (WIDTH // 2, HEIGHT // 2), (10, 200, 120))
    first = filmed(world(), shot(), 1.0, 8, start_frame=before)[0]
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert (first == (10, 200, 120)).all()


def test_soft_edges_are_painted_without_rims() -> None:
    """Colours are premultiplied: a half transparent edge must not grow darker than what it lies on."""
    disc = Image.new("RGBA", (41, 41), (0, 0, 0, 0))
    rows, columns = np.indices((41, 41))
    alpha = np.clip(20 - np.hypot(rows - 20, columns - 20), 0, 1) * 255
    pixels = np.zeros((41, 41, 4), np.uint8)
    pixels[..., :3] = (240, 240, 240)
    pixels[..., 3] = alpha
    pixels[alpha == 0] = 0
    disc = Image.fromarray(pixels, "RGBA")
    layer = Layer("disc", disc, 0.7, 200.5, 110.5, motion="sway", pivot=(200.5, 150.5))
    for movement in ("push_in", "track_left", "static"):
        for part in (0.1, 0.45, 0.8):
            frame = frame_at(world(layer), shot(movement), part, 4.0)
            assert frame.min() >= SKY[0] - 2
            assert math.isclose(int(frame.max()), 240, abs_tol=3)
