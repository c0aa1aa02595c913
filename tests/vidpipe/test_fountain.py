"""Fountain screenplays: every element where it belongs, nothing of notes and boneyard."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.script import ScriptKind
from vidpipe.services.fountain import read_fountain
from vidpipe.services.scripts import read_script

PLAY = """Title:
    _**The Kite**_
Author: Somebody
Draft date: 1/1/2020

FADE IN:

# Act One

= They meet.

EXT. BEACH - DUSK #12A#

MINA (8) runs with a *red* kite. [[find a kite]] /* and
a horse */ The wind is strong.

MINA
(whispering)
Whose are you?
(louder)
Tell me!

KEEPER (O.S.) ^
Mine.

KEEPER (CONT'D)
And my father's
before me.

CUT TO:

.THE ATTIC

!SHE IS NOT A CUE
It is dark.

@McAvoy
Hello: there.

~La la la

> THE END <

INT./EXT. CAR - NIGHT

They drive.

I/E HOUSE - DAY

> DISSOLVE TO:

EXT. SEA - DAWN

Waves.
"""


def test_every_element_is_read() -> None:
    script = read_script(PLAY)
    assert script.kind is ScriptKind.FOUNTAIN
    assert script.title == "The Kite"
    assert [scene.heading for scene in script.scenes] == [
        "EXT. BEACH - DUSK",
        "THE ATTIC",
        "INT./EXT. CAR - NIGHT",
        "I/E HOUSE - DAY",
        "EXT. SEA - DAWN",
    ]
    beach, attic, _, _, sea = script.scenes
    assert (beach.number, beach.transition) == ("12A", "FADE IN:")
    assert beach.actions == ("MINA (8) runs with a red kite. The wind is strong.",)
    assert [(line.speaker, line.text, line.manner) for line in beach.lines] == [
        ("MINA", "Whose are you?", "whispering"),
        ("MINA", "Tell me!", "louder"),
        ("KEEPER", "Mine.", ""),
        ("KEEPER", "And my father's before me.", ""),
    ]
    assert beach.lines[2].is_off_screen
    assert beach.lines[2].is_dual
    assert attic.transition == "CUT TO:"
    assert attic.actions == ("SHE IS NOT A CUE It is dark.", "THE END")
    assert (attic.lines[0].speaker, attic.lines[0].text) == ("McAvoy", "Hello: there.")
    assert (attic.lines[1].kind, attic.lines[1].manner) == (LineKind.NARRATION, "singing")
    assert sea.transition == "DISSOLVE TO:"


def test_a_synopsis_belongs_to_its_scene() -> None:
    script = read_fountain("INT. ROOM - DAY\n\n= She leaves him.\n\nShe goes.\n", "x")
    assert script.scenes[0].synopsis == "She leaves him."
    assert script.scenes[0].actions == ("She goes.",)


def test_without_headings_all_is_one_scene_and_said_so(tmp_path: Path) -> None:
    path = tmp_path / "bare.fountain"
    path.write_text("A girl runs.\n\nMINA\nStop!\n\nShe falls.\n", encoding="utf-8")
    script = read_script(path)
    assert len(script.scenes) == 1
    assert script.scenes[0].lines[0].text == "Stop!"
    assert "no scene headings" in script.notices[0]


def test_300_scenes_are_read() -> None:
    text = "\n\n".join(f"INT. ROOM {n} - DAY\n\nMINA sits.\n\nMINA\nLine {n}." for n in range(300))
    script = read_script(text)
    assert len(script.scenes) == 300
    assert script.lines()[299].text == "Line 299."


def test_a_screenplay_of_two_megabytes_is_read(tmp_path: Path) -> None:
    waves = "The waves are high and the boat is small, and nobody sees the shore. " * 12
    scene = f"EXT. SEA - NIGHT\n\n{waves}\n\nCAPTAIN\nHold on to the rail, all of you!\n\n"
    path = tmp_path / "long.fountain"
    path.write_text(scene * (2_000_000 // len(scene)), encoding="utf-8")
    script = read_script(path)
    assert len(script.lines()) == 2_000_000 // len(scene)


def test_unclosed_marks_lose_nothing_but_the_boneyard() -> None:
    script = read_fountain("EXT. SEA - DAY\n\nHe says *stop and [[ waits.\n\nTwo * three.\n/* gone", "x")
    assert script.scenes[0].actions == ("He says *stop and [[ waits.", "Two * three.")


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from(list("AB ab.\n()^@!>~#=*_[]/:-<\\é")), max_size=200))
def test_any_text_is_read_without_losing_its_words(text: str) -> None:
    script = read_fountain(text, "x")
    assert all(block.action or block.line for scene in script.scenes for block in scene.blocks)
    again = read_fountain(text, "x")
    assert script == again
