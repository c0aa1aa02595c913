"""How many shot changes the analysis finds, by kind, on sample films and on hand-checked films; tunes nothing.

    python -m bench.analysis_shots --seeds 1000 1001 --length 100 --keep FOLDER --shared MEDIA_FOLDER

A found change counts when it lies within 2 frames of a true hard cut, or inside a true dissolve or fade
widened by 3 frames. What is found and not true is counted against precision, by the kind that was found.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples.film import FilmSpec, make_film

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

HARD_FRAMES = 2
GRADUAL_FRAMES = 3
JUMPS = ("hard", "flash")
"""Kinds that are matched first, each with a found change of its own; a dip may serve two fades."""

FLASH_NEAR_FRAMES = 48
"""A hard cut with a flash this near counts among flashes as well."""


@dataclass(frozen=True)
class TrueChange:
    """One change of the truth: frames in which it may be found, and its kinds."""

    first: int
    last: int
    kinds: tuple[str, ...]


def sample_changes(truth: dict[str, Any]) -> tuple[list[TrueChange], list[tuple[int, int]]]:
    """The changes of a sample film's truth, and the frames where text scrolls on black, fenced off anyway.

    The change from the credits' empty end to black shows in no pixel and is left out.
    """
    changes = []
    ends = {trap["kind"]: trap for trap in truth["traps"]}
    unseen = ends["credits"]["end"]
    unjudged = [(ends["credits"]["first"], ends["credits"]["end"] + 24)]
    shots = truth["shots"]
    flashes = [frame for shot in shots for frame in shot["flashes"]]
    for before, shot in itertools.pairwise(shots):
        if shot["first"] == unseen and shot["opening"] == "hard":
            continue
        kinds = [shot["opening"]]
        begin, end = shot["opening_span"]
        if shot["opening"] in {"hard", "flash"}:
            slack = HARD_FRAMES
            if shot["is_dark"] or before["is_dark"]:
                kinds.append(shot["opening"] + " dark")
            if any(abs(frame - shot["first"]) < FLASH_NEAR_FRAMES for frame in flashes):
                kinds.append(shot["opening"] + " near flash")
        else:
            slack = GRADUAL_FRAMES
        changes.append(
            TrueChange(min(begin, shot["first"]) - slack, max(end, shot["first"]) + slack, tuple(kinds))
        )
    return changes, unjudged


def shared_changes(truth: dict[str, Any]) -> tuple[list[TrueChange], list[tuple[int, int]]]:
    """The changes of a hand-checked film and the frames where nobody has judged."""
    cuts = truth["hard_cuts"] + truth.get("title_card_cuts", [])
    changes = [TrueChange(cut - HARD_FRAMES, cut + HARD_FRAMES, ("hard",)) for cut in cuts]
    for item in truth.get("gradual", []):
        begin, end = item["range"]
        kind = "dissolve" if "dissolve" in item["type"] else "fade"
        changes.append(TrueChange(begin - 6, end + 6, (kind,)))
    unjudged = [(frame - 2, frame + 2) for frame in truth.get("ignore_frames", [])]
    unjudged += [tuple(span) for span in truth.get("ignore_ranges", []) + truth.get("ignore", [])]
    return sorted(changes, key=lambda change: change.first), unjudged


class Table:
    """Counts by kind."""

    def __init__(self) -> None:
        self.true: dict[str, int] = defaultdict(int)
        self.found: dict[str, int] = defaultdict(int)
        self.extra: dict[str, int] = defaultdict(int)
        self.told: dict[str, int] = defaultdict(int)
        self.notes: list[str] = []

    def score(
        self, name: str, analysis: FilmAnalysis, truth: list[TrueChange], unjudged: list[tuple[int, int]]
    ) -> None:
        """Add one film."""
        found = [(shot.first_frame, shot.opens_with) for shot in analysis.shots[1:]]
        used: set[int] = set()
        for change in sorted(truth, key=lambda item: item.kinds[0] not in JUMPS):
            inside = [i for i, (frame, _) in enumerate(found) if change.first <= frame <= change.last]
            if change.kinds[0] in JUMPS:
                inside = [i for i in inside if i not in used][:1]
            for kind in change.kinds:
                self.true[kind] += 1
                self.found[kind] += bool(inside)
            used.update(inside)
            if not inside:
                self.notes.append(f"{name}: missed {'/'.join(change.kinds)} at {change.first}..{change.last}")
        for index, (frame, kind) in enumerate(found):
            if index in used:
                self.told[kind] += 1
            elif not any(begin <= frame <= end for begin, end in unjudged):
                self.extra[kind] += 1
                self.notes.append(f"{name}: {kind} at {frame} is not true")

    def show(self) -> None:
        """Print it."""
        print(f"{'kind':24}{'true':>6}{'found':>7}{'recall':>8}")
        for kind in sorted(self.true):
            print(
                f"{kind:24}{self.true[kind]:6}{self.found[kind]:7}{self.found[kind] / self.true[kind]:8.3f}"
            )
        for kind in sorted(set(self.told) | set(self.extra)):
            right = self.told[kind]
            print(
                f"precision of {kind:11}{right:6} of {right + self.extra[kind]:4}{right / (right + self.extra[kind]):8.3f}"
            )
        print(*self.notes, sep="\n")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1000])
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="keep the sample films here and use those that are there")
    parser.add_argument("--shared", type=Path, help="folder of hand-checked films")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        samples = Table()
        for seed in asked.seeds:
            folder = (asked.keep or work) / f"film{seed}"
            if not (folder / "truth.json").exists():
                folder.mkdir(parents=True, exist_ok=True)
                make_film(FilmSpec(seed, asked.length), folder)
            truth = json.loads((folder / "truth.json").read_text())
            analysis = analyse_film(probe(folder / "film.mp4"), work / "analysis")
            samples.score(f"seed {seed}", analysis, *sample_changes(truth))
            print(
                f"seed {seed}: fences",
                [(f.kind, round(f.start_s, 2), round(f.end_s, 2)) for f in analysis.fences],
            )
            print(f"seed {seed}: traps", truth.get("traps"))
        if asked.seeds:
            samples.show()
        for film, name in (
            ("big_buck_bunny_448x252", "big_buck_bunny"),
            ("sintel_trailer-720p", "sintel_trailer"),
        ):
            if asked.shared is None:
                continue
            truth = json.loads((asked.shared / "sbd" / f"{name}.shots.json").read_text())
            table = Table()
            analysis = analyse_film(probe(asked.shared / "video" / f"{film}.mp4"), work / "analysis")
            table.score(name, analysis, *shared_changes(truth))
            print(
                f"\n{name}: fences",
                [(f.kind, round(f.start_s, 2), round(f.end_s, 2)) for f in analysis.fences],
            )
            table.show()


if __name__ == "__main__":
    main()
