"""The timeline: one frozen value that says what is seen and heard, frame by frame and sample by sample.

Upstream decides, downstream shows. Pictures lie in whole output frames, sounds on the 48 kHz grid.
Nothing here reads or writes a file.

The duration rule stands here and nowhere else: a crossfade of d frames overlaps its two pictures by d
frames; every other transition overlaps by none and takes its frames from the inside of both neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from cinecore.errors import InputError
from cinecore.timebase import FrameRate, Span


class TransitionKind(StrEnum):
    """How one picture becomes the next."""

    HARD_CUT = "hard_cut"
    CROSSFADE = "crossfade"
    FADE_TO_BLACK = "fade_to_black"
    FADE_TO_WHITE = "fade_to_white"


class Stem(StrEnum):
    """Which part of the mix a sound belongs to."""

    DIALOGUE = "dialogue"
    AMBIENCE = "ambience"
    MUSIC = "music"
    EFFECTS = "effects"
    NARRATION = "narration"


@dataclass(frozen=True)
class FilmSource:
    """A film that pictures and sounds are taken from."""

    key: str
    path: Path
    identity: str
    """Digest of `files.FilmIdentity`; part of every fingerprint of what is rendered from it."""


@dataclass(frozen=True)
class FramePoint:
    """Where a crop's middle lies at output frame `frame` of its picture, as parts of the film's shown picture."""

    frame: int
    """Counted from the picture's first frame; may lie outside it."""
    x: float
    y: float
    jumps: bool = False
    """Whether the crop is there at once, as at a cut, and does not move there."""


@dataclass(frozen=True)
class Framing:
    """The part of a film's picture that is shown: a crop of one size on a path through points, frames rising."""

    width: float
    height: float
    """Both as parts of the shown picture."""
    points: tuple[FramePoint, ...]

    def later_by(self, frames: int) -> Framing:
        """The same path as a picture that starts `frames` later counts it."""
        moved = tuple(replace(point, frame=point.frame - frames) for point in self.points)
        return replace(self, points=moved)


@dataclass(frozen=True)
class FilmFrames:
    """A run of a film's own pictures; starts at the source frame shown at `start_s`.

    `start_s` is exact: presentation time less the container's start, of one source frame.
    """

    source: str
    start_s: Fraction
    framing: Framing | None = None
    """None: the whole picture."""
    calmed: int = 0
    """How strongly flashes are taken out of it: 0 not at all, 1 or 2 (`cinecore.render.flashes`)."""


@dataclass(frozen=True)
class Card:
    """A drawn picture: a title, or plain ground where `lines` is empty."""

    lines: tuple[str, ...] = ()
    kind: str = "black"
    """black | white | title | tagline | end"""
    style: str = "{}"
    """Typography and colours as canonical JSON; read by `cinecore.render.card_style`."""


@dataclass(frozen=True)
class Picture:
    """What is seen from output frame `start` for `frames` frames."""

    start: int
    frames: int
    content: FilmFrames | Card
    label: str = ""
    """Which clip of the manifest this is, for messages and exports: `clip 7`."""

    @property
    def end(self) -> int:
        """The first output frame after it."""
        return self.start + self.frames


@dataclass(frozen=True)
class Transition:
    """The change from picture `index` to picture `index + 1`, `frames` long in all."""

    index: int
    kind: TransitionKind
    frames: int = 0

    @property
    def overlap(self) -> int:
        """Frames in which both pictures are seen."""
        return self.frames if self.kind is TransitionKind.CROSSFADE else 0


@dataclass(frozen=True)
class FilmSound:
    """A stretch of a film's sound track."""

    source: str
    start_s: Fraction
    track: int = 0
    """Which sound track of the film, counted among its sound tracks."""
    prefers_center: bool = False
    """Take the centre channel alone where the track has one (dialogue)."""
    enhance_db: float = 0.0
    """How far all but the voice in it is lowered; 0 leaves it as it is."""


@dataclass(frozen=True)
class FileSound:
    """A stretch of a sound file (a user's music)."""

    path: Path
    digest: str
    start_s: Fraction = Fraction(0)


@dataclass(frozen=True)
class MadeSound:
    """A sound composed by us: `maker` names it, `recipe` is canonical JSON of what it is made from."""

    maker: str
    recipe: str


@dataclass(frozen=True)
class AudioCue:
    """A sound that starts at sample `start` and lasts `length` samples."""

    stem: Stem
    start: int
    length: int
    sound: FilmSound | FileSound | MadeSound
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    picture: int | None = None
    """The picture it belongs to, for J- and L-cuts and for exports."""
    text: str = ""
    """What is said in it, for captions and reports."""

    @property
    def end(self) -> int:
        """The first sample after it."""
        return self.start + self.length


@dataclass(frozen=True)
class Grade:
    """Colour as four figures, all affine: moved about luma, about mid-grey, then added."""

    temperature: float = 0.0
    saturation: float = 1.0
    contrast: float = 1.0
    brightness: float = 0.0

    @property
    def is_neutral(self) -> bool:
        """Whether the picture stays as it is."""
        return self == Grade()


@dataclass(frozen=True)
class Lut:
    """A colour table that is laid over the graded film, cards left out."""

    path: Path
    """Of a file named after its content: its name alone tells it from others."""
    is_3d: bool = True


@dataclass(frozen=True)
class BeatGrid:
    """Where beats fall in trailer time: beat n at `offset_s + n * 60 / bpm`."""

    bpm: Fraction
    offset_s: Fraction = Fraction(0)
    beats_per_bar: int = 4

    def beat_s(self, beat: Fraction | int) -> Fraction:
        """Seconds at which a beat (or a fraction of one) falls."""
        return self.offset_s + Fraction(beat) * 60 / self.bpm

    def frame(self, beat: Fraction | int, rate: FrameRate) -> int:
        """The output frame nearest to a beat."""
        return rate.frames_nearest(self.beat_s(beat))

    def nearest_beat(self, seconds: Fraction, division: int = 1) -> Fraction:
        """The beat, or 1/`division` of one, nearest to a time."""
        beats = (seconds - self.offset_s) * self.bpm / 60 * division
        return Fraction((2 * beats.numerator + beats.denominator) // (2 * beats.denominator), division)


@dataclass(frozen=True)
class Timeline:
    """All that is seen and heard, and nothing about how it came to be chosen."""

    rate: FrameRate
    width: int
    height: int
    sources: tuple[FilmSource, ...]
    pictures: tuple[Picture, ...]
    transitions: tuple[Transition, ...] = ()
    cues: tuple[AudioCue, ...] = ()
    grade: Grade = Grade()
    lut: Lut | None = None
    calmed: tuple[tuple[int, int], ...] = ()
    """Output frames, half-open, around which flashes across cuts are taken out."""
    grid: BeatGrid | None = None
    loudness_lufs: float = -14.0
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def frames(self) -> int:
        """Length in output frames."""
        return self.pictures[-1].end if self.pictures else 0

    @property
    def samples(self) -> int:
        """Length in 48 kHz samples."""
        return self.rate.samples(self.frames)

    @property
    def duration_s(self) -> Fraction:
        """Length in seconds."""
        return self.rate.seconds(self.frames)

    def source(self, key: str) -> FilmSource:
        """The film of that key.

        Raises:
            InputError: No such film.
        """
        for source in self.sources:
            if source.key == key:
                return source
        raise InputError("The timeline names a film it does not hold.", key, "Add it to `sources`.")

    def transition_after(self, index: int) -> Transition:
        """The transition out of picture `index`; a hard cut where none is written."""
        for transition in self.transitions:
            if transition.index == index:
                return transition
        return Transition(index, TransitionKind.HARD_CUT)

    def cuts(self) -> tuple[int, ...]:
        """The output frame of every change of picture; a crossfade counts at its middle."""
        return tuple(
            picture.start + self.transition_after(index).overlap // 2
            for index, picture in enumerate(self.pictures[1:])
        )

    def validate(self) -> Timeline:
        """This timeline, if every promise of the value holds.

        Raises:
            InputError: Which part breaks which rule.
        """
        for problem in self.problems():
            raise InputError(
                "The timeline cannot be shown.", problem, "Report this: a manifest should have said so."
            )
        return self

    def problems(self) -> Iterable[str]:
        """Every broken rule, in words."""
        if not self.pictures:
            yield "it holds no picture"
        if self.width % 2 or self.height % 2 or min(self.width, self.height) < 2:
            yield f"a size of {self.width}x{self.height} is not even"
        keys = {source.key for source in self.sources}
        yield from self._transition_problems()
        position = 0
        for index, picture in enumerate(self.pictures):
            overlap = self.transition_after(index - 1).overlap if index else 0
            if picture.start != position - overlap:
                yield f"{picture.label or index} starts at frame {picture.start}, not {position - overlap}"
            if picture.frames < 1:
                yield f"{picture.label or index} is {picture.frames} frames long"
            taken = self.transition_after(index).frames + (
                self.transition_after(index - 1).frames if index else 0
            )
            if self._frames_owned(index) > picture.frames:
                yield f"{picture.label or index} has {picture.frames} frames for transitions that take {taken}"
            if isinstance(picture.content, FilmFrames):
                if picture.content.source not in keys:
                    yield f"{picture.label or index} names the unknown film {picture.content.source!r}"
                if picture.content.start_s < 0:
                    yield f"{picture.label or index} starts before the film"
            position = picture.end
        total = self.samples
        for number, cue in enumerate(self.cues):
            if cue.length < 1 or cue.start < 0 or cue.end > total:
                yield f"sound {number} ({cue.stem}) lies at {cue.start}..{cue.end} of {total} samples"
            if cue.fade_in + cue.fade_out > cue.length:
                yield f"sound {number} ({cue.stem}) fades longer than it lasts"
            if isinstance(cue.sound, FilmSound) and cue.sound.source not in keys:
                yield f"sound {number} ({cue.stem}) names the unknown film {cue.sound.source!r}"

    def _transition_problems(self) -> Iterable[str]:
        seen: set[int] = set()
        for transition in self.transitions:
            if transition.index in seen:
                yield f"two transitions follow picture {transition.index}"
            seen.add(transition.index)
            if not 0 <= transition.index < len(self.pictures) - 1:
                yield f"a transition follows picture {transition.index}, which has no neighbour"
            if (transition.kind is TransitionKind.HARD_CUT) != (transition.frames == 0):
                yield f"the {transition.kind} after picture {transition.index} is {transition.frames} frames long"
            if transition.frames < 0 or transition.frames % 2:
                yield f"the {transition.kind} after picture {transition.index} is not an even number of frames"

    def _frames_owned(self, index: int) -> int:
        """Frames of picture `index` that its two transitions need for themselves."""
        owned = 0
        if index:
            before = self.transition_after(index - 1)
            owned += before.overlap or before.frames // 2
        after = self.transition_after(index)
        return owned + (after.overlap or after.frames // 2)


def lay_pictures(pictures: Sequence[Picture], transitions: Sequence[Transition]) -> tuple[Picture, ...]:
    """The pictures with their `start` set by the duration rule."""
    overlaps = {transition.index: transition.overlap for transition in transitions}
    laid: list[Picture] = []
    for index, picture in enumerate(pictures):
        start = laid[-1].end - overlaps.get(index - 1, 0) if laid else 0
        laid.append(replace(picture, start=start))
    return tuple(laid)


def frames_on_screen(timeline: Timeline, index: int) -> Span:
    """Output frames in which picture `index` is seen alone or mixed."""
    picture = timeline.pictures[index]
    return Span(picture.start, picture.end)
