"""The values that pass between the seven stages; no files, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a subtitle line is."""

    SPEECH = "speech"
    SOUND_TAG = "sound_tag"
    LYRICS = "lyrics"
    CREDIT = "credit"
    ADVERT = "advert"


@dataclass(frozen=True)
class DialogueEvent:
    """One spoken line with its exact times; `text` is clean of markup."""

    start_ms: int
    end_ms: int
    start_s: float
    end_s: float
    midpoint_s: float
    text: str
    emotion: str
    """neutral | joy | anger | fear | sadness | surprise | tenderness | threat"""
    emotion_strength: float = 0.0
    """0..1"""
    speaker: str = ""
    kind: LineKind = LineKind.SPEECH
    index: int = 0


@dataclass(frozen=True)
class KeyframeRecord:
    """A still of the film that a describer is asked about."""

    timestamp_s: float
    frame_path: str
    source: str
    """subtitle_midpoint | scene_change | interval_fallback"""


@dataclass
class SceneDescription:
    """What a describer saw in a still, in four short texts; the public name is `cinecut.inference.SceneDescription`."""

    visual_content: str
    mood: str
    action: str
    setting: str


@dataclass(frozen=True)
class TurningPoints:
    """Five facts about a film, in its own seconds, in order; the first, third and fifth are the anchors."""

    opportunity_s: float
    change_of_plans_s: float
    point_of_no_return_s: float
    major_setback_s: float
    climax_s: float
    method: str = "rule"
    """How they were found: rule | signals | text-model."""
    reasons: tuple[str, ...] = ()
    """One sentence for each of the five: what speaks for it; empty where only the rule does."""

    @property
    def begin_t(self) -> float:
        """The first anchor."""
        return self.opportunity_s

    @property
    def escalation_t(self) -> float:
        """The second anchor."""
        return self.point_of_no_return_s

    @property
    def climax_t(self) -> float:
        """The third anchor."""
        return self.climax_s
