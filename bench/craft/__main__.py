"""`python -m bench.craft`: what the trailers of 60 sample films show, beside naive ones; every measure with its losing cases.

The films are those of the test seeds, measured on paper and never drawn; the vibes come in turn. `--films N` takes fewer.
"""

from __future__ import annotations

import argparse
import sys

from bench.craft.baselines import BASELINES
from bench.craft.case import Finding
from bench.craft.figures import Way, losing_cases, table
from bench.craft.films import FILMS, BenchFilm, Planned, bench_films, case_on_paper, plan
from bench.craft.measures import MEASURES_VERSION, measured


def beside_baselines(films: tuple[BenchFilm, ...]) -> list[str]:
    """The table of ours beside the naive ways, and our losing cases."""
    ours: list[dict[str, Finding]] = []
    others: dict[str, list[dict[str, Finding]]] = {name: [] for name in BASELINES}
    for film in films:
        planned = plan(film.brief)
        ours.append(measured(case_on_paper(film, planned)))
        for name, make in BASELINES.items():
            naive = Planned(make(film, planned.manifest), None)
            others[name].append(measured(case_on_paper(film, naive)))
    way = Way("ours", tuple(ours))
    return [
        *table(way, [Way(name, tuple(rows)) for name, rows in others.items()]),
        "",
        "Losing cases:",
        "",
        *losing_cases([film.name for film in films], way),
    ]


def main() -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.craft", description=__doc__)
    parser.add_argument("--films", type=int, default=FILMS)
    asked = parser.parse_args()
    print(f"Measures version {MEASURES_VERSION}; {asked.films} films.", "", sep="\n")
    print(*beside_baselines(bench_films(asked.films)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
