"""The artist hears the words of clothes, hair and colours, and where there is none looks at the reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.shots import (
    CAST,
    GIRL,
    KEEPER,
    LOOKS,
    board,
    digest,
    frame,
    layer_named,
    main_tone,
    placed,
    shot,
)

from cinecore.ports import ReferencePicture
from vidpipe.providers.draft.colors import color_of, first_color_in, main_color
from vidpipe.providers.draft.figures_appearance import appearance_of

RED, BLUE = (200, 32, 36), (34, 82, 190)


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
