"""The film's measures over its whole length, named for a person; drawn elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import FilmAnalysis
from cinecut.models import DialogueEvent
from cinecut.narrative.story_curves import story_curves
from cinecut.narrative.story_evidence import story_evidence
from cinecut.report.facts import FilmCurve

LANES = (
    ("tension", "Tension", "how much happens"),
    ("motion", "Motion", "in the picture"),
    ("loudness", "Loudness", "−50 to −5 LUFS"),
    ("talk", "Dialogue", "somebody speaks"),
    ("music", "Music", "how music-like"),
    ("light", "Light", "of the picture"),
)
"""Measure, name, and what its height means; those that a film has none of are left out."""

DECIMALS = 3


def film_curves(analysis: FilmAnalysis, events: Sequence[DialogueEvent]) -> tuple[FilmCurve, ...]:
    """What is known of the film over its length, each 0..1; a measure that was not taken is missing."""
    if analysis.duration_s <= 0:
        return ()
    curves = story_curves(analysis, events, None, (0.0, analysis.duration_s))
    levels = dict(curves.levels)
    tension = story_evidence(curves).get("intensity")
    if tension is not None:
        levels["tension"] = tension
    return tuple(FilmCurve(name, about, _plain(levels[key])) for key, name, about in LANES if key in levels)


def _plain(curve: npt.NDArray[np.float64]) -> tuple[float, ...]:
    bounded = np.clip(np.nan_to_num(curve), 0.0, 1.0)
    return tuple(round(float(value), DECIMALS) for value in bounded)
