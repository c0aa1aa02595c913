"""`python -m bench.turning_points`: how near the five turning points are found on 40 sample films with troubled cues.

The films are measured on paper (`samples.measured`), each with cues missing at its turns and false ones elsewhere,
half of them with named speakers, of 300 to 600 s. `--seeds tuning` is what the weights were fitted on; `--seeds test`
is for reporting. `--rendered N` also draws, encodes and analyses N of them for real, at 180 s.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from samples.cues import choose_troubles
from samples.film import TEST_SEEDS, TUNING_SEEDS, FilmSpec, make_film
from samples.measured import MeasuredStory, measure_story
from samples.truth import Truth

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe
from cinecore.timebase import FrameRate
from cinecut.ingestion.subtitles import read_subtitles
from cinecut.models import DialogueEvent, TurningPoints
from cinecut.narrative.protagonist import find_protagonist
from cinecut.narrative.turning_points import NAMES, PRIORS, RULE, find_turning_points, story_span

Shares = npt.NDArray[np.float64]

FILMS = 40
LENGTHS_S = (300, 450, 600)
TURN_SPREAD = 5.0
NEAR = 0.05
FLIPS = 100_000
RENDERED_S = 180
FITTED_ON = 80
"""Tuning seeds from here on were left out when the weights were fitted."""


@dataclass(frozen=True)
class Placed:
    """Where one way of finding put the turning points of all films, as shares of their stories."""

    name: str
    shares: Shares
    """films × 5"""

    def distances(self, truth: Shares) -> Shares:
        """How far each is from where it should be, as a share of the story."""
        far: Shares = np.abs(self.shares - truth)
        return far

    def row(self, truth: Shares, rule: Shares) -> str:
        """One line of the table."""
        far = self.distances(truth)
        better = rule.mean(axis=1) - far.mean(axis=1)
        chance = "" if self.shares is rule or not better.any() else f"{sign_flip(better):.5f}"
        by_point = " ".join(f"{100 * value:.1f}" for value in far.mean(axis=0))
        return f"| {self.name} | {100 * far.mean():.2f} % | {100 * (far <= NEAR).mean():.1f} % | {by_point} | {chance} |"


def sign_flip(differences: Shares) -> float:
    """How likely a mean this high is where the sign of each film's difference is chance: a paired test, one-sided."""
    random = np.random.default_rng(1)
    signs = random.choice([-1.0, 1.0], size=(FLIPS, len(differences)))
    reached = (signs @ differences >= differences.sum() - 1e-12).sum()
    return float(reached + 1) / (FLIPS + 1)


def spec_of(seed: int) -> tuple[FilmSpec, bool]:
    """The film of a seed, and whether its lines name who speaks."""
    random = np.random.default_rng([seed, 77])
    length = int(random.choice(LENGTHS_S))
    return FilmSpec(seed, length, turn_spread=TURN_SPREAD, has_troubled_cues=True), bool(
        random.random() < 0.5
    )


def shares_of(points: TurningPoints, span: tuple[float, float]) -> list[float]:
    """Five film times as shares of the story."""
    times = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    )
    return [(time - span[0]) / (span[1] - span[0]) for time in times]


Found = Callable[[MeasuredStory], TurningPoints]

WAYS: tuple[tuple[str, Found], ...] = (
    (
        "**found**, lines, sound, pictures and eyes",
        lambda m: find_turning_points(m.analysis, m.events, m.eyes),
    ),
    ("… without eyes", lambda m: find_turning_points(m.analysis, m.events)),
    ("… without lines", lambda m: find_turning_points(m.analysis, (), m.eyes)),
    ("… without sound", lambda m: find_turning_points(replace(m.analysis, sound=None), m.events, m.eyes)),
    (
        "… without blows in the sound",
        lambda m: find_turning_points(_without(m.analysis, blows=True), m.events, m.eyes),
    ),
    ("… without music", lambda m: find_turning_points(_without(m.analysis, music=True), m.events, m.eyes)),
    (
        "… pictures alone, no eyes",
        lambda m: find_turning_points(replace(m.analysis, sound=None), ()),
    ),
)


def _without(analysis: FilmAnalysis, *, blows: bool = False, music: bool = False) -> FilmAnalysis:
    assert analysis.sound is not None
    nothing = np.empty(0, np.float32)
    sound = analysis.sound
    return replace(
        analysis,
        sound=replace(
            sound, onset=nothing if blows else sound.onset, music=nothing if music else sound.music
        ),
    )


def judged(seeds: Sequence[int]) -> list[str]:
    """The table over the films of some seeds, with the failures under it."""
    films = [measure_story(spec, names_speakers=names) for spec, names in map(spec_of, seeds)]
    spans = [story_span(film.analysis) for film in films]
    truth = np.array(
        [
            [(at - span[0]) / (span[1] - span[0]) for at in film.turning_points_s]
            for film, span in zip(films, spans, strict=True)
        ]
    )
    random = np.random.default_rng(7)
    ways = [
        Placed(name, np.array([shares_of(find(film), span) for film, span in zip(films, spans, strict=True)]))
        for name, find in WAYS
    ]
    ways += [
        Placed("where films usually turn (prior alone)", np.tile(PRIORS, (len(films), 1))),
        Placed("the 5/25/45/62.5/80 rule", np.tile(RULE, (len(films), 1))),
        Placed("a uniform guess, in order", np.sort(random.random((len(films), 5)), axis=1)),
    ]
    rule = ways[-2].distances(truth)
    lines = [
        "| way | mean distance | within ±5 % | by point, % | p against the rule |",
        "|---|---|---|---|---|",
        *(way.row(truth, rule) for way in ways),
        "",
        f"Against the prior alone: p = {sign_flip((ways[-3].distances(truth) - ways[0].distances(truth)).mean(axis=1)):.5f}.",
        "",
        *_protagonists(films),
        "",
        f"Further off than {100 * NEAR:.0f} %:",
        "",
    ]
    far = ways[0].distances(truth)
    for number, film in enumerate(films):
        seed = seeds[number]
        missing = choose_troubles(film.plan.outline, seed).missing
        lines += [
            f"- seed {seed}, {NAMES[point]}: {100 * ways[0].shares[number][point]:.1f} % for "
            f"{100 * truth[number][point]:.1f} %; missing there: {', '.join(missing[point]) or 'nothing'}"
            for point in np.flatnonzero(far[number] > NEAR)
        ]
    return lines


def _protagonists(films: Sequence[MeasuredStory]) -> list[str]:
    named = [film for film in films if any(line.speaker for line in film.events)]
    by_face = sum(
        (hero := find_protagonist(film.events, film.eyes)) is not None and hero.person == film.hero_id
        for film in films
    )
    by_name = sum(
        (hero := find_protagonist(film.events, film.eyes)) is not None and hero.speaker == film.hero
        for film in named
    )
    return [
        (
            f"Protagonist by face: {by_face} of {len(films)}; by name where speakers are named: "
            f"{by_name} of {len(named)}."
        )
    ]


def rendered(seeds: Sequence[int]) -> list[str]:
    """The same for films that are drawn, encoded and analysed, without eyes."""
    lines = [
        "| seed | mean distance | of the rule | method | credits, their fence (s) |",
        "|---|---|---|---|---|",
    ]
    for seed in seeds:
        spec = FilmSpec(seed, RENDERED_S, 320, 180, turn_spread=TURN_SPREAD, has_troubled_cues=True)
        with tempfile.TemporaryDirectory() as scratch:
            made = make_film(spec, Path(scratch))
            media = probe(made.film)
            analysis = analyse_film(media, Path(scratch) / "analysis")
            events: Sequence[DialogueEvent] = read_subtitles(
                made.ass, film_duration_s=float(media.duration)
            ).events
        points = find_turning_points(analysis, events)
        span = story_span(analysis)
        truth = np.array(
            [(point.seconds - span[0]) / (span[1] - span[0]) for point in made.truth.turning_points]
        )
        own = np.abs(np.array(shares_of(points, span)) - truth).mean()
        rule = np.abs(np.array(RULE) - truth).mean()
        lines.append(
            f"| {seed} | {100 * own:.2f} % | {100 * rule:.2f} % | {points.method} | {_credits(made.truth, analysis)} |"
        )
    return lines


def _credits(truth: Truth, analysis: FilmAnalysis) -> str:
    """When credits run and where they were fenced, in seconds."""
    fps = float(FrameRate.parse(truth.rate).fps)
    true = [(scene.first / fps, scene.end / fps) for scene in truth.scenes if scene.kind == "credits"]
    found = [(fence.start_s, fence.end_s) for fence in analysis.fences if fence.kind == "credits"]
    spans = [" ".join(f"{start:.1f}–{end:.1f}" for start, end in some) or "none" for some in (true, found)]
    return ", ".join(spans)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.turning_points", description=__doc__)
    parser.add_argument("--seeds", choices=("tuning", "held-out", "test"), default="tuning")
    parser.add_argument("--films", type=int, default=FILMS)
    parser.add_argument("--first", type=int, default=0, help="leave out so many seeds")
    parser.add_argument("--rendered", type=int, default=0)
    asked = parser.parse_args()
    pool = {"tuning": TUNING_SEEDS, "held-out": TUNING_SEEDS[FITTED_ON:], "test": TEST_SEEDS}[asked.seeds]
    seeds = list(pool[asked.first : asked.first + max(asked.films, asked.rendered)])
    if asked.films:
        print(*judged(seeds[: asked.films]), sep="\n")
    if asked.rendered:
        print("", *rendered(seeds[: asked.rendered]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
