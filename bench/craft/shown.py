"""What a trailer shows: for each of its frames the film frame, or none; nothing is judged here.

Both levels end here: a manifest alone (the truth level) and the frame codes read from a rendered file. The slots
(acts, cards, heard lines) always come from the manifest; which pictures are seen never does on the rendered level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from cinecore.timebase import FrameRate
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Act, Manifest, Zone

LONGEST_MIXED_S = 1.5
"""Frames that show no one film frame between two clips: a transition. Longer ones belong to neither clip."""

STORY_ACTS: tuple[Act, ...] = ("act1", "beat_drop", "act2", "act3")
"""Acts whose order means something; the cold open, the breath and the button stand outside."""


@dataclass(frozen=True)
class Slot:
    """One clip or card of the manifest, from cut to cut, in trailer frames."""

    start: int
    end: int
    act: Act
    zone: Zone | None
    """None for a card."""
    heard: tuple[tuple[float, float], ...] = ()
    """Lines heard whole, in seconds of the film."""
    reach_s: tuple[float, float] = (0.0, 0.0)
    """How long its lines are heard before it is seen and after it was seen: bridges of sound."""

    @property
    def is_card(self) -> bool:
        """Whether a drawn card stands here."""
        return self.zone is None


@dataclass(frozen=True)
class Piece:
    """One unbroken run of the film, as it is seen in the trailer."""

    start: int
    end: int
    """Trailer frames `[start, end)`, half of each neighbouring transition counted in."""
    first: int
    last: int
    """The first and last film frame that were seen clearly."""
    slot: Slot
    """Where most of it lies."""
    mixed_before: int = 0
    """Trailer frames of the transition before it, in which no one film frame is seen; 0 at a hard cut."""
    mixed_after: int = 0

    @property
    def frames(self) -> int:
        """For how many trailer frames it is seen."""
        return self.end - self.start


@dataclass(frozen=True)
class Shown:
    """One trailer, as a viewer sees it."""

    rate: FrameRate
    frames: tuple[int | None, ...]
    """Per trailer frame the film frame; None for cards, black and mixtures of two."""
    slots: tuple[Slot, ...]
    named_limit_s: float | None
    """The spoiler limit that the manifest names, in seconds of the film."""

    @property
    def seconds(self) -> float:
        """Length of the trailer."""
        return float(self.rate.seconds(len(self.frames)))

    @cached_property
    def film_frames(self) -> frozenset[int]:
        """Every film frame that is seen clearly."""
        return frozenset(frame for frame in self.frames if frame is not None)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The clips as seen, in trailer order: runs in which film and trailer advance together."""
        runs = _runs(self.frames)
        starts, ends = [run[0] for run in runs], [run[1] for run in runs]
        before, after = [0] * len(runs), [0] * len(runs)
        most = round(LONGEST_MIXED_S * float(self.rate.fps))
        for number, (one, two) in enumerate(pairwise(runs)):
            gap = two[0] - one[1]
            if self._has_card(one[1], two[0]):
                # what is unreadable of each clip's own slot is its half of the transition with the card
                own_after = min(most, max(0, self._slot_of(*one[:2]).end - one[1]))
                own_before = min(most, max(0, two[0] - self._slot_of(*two[:2]).start))
                ends[number], starts[number + 1] = one[1] + own_after, two[0] - own_before
                after[number], before[number + 1] = 2 * own_after, 2 * own_before
            elif gap <= most:
                starts[number + 1] = ends[number] = (one[1] + two[0]) // 2
                after[number] = before[number + 1] = gap
        return tuple(
            Piece(
                starts[i],
                ends[i],
                first,
                first + end - start - 1,
                self._slot_of(starts[i], ends[i]),
                before[i],
                after[i],
            )
            for i, (start, end, first) in enumerate(runs)
        )

    def in_acts(self, acts: Sequence[Act]) -> tuple[Piece, ...]:
        """The pieces of some acts, in trailer order."""
        return tuple(piece for piece in self.pieces if piece.slot.act in acts)

    def _has_card(self, start: int, end: int) -> bool:
        return any(slot.is_card and slot.start < end and start < slot.end for slot in self.slots)

    def _slot_of(self, start: int, end: int) -> Slot:
        clips = [slot for slot in self.slots if not slot.is_card]
        return max(clips, key=lambda slot: (min(end, slot.end) - max(start, slot.start), -slot.start))


def _runs(frames: Sequence[int | None]) -> list[tuple[int, int, int]]:
    """Trailer frames `[start, end)` and the first film frame of each run; unreadable frames inside are bridged."""
    runs: list[tuple[int, int, int]] = []
    for number, frame in enumerate(frames):
        if frame is None:
            continue
        if runs and frame - number == runs[-1][2] - runs[-1][0]:
            runs[-1] = (runs[-1][0], number + 1, runs[-1][2])
        else:
            runs.append((number, number + 1, frame))
    return runs


def slots_of(manifest: Manifest, rate: FrameRate) -> tuple[Slot, ...]:
    """Where each clip and card of a manifest lies, from cut to cut."""
    layout = lay_out(manifest, rate)
    borders = [item.cut for item in layout.items] + [layout.frames]
    slots = []
    for item, (start, end) in zip(layout.items, pairwise(borders), strict=True):
        if item.kind == "card":
            slots.append(Slot(start, end, item.act, None))
            continue
        clip = manifest.clips[item.index]
        heard = tuple((line.start_s, line.end_s) for line in clip.lines)
        reach_s = (clip.sound_lead_s, clip.sound_tail_s)
        slots.append(Slot(start, end, item.act, clip.narrative_zone, heard, reach_s))
    return tuple(slots)


def shown_by_manifest(manifest: Manifest, rate: FrameRate) -> Shown:
    """What the file would show if it shows what its manifest says; crossfades show no one frame."""
    layout = lay_out(manifest, rate)
    frames: list[int | None] = [None] * layout.frames
    overlap = 0
    for item in layout.items:
        if item.kind == "clip":
            first = rate.frames_nearest(Fraction(str(manifest.clips[item.index].source_start_s)))
            for number in range(overlap, item.frames - item.overlap_after):
                frames[item.start + number] = first + number
        overlap = item.overlap_after
    return Shown(rate, tuple(frames), slots_of(manifest, rate), _limit(manifest))


def shown_by_file(manifest: Manifest, rate: FrameRate, seen: Sequence[int | None]) -> Shown:
    """What a rendered file shows, by the frame codes that were read from it."""
    return Shown(rate, tuple(seen), slots_of(manifest, rate), _limit(manifest))


def _limit(manifest: Manifest) -> float | None:
    anchors = manifest.structural_anchors
    return anchors.spoiler_limit_s if anchors else None
