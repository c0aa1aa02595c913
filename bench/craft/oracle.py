"""How many moments the same search shows when it is told the true ones: what finding them better could gain at most.

No frozen measure is changed: the truth stands in for what the product finds worth showing, and every bar holds as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.craft.figures import Way, with_interval
from bench.craft.films import BenchFilm, case_on_paper, plan
from bench.craft.measures import MEASURES, measured

from cinecut.narrative import choice
from cinecut.narrative import plan as planning
from cinecut.narrative.must_show import MustShow

WHATEVER_IT_COSTS = 12.0
"""As a wish of a person: the moments before shares, lengths and order."""
TOLD = ("moments", "turning points", "dialogue distance", "pace falls", "spoilers")


@contextmanager
def told(film: BenchFilm, cost: float) -> Iterator[None]:
    """The product with the true moments in the place of those it finds, at a cost for each that is missing."""
    moments = [moment for moment in film.truth.moments if not moment.is_spoiler]
    wishes = tuple(MustShow(moment.why, ((moment.first, moment.end),)) for moment in moments)
    before = planning.find_must_show, choice.COST_OF_NOT_SHOWN
    planning.find_must_show = lambda *_: wishes
    choice.COST_OF_NOT_SHOWN = cost
    try:
        yield
    finally:
        planning.find_must_show, choice.COST_OF_NOT_SHOWN = before


def oracle_table(films: Sequence[BenchFilm], ours: Way) -> list[str]:
    """Ours beside the search that knows: at the product's own cost of a missing moment, and whatever it costs."""
    ways = [ours]
    for name, cost in (
        ("told, at our cost", choice.COST_OF_NOT_SHOWN),
        ("told, whatever it costs", WHATEVER_IT_COSTS),
    ):
        rows = []
        for film in films:
            with told(film, cost):
                rows.append(measured(case_on_paper(film, plan(film.brief))))
        ways.append(Way(name, tuple(rows)))
    lines = [f"| measure | {' | '.join(way.name for way in ways)} |", "|---" * (1 + len(ways)) + "|"]
    for measure in (measure for measure in MEASURES if measure.name in TOLD):
        cells = [with_interval(way.values(measure)) for way in ways]
        lines += [f"| {measure.name} | {' | '.join(cells)} |"]
    return [
        *lines,
        f"| **promises kept** | {' | '.join(with_interval(way.kept()) for way in ways)} |",
    ]
