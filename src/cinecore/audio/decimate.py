"""One channel from 48 kHz to the 16 kHz that the ears take, piece by piece; no other rates.

Source of the filter: a windowed sinc (Hamming), A. Oppenheim and R. Schafer, "Discrete-Time Signal Processing", 7.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DECIMATION = 3
"""48 kHz to 16 kHz."""

TAPS = 97
CUTOFF_HZ = 7_300.0
"""Half the energy passes here; past 8.7 kHz nothing is left that could fold back below it (53 dB down)."""

Mono = npt.NDArray[np.float32]


class Decimator:
    """Brings one channel from 48 kHz to 16 kHz without delay: sample i lies where sample 3 · i lay."""

    def __init__(self) -> None:
        offsets = np.arange(TAPS) - TAPS // 2
        taps = np.sinc(2 * CUTOFF_HZ / 48_000 * offsets) * np.hamming(TAPS)
        self._taps = (taps / taps.sum()).astype(np.float32)
        self._held = np.zeros(TAPS // 2, np.float32)

    def add(self, samples: Mono) -> Mono:
        """What can be told with these samples; the last half of the filter waits for more."""
        sound = np.concatenate([self._held, samples])
        count = max(0, (len(sound) - TAPS) // DECIMATION + 1)
        self._held = sound[count * DECIMATION :]
        told = np.zeros(count, np.float32)
        if count:
            for phase in range(DECIMATION):  # each phase of the filter meets each third sample only
                taps = self._taps[phase::DECIMATION]
                line = sound[phase::DECIMATION][: count + len(taps) - 1]
                told += np.convolve(line, taps[::-1], mode="valid")
        return told

    def close(self) -> Mono:
        """The samples that waited, silence taken to follow."""
        return self.add(np.zeros(TAPS // 2, np.float32))
