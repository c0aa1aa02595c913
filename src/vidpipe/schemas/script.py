"""A script as it was written: scenes, what happens in them, what is said; before any director has seen it.

Deliberately not here: reading files (`vidpipe.services.scripts`) and shots (`vidpipe.schemas.storyboard`).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from vidpipe.schemas.kinds import LineKind


class ScriptKind(StrEnum):
    """How a story was written down."""

    PROMPT = "prompt"
    LIST = "list"
    SHOT_LIST = "csv"
    SUBTITLES = "srt"
    FOUNTAIN = "fountain"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScriptLine(_Value):
    """One spoken line, whole, as long as it was written."""

    text: str
    speaker: str = ""
    """The name as the script writes it, without (V.O.) and the like; empty for a narrator."""
    kind: LineKind = LineKind.DIALOGUE
    manner: str = ""
    """As in a parenthetical: `whispering`."""
    is_off_screen: bool = False
    """Whether the speaker is heard and not seen: (V.O.), (O.S.)."""
    is_dual: bool = False
    """Whether it is spoken at the same time as the line before."""
    start_s: float | None = None
    """Where the script gives times: when it begins, from the start of the whole."""
    end_s: float | None = None


class Block(_Value):
    """What comes next in a scene: something that happens, or a line; never both."""

    action: str = ""
    line: ScriptLine | None = None


class ShotHints(_Value):
    """What a shot list says beyond the action; empty where it says nothing."""

    duration_s: float | None = None
    camera: str = ""
    size: str = ""
    place: str = ""
    characters: tuple[str, ...] = ()
    sound: str = ""
    details: str = ""


class ScriptScene(_Value):
    """A scene of the script: a heading's worth of it, one item of a list, one row, or the whole of a prompt."""

    heading: str = ""
    number: str = ""
    """As the script numbers it."""
    synopsis: str = ""
    transition: str = ""
    """How it is entered where the script says so: `FADE IN:`."""
    blocks: tuple[Block, ...] = ()
    hints: ShotHints = ShotHints()

    @property
    def actions(self) -> tuple[str, ...]:
        """What happens, in order."""
        return tuple(block.action for block in self.blocks if block.action)

    @property
    def lines(self) -> tuple[ScriptLine, ...]:
        """What is said, in order."""
        return tuple(block.line for block in self.blocks if block.line is not None)


class Script(_Value):
    """A whole script."""

    kind: ScriptKind
    title: str
    text: str
    """All of it, as read."""
    scenes: tuple[ScriptScene, ...]
    notices: tuple[str, ...] = ()
    """What was repaired, guessed or left out, a sentence each."""

    def lines(self) -> tuple[ScriptLine, ...]:
        """Everything that is said, in order."""
        return tuple(line for scene in self.scenes for line in scene.lines)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, each once, in order of the first line."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines() if line.speaker))
