"""Cutting a timeline into segments that are encoded apart and joined by stream copy; pure.

A segment ends only where no crossfade overlaps, and does not know where it lies: an edit elsewhere
leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from cinecore.media import MediaFile, VideoStream
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, FilmFrames, Grade, Timeline, Transition, TransitionKind

SEGMENTS_AIMED_AT = 10
"""8..12 keep graphs small (a 40-input 1080p graph peaks at 2.1 GB) and edits cheap."""


@dataclass(frozen=True)
class FilmInput:
    """A film as the renderer needs to know it."""

    media: MediaFile
    is_one_to_one: bool
    """Constant rate, equal to the timeline's: each source frame becomes one output frame."""

    @property
    def video(self) -> VideoStream:
        """The film's picture; a film without one is never rendered."""
        assert self.media.video is not None  # noqa: S101 - probing refused films without pictures
        return self.media.video


@dataclass(frozen=True)
class Fade:
    """A fade inside one shot, at its beginning or its end."""

    frames: int
    color: str


@dataclass(frozen=True)
class SegmentShot:
    """One picture of a segment, with what its two neighbours ask of it."""

    content: FilmFrames | Card
    frames: int
    fade_in: Fade | None
    fade_out: Fade | None
    overlap_with_next: int


@dataclass(frozen=True)
class Segment:
    """A run of pictures rendered by one ffmpeg into `frames` frames."""

    shots: tuple[SegmentShot, ...]
    rate: FrameRate
    width: int
    height: int
    grade: Grade

    @property
    def frames(self) -> int:
        """Output frames, overlaps counted once."""
        return sum(shot.frames - shot.overlap_with_next for shot in self.shots)


def split_into_segments(timeline: Timeline) -> tuple[Segment, ...]:
    """The timeline's pictures as segments of about equal counts of pictures."""
    pictures = timeline.pictures
    per_segment = max(1, -(-len(pictures) // SEGMENTS_AIMED_AT))
    groups: list[list[int]] = [[]]
    for index in range(len(pictures)):
        may_cut = index > 0 and not timeline.transition_after(index - 1).overlap
        if may_cut and len(groups[-1]) >= per_segment:
            groups.append([])
        groups[-1].append(index)
    return tuple(
        Segment(
            tuple(_shot(timeline, index) for index in group),
            timeline.rate,
            timeline.width,
            timeline.height,
            timeline.grade,
        )
        for group in groups
    )


def _shot(timeline: Timeline, index: int) -> SegmentShot:
    picture = timeline.pictures[index]
    after = timeline.transition_after(index)
    before = timeline.transition_after(index - 1) if index else Transition(-1, TransitionKind.HARD_CUT)
    return SegmentShot(
        content=picture.content,
        frames=picture.frames,
        fade_in=_fade(before),
        fade_out=_fade(after),
        overlap_with_next=after.overlap,
    )


def _fade(transition: Transition) -> Fade | None:
    colors = {TransitionKind.FADE_TO_BLACK: "black", TransitionKind.FADE_TO_WHITE: "white"}
    color = colors.get(transition.kind)
    return Fade(transition.frames // 2, color) if color and transition.frames >= 2 else None
