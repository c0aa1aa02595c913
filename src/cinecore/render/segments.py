"""Cutting a timeline into segments that are encoded apart and joined by stream copy; pure.

A segment ends where no crossfade overlaps, and does not know where it lies: an edit elsewhere
leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cinecore.media import MediaFile, VideoStream
from cinecore.render.presets import WEB
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, FilmFrames, Grade, Lut, Timeline, Transition, TransitionKind

MOST_PICTURES = 15
"""Of one segment: each is an input of its own, with a decoder in memory; a long manifest has more segments."""

LEAST_BODY_TO_SPLIT = 12
"""Frames between two transitions of a shot under which it is not cut in two."""


@dataclass(frozen=True)
class FilmInput:
    """A film as the renderer needs to know it."""

    media: MediaFile
    is_one_to_one: bool
    """Constant rate, equal to the timeline's: each source frame becomes one output frame."""
    keyframes_only: bool = False
    """Each keyframe is shown until the next one: a preview, at a fraction of the decoding."""

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
    lut: Lut | None = None
    calmed: int = 0
    """How strongly flashes across its cuts are taken out, as in `FilmFrames.calmed`."""

    @property
    def frames(self) -> int:
        """Output frames, overlaps counted once."""
        return sum(shot.frames - shot.overlap_with_next for shot in self.shots)


def split_into_segments(
    timeline: Timeline, *, may_split_shots: bool = True, aimed_at: int = WEB.segments_aimed_at
) -> tuple[Segment, ...]:
    """The timeline's pictures as about `aimed_at` segments of equal counts of pictures, more where that is many.

    Where crossfades chain pictures together, a segment ends in the middle of a film shot, between its two
    crossfades. That needs source frames that are output frames: `may_split_shots` says whether they are.
    """
    pictures = timeline.pictures
    per_segment = min(MOST_PICTURES, max(1, -(-len(pictures) // aimed_at)))
    groups: list[list[SegmentShot]] = [[]]
    for index in range(len(pictures)):
        shot = _shot(timeline, index)
        before = groups[-1][-1].overlap_with_next if groups[-1] else 0
        if len(groups[-1]) >= per_segment:
            if not before:
                groups.append([])
            elif may_split_shots and (halves := _halves(shot, before, timeline.rate)):
                groups[-1].append(halves[0])
                groups.append([])
                shot = halves[1]
        groups[-1].append(shot)
    segments: list[Segment] = []
    begin = 0
    for group in groups:
        segment = Segment(
            tuple(group), timeline.rate, timeline.width, timeline.height, timeline.grade, timeline.lut
        )
        end = begin + segment.frames
        is_calmed = any(first < end and begin < last for first, last in timeline.calmed)
        segments.append(replace(segment, calmed=2 if is_calmed else 0))
        begin = end
    return tuple(segments)


def _halves(
    shot: SegmentShot, overlap_before: int, rate: FrameRate
) -> tuple[SegmentShot, SegmentShot] | None:
    """A film shot cut in the middle of what its two transitions leave; None where that is too little."""
    last = shot.frames - max(shot.overlap_with_next, shot.fade_out.frames if shot.fade_out else 0)
    middle = (overlap_before + last) // 2
    if not isinstance(shot.content, FilmFrames) or last - overlap_before < LEAST_BODY_TO_SPLIT:
        return None
    framing = shot.content.framing
    rest = replace(
        shot.content,
        start_s=shot.content.start_s + rate.seconds(middle),
        framing=framing and framing.later_by(middle),
    )
    return (
        SegmentShot(shot.content, middle, shot.fade_in, None, 0),
        SegmentShot(rest, shot.frames - middle, None, shot.fade_out, shot.overlap_with_next),
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
