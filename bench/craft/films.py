"""The films of the benchmark: which seeds, vibes and lengths, and each film's brief and truth; nothing is judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bench.craft.case import Case
from bench.craft.shown import shown_by_manifest
from bench.turning_points import spec_of
from samples.film import TEST_SEEDS, TUNING_SEEDS, FilmSpec
from samples.measured import MeasuredStory, measure_story
from samples.truth import Truth, truth_of

from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer

FILMS = 60
ASKED_S = {300: 45.0, 450: 60.0, 600: 90.0}
"""How long a trailer each film is asked for, by its length in seconds: a fifth of what lies before the setback."""

SOURCE = "sample film.mp4"


@dataclass(frozen=True)
class BenchFilm:
    """One film of the benchmark."""

    spec: FilmSpec
    vibe: VibeProfile
    asked_s: float
    names_speakers: bool

    @property
    def name(self) -> str:
        """How losing cases call it."""
        return f"seed {self.spec.seed}, {self.vibe.name}"

    @cached_property
    def story(self) -> MeasuredStory:
        """The film as analysis, ears and eyes would give it."""
        return measure_story(self.spec, names_speakers=self.names_speakers)

    @cached_property
    def truth(self) -> Truth:
        """What is known of it."""
        return truth_of(self.story.plan, self.spec.seed, self.spec.width, self.spec.height, "tones")

    @cached_property
    def brief(self) -> Brief:
        """What narrative is told."""
        story = self.story
        return Brief(
            SOURCE,
            story.analysis,
            story.events,
            (),
            self.vibe,
            self.spec.rate,
            self.asked_s,
            title=story.plan.story.title,
            eyes=story.eyes,
        )


def bench_films(count: int = FILMS, seeds: Sequence[int] = TEST_SEEDS) -> tuple[BenchFilm, ...]:
    """The first films of some seeds, with the vibes in turn; cues are troubled as in the bench of turning points."""
    vibes = vibe_names()
    films = []
    for number, seed in enumerate(seeds[:count]):
        spec, names_speakers = spec_of(seed)
        vibe = load_vibe(vibes[number % len(vibes)])
        films.append(BenchFilm(spec, vibe, ASKED_S[spec.length_seconds], names_speakers))
    return tuple(films)


LENGTHS_S = (6.0, 15.0, 30.0, 60.0, 90.0, 120.0, 150.0)
OTHER_SEEDS = range(2000, 2100)


def many_films(count: int) -> tuple[BenchFilm, ...]:
    """Films of the tuning, test and other seeds in turn, with vibes and asked lengths in turn."""
    pools = (TUNING_SEEDS, TEST_SEEDS, OTHER_SEEDS)
    seeds = [pools[number % 3][number // 3] for number in range(count)]
    films = bench_films(count, seeds)
    return tuple(
        replace(film, asked_s=LENGTHS_S[number % len(LENGTHS_S)]) for number, film in enumerate(films)
    )


@dataclass(frozen=True)
class Planned:
    """One trailer as a manifest, and what it cost."""

    manifest: Manifest
    cpu_s: float | None


def plan(brief: Brief) -> Planned:
    """The product's own trailer, with the CPU seconds of its planning."""
    begun = time.process_time()
    manifest = plan_trailer(brief)
    return Planned(manifest, time.process_time() - begun)


def case_on_paper(film: BenchFilm, planned: Planned) -> Case:
    """A planned trailer beside its film's truth."""
    shown = shown_by_manifest(planned.manifest, film.spec.rate)
    return Case(shown, film.truth, film.vibe, film.asked_s, planned.cpu_s)
