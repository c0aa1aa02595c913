"""Shot changes scored against the truth, by kind: precision, recall and F1; finds none itself.

On sample films a hard cut, a dark one and one that a flash begins on count only on their very frame, on hand-checked
films within 2 frames; a dissolve or fade counts when the position lies inside it, 2 frames of slack (6 on hand-checked
films, whose ranges are that exact). Each true change takes one found change of its own; a fade takes up to two, and
one dip to black may serve the fade out and the fade in. What is left over is wrong: against the kind that was told, or,
told as hard, against `hard` and every kind in whose zone it lies: `dark` in dark shots, `among flashes` within 48
frames of one, `flash` on one.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

GRADUAL_FRAMES = 2
SHARED_HARD_FRAMES = 2
SHARED_GRADUAL_FRAMES = 6
FLASH_NEAR_FRAMES = 48
FLASH_ON_FRAMES = 3
KINDS = ("hard", "dark", "among flashes", "flash", "dissolve", "fade")
JUMPS = ("hard", "flash")
FOUND_IN_A_FADE = 2

Found = list[tuple[int, str]]
"""Frame and kind of each change that a detector tells; `hard` where it does not tell kinds."""


@dataclass(frozen=True)
class TrueChange:
    """One change of the truth: the frames, ends included, in which it may be found, and its kinds."""

    first: int
    last: int
    kinds: tuple[str, ...]


@dataclass
class Film:
    """What is true of one film."""

    name: str
    changes: list[TrueChange]
    unjudged: list[tuple[int, int]]
    """Frames, ends included, where nothing found is wrong."""
    zones: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def sample_truth(name: str, truth: dict[str, Any], hard_frames: int = 0) -> Film:
    """A sample film's truth; `hard_frames` is the slack of hard cuts.

    Not judged is where text scrolls on black. The change from the credits' empty end to black shows in no
    pixel and is left out.
    """
    credits_ = next(trap for trap in truth["traps"] if trap["kind"] == "credits")
    film = Film(name, [], [(credits_["first"], credits_["end"] + 24)])
    shots = truth["shots"]
    flashes = [(frame, frame) for shot in shots for frame in shot["flashes"]]
    flashes += [tuple(shot["opening_span"]) for shot in shots if shot["opening"] == "flash"]
    film.zones = {
        "dark": [(shot["first"], shot["end"]) for shot in shots if shot["is_dark"]],
        "among flashes": [(a - FLASH_NEAR_FRAMES + 1, b + FLASH_NEAR_FRAMES - 1) for a, b in flashes],
        "flash": [(a - FLASH_ON_FRAMES, b + FLASH_ON_FRAMES) for a, b in flashes],
    }
    for before, shot in itertools.pairwise(shots):
        if shot["first"] == credits_["end"] and shot["opening"] == "hard":
            continue
        kinds = [shot["opening"]]
        begin, end = shot["opening_span"]
        if shot["opening"] in JUMPS:
            if shot["is_dark"] or before["is_dark"]:
                kinds.append("dark")
            if shot["opening"] == "hard" and _is_in(film.zones["among flashes"], shot["first"]):
                kinds.append("among flashes")
            at = shot["first"]
            film.changes.append(TrueChange(at - hard_frames, at + hard_frames, tuple(kinds)))
        else:
            first, last = min(begin, shot["first"]), max(end, shot["first"])
            film.changes.append(TrueChange(first - GRADUAL_FRAMES, last + GRADUAL_FRAMES, tuple(kinds)))
    return film


def shared_truth(name: str, truth: dict[str, Any], unjudged: Iterable[tuple[int, int]] = ()) -> Film:
    """A hand-checked film's truth."""
    cuts = truth["hard_cuts"] + truth.get("title_card_cuts", [])
    changes = [TrueChange(cut - SHARED_HARD_FRAMES, cut + SHARED_HARD_FRAMES, ("hard",)) for cut in cuts]
    for item in truth.get("gradual", []):
        begin, end = item["range"]
        kind = "dissolve" if "dissolve" in item["type"] else "fade"
        changes.append(TrueChange(begin - SHARED_GRADUAL_FRAMES, end + SHARED_GRADUAL_FRAMES, (kind,)))
    ignored = [(frame - 2, frame + 2) for frame in truth.get("ignore_frames", [])]
    ignored += [tuple(span) for span in truth.get("ignore_ranges", []) + truth.get("ignore", [])]
    return Film(name, sorted(changes, key=lambda change: change.first), [*ignored, *unjudged])


class Score:
    """Counts by kind for one detector over some films."""

    def __init__(self) -> None:
        self.true: dict[str, int] = defaultdict(int)
        self.found: dict[str, int] = defaultdict(int)
        self.wrong: dict[str, int] = defaultdict(int)
        self.notes: list[str] = []

    def add(self, film: Film, found: Found) -> None:
        """Add one film."""
        used: set[int] = set()
        of_fades: set[int] = set()
        for change in sorted(film.changes, key=lambda item: item.kinds[0] not in JUMPS):
            is_fade = change.kinds[0] == "fade"
            taken = used - of_fades if is_fade else used
            inside = [
                index
                for index, (frame, _) in enumerate(found)
                if change.first <= frame <= change.last and index not in taken
            ]
            inside = inside[: FOUND_IN_A_FADE if is_fade else 1]
            used.update(inside)
            of_fades.update(inside if is_fade else ())
            for kind in change.kinds:
                self.true[kind] += 1
                self.found[kind] += bool(inside)
            if not inside:
                self.notes.append(
                    f"{film.name}: missed {' '.join(change.kinds)} at {change.first}..{change.last}"
                )
        for index, (frame, kind) in enumerate(found):
            if index in used or _is_in(film.unjudged, frame):
                continue
            self.wrong[kind] += 1
            if kind == "hard":
                for zone, spans in film.zones.items():
                    self.wrong[zone] += _is_in(spans, frame)
            self.notes.append(f"{film.name}: {kind} at {frame} is not true")

    def figures(self, kind: str) -> tuple[float, float, float]:
        """Precision, recall and F1."""
        found, wrong, true = self.found[kind], self.wrong[kind], self.true[kind]
        precision = found / (found + wrong) if found + wrong else 0.0
        recall = found / true if true else 0.0
        return precision, recall, 2 * found / (found + wrong + true) if found + wrong + true else 0.0


def table(scores: dict[str, Score]) -> str:
    """A Markdown table: a row for each kind, precision / recall / F1 for each detector."""
    rows = ["| kind | true | " + " | ".join(scores) + " |", "|---|---|" + "---|" * len(scores)]
    first = next(iter(scores.values()))
    for kind in KINDS:
        if not first.true[kind]:
            continue
        cells = []
        for score in scores.values():
            precision, recall, f1 = score.figures(kind)
            cells.append(f"{precision:.3f} / {recall:.3f} / **{f1:.3f}**")
        rows.append(f"| {kind} | {first.true[kind]} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _is_in(spans: Iterable[tuple[int, int]], frame: int) -> bool:
    return any(first <= frame <= last for first, last in spans)
