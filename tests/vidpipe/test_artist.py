"""The artist: what a shot asks for is in the picture, the same each time, whoever and whatever it is."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.shots import CAST, LOOKS, board, digest, frame, layer_named, main_tone, placed, shot

from cinecore.ports import PictureRequest
from vidpipe.providers.draft.figures_appearance import appearance_of
from vidpipe.providers.draft.image_maker import DraftImageMaker
from vidpipe.providers.draft.things import THINGS, thing_named

# The same each time


@pytest.mark.parametrize("look", LOOKS)
def test_one_shot_gives_one_board_to_the_byte(look: str) -> None:
    of = shot(
        "wide",
        "beach",
        placed("old man", "CHAR_01", action="walks", facing="left"),
        placed("kite", color="red"),
    )
    assert digest(board(of, look=look)) == digest(board(of, look=look))


def test_the_seed_moves_phases_and_never_how_anything_looks() -> None:
    of = shot("medium", "park", placed("girl", "CHAR_02"), placed("car"))
    one, other = board(of, seed=1), board(of, seed=2)
    assert np.array_equal(frame(one), frame(other))
    assert [layer.phase for layer in one.layers] != [layer.phase for layer in other.layers]


def test_a_place_is_the_same_place_in_every_scene() -> None:
    first = board(shot("wide", "park", placed("girl", "CHAR_02")), seed=5)
    again = board(shot("wide", "park", placed("car", color="red")), seed=9)
    for name in ("sky", "hedge", "path"):
        assert layer_named(first, name).image.tobytes() == layer_named(again, name).image.tobytes()


@pytest.mark.parametrize("look", LOOKS)
def test_a_person_wears_the_same_in_every_scene(look: str) -> None:
    tones = []
    for of in (
        shot("wide", "beach", placed("old man", "CHAR_01", action="walks", facing="left")),
        shot("medium", "room", placed("old man", "CHAR_01", expression="sad", facing="right"), interior=True),
        shot(
            "establishing",
            "city street",
            placed("girl", "CHAR_02"),
            placed("old man", "CHAR_01", position="left"),
        ),
    ):
        trunk = next(
            layer
            for layer in board(of, look=look).layers
            if layer.name.startswith("CHAR_01") and layer.name.endswith(".trunk")
        )
        tones.append(main_tone(trunk))
    assert max(np.abs(tones[0] - tone).max() for tone in tones) < 32


def test_two_people_described_alike_but_tagged_apart_need_not_look_alike() -> None:
    people = [
        appearance_of({"tag": f"CHAR_{at:02}", "label": "man", "name": f"M{at}", "description": ""}, "man")
        for at in range(1, 9)
    ]
    assert len({(who.skin, who.hair, who.top_color, who.hair_style) for who in people}) >= 6


# What is planted


def test_a_planted_car_is_added_and_everything_else_stays_where_it_was() -> None:
    of = shot(
        "wide",
        "beach",
        placed("old man", "CHAR_01", position="left"),
        placed("kite", color="yellow", position="left"),
    )
    without, planted = board(of), board(of, extras=[("car", "red", "right", None)])
    names = {layer.name for layer in planted.layers} - {layer.name for layer in without.layers}
    assert [name.rsplit(".", 1)[-1] for name in names] == ["car"]
    kept = [layer for layer in planted.layers if layer.name not in names]
    assert [(layer.name, layer.x, layer.y) for layer in kept] == [
        (layer.name, layer.x, layer.y) for layer in without.layers
    ]


@pytest.mark.parametrize("shot_type", ["establishing", "wide", "two_shot", "medium", "close_up", "insert"])
def test_a_planted_thing_is_seen_in_every_kind_of_shot(shot_type: str) -> None:
    of = shot(shot_type, "road", placed("old man", "CHAR_01"), placed("book", color="green", role="prop"))
    drawn = board(of, extras=[("car", "red", "right", None)])
    bare = frame(board(of))
    changed = np.abs(frame(drawn).astype(int) - bare.astype(int)).max(axis=2) > 20
    assert changed.mean() > 0.008


# In the picture


@pytest.mark.parametrize("shot_type", ["establishing", "wide", "two_shot", "medium", "close_up"])
@pytest.mark.parametrize("position", ["left", "center", "right"])
def test_a_persons_head_is_in_the_frame_on_the_side_it_was_given(shot_type: str, position: str) -> None:
    drawn = board(shot(shot_type, "field", placed("old man", "CHAR_01", position=position, facing="left")))
    head = layer_named(drawn, ".head")
    x, y = head.x - (drawn.width - 640) / 2, head.y - (drawn.height - 360) / 2
    assert head.image.height / 2 - 12 <= y <= 360 - head.image.height / 2
    side = {"left": x < 290, "center": 200 < x < 440, "right": x > 350}
    assert side[position]


def test_shots_show_people_at_sizes_a_step_apart() -> None:
    kinds = ("establishing", "wide", "two_shot", "medium", "close_up")
    boards = [board(shot(kind, "field", placed("old man", "CHAR_01"))) for kind in kinds]
    sizes = [layer_named(drawn, ".head").image.height for drawn in boards]
    assert all(after > 1.2 * before for before, after in itertools.pairwise(sizes))
    assert sizes[-1] > 360 * 0.45


def test_two_people_given_one_place_do_not_cover_each_other() -> None:
    drawn = board(shot("two_shot", "park", placed("old man", "CHAR_01"), placed("girl", "CHAR_02")))
    heads = [layer for layer in drawn.layers if layer.name.endswith(".head")]
    assert abs(heads[0].x - heads[1].x) > (heads[0].image.width + heads[1].image.width) / 2


def test_an_insert_shows_its_thing_large_and_nobody_else() -> None:
    drawn = board(
        shot("insert", "room", placed("kite", color="red"), placed("old man", "CHAR_01"), interior=True)
    )
    assert layer_named(drawn, ".kite").image.height > 0.5 * 360
    assert not [layer for layer in drawn.layers if layer.name.endswith(".head")]


def test_what_is_held_goes_where_its_holder_goes() -> None:
    walker = placed("old man", "CHAR_01", action="walks holding the lantern", facing="left", position="left")
    drawn = board(shot("wide", "beach", walker, placed("lantern", position="left")))
    lantern, trunk = layer_named(drawn, ".lantern"), layer_named(drawn, ".trunk")
    assert (lantern.group, lantern.travel) == (trunk.group, "walk_left")
    assert abs(lantern.x - trunk.x) < 100


def test_who_can_speak_has_a_mouth_and_lids_that_only_the_camera_shows() -> None:
    drawn = board(shot("close_up", "beach", placed("girl", "CHAR_02")))
    assert (layer_named(drawn, ".mouth").motion, layer_named(drawn, ".mouth").tag) == ("talk", "CHAR_02")
    assert layer_named(drawn, ".blink").motion == "blink"
    away = board(shot("close_up", "beach", placed("girl", "CHAR_02", facing="away")))
    assert not [layer for layer in away.layers if layer.motion in {"talk", "blink"}]


def test_a_walker_goes_where_he_looks_and_a_runner_runs() -> None:
    for facing in ("left", "right"):
        drawn = board(
            shot("wide", "road", placed("old man", "CHAR_01", action="runs along the road", facing=facing))
        )
        people = [layer for layer in drawn.layers if layer.group.startswith("CHAR_01")]
        assert {layer.travel for layer in people} == {f"walk_{facing}"}
        assert {layer.motion for layer in people if "leg" in layer.name} == {"swing"}
    parked = board(shot("wide", "road", placed("car", color="red")))
    driven = board(shot("wide", "road", placed("car", color="red", action="drives past", facing="right")))
    assert (layer_named(parked, ".car").travel, layer_named(driven, ".car").travel) == (
        "still",
        "drive_right",
    )


# Anything can be asked for


@pytest.mark.parametrize("label", ["astrolabe", "🪁🪁🪁", "x" * 300, "سيارة", "", "a very small rubber duck"])
def test_what_has_no_drawing_is_a_parcel_with_its_name_on(label: str) -> None:
    drawn = board(shot("insert", "room", placed(label, color="green"), interior=True))
    assert thing_named(label).label not in THINGS
    assert [layer for layer in drawn.layers if layer.depth == 0.8]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("sofa", "couch"),
        ("old taxi", "car"),
        ("seagulls", "bird"),
        ("potted plant", "plant"),
        ("motorbike", "motorcycle"),
        ("cars", "car"),
    ],
)
def test_common_words_for_a_thing_find_its_drawing(word: str, name: str) -> None:
    assert thing_named(word).label == name


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (480, 480), (641, 361)])
def test_a_board_fits_frames_of_any_shape(size: tuple[int, int]) -> None:
    drawn = board(
        shot(
            "two_shot",
            "beach",
            placed("old man", "CHAR_01", position="left"),
            placed("girl", "CHAR_02", position="right"),
        ),
        size=size,
    )
    assert drawn.flatten().size == size
    assert drawn.width >= 1.34 * size[0]
    assert len([layer for layer in drawn.layers if layer.name.endswith(".head")]) == 2


def request(position: str, **more: Any) -> PictureRequest:
    of = shot("medium", "beach", placed("girl", "CHAR_02"), camera_movement="push_in", **more)
    return PictureRequest("", of, {"look": "paper"}, CAST, 480, 270, seed=3, position=position)


# Stills


def test_a_still_is_the_same_to_the_byte_and_the_end_is_not_the_start(tmp_path: Path) -> None:
    maker = DraftImageMaker()
    for name, position in (("a", "start"), ("b", "start"), ("c", "end")):
        maker.make(request(position), tmp_path / name)
    first, again, end = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == again != end
    with Image.open(tmp_path / "a") as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", (480, 270), "RGB")
    assert maker.identity.startswith("draft:boards/")
    assert maker.references_at_most >= 3
