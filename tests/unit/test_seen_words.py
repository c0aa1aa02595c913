"""What eyes saw in words: every word follows from a figure, and narrative reads them as it reads a model's."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from cinecore.vision.labels import LABELS, family_of
from cinecore.vision.panels import Box
from cinecore.vision.sighting import SHOT_SIZES, FaceSeen, Sighting, ThingSeen
from cinecut.inference import pixels, seen_words
from cinecut.inference.pixels import ACTION_UNKNOWN, PixelMeasures
from cinecut.inference.seen_words import ShotSeen, described
from cinecut.models import SceneDescription
from cinecut.narrative.meaning import Meaning, read_description

PLACE = (0.4, 0.2, 0.1, 0.2)
GREY = PixelMeasures(
    brightness=0.5,
    contrast=0.3,
    saturation=0.02,
    warmth=0.0,
    detail=0.02,
    hues=(),
    row_detail=(1 / 3, 1 / 3, 1 / 3),
    column_detail=(1 / 3, 1 / 3, 1 / 3),
    row_light=(0.5, 0.5, 0.5),
    brightest=0.9,
    center_light=0.0,
)
LIGHT = "A mid-lit, medium-contrast, colourless picture; greys only; soft all over."
STILL = ShotSeen(motion=0.0, camera=0.0)


def face(at: float = 0.4, tall: float = 0.2, **more: object) -> FaceSeen:
    told = {"box": (at, 0.2, 0.1, tall), "score": 0.9, "embedding": np.ones(128, np.float32), **more}
    return FaceSeen(**told)  # type: ignore[arg-type]  # a table of its fields


def thing(label: str, score: float = 0.8, box: Box = PLACE) -> ThingSeen:
    return ThingSeen(label, family_of(label), score, box)


def read(sighting: Sighting, shot: ShotSeen | None = None, vibe: str = "drama") -> Meaning:
    said = described(sighting, GREY, shot)
    return read_description(SceneDescription(said.visual_content, said.mood, said.action, said.setting), vibe)


@pytest.mark.parametrize(
    ("sighting", "said"),
    [
        (Sighting(0.0), LIGHT),
        (Sighting(0.0, (face(),), shot_size="close-up"), f"A close-up of a person. {LIGHT}"),
        (Sighting(0.0, (face(),), shot_size="extreme close-up"), f"An extreme close-up of a person. {LIGHT}"),
        (Sighting(0.0, (face(0.1), face(0.6)), shot_size="medium"), f"A medium view of two people. {LIGHT}"),
        (Sighting(0.0, (face(is_drawn=True),), shot_size="long"), f"A long view of a drawn person. {LIGHT}"),
        (
            Sighting(0.0, tuple(face(at / 50) for at in range(40)), shot_size="extreme long"),
            f"An extreme long view of a crowd of 40 people. {LIGHT}",
        ),
        (Sighting(0.0, things=(thing("dog"), thing("dog"))), f"Two dogs. {LIGHT}"),
        (
            Sighting(0.0, (face(),), (thing("umbrella"), thing("bus"), thing("bench")), "medium"),
            f"A medium view of a person with an umbrella, a bus and a bench. {LIGHT}",
        ),
        (Sighting(0.0, things=(thing("car", 0.44),)), LIGHT),
    ],
    ids=["nobody", "near", "nearer", "two", "drawn", "forty", "dogs", "a street", "unsure"],
)
def test_who_and_what_is_seen_is_counted_and_framed(sighting: Sighting, said: str) -> None:
    assert described(sighting, GREY, None).visual_content == said


def test_a_body_and_its_face_are_one_person() -> None:
    both = Sighting(0.0, (face(),), (thing("person", box=(0.3, 0.1, 0.3, 0.8)),), "medium")
    assert described(both, GREY, None).visual_content.startswith("A medium view of a person.")
    apart = replace(both, faces=(face(0.8),))
    assert described(apart, GREY, None).visual_content.startswith("A medium view of two people.")


@pytest.mark.parametrize(
    ("things", "place"),
    [
        (("bed",), "a bedroom, indoors; even light"),
        (("oven", "sink"), "a kitchen, indoors; even light"),
        (("tv",), "indoors; even light"),
        (("car", "traffic light"), "a street, outdoors; even light"),
        (("sheep",), "a field, outdoors; even light"),
        (("bed", "car"), "even light"),
        (("book", "tie"), "even light"),
        ((), "even light"),
    ],
)
def test_a_place_is_named_by_what_stands_there_and_never_where_things_contradict(
    things: tuple[str, ...], place: str
) -> None:
    assert described(Sighting(0.0, things=tuple(map(thing, things))), GREY, None).setting == place


def test_a_thing_that_is_hardly_recognised_names_no_place() -> None:
    assert described(Sighting(0.0, things=(thing("bed", 0.55),)), GREY, None).setting == "even light"


@pytest.mark.parametrize(
    ("shot", "action"),
    [
        (None, ACTION_UNKNOWN),
        (ShotSeen(0.0, 0.0), "a person, motionless"),
        (ShotSeen(0.005, 0.0), "little motion"),
        (ShotSeen(0.005, 0.02), "little motion but the camera's own"),
        (ShotSeen(0.02, 0.0), "some motion, with people in it"),
        (ShotSeen(0.2, 0.0), "much motion, with people in it"),
        (ShotSeen(0.2, 0.0, ((face(tall=0.2),), (face(tall=0.4),))), "a person comes nearer"),
        (ShotSeen(0.2, 0.0, ((face(tall=0.4),), (face(tall=0.2),))), "a person gets farther away"),
        (ShotSeen(0.0, 0.0, ((face(tall=0.2),), (face(tall=0.21),))), "a person, motionless"),
    ],
)
def test_what_is_done_is_said_only_as_far_as_it_was_measured(shot: ShotSeen | None, action: str) -> None:
    assert described(Sighting(0.0, (face(),)), GREY, shot).action == action


def test_two_different_people_are_nobody_who_comes_nearer() -> None:
    other = face(tall=0.4, embedding=np.zeros(128, np.float32))
    shot = ShotSeen(0.0, 0.0, ((face(tall=0.2),), (other,)))
    assert described(Sighting(0.0, (face(),)), GREY, shot).action == "a person, motionless"


def test_narrative_reads_a_face_from_near_and_stillness_as_it_reads_a_models_words() -> None:
    near = read(Sighting(0.0, (face(),), shot_size="close-up"), STILL)
    assert near.is_close_up
    assert near.deed == "stay"
    assert not near.is_deserted
    far = read(Sighting(0.0, (face(),), shot_size="long"))
    assert not far.is_close_up
    assert far.deed == ""
    assert read(Sighting(0.0), STILL).is_deserted
    assert read(Sighting(0.0, things=(thing("bed"),))).place == {"bedroom"}
    assert read(Sighting(0.0, things=(thing("boat"),))).place == {"water"}
    assert read(Sighting(0.0)).place == frozenset()


@pytest.mark.parametrize("label", LABELS)
def test_no_thing_by_its_mere_name_is_read_as_something_done(label: str) -> None:
    seen = read(Sighting(0.0, (face(),), (thing(label),), "medium"))
    assert seen.deed == ""
    assert seen.tension >= 0.4 or label == "teddy bear"


def test_no_motion_is_read_as_a_fight_or_a_chase() -> None:
    for motion in (0.0, 0.005, 0.02, 0.2, 1.0):
        for camera in (0.0, 0.1):
            for faces in ((), (face(),)):
                assert not read(Sighting(0.0, faces), ShotSeen(motion, camera)).is_fierce


def test_only_stated_words_are_ever_said() -> None:
    """Every word lies in a table or a rule of the two modules that may speak."""
    sources = " ".join(path.read_text("utf-8") for path in map(_file, (seen_words, pixels))) + " ".join(
        [*LABELS, *SHOT_SIZES]
    )
    known = set(re.findall(r"[a-z]+", sources.lower()))
    random = np.random.default_rng(5)
    for _ in range(300):
        labels = random.choice(LABELS, int(random.integers(0, 6)))
        faces = tuple(
            face(float(random.random()), is_drawn=bool(random.random() < 0.3))
            for _ in range(int(random.integers(0, 12)))
        )
        things = tuple(thing(str(label), float(random.uniform(0.4, 0.9))) for label in labels)
        size = str(random.choice([*SHOT_SIZES, ""]))
        said = described(
            Sighting(0.0, faces, things, size), GREY, ShotSeen(float(random.random() * 0.05), 0.0)
        )
        for text in vars(said).values():
            words = re.findall(r"[a-z]+", text.lower())
            assert [word for word in words if word not in known and word.rstrip("s") not in known] == []
            named = [label for label in LABELS if re.search(rf"\b{label}s?\b", text) and label != "person"]
            assert not (set(named) - set(map(str, labels)) - _PARTS), text


_PARTS = {"bed", "orange", "dog", "car", "cat", "cup", "boat", "bear", "train"}
"""Labels that are also part of another word, a colour or the name of a place."""


def _file(module: object) -> object:
    from pathlib import Path

    return Path(str(module.__file__))  # type: ignore[attr-defined]  # a module has one
