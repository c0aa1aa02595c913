"""What moves before a camera: walkers, legs, mouths, lids and lamps, rain and snow, fog and lightning."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.worlds import (
    BLUE,
    HEIGHT,
    RED,
    SKY,
    WIDTH,
    block,
    filmed,
    middle_of,
    path_of,
    shot,
    weight,
    world,
)

from vidpipe.providers.draft.board import MOTIONS, TRAVELS, Board, Layer, Light, Particles
from vidpipe.providers.draft.camera import frame_at
from vidpipe.providers.draft.camera_air import lightning_at


def test_who_walks_gets_on_and_stays_in_the_frame() -> None:
    for seconds in (2.0, 30.0):
        board = world(block("body", (30, 90), RED, travel="walk_left", group="he"))
        path = path_of(board, "static", RED, seconds, 8)
        assert path[0, 0] - path[-1, 0] > 20
        assert (path[:, 0] > 30).all()
        assert (path[:, 0] < WIDTH - 30).all()
        assert (np.diff(path[:, 0]) < 0).all()


def test_who_walks_rises_and_sinks_so_that_a_foot_is_on_the_ground() -> None:
    walk = {"travel": "walk_right", "group": "he"}
    board = world(
        block("he.shadow", (40, 4), (0, 0, 0), y=184.0, **walk),
        block("far_leg", (8, 60), BLUE, y=150.0, motion="swing", pivot=(216.0, 120.0), phase=0.5, **walk),
        block("near_leg", (8, 60), BLUE, y=150.0, motion="swing", pivot=(216.0, 120.0), **walk),
        block("trunk", (24, 50), RED, y=95.0, **walk),
    )
    shown = filmed(board, shot(), 3.0, 24)
    lowest = [int(np.flatnonzero((weight(frame, BLUE) > 0.5).any(axis=1))[-1]) for frame in shown]
    assert np.ptp(lowest) <= 2
    body = [middle_of(frame, RED)[1] for frame in shown]
    assert 2 < np.ptp(body) < 8
    shadow = [np.flatnonzero((frame.max(axis=2) < 40).any(axis=1)) for frame in shown]
    assert len({(int(rows[0]), int(rows[-1])) for rows in shadow}) == 1


def test_a_leg_drawn_in_mid_stride_swings_about_upright_and_not_about_how_it_was_drawn() -> None:
    leaning = Image.new("RGBA", (60, 60))
    for row in range(60):
        leaning.paste((*RED, 255), (row * 2 // 3, row, row * 2 // 3 + 8, row + 1))
    leg = Layer(
        "leg",
        leaning,
        0.5,
        242.0,
        150.0,
        motion="swing",
        travel="walk_right",
        group="he",
        pivot=(216.0, 120.0),
    )
    at = [middle_of(frame, RED)[0] for frame in filmed(world(leg), shot(), 4.0, 24)]
    hip = [216.0 - 56 + motion_of_group for motion_of_group in np.interp(range(96), (0, 95), (-38.4, 38.4))]
    away = np.array(at) - np.array(hip)
    assert away.max() > 5
    assert away.min() < -5


def test_legs_swing_in_opposite_ways_only_while_they_walk() -> None:
    def legs(travel: str) -> Board:
        parts = [
            block(
                name,
                (8, 60),
                color,
                x=216,
                y=150,
                motion="swing",
                travel=travel,
                group="he",
                phase=phase,
                pivot=(216, 122),
            )
            for name, color, phase in (("left", RED, 0.0), ("right", BLUE, 0.5))
        ]
        return world(*parts)

    walking = [frame_at(legs("walk_right"), shot(), part, 2.0) for part in np.linspace(0.05, 0.6, 8)]
    apart = [middle_of(frame, RED)[0] - middle_of(frame, BLUE)[0] for frame in walking]
    assert max(apart) > 8
    assert min(apart) < -8
    standing = filmed(legs("still"), shot(), 2.0, 6)
    assert all((frame == standing[0]).all() for frame in standing)


@pytest.mark.parametrize("motion", sorted(MOTIONS - {"still", "talk", "blink"}))
def test_every_motion_that_a_board_may_name_moves(motion: str) -> None:
    travel = "walk_right" if motion in {"swing", "spin"} else "still"
    layer = block("thing", (40, 60), RED, motion=motion, travel=travel, group="g", pivot=(216, 152))
    shown = [frame.astype(int) for frame in filmed(world(layer), shot(), 3.0, 8)]
    if travel != "still":
        # apart from the travel of the whole
        still = block("thing", (40, 60), RED, travel=travel, group="g")
        plain = [frame.astype(int) for frame in filmed(world(still), shot(), 3.0, 8)]
        assert max(np.abs(one - other).max() for one, other in zip(shown, plain, strict=True)) > 60
    else:
        assert max(np.abs(frame - shown[0]).max() for frame in shown) > 8
    # where it does not move, the picture is the sky's
    assert all((frame[:20] == SKY[0]).all() for frame in shown)


@pytest.mark.parametrize("travel", sorted(TRAVELS - {"still"}))
def test_every_travel_that_a_board_may_name_takes_the_whole_group_along(travel: str) -> None:
    board = world(
        block("body", (40, 60), RED, travel=travel, group="g"),
        block("hat", (40, 10), BLUE, y=78.0, travel=travel, group="g"),
    )
    body, hat = path_of(board, "static", RED, 3.0, 12), path_of(board, "static", BLUE, 3.0, 12)
    assert np.ptp(body, axis=0).max() > 2
    apart = body - hat
    assert np.ptp(apart, axis=0).max() < 0.15


SPEAKING = (
    {"tag": "CHAR_01", "start_s": 0.5, "end_s": 1.5},
    {"tag": "CHAR_02", "start_s": 2.0, "end_s": 2.5},
)


def test_a_mouth_moves_while_its_owner_speaks_and_at_no_other_time() -> None:
    board = world(
        block("head", (60, 60), BLUE, group="she", tag="CHAR_01"),
        block("mouth", (20, 14), RED, y=135.0, group="she", motion="talk"),
    )
    open_for = [
        float(weight(frame, RED)[..., None].sum())
        for frame in filmed(board, shot(), 3.0, 24, speaking=SPEAKING)
    ]
    at = [number * 3.0 / 71 for number in range(72)]
    silent = [size for size, time_s in zip(open_for, at, strict=True) if not 0.5 <= time_s < 1.5]
    assert max(silent) == 0
    spoken = [size for size, time_s in zip(open_for, at, strict=True) if 0.5 <= time_s < 1.5]
    assert max(spoken) > 150
    turns = np.sum(np.diff(np.sign(np.diff(spoken))) != 0)
    assert turns >= 4, "a mouth that opens once is no speech"


def test_eyes_close_for_a_moment_now_and_then_and_never_in_a_keyframe() -> None:
    for phase in (0.0, 0.5, 0.93):
        board = world(block("lids", (30, 8), RED, motion="blink", phase=phase))
        closed = [bool(weight(frame, RED).sum()) for frame in filmed(board, shot(), 7.0, 24)]
        assert 3 <= sum(closed) <= 14
        assert not closed[0]
        assert not closed[-1]


def test_a_lamp_flickers_and_nothing_else_does() -> None:
    board = world(block("glow", (30, 30), RED, motion="flicker"))
    levels = [int(frame[HEIGHT // 2, WIDTH // 2, 0]) for frame in filmed(board, shot(), 2.0, 24)]
    assert np.ptp(levels) > 40
    assert len(set(levels)) > 5


@pytest.mark.parametrize("kind", ["rain", "snow", "leaves", "sparks", "dust", "stars"])
def test_what_is_in_the_air_is_the_same_for_the_same_seed_and_moves(kind: str) -> None:
    def board(seed: int) -> Board:
        return world(particles=(Particles(kind, color=(255, 255, 255, 255), density=2.0),), seed=seed)

    first, again = frame_at(board(3), shot(), 0.2, 4.0), frame_at(board(3), shot(), 0.2, 4.0)
    np.testing.assert_array_equal(first, again)
    assert (first != frame_at(board(4), shot(), 0.2, 4.0)).any()
    assert (first != frame_at(board(3), shot(), 0.5, 4.0)).any()
    assert (first.max(axis=2) > SKY[0] + 20).sum() > 8


def test_snow_falls_and_sparks_rise() -> None:
    for kind, sign in (("snow", 1), ("sparks", -1)):
        board = world(particles=(Particles(kind, density=0.001, color=(255, 0, 0, 255)),), seed=8)
        heights = []
        for frame in filmed(board, shot(), 1.5, 12):
            part = weight(frame, (255, 0, 0))
            if part.sum() > 0.5:
                heights.append(float((part.sum(axis=1) * np.arange(HEIGHT)).sum() / part.sum()))
        steps = np.diff(heights)
        assert np.median(steps) * sign > 0.3


def test_fog_veils_the_picture_and_drifts() -> None:
    clear, thick = (
        world(block("red", (80, 80), RED)),
        world(block("red", (80, 80), RED), light=Light(fog=0.9)),
    )
    before, veiled = frame_at(clear, shot(), 0.5, 6.0), frame_at(thick, shot(), 0.5, 6.0)
    assert veiled.std() < 0.8 * before.std()
    assert np.abs(veiled.astype(int) - frame_at(thick, shot(), 1.0, 6.0)).max() > 2


def test_lightning_strikes_inside_a_shot_and_never_at_its_ends() -> None:
    board = world(light=Light(has_lightning=True), seed=1)
    bright = [float(frame.mean()) for frame in filmed(board, shot(), 4.0, 24)]
    assert max(bright) > SKY[0] + 30
    assert sum(level > SKY[0] + 1 for level in bright) < len(bright) / 4
    assert bright[0] == bright[-1] == SKY[0]
    for seed in range(97):
        assert lightning_at(0.0, 4.0, seed) == lightning_at(4.0, 4.0, seed) == 0
        assert max(lightning_at(step / 24, 4.0, seed) for step in range(96)) > 0.5
