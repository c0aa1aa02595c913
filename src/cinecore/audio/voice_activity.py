"""Where somebody speaks: a probability for every 32 ms of sound, by the silero network, as the sound streams by.

Deliberately not here: whose voice it is, what is said, and any judgement on the probabilities.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.networks import Network, load_network, shipped_file

VOICE_RATE = 16_000
STEP_SAMPLES = 512
"""Samples at 16 kHz that the network takes at once: 32 ms."""

CONTEXT_SAMPLES = 64
"""Samples before them that it wants to see again."""

STATE_SHAPE = (2, 1, 128)
DIGESTS = {"silero_vad_16k": "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"}
"""SHA-256 of the model's file; NOTICE says where it comes from."""

Mono = npt.NDArray[np.float32]


def voice_weights(folder: Path | None = None) -> Path:
    """Where the network's file lies, once it is known to be the one that the program was measured with.

    Raises:
        SetupError: It is missing or another than it should be.
    """
    return shipped_file("cinecore.audio", "silero_vad_16k", DIGESTS, folder)


_loading = threading.Lock()


def _network() -> Network:
    with _loading:  # two threads that ask at once must not load it twice
        return _loaded()


@cache
def _loaded() -> Network:
    return load_network(voice_weights())


class VoiceMeter:
    """Takes one channel at 16 kHz, gives the probability of speech for every 32 ms."""

    def __init__(self, *, start_s: float = 0.0) -> None:
        """`start_s` is where in the film the sound begins; the probabilities before it are zero."""
        before = round(start_s * VOICE_RATE)
        self._probabilities: list[float] = [0.0] * (before // STEP_SAMPLES)
        self._waiting = np.zeros(before % STEP_SAMPLES, np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, np.float32)
        self._state = np.zeros(STATE_SHAPE, np.float32)
        self._network: Network | None = None

    def add(self, samples: Mono) -> None:
        """More sound, shape (samples,)."""
        sound = np.concatenate([self._waiting, samples])
        whole = len(sound) // STEP_SAMPLES
        for step in range(whole):
            self._ask(sound[step * STEP_SAMPLES : (step + 1) * STEP_SAMPLES])
        self._waiting = sound[whole * STEP_SAMPLES :]

    def close(self) -> npt.NDArray[np.float32]:
        """The sound has ended: all probabilities, the last piece filled up with silence."""
        if len(self._waiting):
            self._ask(np.pad(self._waiting, (0, STEP_SAMPLES - len(self._waiting))))
            self._waiting = np.zeros(0, np.float32)
        return np.array(self._probabilities, np.float32)

    def _ask(self, sound: Mono) -> None:
        if self._network is None:
            self._network = _network()
        piece = np.concatenate([self._context, sound])
        answer = self._network.run_inputs(
            {"input": piece[None], "state": self._state, "sr": np.array(VOICE_RATE, np.int64)}
        )
        self._state = answer["stateN"]
        self._context = sound[-CONTEXT_SAMPLES:]
        self._probabilities.append(float(answer["output"][0, 0]))
