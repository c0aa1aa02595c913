"""The rule-based director loses no line: who says what, where it fits, how scenes are shared out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vidpipe.stories import assets, frames, told

from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.pacing import line_s, share_out, split_line, surplus_s

# What is said


def test_quoted_speech_in_a_prompt_becomes_lines() -> None:
    board = told('Mara opens the door. "Who is there?" she whispers. An old man says: "Only me."')
    lines = [line for scene in board.scenes for line in scene.audio.lines]
    assert [(line.speaker, line.text, line.manner) for line in lines] == [
        ("Mara", "Who is there?", "whispering"),
        ("old man", "Only me.", ""),
    ]
    assert [line.tag for line in lines] == ["CHAR_01", "CHAR_02"]


def test_every_line_fits_its_scene_and_none_is_lost() -> None:
    speech = " ".join(
        f"This is sentence number {n} of a very long speech, and it goes on." for n in range(12)
    )
    board = told(f"EXT. FIELD - DAY\n\nA man waits.\n\nMARA\n{speech}\n\nTOM\nYes.\n", total_s=90)
    said = [line for scene in board.scenes for line in scene.audio.lines]
    assert " ".join(line.text for line in said) == f"{speech} Yes."
    for scene in board.scenes:
        assert sum(line_s(line.text) for line in scene.audio.lines) <= scene.duration_s + 1 / 24
    assert frames(board) == 90 * 24


def test_a_scene_with_much_to_say_is_longer_at_the_others_expense() -> None:
    line = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    board = told(f'1. A man sits in a room.\n2. Tom says: "{line}."\n3. A cat sleeps.', total_s=18)
    lengths = [scene.duration_s for scene in board.scenes]
    assert lengths[1] >= 17 / 2.5 + 0.5
    assert lengths[0] < 6
    assert lengths[2] < 6
    assert sum(lengths) == pytest.approx(18)


def test_off_screen_voices_are_heard_and_not_seen() -> None:
    board = told("INT. ROOM - NIGHT\n\nMARA sits.\n\nTOM (V.O.)\nI never came back.\n", total_s=12)
    scene = next(scene for scene in board.scenes if scene.audio.lines)
    assert scene.audio.lines[0].speaker == "TOM"
    tags = {asset.name: asset.tag for asset in board.assets}
    assert tags["Tom"] not in {item.tag for item in scene.shot.placements}


def test_subtitles_are_narrated_over_what_they_tell() -> None:
    srt = "1\n00:00:00,500 --> 00:00:04,000\nA girl runs along the beach.\n\n2\n00:00:06,000 --> 00:00:10,000\nShe finds a red kite.\n"
    board = told(srt)
    lines = [line for scene in board.scenes for line in scene.audio.lines]
    assert [line.text for line in lines] == ["A girl runs along the beach.", "She finds a red kite."]
    assert {line.kind for line in lines} == {LineKind.NARRATION}
    assert frames(board) == 10 * 24
    assert {label for _, label in assets(board).values()} == {"girl", "kite"}


def test_300_scenes_are_cut_to_the_total_and_said_so() -> None:
    text = "\n\n".join(f"INT. ROOM {n} - DAY\n\nMINA sits.\n\nMINA\nLine {n}." for n in range(300))
    board = told(text, total_s=60)
    assert len(board.scenes) == 10
    assert "first 10 of 300 scenes" in board.notices[0]
    whole = told(text)
    assert len(whole.scenes) == 300
    assert not whole.notices


def test_shots_of_one_heading_share_it() -> None:
    board = told("EXT. BEACH - DUSK\n\nA girl runs.\n\nINT. HOUSE - NIGHT\n\nShe sleeps.\n", total_s=24)
    assert [scene.heading for scene in board.scenes] == ["EXT. BEACH - DUSK"] * 2 + ["INT. HOUSE - NIGHT"] * 2
    assert [
        (scene.shot.setting, scene.shot.interior, scene.shot.time_of_day) for scene in board.scenes[1:3]
    ] == [
        ("beach", False, "dusk"),
        ("room", True, "night"),
    ]


# Lengths and lines, by themselves


@given(
    st.floats(4, 600),
    st.lists(st.floats(0, 12), min_size=1, max_size=40),
    st.integers(0, 5),
)
def test_shares_add_up_to_the_frame_and_hold_what_they_need(
    total: float, needs: list[float], seed: int
) -> None:
    total = max(total, len(needs) * 1.5)
    total = min(total, len(needs) * 50.0)
    wishes = [1.0 + (number * 7 + seed) % 5 for number in range(len(needs))]
    lengths = share_out(total, needs, wishes)
    assert sum(round(length * 24) for length in lengths) == round(total * 24)
    assert min(lengths) >= 1.0 - 1 / 24
    if surplus_s(total, needs) <= -len(needs) / 24:
        assert all(length >= need - 1 / 24 for length, need in zip(lengths, needs, strict=True))


@given(
    st.text(alphabet=st.sampled_from(list("ab c d. ,!漢字。é")), min_size=1, max_size=300), st.floats(1, 12)
)
def test_a_parted_line_is_the_line(text: str, longest: float) -> None:
    text = " ".join(text.split())
    if not text:
        return
    parts = split_line(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.split()) <= 1 or line_s(part) <= longest for part in parts)
