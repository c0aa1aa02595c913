"""The list of measures, frozen: names, definitions, directions and goals; how each is found stands beside its kin."""

from __future__ import annotations

from bench.craft import bars_seen, rhythm_seen, story_seen
from bench.craft.case import Case, Finding, Measure

MEASURES_VERSION = 2
"""Raised by any change of a name, a definition, a direction or a goal; figures of two versions do not compare."""

MEASURES: tuple[Measure, ...] = (
    Measure(
        "turning points",
        "share of those before the limit whose scene is shown",
        "higher",
        1.0,
        story_seen.turning_points,
    ),
    Measure(
        "turns in order",
        "share of pairs of shown turning points that appear in film order",
        "higher",
        1.0,
        story_seen.turns_in_order,
    ),
    Measure(
        "moments",
        "share of the must-use moments before the limit that are shown",
        "higher",
        0.9,
        story_seen.moments,
    ),
    Measure(
        "hero early",
        "the hero is in one of the first two clips with people",
        "higher",
        1.0,
        story_seen.hero_early,
    ),
    Measure(
        "mains met",
        "share of the three people seen longest who are shown before act 3",
        "higher",
        1.0,
        story_seen.mains_before_act3,
    ),
    Measure(
        "rising tension",
        "rank correlation of the scenes' true intensity with order, acts 1 to 3",
        "higher",
        0.5,
        story_seen.rising_tension,
    ),
    Measure(
        "peak place",
        "where the most intense clip lies in acts 1 to 3, 0 to 1",
        "higher",
        0.7,
        story_seen.peak_place,
    ),
    Measure(
        "scenes a minute",
        "distinct scenes shown per minute of clips",
        "higher",
        None,
        story_seen.scenes_a_minute,
    ),
    Measure(
        "places a minute",
        "distinct places in distinct light per minute of clips",
        "higher",
        None,
        story_seen.places_a_minute,
    ),
    Measure(
        "traps",
        "forbidden stretches shown, and a false climax as the end of act 3",
        "lower",
        0.0,
        bars_seen.traps,
    ),
    Measure(
        "spoilers",
        "seconds shown from behind the true fourth turning point",
        "lower",
        0.0,
        bars_seen.spoilers,
    ),
    Measure(
        "past named limit",
        "frames behind the limit that the manifest names",
        "lower",
        0.0,
        bars_seen.past_named_limit,
    ),
    Measure(
        "lines cut",
        "clip edges inside a spoken line, where no sound of it reaches over the cut",
        "lower",
        0.0,
        bars_seen.lines_cut,
    ),
    Measure(
        "stray changes",
        "shot changes inside a clip that no heard line carries",
        "lower",
        0.0,
        bars_seen.stray_changes,
    ),
    Measure("repeats", "frames whose pictures were shown before", "lower", 0.0, bars_seen.repeats),
    Measure("too near", "pairs of clips less than 2 s apart in the film", "lower", 0.0, bars_seen.too_near),
    Measure("short clips", "clips of fewer than 8 frames", "lower", 0.0, bars_seen.short_clips),
    Measure(
        "zone steps back",
        "clips whose zone stands before the last one's",
        "lower",
        0.0,
        bars_seen.zone_steps_back,
    ),
    Measure("pace falls", "mean clip lengths fall from act to act", "higher", 1.0, rhythm_seen.pace_falls),
    Measure(
        "pace distance",
        "mean distance of the acts' log lengths from the vibe's, as shapes",
        "lower",
        0.3,
        rhythm_seen.pace_distance,
    ),
    Measure(
        "dialogue distance",
        "share of clip time with a heard line, against the vibe's",
        "lower",
        0.08,
        rhythm_seen.dialogue_distance,
    ),
    Measure(
        "duration off", "seconds between the length and what was asked", "lower", 0.5, rhythm_seen.duration
    ),
    Measure("planning CPU", "CPU seconds of the plan", "lower", None, rhythm_seen.planning_cpu),
)


def measured(case: Case) -> dict[str, Finding]:
    """Every measure of one trailer, by name."""
    return {measure.name: measure.find(case) for measure in MEASURES}


def promises_kept(findings: dict[str, Finding]) -> float:
    """Share of the measures with a goal that reach it; those with nothing to measure are left out."""
    asked = [
        measure.is_kept(value)
        for measure in MEASURES
        if measure.goal is not None and (value := findings[measure.name].value) is not None
    ]
    return sum(asked) / len(asked)
