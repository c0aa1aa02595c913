"""`python -m bench.craft`: what the trailers of 60 sample films show, beside naive ones; every measure with its losing cases.

The films are those of the test seeds, measured on paper and never drawn; the vibes come in turn.

    --films N      take the first N of the 100; more than 100: only whether that many films, of all seeds and seven
                   lengths, are planned without a crash or a broken promise
    --ablations    ours with one part of the objective switched off at a time, on the same films
    --oracle       ours beside the same search when it is told the true moments
    --rendered N   draw, render and read back N films and trailers, and find the trailers' shots in their films by look
    --candidates   what planning a film of two hours and twenty minutes costs
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.craft.ablations import ablation_table
from bench.craft.baselines import BASELINES
from bench.craft.case import Finding
from bench.craft.figures import Way, losing_cases, table
from bench.craft.films import FILMS, BenchFilm, Planned, bench_films, case_on_paper, many_films, plan
from bench.craft.long_film import planning_table
from bench.craft.matching_proof import proof_table
from bench.craft.measures import MEASURES_VERSION, measured
from bench.craft.oracle import oracle_table
from bench.craft.promises import sweep
from bench.craft.rendered import rendered_film, rendered_table
from samples.film import TEST_SEEDS


def ours_on_paper(films: Sequence[BenchFilm]) -> tuple[Way, list[Planned]]:
    """Our own trailers and what was found in them."""
    planned = [plan(film.brief) for film in films]
    pairs = zip(films, planned, strict=True)
    return Way("ours", tuple(measured(case_on_paper(film, one)) for film, one in pairs)), planned


def beside_baselines(films: Sequence[BenchFilm], ours: Way, planned: Sequence[Planned]) -> list[str]:
    """The table of ours beside the naive ways, and our losing cases."""
    others = []
    for name, make in BASELINES.items():
        rows: list[dict[str, Finding]] = []
        for film, one in zip(films, planned, strict=True):
            rows.append(measured(case_on_paper(film, Planned(make(film, one.manifest), None))))
        others.append(Way(name, tuple(rows)))
    names = [film.name for film in films]
    return [
        *table(ours, others),
        "",
        "Losing cases, the worst of each measure first:",
        "",
        *losing_cases(names, ours),
    ]


def main() -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.craft",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--films", type=int, default=FILMS, help=argparse.SUPPRESS)
    parser.add_argument("--ablations", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--oracle", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--candidates", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rendered", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.rendered:
        with tempfile.TemporaryDirectory() as scratch:
            made = [rendered_film(number, Path(scratch)) for number in range(asked.rendered)]
            print(*rendered_table(made), "", *proof_table(made, Path(scratch)), sep="\n")
        return 0
    if asked.candidates:
        print(*planning_table(), sep="\n")
        return 0
    if asked.films > len(TEST_SEEDS):
        lines, bad = sweep(many_films(asked.films))
        print(*lines, sep="\n")
        return 1 if bad else 0
    films = bench_films(asked.films)
    print(f"Measures version {MEASURES_VERSION}; {len(films)} films on paper.", "", sep="\n")
    ours, planned = ours_on_paper(films)
    if asked.oracle:
        print(*oracle_table(films, ours), sep="\n")
    elif asked.ablations:
        print(*ablation_table(films, ours, [one.manifest for one in planned]), sep="\n")
    else:
        print(*beside_baselines(films, ours, planned), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
