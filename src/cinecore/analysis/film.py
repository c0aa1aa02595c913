"""What one pass over a film measured, as values; no decoding here.

All times are seconds as a player counts: presentation time less the container's start. Spans are
half-open: `end_s` is the first frame that no longer belongs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

FloatCurve = npt.NDArray[np.float32]

VOICE_STEP_S = 0.032
"""Seconds from one probability of speech to the next: 512 samples at 16 kHz, as the network takes them."""


def _nothing_measured() -> FloatCurve:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Shot:
    """One camera take between two shot changes, with the mean of what was measured in it.

    All figures lie in 0..1 unless said. `first_frame` and `end_frame` index the film's frames.
    """

    index: int
    first_frame: int
    end_frame: int
    start_s: float
    end_s: float
    opens_with: str
    """How it begins: start | hard | dissolve | fade."""
    motion: float
    """Mean picture change between neighbouring frames after the camera's shift is taken out, 0..1."""
    motion_peak: float
    camera: float
    """Mean global shift between frames, as a part of the picture's width."""
    brightness: float
    contrast: float
    """Standard deviation of luma, twice over, so that black-and-white checks reach 1."""
    saturation: float
    sharpness: float
    black: float
    """Share of its frames that are black."""
    signature: tuple[float, ...] = ()
    """A small colour-and-layout histogram, L2-normed; near 1 in dot product means the same look."""
    clean_start_s: float = 0.0
    """From here to `clean_end_s` no frame belongs to a dissolve, fade or flash at the shot's edges."""
    clean_end_s: float = 0.0

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Still:
    """A candidate still kept while the pass decoded anyway."""

    time_s: float
    shot: int
    file: str
    """Name inside the stills folder."""
    sharpness: float
    brightness: float


@dataclass(frozen=True)
class Fence:
    """A stretch that must not be shown: credits, logo, black, test_card, card, repeat, recap."""

    start_s: float
    end_s: float
    kind: str


@dataclass(frozen=True)
class SoundCurves:
    """The film's sound in steps of `step_s`: loudness, onsets, speech and music."""

    step_s: float
    loudness_lufs: FloatCurve
    """Momentary loudness (400 ms), -70 for silence."""
    onset: FloatCurve
    """Onset strength, 0..1 against the film's own 99th percentile."""
    integrated_lufs: float | None = None
    """None where the film is silent."""
    voice: FloatCurve = field(default_factory=_nothing_measured)
    """Probability of speech, 0..1, in steps of `voice_step_s`, from the centre channel where there is one. Value i
    speaks of the sound from i · `voice_step_s` on. Empty where it was not measured."""
    voice_step_s: float = VOICE_STEP_S
    music: FloatCurve = field(default_factory=_nothing_measured)
    """How music-like, 0..1, in steps of `step_s`; empty where it was not measured."""


@dataclass(frozen=True)
class FilmAnalysis:
    """All that one pass learned of a film."""

    frame_pts: npt.NDArray[np.int64]
    """Presentation time of every decoded frame in `time_base`, already less the container's start."""
    time_base: Fraction
    duration_s: float
    luma: FloatCurve
    """Mean luma a frame, 0..1."""
    motion: FloatCurve
    """Motion a frame, as in `Shot.motion`; 0 at shot changes."""
    change: FloatCurve
    """Raw difference to the frame before, 0..1; high at cuts."""
    shots: tuple[Shot, ...]
    stills: tuple[Still, ...]
    fences: tuple[Fence, ...] = ()
    picture_box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, right, bottom of the picture inside letterbox bars, as parts of the frame."""
    sound: SoundCurves | None = None
    """None where the film has no sound."""
    notices: tuple[str, ...] = field(default=())

    def frame_time(self, frame: int) -> Fraction:
        """Exact time of a frame in seconds."""
        return int(self.frame_pts[frame]) * self.time_base

    def frame_at(self, seconds: float) -> int:
        """The frame whose time lies nearest to `seconds`."""
        target = seconds / float(self.time_base)
        right = int(np.searchsorted(self.frame_pts, target))
        if right == 0:
            return 0
        if right >= len(self.frame_pts):
            return len(self.frame_pts) - 1
        before, after = float(self.frame_pts[right - 1]), float(self.frame_pts[right])
        return right - 1 if target - before <= after - target else right

    def shot_at(self, seconds: float) -> Shot:
        """The shot on screen at a time; the last one past the end."""
        starts = [shot.start_s for shot in self.shots]
        return self.shots[max(0, int(np.searchsorted(starts, seconds + 1e-6, side="right")) - 1)]
