"""The rule-based director knows who is who: people, things and places, their names, clothes and hours."""

from __future__ import annotations

from tests.vidpipe.stories import assets, placed, told

from vidpipe.schemas.kinds import AssetType, Role
from vidpipe.schemas.storyboard import AssetSpec


def test_a_thing_becomes_an_asset_by_colour_owner_or_second_mention() -> None:
    board = told(
        "A man sees a car. He takes his umbrella. He opens a blue box. A dog finds a ball. The dog hides the ball."
    )
    assert {name for name, _ in assets(board).values()} == {"man", "umbrella", "box", "dog", "ball"}
    assert placed(board.scenes[0], "car")[0].tag is None


def test_synonyms_are_drawn_as_what_they_are() -> None:
    board = told("A yellow taxi stops in front of a skyscraper.")
    assert assets(board) == {"VEH_01": ("taxi", "car")}
    assert placed(board.scenes[0], "car")[0].color == "yellow"
    assert board.assets[0].asset_type is AssetType.VEHICLE
    assert placed(board.scenes[0], "skyscraper")


def test_a_red_and_a_blue_car_are_two() -> None:
    board = told("A red car races a blue car. The blue car wins.")
    assert assets(board) == {"VEH_01": ("car", "car"), "VEH_02": ("car", "car")}
    assert [item.tag for item in board.scenes[1].shot.placements] == ["VEH_02"]


def test_pronouns_mean_whom_they_can_mean() -> None:
    board = told("A sailor meets an old woman. She gives him a letter. He reads it.")
    assert {label for _, label in assets(board).values()} >= {"man", "old woman"}
    assert board.scenes[1].description == "The old woman gives the sailor a letter."
    assert board.scenes[2].description == "The sailor reads the letter."


def test_she_makes_a_detective_a_woman() -> None:
    for seed in range(3):
        board = told("A detective enters the room. She sees a man.", seed=seed)
        assert assets(board)["CHAR_01"] == ("detective", "woman")


def test_names_belong_to_whom_they_are_given() -> None:
    board = told(
        "A young woman named Mara walks her dog. Captain Holt, an old sailor with a white beard, waves at Mara."
    )
    cast = {asset.name: asset for asset in board.assets}
    assert set(cast) == {"Mara", "dog", "Captain Holt"}
    assert cast["Captain Holt"].label == "old man"
    assert "white beard" in cast["Captain Holt"].description
    assert cast["Mara"].label == "woman"


def test_a_word_that_is_noun_and_verb_is_what_it_is_there() -> None:
    board = told("Anna cooks soup. Tom comes in. They run through the forest. Light falls on a train.")
    assert assets(board) == {"CHAR_01": ("Anna", "woman"), "CHAR_02": ("Tom", "man")}
    assert [scene.description for scene in board.scenes][2:] == [
        "Anna and Tom run through the forest.",
        "Light falls on a train.",
    ]
    assert placed(board.scenes[3], "train")


def test_a_brother_with_a_name_is_one_person() -> None:
    board = told("Mara waits. Her brother Tom waves from a blue boat in the harbour. Tom smiles.")
    assert assets(board) == {
        "CHAR_01": ("Mara", "woman"),
        "CHAR_02": ("Tom", "man"),
        "VEH_01": ("boat", "boat"),
    }
    assert placed(board.scenes[1], "boat")[0].color == "blue"


def test_what_the_place_is_made_of_is_not_put_into_it_again() -> None:
    board = told("A boy looks at a lighthouse. He walks into the house.")
    assert board.scenes[0].shot.setting == "lighthouse"
    assert not placed(board.scenes[0], "lighthouse")
    assert (board.scenes[1].shot.setting, board.scenes[1].shot.interior) == ("room", True)


def test_known_assets_keep_their_tags() -> None:
    known = (
        AssetSpec(
            tag="CHAR_07", asset_type=AssetType.CHARACTER, name="Mara", label="woman", description="red hair"
        ),
        AssetSpec(
            tag="VEH_03",
            asset_type=AssetType.VEHICLE,
            name="the old van",
            label="car",
            description="green car",
        ),
    )
    board = told("Mara drives a car to the sea. A boy waves at her.", known=known)
    assert board.assets[:2] == known
    assert [asset.tag for asset in board.assets[2:]] == ["CHAR_08"]
    first = {item.label: item.tag for item in board.scenes[0].shot.placements}
    assert first == {"woman": "CHAR_07", "car": "VEH_03"}


def test_clothes_are_worn_until_the_text_changes_them() -> None:
    board = told(
        "A woman in a red coat walks in the park. She sits on a bench. She puts on a green hat. She smiles."
    )
    worn = [placed(scene, "woman")[0].wardrobe for scene in board.scenes]
    assert [word for text in worn for word in text.split()[:1]] == ["red", "red", "green", "green"]


def test_light_and_weather_stay_until_the_text_changes_them() -> None:
    board = told("A man walks through the city at night in the rain. He stops. The sun rises. He smiles.")
    assert [scene.shot.time_of_day for scene in board.scenes] == ["night", "night", "dawn", "dawn"]
    assert {scene.shot.weather for scene in board.scenes[:2]} == {"rain"}


def test_unknown_nouns_stay_as_words() -> None:
    board = told("A zorblax eats a purple frumple in the kitchen.")
    labels = {item.label for item in board.scenes[0].shot.placements}
    assert labels == {"zorblax", "frumple"}
    assert board.scenes[0].shot.setting == "kitchen"


def test_a_crowd_is_people_in_the_background() -> None:
    board = told("A king speaks to a crowd in the hall.")
    scene = board.scenes[0]
    assert scene.shot.interior
    behind = [item for item in scene.shot.placements if item.role is Role.BACKGROUND]
    assert len(behind) == 3
    assert {item.tag for item in behind} == {None}
