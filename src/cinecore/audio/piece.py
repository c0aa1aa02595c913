"""A piece of music as an editor sees it: its grid where it has one, and bars that may be cut between.

A piece without a clear, steady beat is cut at even distances instead, with long crossfades.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from cinecore.audio.beats import BeatTrack, grid, track_beats
from cinecore.audio.form import MusicBar, bars_of, drop_of
from cinecore.audio.onsets import mono_of
from cinecore.audio.wave import Pcm
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

CLEAR_BEAT = 0.35
"""Tracker confidence under which a grid would be a guess; hiss has .28 to .36, music .5 and more."""
SURE_BEAT = 0.5
SURER = 1.15
"""By how much a tempo outside the vibe's range must be clearer than one inside."""
ANY_BPM = (50.0, 200.0)
LEAST_BARS = 4
LEAST_BEATS_S = 4.0
"""A shorter piece is not searched for beats."""
ON_GRID_S = 0.012
"""A bar found this near to the constant grid lies on it: the grid is the finer measure."""
EXACT_RESIDUAL_S = 0.004
ON_EXACT_GRID_S = 0.03
"""The same where half of the beats lie within 4 ms of the grid: such a piece was made by a machine."""
EVEN_BAR_S = Fraction(2)
LONG_CROSSFADE_S = 0.6
CROSSFADE_S = 0.02
_EDGE_DB = -50.0
"""What is this far under the piece's level at its beginning and end is silence."""


@dataclass(frozen=True)
class Piece:
    """What of a piece of music an edit needs."""

    bars: tuple[MusicBar, ...]
    bar_s: Fraction
    drop_bar: int | None = None
    beats: BeatGrid | None = None
    """The piece's tempo as a grid whose beat 0 is a downbeat at 0; None without a clear beat."""
    crossfade_s: float = CROSSFADE_S
    has_one_tempo: bool = True
    """False where its tempo changes and only a steady stretch is used."""

    @property
    def seconds(self) -> float:
        """How much of the piece can be heard without an edit."""
        return self.bars[-1].end_s - self.bars[0].start_s if self.bars else 0.0


def read_piece(
    sound: Pcm | np.ndarray[tuple[int], np.dtype[np.float32]], bpm_range: tuple[float, float], bpm: float
) -> Piece:
    """The piece in `sound` (48 kHz); tempi are brought into the range by octaves, `bpm` decides between them."""
    mono = mono_of(sound)
    if len(mono) >= LEAST_BEATS_S * SAMPLE_RATE:
        track = track_beats(mono, bpm_range, bpm)
        if not _is_clear(track, SURE_BEAT):
            # a tempo that no octave brings into the vibe's range is still the piece's own
            anywhere = track_beats(mono, ANY_BPM, bpm)
            if not _is_clear(track, CLEAR_BEAT) or anywhere.confidence > SURER * track.confidence:
                track = anywhere
        if _is_clear(track, CLEAR_BEAT):
            beats = grid(track)
            return Piece(
                _on_grid(track, beats),
                beats.beats_per_bar * 60 / beats.bpm,
                track.drop_bar,
                BeatGrid(beats.bpm, Fraction(0), beats.beats_per_bar),
                CROSSFADE_S,
                has_one_tempo=len(track.tempi) == 1,
            )
    begin, end = _sounding(mono)
    bar_s = min(EVEN_BAR_S, Fraction(round((end - begin) * 1000), 1000))
    if end - begin < float(EVEN_BAR_S * 2 * LEAST_BARS):
        bar_s = Fraction(
            round((end - begin) * 1000), 1000
        )  # so short a piece is heard whole, again and again
    count = max(1, int((end - begin) / float(bar_s) + 1e-6))
    bars = bars_of(mono, [begin + float(bar_s) * number for number in range(count + 1)])
    return Piece(bars, bar_s, drop_of(bars), None, min(LONG_CROSSFADE_S, float(bar_s) / 4))


def _is_clear(track: BeatTrack, least: float) -> bool:
    return track.is_steady and track.confidence >= least and len(track.bars) >= LEAST_BARS


def _on_grid(track: BeatTrack, beats: BeatGrid) -> tuple[MusicBar, ...]:
    """The bars, those near the constant grid set on it exactly."""
    near = ON_EXACT_GRID_S if track.residual_s < EXACT_RESIDUAL_S else ON_GRID_S

    def placed(seconds: float) -> float:
        exact = float(beats.beat_s(beats.nearest_beat(Fraction(seconds))))
        return max(0.0, exact if abs(exact - seconds) <= near else seconds)

    return tuple(replace(bar, start_s=placed(bar.start_s), end_s=placed(bar.end_s)) for bar in track.bars)


def _sounding(mono: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[float, float]:
    """From the first to the last sound, in seconds."""
    block = SAMPLE_RATE // 20
    whole = len(mono) // block * block
    if not whole:
        return 0.0, len(mono) / SAMPLE_RATE
    levels = np.sqrt(np.mean(mono[:whole].reshape(-1, block).astype(np.float64) ** 2, axis=1))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (_EDGE_DB / 20))
    if not len(loud):
        return 0.0, len(mono) / SAMPLE_RATE
    return float(loud[0] * block / SAMPLE_RATE), float((loud[-1] + 1) * block / SAMPLE_RATE)
