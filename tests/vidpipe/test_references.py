"""Which pictures a request carries: by kind of shot, by kind of thing, the best and latest first."""

from __future__ import annotations

from typing import Any

import pytest

from vidpipe.db.models import Asset
from vidpipe.schemas.kinds import AssetSource, AssetType, Role, ShotType
from vidpipe.schemas.storyboard import Placement, Shot
from vidpipe.services.reference_selection import choose_references

KINDS = {
    "CHAR": AssetType.CHARACTER,
    "ENV": AssetType.ENVIRONMENT,
    "VEH": AssetType.VEHICLE,
    "PROP": AssetType.PROP,
    "OBJ": AssetType.OBJECT,
}


def _asset(tag: str, label: str, *roles: str, **values: Any) -> Asset:
    """An asset with one crop for each role, the first the best; none without roles."""
    crops = [
        {"image": f"files/{tag}/{number}.png", "role": role, "quality": 9 - number}
        for number, role in enumerate(roles)
    ]
    given = {
        "id": tag,
        "name": label,
        "visual_description": f"a {label}",
        "quality_score": 7.0,
        "colors": [],
        "source": AssetSource.CLIP_EXTRACT,
        "found_in_scene": 0,
        "reference_image": crops[0]["image"] if crops else None,
        "crops": crops,
    }
    return Asset(tag=tag, label=label, asset_type=KINDS[tag.split("_", maxsplit=1)[0]], **{**given, **values})


def _shot(kind: ShotType, *placed: Placement, setting: str = "") -> Shot:
    return Shot(shot_type=kind, placements=placed, setting=setting)


def _chosen(shot: Shot, assets: list[Asset], at_most: int = 9) -> list[tuple[str, str]]:
    return [(item.tag, item.role) for item in choose_references(shot, assets, at_most)]


TOM = _asset("CHAR_01", "man", "body", "face", "face", "face")
ANN = _asset("CHAR_02", "woman", "body", "face")
BEACH = _asset("ENV_01", "beach", "place")
CAR = _asset("VEH_01", "car", "prop", colors=["#c81e23"])
KITE = _asset("PROP_01", "kite", "prop")
ALL = [TOM, ANN, BEACH, CAR, KITE]

TOM_HERE = Placement(tag="CHAR_01", label="man")
ANN_TOO = Placement(tag="CHAR_02", label="woman", role=Role.SECONDARY)
KITE_HERE = Placement(tag="PROP_01", label="kite", role=Role.PROP)
CAR_HERE = Placement(tag="VEH_01", label="car", role=Role.PROP)
BEACH_HERE = Placement(tag="ENV_01", label="beach", role=Role.BACKGROUND)


def test_a_close_up_asks_for_the_subjects_face_then_the_body_then_the_place() -> None:
    shot = _shot(ShotType.CLOSE_UP, BEACH_HERE, ANN_TOO, TOM_HERE)
    assert _chosen(shot, ALL) == [
        ("CHAR_01", "face"), ("CHAR_01", "face"), ("CHAR_01", "body"), ("ENV_01", "place"), ("CHAR_02", "body"),
    ]  # fmt: skip
    assert _chosen(shot, ALL, 1) == [("CHAR_01", "face")]


def test_a_two_shot_asks_for_two_people_then_the_place() -> None:
    third = Placement(tag="CHAR_03", label="girl", role=Role.SECONDARY)
    everyone = [*ALL, _asset("CHAR_03", "girl", "body")]
    shot = _shot(ShotType.TWO_SHOT, KITE_HERE, ANN_TOO, third, TOM_HERE, setting="beach")
    assert _chosen(shot, everyone, 3) == [("CHAR_01", "body"), ("CHAR_02", "body"), ("ENV_01", "place")]
    assert _chosen(shot, everyone)[3:] == [("CHAR_03", "body"), ("PROP_01", "prop")]


def test_an_establishing_shot_asks_for_the_place_then_things_then_people() -> None:
    shot = _shot(ShotType.ESTABLISHING, TOM_HERE, CAR_HERE, KITE_HERE, BEACH_HERE)
    assert _chosen(shot, ALL) == [
        ("ENV_01", "place"), ("VEH_01", "prop"), ("PROP_01", "prop"), ("CHAR_01", "body"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [ShotType.WIDE, ShotType.MEDIUM, ShotType.INSERT])
def test_any_other_shot_asks_by_role(kind: ShotType) -> None:
    shot = _shot(kind, BEACH_HERE, KITE_HERE, ANN_TOO, TOM_HERE)
    assert [tag for tag, _ in _chosen(shot, ALL)] == ["CHAR_01", "CHAR_02", "PROP_01", "ENV_01"]


def test_the_place_is_found_by_the_setting_where_nobody_placed_it() -> None:
    assert _chosen(_shot(ShotType.WIDE, setting="Beach"), ALL) == [("ENV_01", "place")]
    assert _chosen(_shot(ShotType.WIDE, setting="kitchen"), ALL) == []


@pytest.mark.parametrize("found_as", ["car", "truck", "bus"])
def test_a_car_without_a_tag_takes_the_one_that_a_clip_showed(found_as: str) -> None:
    found = _asset("VEH_01", found_as, "prop")
    for noun in ("car", "old taxi"):
        assert _chosen(_shot(ShotType.WIDE, Placement(label=noun)), [KITE, found]) == [("VEH_01", "prop")]


def test_a_thing_with_a_tag_and_no_picture_takes_one_of_its_kind_that_was_seen() -> None:
    told = _asset("VEH_01", "car", source=AssetSource.STORYBOARD, found_in_scene=None)
    seen = _asset("VEH_02", "truck", "prop")
    assert _chosen(_shot(ShotType.WIDE, Placement(tag="VEH_01", label="car")), [told, seen]) == [
        ("VEH_02", "prop")
    ]


def test_a_thing_that_the_text_gives_another_colour_is_another_thing() -> None:
    for color, tags in (("", ["VEH_01"]), ("red", ["VEH_01"]), ("dark red", ["VEH_01"]), ("blue", [])):
        chosen = _chosen(_shot(ShotType.WIDE, Placement(label="car", color=color)), [CAR])
        assert [tag for tag, _ in chosen] == tags


def test_things_of_different_kinds_and_people_never_stand_for_each_other() -> None:
    dog = _asset("OBJ_01", "dog", "prop")
    stranger = _asset("CHAR_03", "person", "body")
    for noun in ("cat", "boat", "bicycle", "ghost"):
        assert _chosen(_shot(ShotType.WIDE, Placement(label=noun)), [dog, CAR, TOM]) == []
    assert _chosen(_shot(ShotType.WIDE, Placement(label="woman")), [TOM]) == []
    # somebody named and never seen is nobody who was seen; somebody unnamed may be
    unseen = _asset("CHAR_04", "woman")
    assert (
        _chosen(_shot(ShotType.WIDE, Placement(tag="CHAR_04", label="woman")), [unseen, ANN, stranger]) == []
    )
    assert _chosen(_shot(ShotType.WIDE, Placement(label="woman")), [TOM, stranger]) == [("CHAR_03", "body")]


def test_the_best_is_taken_and_the_latest_of_equals() -> None:
    old = _asset("VEH_02", "car", "prop", found_in_scene=0)
    new = _asset("VEH_01", "car", "prop", found_in_scene=3)
    good = _asset("VEH_03", "car", "prop", found_in_scene=1, quality_score=8.0)
    wanted = _shot(ShotType.WIDE, Placement(label="car"))
    assert _chosen(wanted, [new, old]) == [("VEH_01", "prop")]
    assert _chosen(wanted, [old, good, new]) == [("VEH_03", "prop")]
    # the same noun is nearer than the same family, however good
    bus = _asset("VEH_04", "bus", "prop", quality_score=9.9)
    assert _chosen(wanted, [bus, old]) == [("VEH_02", "prop")]


def test_two_cars_take_two_and_a_named_one_keeps_its_own() -> None:
    red, blue = _asset("VEH_01", "car", "prop", quality_score=9.0), _asset("VEH_02", "car", "prop")
    unnamed, named = Placement(label="car"), Placement(tag="VEH_01", label="car", role=Role.SECONDARY)
    assert _chosen(_shot(ShotType.WIDE, unnamed, unnamed, unnamed), [red, blue]) == [
        ("VEH_01", "prop"), ("VEH_02", "prop"),
    ]  # fmt: skip
    assert _chosen(_shot(ShotType.WIDE, unnamed, named), [red, blue]) == [
        ("VEH_02", "prop"),
        ("VEH_01", "prop"),
    ]


def test_what_has_no_picture_is_skipped_and_nothing_is_carried_twice() -> None:
    bare = _asset("CHAR_01", "man")
    assert _chosen(_shot(ShotType.CLOSE_UP, TOM_HERE, BEACH_HERE), [bare, BEACH]) == [("ENV_01", "place")]
    twice = choose_references(_shot(ShotType.TWO_SHOT, TOM_HERE, TOM_HERE, ANN_TOO), ALL, 9)
    assert len({item.image for item in twice}) == len(twice)


@pytest.mark.parametrize("at_most", [0, -1, 1, 2, 5])
def test_no_more_are_chosen_than_the_maker_takes(at_most: int) -> None:
    shot = _shot(ShotType.CLOSE_UP, TOM_HERE, ANN_TOO, KITE_HERE, CAR_HERE, BEACH_HERE)
    assert len(_chosen(shot, ALL, at_most)) == max(0, at_most)


def test_a_persons_photograph_comes_first_and_is_marked_and_crops_beside_it_are_not() -> None:
    given = _asset(
        "CHAR_01", "man", "body", "face", source=AssetSource.UPLOADED, reference_image="files/given.png",
        found_in_scene=None,
    )  # fmt: skip
    wide, *_ = choose_references(_shot(ShotType.WIDE, TOM_HERE), [given], 1)
    assert (wide.image, wide.is_photo, wide.role) == ("files/given.png", True, "body")
    close = choose_references(_shot(ShotType.CLOSE_UP, TOM_HERE), [given], 9)
    assert [(item.role, item.is_photo) for item in close[:2]] == [("face", False), ("body", True)]
    assert not any(item.is_photo for item in choose_references(_shot(ShotType.WIDE, CAR_HERE), ALL, 9))


def test_a_reference_says_whom_it_shows_in_words_too() -> None:
    (item,) = choose_references(_shot(ShotType.WIDE, CAR_HERE), ALL, 9)
    assert (item.tag, item.asset_type, item.label, item.description) == ("VEH_01", "VEHICLE", "car", "a car")


def test_the_order_of_the_registry_changes_nothing() -> None:
    shot = _shot(ShotType.WIDE, Placement(label="car"), TOM_HERE, KITE_HERE, setting="beach")
    assets = [*ALL, _asset("VEH_02", "truck", "prop"), _asset("VEH_03", "car", "prop")]
    assert _chosen(shot, assets) == _chosen(shot, assets[::-1])
