"""What narrative is told: the film as measured, its lines and descriptions, and what a person asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cinecore.analysis.film import FilmAnalysis
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.schema import MusicBed
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.models import DialogueEvent, KeyframeRecord, SceneDescription
from cinecut.narrative.brief_words import Understood
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.locked import Locked
from cinecut.narrative.told import ToldStory
from cinecut.narrative.versions import Earlier
from cinecut.narrative.wishes import Wish

Spoilers = Literal["none", "mild", "full"]


@dataclass(frozen=True)
class Brief:
    """Everything that the plan depends on; the same brief gives the same manifest."""

    source_file: str
    analysis: FilmAnalysis
    events: Sequence[DialogueEvent]
    descriptions: Sequence[tuple[KeyframeRecord, SceneDescription | None]]
    vibe: VibeProfile
    rate: FrameRate
    """Output rate: the film's average rate snapped to the nearest standard one."""
    duration_s: float | None = None
    """None: the lesser of 120 s and a quarter of the permitted footage, at least 6 s."""
    spoilers: Spoilers = "mild"
    seed: int = 0
    title: str | None = None
    """None: the film's file name, tidied; empty: no title card."""
    tagline: str = ""
    in_s: float | None = None
    out_s: float | None = None
    grid: BeatGrid | None = None
    """None: the vibe's tempo from the first frame on."""
    music_bed: MusicBed | None = None
    eyes: SeenFilm | None = None
    """Who is seen when; None where nobody looked."""
    told: ToldStory | None = None
    """Where the story turns as a text model tells it; None where none was asked or usable."""
    is_by_rule: bool = False
    """Whether the turning points are set by the 5/45/80 rule, as a person asked."""
    words: str = ""
    """What a person asked for in words of their own."""
    asked: Understood | None = None
    """What that was taken for; it steers costs."""
    earlier: Sequence[Earlier] = ()
    """What earlier versions of this trailer show, from which this one is to differ."""
    locked: Sequence[Locked] = ()
    """Clips that stay as they are; the rest is planned around them."""
    keep: Sequence[Wish] = ()
    """What is to be in the trailer, before everything that is only a cost."""
    ban: Sequence[Wish] = ()
    """Of what nothing is shown or heard."""
