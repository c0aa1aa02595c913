"""Measured words: a thing's colour, shape, size and place, in words from the stated vocabulary and no others."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.seen_things import BLUE, GREEN, RED, car_picture, person_picture

from vidpipe.services import description
from vidpipe.services.description import VOCABULARY, color_distance, color_word, describe, look_of


@pytest.mark.parametrize(
    ("color", "word"),
    [
        ("#ff0000", "red"), ("#8b0000", "red"), ("#0000ff", "blue"), ("#000080", "blue"), ("#87ceeb", "blue"),
        ("#008000", "green"), ("#556b2f", "green"), ("#ffff00", "yellow"), ("#ffa500", "orange"),
        ("#8b4513", "brown"), ("#d2b48c", "beige"), ("#800080", "violet"), ("#ff69b4", "pink"),
        ("#40e0d0", "turquoise"), ("#000000", "black"), ("#808080", "grey"), ("#ffffff", "white"),
    ],
)  # fmt: skip
def test_a_colour_bears_the_word_that_people_give_it(color: str, word: str) -> None:
    assert color_word(color) == word


def test_a_shadow_does_not_give_a_thing_another_colour() -> None:
    for paint in (RED, BLUE, GREEN):
        lit = "#{:02x}{:02x}{:02x}".format(*paint)
        shaded = "#{:02x}{:02x}{:02x}".format(*(round(part * 0.72) for part in paint))
        assert color_word(shaded) == color_word(lit)
    assert color_distance("#c81e23", "#2446be") > 3 * color_distance("#c81e23", "#90161a")


@pytest.mark.parametrize(
    ("paint", "word"),
    [(RED, "red"), (BLUE, "blue"), (GREEN, "green"), ((240, 240, 238), "white"), ((24, 24, 27), "black"),
     ((240, 200, 40), "yellow")],
)  # fmt: skip
def test_a_car_bears_the_colour_of_its_paint_not_of_sky_road_or_wheels(
    paint: tuple[int, int, int], word: str
) -> None:
    assert look_of(np.asarray(car_picture(paint))).color_words[0] == word


def test_the_first_colour_measured_lies_near_the_paint() -> None:
    for paint in (RED, BLUE, GREEN):
        measured = look_of(np.asarray(car_picture(paint))).colors[0]
        assert color_distance(measured, "#{:02x}{:02x}{:02x}".format(*paint)) < description.SAME_COLOR


def test_a_description_says_colour_shape_size_and_place() -> None:
    car = np.asarray(car_picture(RED))
    assert describe(car, "car", (0.05, 0.4, 0.4, 0.3)) == (
        "a red car, bright, low and wide, seen large on the left"
    )
    assert describe(car, "car", (0.85, 0.4, 0.15, 0.1)) == (
        "a red car, bright, low and wide, seen small on the right, cut off by the edge"
    )
    person = np.asarray(person_picture(BLUE))
    assert describe(person, "person", (0.3, 0.1, 0.4, 0.8)).startswith("a person in blue")
    assert "tall and narrow, seen very large in the middle" in describe(
        person, "person", (0.3, 0.1, 0.4, 0.8)
    )


def test_a_reverse_prompt_says_the_thing_and_not_where_it_stood() -> None:
    assert (
        description.reverse_prompt_of(np.asarray(car_picture(RED)), "car") == "red car, bright, low and wide"
    )


def test_every_word_is_of_the_vocabulary_whatever_the_picture_shows() -> None:
    dice = np.random.default_rng(4)
    for number in range(24):
        height, width = (int(side) for side in dice.integers(3, 90, 2))
        color = dice.integers(0, 256, 3)
        noise = dice.integers(-80, 80, (height, width, 3)) * (number % 3)
        crop = np.clip(color + noise, 0, 255).astype(np.uint8)
        left, top = dice.uniform(0, 0.5, 2)
        wide, high = dice.uniform(0.01, 0.5, 2)
        said = describe(crop, "thing", (float(left), float(top), float(wide), float(high)))
        assert set(re.findall(r"[a-z]+", said)) - {"thing"} <= VOCABULARY, said


def test_equal_pictures_are_described_in_equal_words_and_colours() -> None:
    car = np.asarray(car_picture(GREEN))
    assert look_of(car) == look_of(car.copy())


def test_one_pixel_and_one_colour_are_described_too() -> None:
    assert look_of(np.full((1, 1, 3), 255, np.uint8)).color_words == ("white",)
    assert look_of(np.zeros((40, 40, 3), np.uint8)).colors == ("#000000",)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "words"),
    [("chelsea.png", {"brown"}), ("coffee.png", {"red", "brown"}), ("astronaut.png", {"orange"})],
)
def test_a_photograph_is_described_in_the_colours_that_people_see(
    media_folder: Path, name: str, words: set[str]
) -> None:
    with Image.open(media_folder / "photos" / name) as image:
        assert look_of(np.asarray(image.convert("RGB"))).color_words[0] in words
