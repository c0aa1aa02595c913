"""The shape of TRAILER_MANIFEST.json, schema 2.0, as pydantic models; what a file on disk holds.

Importing this module costs a tenth of a second: command-line code imports it inside its commands.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, model_validator

SCHEMA_VERSION: Literal["2.0"] = "2.0"

BeatType = Literal[
    "inciting_incident",
    "character_introduction",
    "escalation_beat",
    "relationship_beat",
    "money_shot",
    "climax_peak",
    "breath",
]
Act = Literal["cold_open", "act1", "beat_drop", "act2", "breath", "act3", "title_card", "button"]
Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
TransitionName = Literal["hard_cut", "crossfade", "fade_to_black", "fade_to_white"]
Zone = Literal["BEGINNING", "ESCALATION", "CLIMAX"]

ACT_ORDER: tuple[Act, ...] = (
    "cold_open",
    "act1",
    "beat_drop",
    "act2",
    "breath",
    "act3",
    "title_card",
    "button",
)
ZONE_ORDER: tuple[Zone, ...] = ("BEGINNING", "ESCALATION", "CLIMAX")

MOST_CLIPS = 2000
"""Clips of a manifest; a long trailer has a hundred."""

MOST_PARTS = 500
"""Cards, effects, alternates, lines and whatever else a manifest lists."""

MOST_LETTERS = 20_000
"""Of any one text."""


def _storable(text: str) -> str:
    """The text, if it can stand in a program's arguments and a file's name."""
    if "\0" in text:
        raise ValueError("it holds a zero character")
    return text


Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
FileName = Annotated[str, Field(max_length=4096), AfterValidator(_storable)]
Words = Annotated[str, Field(max_length=MOST_LETTERS), AfterValidator(_storable)]
Unit = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Reach = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
Enhance = Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)] | None

ENHANCE_WORDS = (
    "How far (dB) all but the voice is lowered where a line is heard; 0 leaves it as the film has it, "
    "null lets assembly decide."
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)


class SpokenLine(_Part):
    """A line heard in a clip, where the film speaks it."""

    start_s: Seconds
    end_s: Seconds
    text: Words
    speaker: Words = ""


class Alternate(_Part):
    """The next best clip for a slot: as many frames, and all that changes when it is swapped in."""

    source_start_s: Seconds
    source_end_s: Seconds
    score: Unit
    reason: Words = ""
    narrative_zone: Zone | None = Field(None, description="The clip's own where it is not said.")
    lines: Annotated[tuple[SpokenLine, ...], Field(max_length=MOST_PARTS), FailFast()] = Field(
        (), description="Lines that are heard whole when it is swapped in."
    )
    sound: Literal["none", "line", "full"] = "none"
    visual_analysis: Words = ""
    subtitle_analysis: Words = ""


class FramingPoint(_Part):
    """Where the middle of a re-framed picture lies at a film second; between two points it moves smoothly."""

    source_s: Seconds
    x: Unit = Field(0.5, description="Part of the film's picture from its left edge.")
    y: Unit = Field(0.5, description="Part of the film's picture from its upper edge.")
    jumps: bool = Field(False, description="Whether it is there at once, as at a cut of the film.")


class Clip(_Part):
    """One shown piece of the film, half-open: `source_end_s` is the first frame not shown."""

    source_start_s: Seconds
    source_end_s: Seconds
    beat_type: BeatType
    act: Act
    transition: TransitionName = Field(
        "hard_cut", description="How this clip goes over into what follows it (a clip or a card)."
    )
    transition_s: Annotated[float, Field(ge=0, le=4)] = Field(
        0.0, description="Length of that transition in all; 0 for a hard cut."
    )
    dialogue_excerpt: Words = ""
    reasoning: Words = ""
    visual_analysis: Words = ""
    subtitle_analysis: Words = ""
    money_shot_score: Unit = 0.0
    narrative_zone: Zone
    lines: Annotated[tuple[SpokenLine, ...], Field(max_length=MOST_PARTS), FailFast()] = Field(
        (), description="Lines heard whole while this clip is seen."
    )
    on_beat: bool = Field(True, description="Whether the cut that ends this clip is meant for a beat.")
    sound: Literal["none", "line", "full"] = Field(
        "none", description="The film's own sound under this clip: none, its lines only, or all of it."
    )
    sound_lead_s: Reach = Field(
        0.0, description="Its lines may be heard this long before it is seen (a J-cut); 0 where they are not."
    )
    sound_tail_s: Reach = Field(
        0.0, description="Its lines may ring on this long after it was seen (an L-cut); 0 where they do not."
    )
    enhance_db: Enhance = Field(None, description=ENHANCE_WORDS)
    room_before_s: Seconds = Field(
        0.0,
        description="Film seconds before it that could be shown with it: the same shot, nothing spoken or forbidden.",
    )
    room_after_s: Seconds = Field(0.0, description="The same behind it.")
    framing: Annotated[tuple[FramingPoint, ...], Field(max_length=MOST_PARTS), FailFast()] = Field(
        (), description="Which part is seen where the picture is re-framed, by rising film seconds."
    )
    alternates: Annotated[tuple[Alternate, ...], Field(max_length=MOST_PARTS), FailFast()] = ()
    locked: bool = Field(
        False,
        description="Whether `--replan` and assembly leave it as it is; a changed clip is, said or not.",
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Clip:
        if self.source_end_s <= self.source_start_s:
            raise ValueError(
                f"field source_end_s: {self.source_end_s} is not after source_start_s {self.source_start_s}"
            )
        return self


class StructuralAnchors(_Part):
    """Facts about the film: where its story turns, and how that was found."""

    begin_t: Seconds
    escalation_t: Seconds
    climax_t: Seconds
    change_of_plans_t: Seconds | None = None
    major_setback_t: Seconds | None = None
    method: str = "rule"
    reasons: Annotated[tuple[Words, ...], Field(max_length=5)] = Field(
        (), description="For each of the five turning points in film order: what speaks for it."
    )
    spoiler_limit_s: Seconds | None = None
    zone_borders_s: tuple[Seconds, Seconds] | None = None

    def turns(self) -> tuple[tuple[float | None, str], ...]:
        """The five turning points in film order: when each lies, if that is known, and what speaks for it."""
        times = (
            self.begin_t,
            self.change_of_plans_t,
            self.escalation_t,
            self.major_setback_t,
            self.climax_t,
        )
        reasons = (*self.reasons, *("",) * len(times))
        return tuple(zip(times, reasons, strict=False))


class BpmGrid(_Part):
    """The beat grid in trailer time."""

    bpm: Annotated[float, Field(ge=20, le=400)]
    offset_s: Seconds = 0.0
    beats_per_bar: Annotated[int, Field(ge=2, le=12)] = 4
    drop_s: Seconds | None = None


class MusicEdit(_Part):
    """From `time_s` of the trailer on the file is heard from `source_start_s` on, until the next edit."""

    time_s: Seconds
    source_start_s: Seconds
    crossfade_s: Annotated[float, Field(ge=0, le=4)] = Field(
        0.02, description="How long it takes over from what was heard before, done by `time_s`."
    )
    reason: Words = ""


class MusicBed(_Part):
    """Where the music comes from: composed for this cut, a file, or none."""

    kind: Literal["composed", "file", "none"]
    path: FileName | None = None
    start_s: Seconds = 0.0
    loop_s: Annotated[float, Field(ge=0.5, le=1_000_000)] | None = Field(
        None, description="A file repeats after this long: whole bars."
    )
    seed: Seed = 0
    title: Words = ""
    artist: Words = ""
    licence: Words = ""
    address: Words = Field("", description="Where a downloaded piece was found; its artist wants it named.")
    soundfont: Words = Field(
        "",
        description="What plays a composed bed's melodic parts, said by assembly; the settings decide, not this.",
    )
    edits: Annotated[tuple[MusicEdit, ...], Field(max_length=MOST_PARTS), FailFast()] = Field(
        (),
        description="What is heard of the file when, by rising times; without any it plays from `start_s`.",
    )

    @model_validator(mode="after")
    def _edits_follow_one_another(self) -> MusicBed:
        for number, (before, after) in enumerate(pairwise(self.edits), 1):
            if after.time_s <= before.time_s:
                raise ValueError(
                    f"field edits.{number}.time_s: {after.time_s} is not after the {before.time_s} before it"
                )
        return self


class TitleCard(_Part):
    """A drawn card: a title, a tagline, the end card or a planned black; stands after clip `after_clip` (-1: before all).

    Of an end card the first line is set as the title, those that follow small, as credits.
    """

    kind: Literal["title", "tagline", "end", "black"]
    text: Annotated[Words, Field(max_length=400)] = ""
    act: Act = "title_card"
    after_clip: Annotated[int, Field(ge=-1)]
    duration_s: Annotated[float, Field(gt=0, le=20)]
    transition: TransitionName = "hard_cut"
    transition_s: Annotated[float, Field(ge=0, le=4)] = 0.0


class EffectCue(_Part):
    """A designed sound: laid at `time_s` of the trailer."""

    kind: Words
    time_s: Seconds
    duration_s: Annotated[float, Field(gt=0, le=20)]
    gain_db: Annotated[float, Field(ge=-96, le=24)] = 0.0
    reason: Words = ""


class VoiceOver(_Part):
    """A line of the film heard over other pictures, from `time_s` of the trailer on."""

    time_s: Seconds
    source_start_s: Seconds
    source_end_s: Seconds
    text: Words
    speaker: Words = ""
    enhance_db: Enhance = Field(None, description=ENHANCE_WORDS)


class PictureShape(_Part):
    """The shape of the trailer's picture, where it is not the film's own."""

    aspect: Aspect | None = Field(None, description="Cut out of the film's picture; null for its own shape.")
    letterbox: Literal["keep", "remove"] = Field(
        "keep", description="Black bars that belong to the film's picture."
    )
    picture_box: tuple[Unit, Unit, Unit, Unit] | None = Field(
        None,
        description="Left, top, right, bottom of the picture inside its bars, as parts; found by the analysis.",
    )

    @model_validator(mode="after")
    def _box_holds_a_picture(self) -> PictureShape:
        if self.picture_box is not None:
            left, top, right, bottom = self.picture_box
            if right - left < 0.1 or bottom - top < 0.1:
                raise ValueError(f"field picture_box: {self.picture_box} holds no picture")
        return self


class UserLut(_Part):
    """A LUT of a person's own that lies over the graded film; its bytes are kept in the work folder."""

    name: Annotated[Words, Field(max_length=255)] = Field(
        "", description="The file's name, for people: nothing is opened by it."
    )
    digest: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] = Field(
        description="BLAKE2b of the file, 32 hex digits: it is found by this and by nothing else."
    )
    strength: Unit = Field(1.0, description="How much of it; 0 leaves the picture as it is.")


class AskedFor(_Part):
    """Something a person asked for with `--keep` or `--ban`, what it was taken for, and what became of it."""

    wants: Literal["keep", "ban"]
    text: Words = Field(description="As it was written.")
    meaning: Words = Field("", description="What it was taken for in this film.")
    is_granted: bool = True
    clips: Annotated[tuple[int, ...], Field(max_length=MOST_CLIPS)] = Field(
        (), description="Of what is to be kept: the clips that show or say it, counted from 1."
    )
    why_not: Words = ""


class Manifest(_Part):
    """The finished choice and order; everything a person may change by hand."""

    schema_version: Literal["2.0"] = SCHEMA_VERSION
    source_file: FileName
    vibe: Words
    title: Words = ""
    tagline: Words = ""
    seed: Seed = 0
    duration_s: Seconds | None = None
    spoilers: Literal["none", "mild", "full"] = "mild"
    clips: Annotated[tuple[Clip, ...], Field(min_length=1, max_length=MOST_CLIPS), FailFast()]
    titles: Annotated[tuple[TitleCard, ...], Field(max_length=MOST_PARTS), FailFast()] = ()
    structural_anchors: StructuralAnchors | None = None
    bpm_grid: BpmGrid | None = None
    music_bed: MusicBed | None = None
    shape: PictureShape | None = None
    lut: UserLut | None = None
    effects: Annotated[tuple[EffectCue, ...], Field(max_length=MOST_PARTS), FailFast()] = ()
    voice_overs: Annotated[tuple[VoiceOver, ...], Field(max_length=MOST_PARTS), FailFast()] = ()
    brief: Words = Field("", description="What a person asked for in words, when this was planned.")
    brief_meaning: Words = Field(
        "", description="What that was taken for, and what of it was not understood."
    )
    wishes: Annotated[tuple[AskedFor, ...], Field(max_length=MOST_PARTS), FailFast()] = Field(
        (),
        description="What a person wanted kept and banned when this was planned; changing it changes nothing.",
    )
    notices: Annotated[tuple[Words, ...], Field(max_length=MOST_PARTS), FailFast()] = ()
