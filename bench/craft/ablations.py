"""Ours with one part of the objective switched off at a time: what each part is for, and whether it does it.

Costs and weights are constants of the product; here they are replaced while a plan is made and put back after it. The product
has no flag for this.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from bench.craft.case import Finding
from bench.craft.figures import Way
from bench.craft.films import BenchFilm, case_on_paper, plan
from bench.craft.measures import MEASURES, measured
from bench.turning_points import sign_flip

from cinecut.manifest.schema import Manifest
from cinecut.narrative.brief import Brief

CLEAR = 0.01
"""Chance under which a difference is told: some four hundred are looked at, so four appear by luck alone."""

_ROOM = "cinecut.narrative."


@dataclass(frozen=True)
class Constant:
    """One constant of the product and what it is replaced by; `key` names an entry of a table."""

    module: str
    name: str
    off: Any = 0.0
    key: str = ""


@dataclass(frozen=True)
class Ablation:
    """One part of the objective."""

    name: str
    constants: tuple[Constant, ...] = ()
    changed_brief: Callable[[Brief], Brief] | None = None
    """For a part that is switched off by telling narrative less."""


def _named(module: str, *names: str) -> tuple[Constant, ...]:
    return tuple(Constant(module, name) for name in names)


def _weight(name: str) -> Ablation:
    return Ablation(f"signal: {name}", (Constant("judgement", "WEIGHTS", key=name),))


ABLATIONS: tuple[Ablation, ...] = (
    Ablation(
        "likeness",
        _named("likeness", "COST_OF_ALIKE", "COST_OF_SAME_SHOT", "COST_OF_SAME_PLACE", "COST_OF_SAME_VIEW"),
    ),
    Ablation("going back in the film", _named("stepping", "COST_OF_GOING_BACK")),
    Ablation("what must be shown", _named("choice", "COST_OF_NOT_SHOWN")),
    Ablation("blows among it", _named("must_show", "MOST_BLOWS")),
    Ablation("more for turns and blows", (Constant("must_show", "WEIGHT_OF_EVENT", 1.0),)),
    Ablation(
        "the early limit",
        (Constant("turning_points", "EARLY", 0.5), Constant("turning_points", "GUARD_BINS", 0)),
    ),
    Ablation(
        "zones in time", _named("taste", "COST_AHEAD", "COST_FAR_AHEAD", "COST_BEHIND", "COST_FAR_BEHIND")
    ),
    Ablation("bettering the whole", _named("improving", "MOST_STEPS")),
    Ablation(
        "spoken share",
        (
            *_named("choice", "COST_PER_SPOKEN_SECOND"),
            *_named("whole", "COST_OF_SHARE_NEAR", "COST_OF_SHARE_OFF"),
        ),
    ),
    Ablation("wanted lengths", _named("stepping", "COST_OF_LENGTH")),
    Ablation(
        "falling lengths",
        (*_named("choice", "COST_OF_SLOWING"), *_named("whole", "COST_OF_SLOWING", "COST_OF_NOT_FALLING")),
    ),
    Ablation("rising tension", _named("whole", "COST_OF_NOT_RISING", "COST_OF_EARLY_PEAK")),
    Ablation("the order of turns", _named("whole", "COST_OF_TURNS_SWAPPED")),
    Ablation("the latest last", _named("whole", "COST_OF_EARLY_END")),
    Ablation("air around lines", _named("placing", "COST_OF_LOST_AIR")),
    Ablation("muted lines", _named("choice", "COST_OF_MUTED_LINE")),
    Ablation("cuts between sizes", _named("likeness", "COST_OF_SAME_VIEW")),
    Ablation("names of strangers", _named("acquaintance", "COST_OF_STRANGER_NAMED")),
    Ablation(
        "people met",
        (
            *_named("stepping", "WORTH_OF_HERO_EARLY"),
            *_named("whole", "COST_OF_MAIN_UNSEEN", "COST_OF_HERO_THIRD"),
            *_named("acquaintance", "COST_OF_HERO_LATE", "COST_OF_UNMET", "COST_OF_STRANGER_NAMED"),
        ),
    ),
    Ablation(
        "parts of lines",
        (
            Constant("spine", "WORTH_OF_ROLE", {}),
            *_named("spine", "COST_OF_SAME_ROLE", "WORTH_OF_LAST_WORD", "WORTH_OF_ANSWER"),
        ),
    ),
    Ablation("lines in close-up", _named("spine", "WORTH_OF_CLOSE_UP", "WORTH_OF_STRONG_CLOSE_UP")),
    Ablation("lines that stand alone", _named("taste", "COST_OF_LEANING_LINE")),
    *(
        _weight(name)
        for name in ("motion", "contrast", "uniqueness", "emotion", "faces", "saturation", "position")
    ),
    Ablation("the seed's dice", _named("taste", "SEED_SPREAD")),
    Ablation("eyes", changed_brief=lambda brief: replace(brief, eyes=None)),
    Ablation("found turning points (the rule)", changed_brief=lambda brief: replace(brief, is_by_rule=True)),
)


@contextmanager
def switched_off(constants: Sequence[Constant]) -> Iterator[None]:
    """The product with some constants replaced; they are put back whatever happens.

    Raises:
        LookupError: The product has no such constant any more: this list has fallen behind it.
    """
    before: list[tuple[Any, str, Any]] = []
    try:
        for constant in constants:
            module = importlib.import_module(_ROOM + constant.module)
            if not hasattr(module, constant.name):
                raise LookupError(
                    f"{module.__name__} has no {constant.name}: bring bench/craft/ablations.py up to date"
                )
            value = getattr(module, constant.name)
            before.append((module, constant.name, value))
            if constant.key:
                if constant.key not in value:
                    raise LookupError(f"{module.__name__}.{constant.name} has no {constant.key!r}")
                setattr(module, constant.name, {**value, constant.key: constant.off})
            else:
                setattr(module, constant.name, constant.off)
        yield
    finally:
        for module, name, value in reversed(before):
            setattr(module, name, value)


def ablation_table(films: Sequence[BenchFilm], ours: Way, manifests: Sequence[Manifest]) -> list[str]:
    """One line an ablation: how many plans change, promises kept, and every measure that clearly does."""
    lines = [
        "| switched off | plans that change | promises kept | measures that clearly change, ours → without (p) |",
        "|---|---|---|---|",
    ]
    for ablation in ABLATIONS:
        findings: list[dict[str, Finding]] = []
        changed = 0
        for film, manifest in zip(films, manifests, strict=True):
            brief = ablation.changed_brief(film.brief) if ablation.changed_brief else film.brief
            with switched_off(ablation.constants):
                planned = plan(brief)
            changed += planned.manifest.clips != manifest.clips
            findings.append(measured(case_on_paper(film, planned)))
        without = Way(ablation.name, tuple(findings))
        lines.append(
            f"| {ablation.name} | {changed} of {len(films)} | {without.kept().mean():.3f} "
            f"({without.kept().mean() - ours.kept().mean():+.3f}) | {'; '.join(_clear(ours, without)) or '—'} |"
        )
    return lines


def _clear(ours: Way, without: Way) -> Iterator[str]:
    for measure in MEASURES:
        if measure.name == "planning CPU":
            continue
        one, two = ours.values(measure), without.values(measure)
        both = ~np.isnan(one) & ~np.isnan(two)
        gains = measure.gain(1.0, 0.0) * (one[both] - two[both])
        if not gains.any():
            continue
        worse, better = sign_flip(gains), sign_flip(-gains)
        if min(worse, better) < CLEAR:
            word = "worse" if worse < better else "better"
            chance = min(worse, better)
            yield f"{measure.name} {one[both].mean():.2f} → {two[both].mean():.2f}, {word} ({chance:.4f})"
