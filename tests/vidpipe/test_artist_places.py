"""The artist's places, hours, weather and looks: each is drawn whole, and none like another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.vidpipe.shots import LOOKS, board, frame, layer_named, main_tone, painted, placed, shot

from vidpipe.providers.draft.board import MOTIONS, TRAVELS
from vidpipe.providers.draft.places_index import INDOORS, PLACES, place_named

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
