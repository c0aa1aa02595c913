"""The composed bed under a whole video: its parts on the scenes, its end ringing out with the last frame.

Values only: composing is `cinecore.audio.score`'s, giving way to speech the mixer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from cinecore.audio.score import ScorePlan, ScoreSection
from cinecore.audio.sources import score_sound
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import AudioCue, BeatGrid, Stem
from vidpipe.services.moods import Mood

BED_DB = -5.0
"""Under the level at which the mixer takes music: a bed, not a song."""

TAIL_S = 5.0
"""The last chord rings so long, or over the last third of something shorter."""

DRIVE_FROM, DRIVE_TO = 0.5, 0.85
"""Where in the story a full beat may be, as parts of it: after the middle, over before the end."""

FADE_IN_SAMPLES = SAMPLE_RATE // 4


def score_plan(scene_starts: Sequence[int], samples: int, mood: Mood, seed: int) -> ScorePlan:
    """What the composer is told; `scene_starts` are the samples at which scenes begin, the first one 0.

    The first scene is an introduction, the middle builds (and drives, where the mood may), the last chord is
    struck with the last scene, or inside it where it is long.
    """
    tail = min(round_half_up(Fraction(TAIL_S) * SAMPLE_RATE), samples // 3)
    last = scene_starts[-1] if len(scene_starts) > 1 else 0
    end = max(last, samples - tail) if last < samples else samples - tail
    sections: list[ScoreSection] = []

    def add(name: str, start: int, stop: int) -> None:
        if stop <= start:
            return
        if sections and sections[-1].name == name:
            sections[-1] = ScoreSection(name, sections[-1].start, stop)
        else:
            sections.append(ScoreSection(name, start, stop))

    edges = [*(start for start in scene_starts if start < end), end]
    for number, (start, stop) in enumerate(pairwise(edges)):
        middle = (start + stop) / 2 / samples
        if number == 0:
            add("intro", start, stop)
        elif mood.drives and DRIVE_FROM <= middle <= DRIVE_TO and len(edges) > 3:
            add("drive", start, stop)
        else:
            add("build", start, stop)
    add("tail", end, samples)
    return ScorePlan(samples, BeatGrid(Fraction(mood.bpm)), tuple(sections), mood.palette, seed=seed)


def score_cue(scene_starts: Sequence[int], samples: int, mood: Mood, seed: int) -> AudioCue:
    """The bed as one sound from the first sample to the last."""
    plan = score_plan(scene_starts, samples, mood, seed)
    fade = min(FADE_IN_SAMPLES, samples // 4)
    return AudioCue(Stem.MUSIC, 0, samples, score_sound(plan), BED_DB, fade_in=fade, text=mood.name)
