"""Everything that a report tells, as plain values; no drawing, no files, no decisions.

Times are seconds: of the film as a player shows it, of the trailer from its first frame on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StillPicture:
    """A small JPEG that stands in the page itself."""

    uri: str
    """`data:image/jpeg;base64,…`"""
    width: int
    height: int


@dataclass(frozen=True)
class HeardLine:
    """A line of the film that is heard in the trailer."""

    text: str
    speaker: str
    source_start_s: float
    trailer_start_s: float
    trailer_end_s: float


@dataclass(frozen=True)
class RunnerUp:
    """The next best footage for a slot."""

    number: int
    """As `cinecut swap` counts them: the first is 1."""
    source_start_s: float
    source_end_s: float
    score: float
    reason: str
    command: str
    """What takes it; empty where this manifest is in no work folder of ours."""
    still: StillPicture | None = None


@dataclass(frozen=True)
class ShownClip:
    """One clip of the trailer, where it came from and why it is there."""

    number: int
    """As everything else counts them: the first is 1."""
    act: str
    zone: str
    beat_type: str
    source_start_s: float
    source_end_s: float
    trailer_start_s: float
    trailer_end_s: float
    cut_s: float
    """Where its cut point lies in the trailer: half of a dissolve before it counts as the clip before."""
    transition: str
    transition_s: float
    is_on_beat: bool | None
    """Whether the cut that ends it lies on the beat; None where it is not meant to."""
    sound: str
    score: float
    reasons: str
    seen: str
    said: str
    lines: tuple[HeardLine, ...]
    people: tuple[str, ...]
    """Who of the cast is seen, as the eyes number them."""
    runners_up: tuple[RunnerUp, ...]
    more_runners_up: int
    """How many the manifest holds beyond those."""
    is_locked: bool
    """Whether a person changed it."""
    still: StillPicture | None = None
    thumb: StillPicture | None = None


@dataclass(frozen=True)
class ShownCard:
    """A title, a tagline or a planned black."""

    kind: str
    text: str
    act: str
    trailer_start_s: float
    trailer_end_s: float
    cut_s: float


@dataclass(frozen=True)
class ActSpan:
    """An act of the trailer."""

    act: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class SoundMark:
    """A designed effect, or a line heard over other pictures."""

    what: str
    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True)
class FilmCurve:
    """One measure of the film over its length."""

    name: str
    about: str
    """What high and low mean."""
    values: tuple[float, ...]
    """0..1, equally far apart from the film's start to its end."""


@dataclass(frozen=True)
class TurningPoint:
    """Where the story turns."""

    number: int
    name: str
    time_s: float
    reason: str


@dataclass(frozen=True)
class FilmStretch:
    """A stretch of the film: a zone, or one that must not be shown."""

    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Wish:
    """Something that a person asked for with `--keep` or `--ban`, and what became of it."""

    wants: str
    """keep | ban"""
    text: str
    meaning: str
    is_granted: bool
    clips: tuple[int, ...]
    """Numbers of the clips that show or say it."""
    why_not: str


@dataclass(frozen=True)
class Measured:
    """One figure of the finished file beside what was promised."""

    name: str
    value: str
    target: str
    is_met: bool | None
    """None: there is no promise, it is only told."""


@dataclass(frozen=True)
class ReportFacts:
    """All of it."""

    title: str
    film_name: str
    trailer_name: str
    """The trailer's file name; empty where there is no trailer yet."""
    vibe: str
    vibe_about: str
    seed: int
    spoilers: str
    engine: str
    """Who described the pictures; empty where that is not known."""
    music: str
    is_preview: bool
    film_s: float
    trailer_s: float
    clips: tuple[ShownClip, ...]
    cards: tuple[ShownCard, ...]
    acts: tuple[ActSpan, ...]
    bars_s: tuple[float, ...]
    """Where bars of the music begin in the trailer; empty without a beat grid."""
    bpm: float | None
    effects: tuple[SoundMark, ...]
    voice_overs: tuple[SoundMark, ...]
    curves: tuple[FilmCurve, ...]
    """Empty where the film's analysis is not there."""
    turning_points: tuple[TurningPoint, ...]
    method: str
    """How those were found, in words."""
    spoiler_limit_s: float | None
    zones: tuple[FilmStretch, ...]
    fences: tuple[FilmStretch, ...]
    measured: tuple[Measured, ...]
    """Empty where there is no trailer yet."""
    planned: tuple[Measured, ...]
    """What the cut itself holds, known before anything is rendered."""
    notices: tuple[str, ...]
    wishes: tuple[Wish, ...] = ()
    next_steps: tuple[tuple[str, str], ...] = ()
    """What a person may do now, in words, and the command that does it."""

    @property
    def cuts_a_minute(self) -> float:
        """How often the trailer cuts."""
        cuts = len(self.clips) + len(self.cards) - 1
        return 60 * cuts / self.trailer_s if self.trailer_s > 0 else 0.0

    @property
    def is_rendered(self) -> bool:
        """Whether there is a trailer that these facts are about."""
        return bool(self.trailer_name)
