"""Where every clip and card of a manifest lies in the trailer, in output frames; pure, no files.

The one place that turns a manifest's seconds into frames: planning, assembly and reports all read it.
The duration rule is `cinecore.timeline`'s: a crossfade of d frames overlaps its two neighbours by d,
every other transition overlaps none and takes its frames from the inside of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cinecore.timebase import FrameRate, Span, round_half_up
from cinecore.timeline import TransitionKind
from cinecut.manifest.schema import ACT_ORDER, Act, Clip, Manifest, TitleCard


@dataclass(frozen=True)
class LaidItem:
    """One clip or card with its place; `transition` is the one into the next item."""

    kind: str
    """clip | card"""
    index: int
    """Into `Manifest.clips` or `Manifest.titles`."""
    act: Act
    start: int
    """First output frame in which it is seen."""
    frames: int
    """How long it is seen, overlaps with both neighbours counted in."""
    cut: int
    """The cut point before it: `start` plus half the overlap with the item before; 0 for the first."""
    transition: TransitionKind
    transition_frames: int
    """Even; 0 for a hard cut."""

    @property
    def end(self) -> int:
        """The first output frame after it."""
        return self.start + self.frames

    @property
    def overlap_after(self) -> int:
        """Frames shared with the next item."""
        return self.transition_frames if self.transition is TransitionKind.CROSSFADE else 0


@dataclass(frozen=True)
class Layout:
    """All items in the order in which they are seen."""

    rate: FrameRate
    items: tuple[LaidItem, ...]

    @property
    def frames(self) -> int:
        """Length of the trailer in output frames."""
        return self.items[-1].end if self.items else 0

    @property
    def duration_s(self) -> Fraction:
        """Length of the trailer in seconds."""
        return self.rate.seconds(self.frames)

    @property
    def cuts(self) -> tuple[int, ...]:
        """The output frame of every cut point, the start of the trailer left out."""
        return tuple(item.cut for item in self.items[1:])

    @property
    def act_spans(self) -> dict[Act, Span]:
        """From the first cut point of each act to the next act's; acts that do not occur are absent."""
        spans: dict[Act, Span] = {}
        for position, item in enumerate(self.items):
            end = self.items[position + 1].cut if position + 1 < len(self.items) else self.frames
            first = spans[item.act].start if item.act in spans else item.cut
            spans[item.act] = Span(first, max(end, first))
        return {act: spans[act] for act in ACT_ORDER if act in spans}

    def item_of_clip(self, index: int) -> LaidItem:
        """Where clip `index` of the manifest lies."""
        return next(item for item in self.items if item.kind == "clip" and item.index == index)


def clip_frames(start_s: float, end_s: float, rate: FrameRate) -> int:
    """Output frames between two source times, at least one."""
    return max(1, rate.frames_nearest(Fraction(str(end_s)) - Fraction(str(start_s))))


def even_frames(seconds: float, rate: FrameRate) -> int:
    """The even number of frames nearest to a transition's length."""
    return 2 * round_half_up(Fraction(str(seconds)) * rate.fps / 2)


def lay_out(manifest: Manifest, rate: FrameRate) -> Layout:
    """The place of every clip and card at an output rate.

    A transition that its neighbours have no frames for is shortened to what they have; one that comes
    down to nothing, and one after the last item, is a hard cut.
    """
    parts = _in_order(manifest)
    lengths = [
        clip_frames(part.source_start_s, part.source_end_s, rate)
        if isinstance(part, Clip)
        else max(1, rate.frames_nearest(Fraction(str(part.duration_s))))
        for _, _, part in parts
    ]
    items: list[LaidItem] = []
    start, owned, overlap = 0, 0, 0
    for position, (kind, index, part) in enumerate(parts):
        wanted = TransitionKind(part.transition)
        length = 0
        if position + 1 < len(parts) and wanted is not TransitionKind.HARD_CUT:
            following = lengths[position + 1]
            length = even_frames(part.transition_s, rate)
            # what is left here, and at most half of the next item, which has a transition of its own
            room, ahead = max(0, lengths[position] - owned - 1), following // 2
            length = (
                min(length, room, ahead)
                if wanted is TransitionKind.CROSSFADE
                else min(length, 2 * room, 2 * ahead)
            )
            length -= length % 2
        transition = wanted if length > 0 else TransitionKind.HARD_CUT
        length = max(0, length)
        items.append(
            LaidItem(
                kind, index, part.act, start, lengths[position], start + overlap // 2, transition, length
            )
        )
        overlap = items[-1].overlap_after
        owned = overlap or length // 2
        start = items[-1].end - overlap
    return Layout(rate, tuple(items))


def _in_order(manifest: Manifest) -> list[tuple[str, int, Clip | TitleCard]]:
    """Clips in their order with each card behind the clip it names; cards behind one clip keep theirs."""
    behind: dict[int, list[int]] = {}
    for number, card in enumerate(manifest.titles):
        behind.setdefault(min(card.after_clip, len(manifest.clips) - 1), []).append(number)
    parts: list[tuple[str, int, Clip | TitleCard]] = [
        ("card", number, manifest.titles[number]) for number in behind.get(-1, [])
    ]
    for index, clip in enumerate(manifest.clips):
        parts.append(("clip", index, clip))
        parts += [("card", number, manifest.titles[number]) for number in behind.get(index, [])]
    return parts
