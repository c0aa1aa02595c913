"""Whether hundreds of films, vibes and lengths are planned without a crash or a broken promise; nothing is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bench.craft.films import BenchFilm, plan
from tests.trailer_bars import broken_bars

from cinecore.errors import InputError


def broken_promises(film: BenchFilm) -> tuple[list[str], bool]:
    """What the plan of one film breaks, a refusal being one; and whether it was shortened for want of footage."""
    try:
        planned = plan(film.brief)
    except InputError as error:
        return [f"refused: {error.happened}"], False
    story, manifest = film.story, planned.manifest
    broken = broken_bars(
        manifest,
        story.analysis,
        story.events,
        film.spec.rate,
        allows_montage=film.vibe.allows_montage,
        asked_s=film.asked_s,
    )
    return list(broken), any(notice.startswith("Shortened") for notice in manifest.notices)


def sweep(films: Sequence[BenchFilm]) -> tuple[list[str], int]:
    """A report in lines, and how many films broke something."""
    lines: list[str] = []
    asked: Counter[float] = Counter()
    shortened: Counter[float] = Counter()
    bad = 0
    for film in films:
        # a copy, so that what is worked out about two hundred films is not kept
        broken, is_short = broken_promises(replace(film))
        asked[film.asked_s] += 1
        shortened[film.asked_s] += is_short
        bad += bool(broken)
        lines += [
            f"- {film.name}, {film.spec.length_seconds} s, {film.asked_s:g} s asked: {one}" for one in broken
        ]
    short = ", ".join(f"{shortened[length]} of {asked[length]} of {length:g} s" for length in sorted(asked))
    head = (
        f"{len(films)} films: {len(films) - bad} keep every promise. Shortened for want of footage: {short}."
    )
    return [head, "", *lines], bad
