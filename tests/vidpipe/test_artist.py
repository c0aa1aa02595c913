"""The artist: what a shot's words say is on the board, the same each time, in three looks that differ."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.shots import (
    CAST,
    GIRL,
    KEEPER,
    board,
    frame,
    layer_named,
    main_tone,
    painted,
    placed,
    shot,
)

from cinecore.ports import PictureRequest, ReferencePicture
from vidpipe.providers.draft.board import MOTIONS, TRAVELS, Board
from vidpipe.providers.draft.colors import color_of, first_color_in, main_color
from vidpipe.providers.draft.figures_appearance import appearance_of
from vidpipe.providers.draft.image_maker import DraftImageMaker
from vidpipe.providers.draft.places_index import INDOORS, PLACES, place_named
from vidpipe.providers.draft.things import THINGS, thing_named

LOOKS = ("ink", "paper", "noir")
RED, BLUE = (200, 32, 36), (34, 82, 190)


def digest(of: Board) -> str:
    found = hashlib.sha256()
    for layer in of.layers:
        found.update(f"{layer.name}|{layer.x}|{layer.y}|{layer.depth}|{layer.phase}|{layer.motion}".encode())
        found.update(layer.image.tobytes())
    return found.hexdigest()


def crop_of_a_car(folder: Path, color: str, name: str = "crop.png") -> Path:
    """What the eyes would cut out of a clip with such a car in it."""
    drawn = board(shot("wide", "city street", placed("car", color=color)))
    car = layer_named(drawn, ".car")
    left, top = (drawn.width - drawn.frame_width) // 2, (drawn.height - drawn.frame_height) // 2
    box = (
        int(car.left - left),
        int(car.top - top),
        int(car.left - left) + car.image.width,
        int(car.top - top) + car.image.height,
    )
    drawn.flatten().crop(box).save(folder / name)
    return folder / name


def a_car_like(path: Path, tag: str = "VEH_01", label: str = "car") -> ReferencePicture:
    return ReferencePicture(tag=tag, label=label, role="prop", path=path)


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


# Words are honoured


def test_a_described_person_is_drawn_as_described() -> None:
    keeper = appearance_of(KEEPER, "old man")
    girl = appearance_of(GIRL, "girl")
    assert keeper.beard == "full"
    assert min(keeper.hair) > 200
    assert (keeper.top, keeper.top_color, keeper.hat) == ("coat", RED, "cap")
    assert (girl.top, girl.top_color, girl.hair_style, girl.is_child) == ("dress", BLUE, "braids", True)
    assert girl.height < keeper.height * 0.8


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("a bald man with glasses", "hair_style", "bald"),
        ("a woman with long auburn hair", "hair_style", "long"),
        ("a woman with short black hair", "hair_style", "short"),
        ("a man with a green scarf", "scarf", (44, 140, 66)),
        ("a man in a dark blue suit", "top_color", (22, 53, 124)),
        ("a white beard, yellow raincoat and a cap", "top_color", (240, 200, 40)),
        ("a woman with dark skin", "skin", (112, 74, 54)),
    ],
)
def test_each_word_of_an_appearance_is_heard(words: str, field: str, value: object) -> None:
    asset = {
        "tag": "CHAR_05",
        "label": words.split(" with ", maxsplit=1)[0],
        "name": "X",
        "description": words,
    }
    assert getattr(appearance_of(asset, "person"), field) == value


def test_what_somebody_wears_in_this_shot_wins_over_the_description() -> None:
    who = appearance_of(KEEPER, "old man", wardrobe="a green coat")
    assert who.top_color == (44, 140, 66)
    assert who.beard == "full"


def test_a_colour_belongs_to_the_noun_it_stands_before() -> None:
    said = "a white beard, yellow raincoat and dark blue trousers"
    assert color_of(said, "raincoat") == (240, 200, 40)
    assert color_of(said, "trousers") == (22, 53, 124)
    assert color_of(said, "hat") is None
    assert first_color_in("a redhead reads by the greenhouse") is None


@pytest.mark.parametrize("look", LOOKS)
def test_a_coat_that_is_called_red_is_red_on_the_board(look: str) -> None:
    tone = main_tone(
        layer_named(board(shot("medium", "beach", placed("old man", "CHAR_01")), look=look), ".trunk")
    )
    if look == "noir":
        assert tone.max() - tone.min() < 8
    else:
        assert tone[0] > 1.8 * max(tone[1], tone[2])


# Colours of things: the word, else the reference, else grey


@pytest.mark.parametrize("look", LOOKS)
def test_a_car_without_a_colour_is_grey_and_takes_its_references_colour(look: str, tmp_path: Path) -> None:
    of = shot(
        "medium",
        "city street",
        placed("car", position="right"),
        placed("old man", "CHAR_01", position="left"),
    )
    grey = board(of, look=look)
    tone = main_tone(layer_named(grey, ".car"))
    assert tone.max() - tone.min() < 14
    for color, paint in (("red", RED), ("blue", BLUE)):
        path = crop_of_a_car(tmp_path, color, f"{color}.png")
        # The eyes call a drawn car a truck at times: one family.
        label = "car" if color == "red" else "truck"
        given = board(of, look=look, references=[a_car_like(path, label=label)])
        changed = np.abs(frame(given).astype(int) - frame(grey).astype(int)).max(axis=2) > 12
        assert changed.sum() > 1500
        before = np.abs(frame(grey)[changed].astype(int) - paint).sum(axis=1).mean()
        after = np.abs(frame(given)[changed].astype(int) - paint).sum(axis=1).mean()
        assert after < 0.8 * before
        body = main_color(layer_named(given, ".car").image)
        assert body is not None
        assert np.argmax(body) == np.argmax(paint)


def test_a_word_wins_over_the_reference(tmp_path: Path) -> None:
    path = crop_of_a_car(tmp_path, "blue")
    of = shot("wide", "road", placed("car", color="red"))
    assert digest(board(of)) == digest(board(of, references=[a_car_like(path)]))


def test_a_reference_to_another_kind_of_thing_changes_nothing(tmp_path: Path) -> None:
    path = crop_of_a_car(tmp_path, "red")
    of = shot("wide", "park", placed("umbrella"), placed("girl", "CHAR_02"))
    assert digest(board(of)) == digest(board(of, references=[a_car_like(path)]))


def test_a_tagged_thing_takes_its_own_reference_only(tmp_path: Path) -> None:
    red, blue = crop_of_a_car(tmp_path, "red", "r.png"), crop_of_a_car(tmp_path, "blue", "b.png")
    of = shot("wide", "road", placed("car", "VEH_02"))
    cast = [
        *CAST,
        {"tag": "VEH_02", "asset_type": "VEHICLE", "name": "Her car", "label": "car", "description": ""},
    ]
    pair = [a_car_like(red, "VEH_01"), a_car_like(blue, "VEH_02")]
    assert digest(board(of, cast=cast, references=pair)) == digest(board(of, cast=cast, references=pair[1:]))
    assert digest(board(of, cast=cast, references=pair[:1])) == digest(board(of, cast=cast))


def test_clothes_without_a_word_take_the_reference_crops_colour(tmp_path: Path) -> None:
    plain = {
        "tag": "CHAR_07",
        "asset_type": "CHARACTER",
        "name": "Ann",
        "label": "woman",
        "description": "a tall woman",
    }
    of = shot("medium", "park", placed("woman", "CHAR_07"))
    Image.new("RGB", (80, 160), (30, 150, 70)).save(tmp_path / "body.png")
    reference = ReferencePicture("CHAR_07", "woman", "body", tmp_path / "body.png")
    tone = main_tone(layer_named(board(of, cast=[plain], references=[reference]), ".trunk"))
    assert tone[1] > 1.4 * max(tone[0], tone[2])
    dressed = {**plain, "description": "a tall woman in a red coat"}
    tone = main_tone(layer_named(board(of, cast=[dressed], references=[reference]), ".trunk"))
    assert tone[0] > 1.8 * max(tone[1], tone[2])


def test_a_lost_reference_is_only_a_lost_colour(tmp_path: Path) -> None:
    of = shot("wide", "road", placed("car"))
    assert digest(board(of, references=[a_car_like(tmp_path / "gone.png")])) == digest(board(of))


def test_the_main_colour_is_the_things_and_not_its_windows_or_the_street(tmp_path: Path) -> None:
    for color, paint in (("red", RED), ("blue", BLUE), ("green", (44, 140, 66))):
        with Image.open(crop_of_a_car(tmp_path, color)) as crop:
            found = main_color(crop)
        assert found is not None
        assert np.abs(np.subtract(found, paint)).max() < 45
    grey = main_color(Image.new("RGB", (50, 50), (120, 121, 119)))
    assert grey is not None
    assert max(grey) - min(grey) == 0
    assert main_color(Image.new("RGBA", (9, 9), (200, 0, 0, 0))) is None


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


# Places, hours, weather


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_is_drawn_to_all_its_edges_in_words_the_camera_knows(place: str) -> None:
    indoors = place in INDOORS
    drawn = board(
        shot("wide", place, interior=indoors, time_of_day="dusk", weather="" if indoors else "storm"),
        look="paper",
        size=(320, 180),
    )
    first = drawn.layers[0]
    assert (round(first.left), round(first.top)) == (0, 0)
    assert first.image.size == (drawn.width, drawn.height)
    assert np.asarray(first.image)[:, :, 3].min() == 255
    assert all(
        layer.motion in MOTIONS and layer.travel in TRAVELS and layer.image.mode == "RGBA"
        for layer in drawn.layers
    )
    assert len({layer.depth for layer in drawn.layers}) >= 3
    assert frame(drawn).std() > 8
    assert drawn.light.has_lightning is not indoors
    assert bool(drawn.particles) is (not indoors and place != "space")


def test_no_two_places_look_alike() -> None:
    seen = {}
    for place in sorted(PLACES):
        small = (
            board(shot("wide", place, interior=place in INDOORS), size=(320, 180)).flatten().resize((32, 18))
        )
        seen[place] = np.asarray(small, dtype=float)
    names = sorted(seen)
    pairs = [(np.abs(seen[a] - seen[b]).mean(), a, b) for at, a in enumerate(names) for b in names[at + 1 :]]
    assert min(pairs)[0] > 4, min(pairs)


@pytest.mark.parametrize("look", LOOKS)
def test_night_is_darker_than_day_and_people_stay_brighter_than_the_place(look: str) -> None:
    of = shot("wide", "field", placed("old man", "CHAR_01"))
    day, night = board(of, look=look), board({**of, "time_of_day": "night"}, look=look)
    assert frame(night).mean() < 0.75 * frame(day).mean()
    kept = main_tone(layer_named(night, ".trunk")).mean() / main_tone(layer_named(day, ".trunk")).mean()
    assert kept > 0.7


@pytest.mark.parametrize(
    ("words", "interior", "place"),
    [
        ("beach", False, "beach"),
        ("the old lighthouse on the cliff", False, "coast"),
        ("lighthouse", True, "room"),
        ("her kitchen", True, "kitchen"),
        ("classroom", True, "school"),
        ("a busy market square", False, "city street"),
        ("somewhere", False, "field"),
        ("", True, "room"),
        ("شاطئ", False, "field"),
    ],
)
def test_a_settings_words_name_a_place(words: str, *, interior: bool, place: str) -> None:
    assert place_named(words, is_interior=interior) == place


# Looks


def test_the_three_looks_differ_and_noir_keeps_one_colour() -> None:
    of = shot(
        "wide",
        "city street",
        placed("car", color="red", position="right"),
        placed("old man", "CHAR_01", position="left"),
    )
    frames = {look: frame(board(of, look=look)).astype(int) for look in LOOKS}
    for one, other in (("ink", "paper"), ("ink", "noir"), ("paper", "noir")):
        assert np.abs(frames[one] - frames[other]).mean() > 7
    colourful = frames["noir"].max(axis=2) - frames["noir"].min(axis=2) > 40
    assert 0.005 < colourful.mean() < 0.12
    columns = np.flatnonzero(colourful.any(axis=0))
    assert columns.min() > 320  # the car, on the right
    assert (frames["ink"].max(axis=2) - frames["ink"].min(axis=2) > 40).mean() > 0.1


def test_an_unknown_look_is_drawn_in_ink_and_a_described_one_is_understood() -> None:
    of = shot("wide", "beach")
    assert board(of, look="cubist").look == "ink"
    style: dict[str, Any] = {"look": "", "visual_style": "black and white film noir"}
    from vidpipe.providers.draft.looks import look_for

    assert look_for(style).name == "noir"


def test_the_style_guides_palette_tints_the_place_and_not_what_has_its_own_colour() -> None:
    of = shot("wide", "field", placed("car", color="blue"))
    warm = board(of, palette=["#c06030", "#e0b060"])
    plain = board(of)
    shift = frame(warm)[:200].astype(float).mean(axis=(0, 1)) - frame(plain)[:200].astype(float).mean(
        axis=(0, 1)
    )
    assert shift[0] - shift[2] > 8
    assert np.array_equal(painted(layer_named(warm, ".car")), painted(layer_named(plain, ".car")))


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


# Stills


def request(position: str, **more: Any) -> PictureRequest:
    of = shot("medium", "beach", placed("girl", "CHAR_02"), camera_movement="push_in", **more)
    return PictureRequest("", of, {"look": "paper"}, CAST, 480, 270, seed=3, position=position)


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
