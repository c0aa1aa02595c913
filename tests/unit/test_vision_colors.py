"""Colours: what stands behind a thing is left out, shade changes little, another hue changes much."""

from __future__ import annotations

import numpy as np
import pytest
from tests.vidpipe.drawn_frames import BLACK, BLUE, DAY, DUSK, NIGHT, RED, WHITE, Car, Person, frame

from cinecore.vision.colors import color_similarity, crop, foreground, main_colors, signature, to_hex, to_lab
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarity, figure_vector
from cinecore.vision.looks import (
    COLORS_AT_LEAST,
    THING_SPACE,
    THING_THRESHOLDS,
    shape_similarity,
    thing_similarity,
    thing_vector,
)
from cinecore.vision.panels import Box

CAR: Box = (60 / 1280, 430 / 720, 470 / 1280, 160 / 720)
KEEPER: Box = (0.55, 0.25, 0.15, 0.73)


def colors_of(color: tuple[int, int, int], **how: object) -> np.ndarray:
    return signature(*foreground(frame([Car(color)], **how), CAR))


@pytest.mark.parametrize(
    ("pixel", "lab"),
    [((255, 255, 255), (100, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((255, 0, 0), (53.24, 80.09, 67.2)),
     ((0, 0, 255), (32.3, 79.19, -107.86))],
)  # fmt: skip
def test_lab_is_as_published(pixel: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert to_lab(np.array(pixel, np.uint8)) == pytest.approx(lab, abs=0.3)
    assert to_hex(to_lab(np.array(pixel, np.uint8))) == "#{:02x}{:02x}{:02x}".format(*pixel)


def test_the_main_colour_of_a_car_is_its_paint_and_not_the_sky() -> None:
    for color, strongest in ((RED, 0), (BLUE, 2)):
        first = main_colors(*foreground(frame([Car(color)]), CAR))[0]
        parts = [int(first[at : at + 2], 16) for at in (1, 3, 5)]
        assert parts.index(max(parts)) == strongest
        assert max(parts) - min(parts) > 60


@pytest.mark.parametrize("color", [RED, BLUE])
@pytest.mark.parametrize(("ground", "light"), [(DUSK, 0.9), (NIGHT, 0.55)])
def test_a_car_keeps_its_colour_in_another_light(
    color: tuple[int, int, int], ground: tuple[tuple[int, int, int], tuple[int, int, int]], light: float
) -> None:
    there = colors_of(color, ground=ground, light=light)
    assert color_similarity(colors_of(color, ground=DAY), there) > COLORS_AT_LEAST


@pytest.mark.parametrize(("one", "other"), [(RED, BLUE), (RED, WHITE), (BLUE, BLACK), (WHITE, BLACK)])
def test_cars_of_two_colours_are_told_apart(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert color_similarity(colors_of(one), colors_of(other)) < COLORS_AT_LEAST


def test_a_margin_stays_inside_the_picture() -> None:
    picture = frame()
    assert crop(picture, (0.0, 0.0, 0.1, 0.1), 0.5).shape == (108, 192, 3)
    assert crop(picture, (0.999, 0.999, 0.0, 0.0)).size > 0


@pytest.mark.model
def test_a_red_car_is_itself_elsewhere_and_not_the_blue_one() -> None:
    detector = ObjectDetector()
    here = thing_vector(frame([Car(RED)]), CAR, detector)
    smaller = frame([Car(RED, 640, 500, 0.7)], ground=DUSK)
    there = thing_vector(smaller, (640 / 1280, 500 / 720, 329 / 1280, 112 / 720), detector)
    other = thing_vector(frame([Car(BLUE)]), CAR, detector)
    assert thing_similarity(here, there) > THING_THRESHOLDS[THING_SPACE] + 0.05
    assert thing_similarity(here, other) < THING_THRESHOLDS[THING_SPACE] - 0.15


@pytest.mark.model
def test_a_red_car_is_not_something_else_that_is_red() -> None:
    detector = ObjectDetector()
    car = thing_vector(frame([Car(RED)]), CAR, detector)
    picture = frame([Person("keeper", 800, 500)])
    picture[200:700, 700:900] = np.where(picture[200:700, 700:900] < 128, RED, picture[200:700, 700:900])
    other = thing_vector(picture, (700 / 1280, 200 / 720, 200 / 1280, 500 / 720), detector)
    assert shape_similarity(car, other) < 0.35
    assert thing_similarity(car, other) < THING_THRESHOLDS[THING_SPACE]


@pytest.mark.parametrize(("height", "x", "light"), [(500, 300, 0.6), (600, 900, 1.0)])
def test_drawn_people_are_known_by_hair_and_clothes(height: int, x: int, light: float) -> None:
    def figure(name: str, x: int, height: int, light: float) -> np.ndarray:
        width = height * 0.3
        body = ((x - width / 2) / 1280, (700 - height) / 720, width / 1280, height / 720)
        return figure_vector(frame([Person(name, x, height)], light=light), body, None)

    threshold = FIGURE_THRESHOLDS[FIGURE_SPACE]
    keeper = figure("keeper", 640, 500, 1.0)
    assert figure_similarity(keeper, figure("keeper", x, height, light)) > threshold + 0.08
    assert figure_similarity(keeper, figure("woman", x, height, light)) < threshold - 0.08
