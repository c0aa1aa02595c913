"""Which channels speech and music are looked for in, and both measured as the sound streams by; no judgement here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import FloatCurve
from cinecore.audio.decimate import Decimator
from cinecore.audio.music_likeness import MusicMeter
from cinecore.audio.voice_activity import VoiceMeter

CHUNK_SAMPLES = 96_000
"""Two seconds at 48 kHz: the sound is taken in equal pieces, so that equal sound gives equal figures however it comes."""

CENTRE = 2
"""Index of the centre channel in 5.1, where films put their dialogue."""

FRONT = (0, 1, 2)
SOUNDING = 1e-3
"""A centre channel that never rose above this (-60 dB) is an empty one: some 5.1 tracks were made from stereo."""

Sound = npt.NDArray[np.float32]


class Ears:
    """Takes interleaved sound at 48 kHz, shape (samples, channels), channels 1, 2 or 6 (5.1)."""

    def __init__(self, channels: int, *, start_s: float = 0.0) -> None:
        """`start_s` is where in the film the sound begins."""
        self._has_centre = channels == 6
        self._centre_sounds = False
        self._waiting = np.zeros((0, channels), np.float32)
        self._voice = VoiceMeter(start_s=start_s)
        self._music = MusicMeter()
        self._all = Decimator()
        self._spoken = Decimator()

    def add(self, samples: Sound) -> None:
        """More sound."""
        self._waiting = np.concatenate([self._waiting, samples])
        while len(self._waiting) >= CHUNK_SAMPLES:
            self._hear(self._waiting[:CHUNK_SAMPLES])
            self._waiting = self._waiting[CHUNK_SAMPLES:]

    def close(self, steps: int, step_s: float) -> tuple[FloatCurve, FloatCurve]:
        """The sound has ended: probabilities of speech in steps of 32 ms from the film's start, and how music-like
        each of `steps` steps of `step_s` from the sound's own start was.
        """
        if len(self._waiting):
            self._hear(self._waiting)
            self._waiting = self._waiting[:0]
        rest = self._all.close()
        self._voice.add(self._spoken.close() if self._has_centre else rest)
        self._music.add(rest)
        return self._voice.close(), self._music.close(steps, step_s)

    def _hear(self, samples: Sound) -> None:
        if not self._has_centre:
            sound = self._all.add(samples.mean(axis=1, dtype=np.float32))
            self._voice.add(sound)
            self._music.add(sound)
            return
        front = samples[:, FRONT].mean(axis=1, dtype=np.float32)
        centre = samples[:, CENTRE]
        self._centre_sounds = self._centre_sounds or float(np.abs(centre).max(initial=0.0)) > SOUNDING
        self._voice.add(self._spoken.add(centre if self._centre_sounds else front))
        self._music.add(self._all.add(front))
