"""Recipes of composed sounds as one line of JSON, so that a timeline can hold them as plain values."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction

from cinecore.audio.palette import Palette
from cinecore.audio.score import ScoreHit, ScorePlan, ScoreSection
from cinecore.timeline import BeatGrid


def score_recipe(plan: ScorePlan) -> str:
    """The plan as canonical JSON: the same text for the same plan."""
    return json.dumps(
        {
            "samples": plan.samples,
            "grid": [str(plan.grid.bpm), str(plan.grid.offset_s), plan.grid.beats_per_bar],
            "sections": [[section.name, section.start, section.end] for section in plan.sections],
            "palette": asdict(plan.palette),
            "hits": [[hit.sample, hit.kind, hit.gain_db] for hit in plan.hits],
            "seed": plan.seed,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def score_plan(recipe: str) -> ScorePlan:
    """The plan that `score_recipe` wrote.

    Raises:
        InputError: The plan breaks a rule of its own.
    """
    values = json.loads(recipe)
    bpm, offset, beats_per_bar = values["grid"]
    return ScorePlan(
        samples=int(values["samples"]),
        grid=BeatGrid(Fraction(bpm), Fraction(offset), int(beats_per_bar)),
        sections=tuple(
            ScoreSection(str(name), int(start), int(end)) for name, start, end in values["sections"]
        ),
        palette=Palette.from_table(values["palette"]),
        hits=tuple(ScoreHit(int(sample), str(kind), float(gain)) for sample, kind, gain in values["hits"]),
        seed=int(values["seed"]),
    )
