"""The rendered level: films that are drawn, spoken and encoded, trailers by the whole program, read back by frame codes.

The work is kept in a folder, so that what was made once can be looked at again; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bench.craft.case import Case
from bench.craft.figures import Way, losing_cases, with_interval
from bench.craft.measures import MEASURES, measured
from bench.craft.shown import shown_by_file, shown_by_manifest
from samples.film import TEST_SEEDS, FilmSpec, SampleFilm, make_film
from samples.frame_code import read_frames
from samples.truth import Truth

from cinecore.timebase import FrameRate
from cinecut.compose import make_trailer
from cinecut.manifest.io import read_manifest
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.settings import TrailerSettings

FILM_S, ASKED_S = 150, 36
WIDTH, HEIGHT = 320, 180
VIBE_STEP = 5
"""Through the eighteen vibes, so that a dozen films see calm and busy ones."""


@dataclass(frozen=True)
class Rendered:
    """One film and its trailer, as files, and what the trailer's frames show."""

    film: SampleFilm
    trailer: Path
    planned: Manifest
    """As narrative left it."""
    assembled: Manifest
    vibe: str
    seen: tuple[int | None, ...]

    @property
    def name(self) -> str:
        """How losing cases call it."""
        return f"seed {self.film.truth.seed}, {self.vibe}"

    @property
    def rate(self) -> FrameRate:
        """Of film and trailer."""
        return FrameRate.parse(self.film.truth.rate)

    def case(self) -> Case:
        """What is really seen, beside the film's truth."""
        shown = shown_by_file(self.assembled, self.rate, self.seen)
        return Case(shown, self.film.truth, load_vibe(self.vibe), float(ASKED_S))

    def case_as_told(self) -> Case:
        """What the manifest says is seen: the truth level of the same trailer."""
        shown = shown_by_manifest(self.assembled, self.rate)
        return Case(shown, self.film.truth, load_vibe(self.vibe), float(ASKED_S))


def rendered_film(number: int, folder: Path) -> Rendered:
    """The film of the n-th test seed and its trailer, made in `folder`."""
    vibes = vibe_names()
    vibe = vibes[number * VIBE_STEP % len(vibes)]
    spec = FilmSpec(TEST_SEEDS[number], FILM_S, WIDTH, HEIGHT)
    film = make_film(spec, folder / f"film{spec.seed}")
    settings = TrailerSettings(film.film, film.ass, vibe, Fraction(ASKED_S), jobs=1)
    outcome = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    assert outcome.output is not None
    return Rendered(
        film,
        outcome.output,
        read_manifest(outcome.manifest),
        read_manifest(outcome.work_dir / "ASSEMBLY_MANIFEST.json"),
        vibe,
        tuple(read_frames(outcome.output)),
    )


def unlike_its_manifest(rendered: Rendered) -> int:
    """Frames of the file that clearly show another film frame than the manifest says."""
    told = rendered.case_as_told().shown.frames
    pairs = zip(rendered.seen, told, strict=False)
    wrong = sum(seen is not None and said is not None and seen != said for seen, said in pairs)
    return wrong + abs(len(told) - len(rendered.seen))


def true_shot(truth: Truth, frame: int) -> int:
    """The index of the shot that a film frame lies in."""
    return max(index for index, shot in enumerate(truth.shots) if shot.first <= frame)


def rendered_table(made: Sequence[Rendered]) -> list[str]:
    """One line a measure: what is seen in the files beside what their manifests say, and the losing cases."""
    seen = Way("seen", tuple(measured(one.case()) for one in made))
    told = Way("told", tuple(measured(one.case_as_told()) for one in made))
    lines = ["| measure | goal | seen in the file | told by its manifest |", "|---|---|---|---|"]
    for measure in MEASURES:
        if measure.name != "planning CPU":
            goal = measure.better if measure.goal is None else f"{measure.better}, {measure.goal:g}"
            cells = f"{with_interval(seen.values(measure))} | {with_interval(told.values(measure))}"
            lines.append(f"| {measure.name} | {goal} | {cells} |")
    lines.append(
        f"| **promises kept** | higher | {with_interval(seen.kept())} | {with_interval(told.kept())} |"
    )
    wrong, frames = sum(map(unlike_its_manifest, made)), sum(len(one.seen) for one in made)
    readable = sum(frame is not None for one in made for frame in one.seen)
    lines += [
        "",
        f"{wrong} of {frames} frames show another film frame than the manifest says; {readable} can be read, not",
        "cards and transitions.",
        "",
        "Losing cases:",
        "",
        *losing_cases([one.name for one in made], seen),
    ]
    return lines
