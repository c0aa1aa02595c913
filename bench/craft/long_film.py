"""What planning a long feature film costs: CPU seconds with some three thousand candidates; no choice is judged."""

from __future__ import annotations

import resource
from fractions import Fraction

from bench.craft.films import plan
from tests.synthetic_film import make_film

from cinecore.timebase import FrameRate
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import find_candidates
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.permitted import permitted_footage
from cinecut.narrative.turning_points import find_turning_points

PROMISED_CPU_S = 10.0
"""For 3,000 candidates."""

SECONDS, LINES_A_MINUTE = 8400.0, 16.0
"""With shots of 4 s on average; some 3,200 candidates before the limit."""
VIBES = ("action", "drama", "horror")

FOUR_HOURS_S, FOUR_HOURS_SHOT_S, FOUR_HOURS_LINES = 14400.0, 4.8, 10.4
"""Some 3,000 shots and 2,500 lines."""
FOUR_HOURS_CPU_S, FOUR_HOURS_MIB = 15.0, 600.0
"""Promised for them: CPU seconds of the plan, and memory of the whole process."""


def long_brief(vibe: str, seconds: float = SECONDS) -> Brief:
    """A film of two hours and twenty minutes, cut and spoken as feature films are, and its brief."""
    analysis, events = make_film(
        seconds, seed=3, mean_shot_s=4.0, lines_a_minute=LINES_A_MINUTE, credits_s=seconds / 30
    )
    return Brief(
        "a long film.mp4", analysis, events, (), load_vibe(vibe), FrameRate(Fraction(24)), 120.0, title="Long"
    )


def four_hours_brief(vibe: str) -> Brief:
    """A film of four hours as analysis values, and its brief."""
    analysis, events = make_film(
        FOUR_HOURS_S,
        seed=7,
        mean_shot_s=FOUR_HOURS_SHOT_S,
        lines_a_minute=FOUR_HOURS_LINES,
        credits_s=FOUR_HOURS_S / 30,
    )
    return Brief(
        "a very long film.mp4",
        analysis,
        events,
        (),
        load_vibe(vibe),
        FrameRate(Fraction(24)),
        120.0,
        title="Long",
    )


def four_hours_line() -> str:
    """What planning it costs; to be asked for before anything larger was in this process's memory."""
    brief = four_hours_brief("action")
    planned = plan(brief)
    assert planned.cpu_s is not None
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = "kept" if planned.cpu_s < FOUR_HOURS_CPU_S and mib < FOUR_HOURS_MIB else "broken"
    return (
        f"Four hours, {len(brief.analysis.shots)} shots, {len(brief.events)} lines, {candidates_of(brief)} candidates: "
        f"{len(planned.manifest.clips)} clips in {planned.cpu_s:.2f} CPU s and {mib:.0f} MiB; promised "
        f"{FOUR_HOURS_CPU_S:g} s and {FOUR_HOURS_MIB:g} MiB: {kept}."
    )


def candidates_of(brief: Brief) -> int:
    """How many candidates a plan of this film chooses from."""
    grid = FilmGrid(brief.analysis, brief.rate)
    points = find_turning_points(brief.analysis, brief.events)
    return len(find_candidates(grid, brief.events, permitted_footage(brief, grid, points)))


def planning_table() -> list[str]:
    """One line a vibe: candidates, clips, CPU seconds, each plan made once in this process."""
    four_hours = four_hours_line()
    lines = [
        f"| vibe | candidates | clips | CPU s | promised for 3,000: {PROMISED_CPU_S:g} |",
        "|---|---|---|---|---|",
    ]
    for vibe in VIBES:
        brief = long_brief(vibe)
        planned = plan(brief)
        assert planned.cpu_s is not None
        kept = "kept" if planned.cpu_s < PROMISED_CPU_S else "broken"
        lines.append(
            f"| {vibe} | {candidates_of(brief)} | {len(planned.manifest.clips)} | {planned.cpu_s:.2f} | {kept} |"
        )
    return [*lines, "", four_hours]
