"""The editable storyboard text: read back as written, one change changes one shot, mistakes are told by line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from vidpipe.errors import ScriptError
from vidpipe.providers.draft.director import RuleDirector
from vidpipe.schemas.kinds import AssetType, CameraMove, Cut, Facing, LineKind, Position, Role, ShotType
from vidpipe.schemas.storyboard import (
    AssetSpec,
    Line,
    Placement,
    SceneAudio,
    SceneSpec,
    Shot,
    Storyboard,
    StyleGuide,
)
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.scripts import read_script
from vidpipe.services.storyboard_text import from_text, is_storyboard_text, to_text

KITE = (
    'An old keeper finds a red kite in a storm. "Whose are you?" he says. He gives it to a girl on the beach.'
)


@pytest.fixture
def board() -> Storyboard:
    return RuleDirector().direct(read_script(KITE), Wishes(total_s=24))


def words(most: int = 40, least: int = 0) -> st.SearchStrategy[str]:
    odd = st.sampled_from(
        [*list("abc |\\:()<>#\n\r\t\"'—é漢ع\u2028\x85\x0c\x01🎈"), "SHOT 1 (4 s)", "\\u{41}", "CAST"]
    )
    return st.lists(st.one_of(odd, st.characters(codec="utf-8")), min_size=least, max_size=8).map(
        lambda parts: "".join(parts)[:most]
    )


QUICKLY = (Phase.explicit, Phase.generate)
"""A failing storyboard is shown as it is: making it smaller takes minutes."""

TAGS = ("CHAR_01", "PROP_02")


@st.composite
def placements(draw: Any) -> Placement:
    return Placement(
        tag=draw(st.sampled_from([None, *TAGS])),
        label=draw(words(least=1)),
        role=draw(st.sampled_from(Role)),
        position=draw(st.sampled_from(Position)),
        facing=draw(st.sampled_from(Facing)),
        action=draw(words()),
        expression=draw(words()),
        wardrobe=draw(words()),
        color=draw(words()),
    )


@st.composite
def spoken(draw: Any) -> Line:
    return Line(
        speaker=draw(words()),
        tag=draw(st.sampled_from([None, *TAGS])),
        text=draw(words(least=1)),
        kind=draw(st.sampled_from(LineKind)),
        manner=draw(words()),
    )


@st.composite
def boards(draw: Any, most: int = 2) -> Storyboard:
    scenes = [
        SceneSpec(
            scene_index=number,
            heading=draw(words()),
            description=draw(words()),
            duration_s=draw(st.floats(1, 60)),
            start_frame_prompt=draw(words()),
            end_frame_prompt=draw(words()),
            motion_prompt=draw(words()),
            transition_notes=draw(words()),
            cut=draw(st.sampled_from(Cut)),
            key_details=tuple(draw(st.lists(words(), max_size=2))),
            shot=Shot(
                shot_type=draw(st.sampled_from(ShotType)),
                camera_movement=draw(st.sampled_from(CameraMove)),
                focal_point=draw(words()),
                setting=draw(words()),
                interior=draw(st.booleans()),
                time_of_day=draw(words()),
                weather=draw(words()),
                placements=tuple(draw(st.lists(placements(), max_size=2))),
            ),
            audio=SceneAudio(
                lines=tuple(draw(st.lists(spoken(), max_size=2))),
                effects=tuple(draw(st.lists(words(), max_size=2))),
                ambience=draw(words()),
                music=draw(words()),
                continuity=draw(words()),
            ),
        )
        for number in range(draw(st.integers(1, most)))
    ]
    return Storyboard(
        title=draw(words()),
        style_guide=StyleGuide(look=draw(words()), visual_style=draw(words()), palette=("#0a0b0c",)),
        assets=tuple(
            AssetSpec(
                tag=tag, asset_type=kind, name=draw(words()), label=draw(words()), description=draw(words())
            )
            for tag, kind in zip(TAGS, (AssetType.CHARACTER, AssetType.PROP), strict=True)
        ),
        scenes=tuple(scenes),
    )


@settings(max_examples=40, phases=QUICKLY)
@given(boards())
def test_any_storyboard_is_read_back_exactly(board: Storyboard) -> None:
    assert from_text(to_text(board), board) == board


@settings(max_examples=30, phases=QUICKLY)
@given(boards(most=1))
def test_every_line_says_all_that_it_stands_for(board: Storyboard) -> None:
    """As a new shot nothing can be taken from before: what is read is what the lines say."""
    told = board.scenes[0].model_copy(update={"description": f"x{board.scenes[0].description}x"})
    board = board.model_copy(update={"scenes": (told,)})
    head, _, shot = to_text(board).partition("\nSHOT 1 (")
    read = from_text(f"{head}\nSHOT NEW ({shot}", board).scenes[0]
    assert read.description == told.description
    assert read.audio.lines == told.audio.lines
    assert (read.heading, read.shot.setting, read.cut) == (told.heading, told.shot.setting, told.cut)
    assert (read.audio.ambience, read.transition_notes) == (told.audio.ambience, told.transition_notes)
    assert [item.model_dump(exclude={"label"}) for item in read.shot.placements] == [
        item.model_dump(exclude={"label"}) for item in told.shot.placements
    ]


def test_a_changed_shot_changes_only_that_shot_and_its_prompts(board: Storyboard) -> None:
    text = to_text(board)
    old = board.scenes[1]
    changed = from_text(text.replace(f"Camera: {old.shot.camera_movement}", "Camera: tilt_up", 1), board)
    touched = [n for n, (a, b) in enumerate(zip(board.scenes, changed.scenes, strict=True)) if a != b]
    assert len(touched) == 1
    scene = changed.scenes[touched[0]]
    assert scene.shot.camera_movement is CameraMove.TILT_UP
    assert "tilts up" in scene.motion_prompt
    assert scene.description == board.scenes[touched[0]].description


def test_what_is_said_may_change_without_new_prompts(board: Storyboard) -> None:
    place = next(n for n, scene in enumerate(board.scenes) if scene.audio.lines)
    changed = from_text(to_text(board).replace("Whose are you?", "Where do you come from?"), board)
    assert changed.scenes[place].audio.lines[0].text == "Where do you come from?"
    assert changed.scenes[place].start_frame_prompt == board.scenes[place].start_frame_prompt
    assert [s for n, s in enumerate(changed.scenes) if n != place] == [
        s for n, s in enumerate(board.scenes) if n != place
    ]


def test_shots_may_be_removed_moved_and_added(board: Storyboard) -> None:
    head, *shots = to_text(board).split("\nSHOT ")
    new = "NEW (4 s)\nSize: close_up\nPlace: beach | outside | dusk\nWho: CHAR_01 | subject | left | right | does waves\nAction: He waves.\nSays: Keeper (softly): Goodbye: my friend.\n"
    changed = from_text("\nSHOT ".join([head, shots[2], new, shots[0]]), board)
    assert [scene.scene_index for scene in changed.scenes] == [0, 1, 2]
    assert changed.scenes[0].description == board.scenes[2].description
    assert changed.scenes[2].description == board.scenes[0].description
    added = changed.scenes[1]
    assert (added.duration_s, added.shot.shot_type, added.shot.time_of_day) == (4, ShotType.CLOSE_UP, "dusk")
    assert added.audio.lines[0].text == "Goodbye: my friend."
    assert "Close-up, 85 mm" in added.start_frame_prompt


def test_a_new_coat_for_somebody_changes_the_prompts_of_the_shots_with_them(board: Storyboard) -> None:
    girl = next(asset for asset in board.assets if asset.label == "girl")
    changed = from_text(to_text(board).replace(girl.description, "girl, green hat"), board)
    with_her = [n for n, s in enumerate(board.scenes) if any(p.tag == girl.tag for p in s.shot.placements)]
    touched = [
        n for n, (a, b) in enumerate(zip(board.scenes, changed.scenes, strict=True))
        if a.start_frame_prompt != b.start_frame_prompt
    ]  # fmt: skip
    assert touched == with_her


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Size: ", "Size: huge ", "is not one of establishing"),
        ("Camera: ", "Kamera: ", "is not a field of a shot"),
        ("SHOT 2 (", "SHOT two (", "SHOT 3 (6 s)"),
        ("SHOT 2 (", "SHOT 1 (", "twice"),
        ("SHOT 2 (", "SHOT 99 (", "there was no shot 99"),
        ("SHOT 2 (6 s)", "SHOT 2 (900 s)", "1 to 60 seconds"),
        ("Who: CHAR_01", "Who: CHAR_77", "CHAR_77 is not in the cast"),
        ("Cut: ", "no colon here\nCut: ", "a line reads Name: value"),
        ("Palette: #", "Palette: red #", "is no colour"),
        ("CHAR_01 ", "KEEPER ", "a member of the cast reads"),
        ("STORYBOARD", "Dear diary", "first line is STORYBOARD"),
    ],
)
def test_a_mistake_is_told_with_its_line(board: Storyboard, old: str, new: str, says: str) -> None:
    text = to_text(board)
    assert old in text
    broken = text.replace(old, new, 1)
    line = next(
        n for n, (a, b) in enumerate(zip(text.split("\n"), broken.split("\n"), strict=False), 1) if a != b
    )
    with pytest.raises(ScriptError, match=re.escape(says)) as caught:
        from_text(broken, board)
    assert f"Line {line} " in str(caught.value)


def test_editors_may_change_line_ends_and_indent(board: Storyboard) -> None:
    text = "\ufeff" + to_text(board).replace("\n", "\r\n   ")
    assert is_storyboard_text(text)
    assert from_text(text, board) == board
    assert not is_storyboard_text("A cat sleeps.")


def test_a_text_without_shots_or_of_another_kind_is_refused(board: Storyboard) -> None:
    with pytest.raises(ScriptError, match="no shot"):
        from_text("STORYBOARD\nTitle: x\n", board)
    with pytest.raises(ScriptError, match="no shot"):
        from_text("", board)
    with pytest.raises(ScriptError, match="too long"):
        from_text("STORYBOARD\n" + "#" * 5_000_000, board)
