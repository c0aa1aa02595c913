"""The camera shows a board as the shot says: exact ends, far and near apart, nothing trembling, nothing torn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from vidpipe.providers.draft.board import MOTIONS, TRAVELS, Board, Layer, Light, Particles
from vidpipe.providers.draft.camera import frame_at, frame_count, frames
from vidpipe.providers.draft.camera_air import lightning_at
from vidpipe.schemas.kinds import CameraMove

WIDTH, HEIGHT, OVERSCAN = 320, 180, 1.35
WORLD = (432, 244)
MIDDLE = (216.0, 122.0)
SKY, RED, BLUE, GREEN = (90, 90, 90), (230, 20, 20), (20, 20, 230), (20, 230, 20)
MOVES = [move.value for move in CameraMove]


def block(name: str, size: tuple[int, int], color: tuple[int, int, int], **more: object) -> Layer:
    """A filled rectangle in the middle of the world, unless said otherwise."""
    settings = {"depth": 0.5, "x": MIDDLE[0], "y": MIDDLE[1], **more}
    return Layer(name, Image.new("RGBA", size, (*color, 255)), **settings)  # type: ignore[arg-type]  # mixed on purpose


def world(*layers: Layer, sky: tuple[int, int, int] = SKY, **more: object) -> Board:
    """A board of 320 × 180 with a grey sky behind these layers."""
    behind = Layer("sky", Image.new("RGBA", WORLD, (*sky, 255)), 0.0, *MIDDLE)
    return Board(*WORLD, (behind, *layers), "ink", OVERSCAN, WIDTH, HEIGHT, **more)  # type: ignore[arg-type]  # see block


def shot(movement: str = "static") -> dict[str, str]:
    return {"camera_movement": movement}


def weight(frame: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """How much each pixel is of a pure colour over the grey sky, 0 to 1."""
    channel = int(np.argmax(color))
    rest = frame.astype(float)
    return np.clip((rest[..., channel] - SKY[0]) / (color[channel] - SKY[0]), 0, 1)


def middle_of(frame: np.ndarray, color: tuple[int, int, int]) -> tuple[float, float]:
    """Centre of gravity of a colour, finer than pixels: right, down."""
    part = weight(frame, color)
    rows, columns = np.indices(part.shape)
    return float((part * columns).sum() / part.sum()), float((part * rows).sum() / part.sum())


def path_of(
    board: Board, movement: str, color: tuple[int, int, int], seconds: float = 4.0, fps: int = 24
) -> np.ndarray:
    return np.array([middle_of(frame, color) for frame in frames(board, shot(movement), seconds, fps)])


def test_a_still_camera_shows_the_board_as_it_was_drawn() -> None:
    board = world(block("red", (41, 31), RED, x=150.5, y=80.5), block("blue", (30, 40), BLUE, depth=0.9))
    for part in (0.0, 0.4, 1.0):
        np.testing.assert_array_equal(frame_at(board, shot(), part, 4.0), np.asarray(board.flatten()))


@pytest.mark.parametrize("movement", MOVES)
def test_a_clip_begins_and_ends_with_its_keyframes_and_has_every_frame(movement: str) -> None:
    board = world(
        block("walker", (20, 50), RED, travel="walk_right", group="a"), particles=(Particles("snow"),), seed=5
    )
    shown = list(frames(board, shot(movement), 1.3, 24))
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
        [[weight(f, RED).sum(), weight(f, BLUE).sum()] for f in frames(board, shot("push_in"), 4.0, 12)]
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
    shown = list(frames(board, shot(), 3.0, 24))
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
    at = [middle_of(frame, RED)[0] for frame in frames(world(leg), shot(), 4.0, 24)]
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
    standing = list(frames(legs("still"), shot(), 2.0, 6))
    assert all((frame == standing[0]).all() for frame in standing)


@pytest.mark.parametrize("motion", sorted(MOTIONS - {"still", "talk", "blink"}))
def test_every_motion_that_a_board_may_name_moves(motion: str) -> None:
    travel = "walk_right" if motion in {"swing", "spin"} else "still"
    layer = block("thing", (40, 60), RED, motion=motion, travel=travel, group="g", pivot=(216, 152))
    shown = [frame.astype(int) for frame in frames(world(layer), shot(), 3.0, 8)]
    if travel != "still":
        # apart from the travel of the whole
        still = block("thing", (40, 60), RED, travel=travel, group="g")
        plain = [frame.astype(int) for frame in frames(world(still), shot(), 3.0, 8)]
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
        for frame in frames(board, shot(), 3.0, 24, speaking=SPEAKING)
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
        closed = [bool(weight(frame, RED).sum()) for frame in frames(board, shot(), 7.0, 24)]
        assert 3 <= sum(closed) <= 14
        assert not closed[0]
        assert not closed[-1]


def test_a_lamp_flickers_and_nothing_else_does() -> None:
    board = world(block("glow", (30, 30), RED, motion="flicker"))
    levels = [int(frame[HEIGHT // 2, WIDTH // 2, 0]) for frame in frames(board, shot(), 2.0, 24)]
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
        for frame in frames(board, shot(), 1.5, 12):
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
    bright = [float(frame.mean()) for frame in frames(board, shot(), 4.0, 24)]
    assert max(bright) > SKY[0] + 30
    assert sum(level > SKY[0] + 1 for level in bright) < len(bright) / 4
    assert bright[0] == bright[-1] == SKY[0]
    for seed in range(97):
        assert lightning_at(0.0, 4.0, seed) == lightning_at(4.0, 4.0, seed) == 0
        assert max(lightning_at(step / 24, 4.0, seed) for step in range(96)) > 0.5


def test_a_continuous_clip_begins_with_the_picture_it_was_given_and_becomes_its_own() -> None:
    board = world(block("red", (60, 60), RED))
    before = Image.new("RGB", (WIDTH, HEIGHT), (10, 200, 120))
    own = list(frames(board, shot("push_in"), 2.0, 20))
    morphed = list(frames(board, shot("push_in"), 2.0, 20, start_frame=before))
    np.testing.assert_array_equal(morphed[0], np.asarray(before))
    away = [np.abs(a.astype(int) - b).mean() for a, b in zip(morphed, own, strict=True)]
    assert away[:8] == sorted(away[:8], reverse=True)
    assert max(away[8:]) == 0
    assert all(away[:8])


def test_a_given_end_frame_is_the_last_and_an_equal_one_changes_nothing() -> None:
    board = world(block("red", (60, 60), RED))
    own = list(frames(board, shot("pan_left"), 1.0, 20))
    same = [Image.fromarray(own[0]), Image.fromarray(own[-1])]
    again = list(frames(board, shot("pan_left"), 1.0, 20, start_frame=same[0], end_frame=same[1]))
    assert all((one == other).all() for one, other in zip(own, again, strict=True))
    other_end = Image.new("RGB", (WIDTH, HEIGHT), (10, 200, 120))
    ended = list(frames(board, shot("pan_left"), 1.0, 20, end_frame=other_end))
    np.testing.assert_array_equal(ended[-1], np.asarray(other_end))
    np.testing.assert_array_equal(ended[5], own[5])


def test_a_given_frame_of_another_size_is_fitted() -> None:
    before = Image.new("RGB", (WIDTH // 2, HEIGHT // 2), (10, 200, 120))
    first = next(iter(frames(world(), shot(), 1.0, 8, start_frame=before)))
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
