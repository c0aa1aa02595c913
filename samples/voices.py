"""Spoken lines as sound: espeak-ng, else ffmpeg's flite, else babble tones; trimmed to the sample.

Which voice speaks is decided once for a film and told in its truth. Nothing here knows about subtitles.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError, SetupError, ToolError
from cinecore.ffmpeg import binaries, run
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.graph import Filter, print_chain
from cinecore.files import digest_bytes
from cinecore.timebase import SAMPLE_RATE

Engine = Literal["espeak-ng", "flite", "tones"]
ENGINES: tuple[Engine, ...] = ("espeak-ng", "flite", "tones")

SILENCE_DB = -38.0
"""Level under the line's peak at which it begins and ends."""
ENVELOPE_SECONDS = 0.005
SPEECH_RMS = 0.11
"""Level of every line before the mix: about -19 dBFS, peaks kept under -2 dBFS."""
ESPEAK_SECONDS = 30.0

Mono = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Voice:
    """How one person sounds; each engine takes what it knows of it."""

    espeak: str
    flite: str
    pitch: int
    """0 to 99, 50 as the voice comes."""
    words_per_minute: int
    tone_hz: float


CAST_VOICES = (
    Voice("en-us+f3", "slt", 58, 168, 210.0),
    Voice("en-gb", "rms", 42, 162, 118.0),
    Voice("en-us", "awb", 20, 150, 92.0),
    Voice("en-gb-x-rp+f4", "slt", 70, 172, 235.0),
    Voice("en-gb-scotland", "kal16", 50, 166, 132.0),
    Voice("en-029+f2", "slt", 40, 158, 185.0),
)
"""Hero first, then friend, rival, elder and two more."""


def choose_engine(asked: str = "auto") -> Engine:
    """The engine to speak with: the asked one, or the best that is installed.

    Raises:
        InputError: No such engine.
        SetupError: The asked one is not installed.
    """
    available = {
        "espeak-ng": shutil.which("espeak-ng") is not None,
        "flite": binaries.has_filter("flite"),
        "tones": True,
    }
    if asked == "auto":
        return next(engine for engine in ENGINES if available[engine])
    for engine in ENGINES:
        if engine == asked:
            if not available[engine]:
                raise SetupError("This voice is not installed.", engine, "Use --voice auto.")
            return engine
    raise InputError("No such voice.", asked, f"Choose auto, {', '.join(ENGINES)}.")


@dataclass
class Speech:
    """Speaks lines with one engine and remembers them."""

    engine: Engine
    _said: dict[tuple[str, Voice], Mono] = field(default_factory=dict)

    def say(self, text: str, voice: Voice) -> Mono:
        """The line as float samples at 48 kHz, without silence at either end.

        Its length is a whole number of milliseconds (the last is padded), as subtitles count.

        Raises:
            ToolError: The engine failed or said nothing.
        """
        key = (text, voice)
        if key not in self._said:
            raw = {"espeak-ng": _espeak, "flite": _flite, "tones": babble}[self.engine](text, voice)
            self._said[key] = _levelled(trimmed(raw, text))
        return self._said[key]


def trimmed(sound: Mono, text: str = "") -> Mono:
    """The sound from its first to its last loud sample, 4 ms ramps laid on, padded to a whole millisecond.

    Raises:
        ToolError: It is silent.
    """
    size = round(ENVELOPE_SECONDS * SAMPLE_RATE)
    power = np.convolve(sound.astype(np.float64) ** 2, np.full(size, 1 / size), mode="same")
    loud = np.flatnonzero(power >= power.max() * 10 ** (SILENCE_DB / 10)) if len(power) else np.empty(0)
    if len(loud) == 0 or power.max() < 1e-8:
        raise ToolError("The voice said nothing.", text, "Try another with --voice.")
    part = sound[int(loud[0]) : int(loud[-1]) + 1].astype(np.float32)
    millisecond = SAMPLE_RATE // 1000
    padded = np.zeros(-(-len(part) // millisecond) * millisecond, np.float32)
    padded[: len(part)] = part
    ramp = np.linspace(0, 1, 4 * millisecond, dtype=np.float32)
    padded[: len(ramp)] *= ramp
    padded[len(part) - len(ramp) : len(part)] *= ramp[::-1]
    return padded


def _levelled(sound: Mono) -> Mono:
    rms = float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))
    gain = SPEECH_RMS / rms
    peak = float(np.abs(sound).max()) * gain
    # A soft knee instead of a clip where a plosive stands out of an even line.
    return (np.tanh(sound * gain / 0.8) * 0.8 if peak > 0.7 else sound * gain).astype(np.float32)


def _espeak(text: str, voice: Voice) -> Mono:
    command = ["espeak-ng", "-v", voice.espeak, "-p", str(voice.pitch), "-s", str(voice.words_per_minute)]
    try:
        answer = subprocess.run(
            [*command, "--stdout", "--stdin"],
            input=text.encode(),
            capture_output=True,
            timeout=ESPEAK_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolError(f"espeak-ng failed: {error}.", text, "Try --voice flite.") from error
    with wave.open(io.BytesIO(answer.stdout)) as stream:
        rate = stream.getframerate()
        # espeak-ng writes to a pipe with a made-up length in the header: take what is there.
        pcm = answer.stdout[44:]
    sound = (np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2") / 32768).astype(np.float32)
    return _resampled(sound, rate)


def _resampled(sound: Mono, rate: int) -> Mono:
    """Band-limited resampling to 48 kHz by the Fourier transform (whole line at once; padding keeps the transform short and its ends silent)."""
    step = rate // math.gcd(rate, SAMPLE_RATE) * 64
    padded = np.zeros(-(-len(sound) // step) * step, np.float32)
    padded[: len(sound)] = sound
    count = len(padded) * SAMPLE_RATE // rate
    return (np.fft.irfft(np.fft.rfft(padded), count) * (count / len(padded))).astype(np.float32)


def _flite(text: str, voice: Voice) -> Mono:
    with tempfile.TemporaryDirectory() as folder:
        name = digest_bytes(text.encode()) + ".txt"
        (Path(folder) / name).write_text(text)
        source = print_chain([Filter("flite", (("textfile", name), ("voice", voice.flite)))])
        data = run.run(
            [*PREAMBLE, "-f", "lavfi", "-i", source, "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "-"],
            cwd=Path(folder),
            timeout_s=ESPEAK_SECONDS,
        )
    sound: Mono = np.frombuffer(data, np.float32)
    return sound


def babble(text: str, voice: Voice) -> Mono:
    """Syllables of a buzzing tone under moving formants: no words, but the timing and colour of speech."""
    syllables = max(2, sum(_syllables(word) for word in text.split()))
    random = np.random.default_rng(list(text.encode())[:32])
    seconds = syllables * 60 / (voice.words_per_minute * 1.45)
    rate = SAMPLE_RATE // 3
    time = np.arange(round(seconds * rate)) / rate
    place = time / seconds * syllables
    envelope = np.abs(np.sin(np.pi * place)) ** 0.6
    glide = voice.tone_hz * (1.12 - 0.25 * time / seconds + 0.04 * np.sin(2 * np.pi * 3.1 * time))
    phase = 2 * np.pi * np.cumsum(glide) / rate
    slow = np.arange(syllables * 6) / 6
    first = random.uniform(300, 800, syllables)[slow.astype(int)]
    second = random.uniform(900, 2300, syllables)[slow.astype(int)]
    sound = np.zeros_like(time)
    for harmonic in range(1, 18):
        pitch = harmonic * voice.tone_hz
        shape = (
            np.exp(-(((pitch - first) / 160) ** 2)) + 0.5 * np.exp(-(((pitch - second) / 240) ** 2)) + 0.02
        )
        sound += np.interp(place, slow, shape) / harmonic**0.4 * np.sin(harmonic * phase)
    return _resampled((0.2 * sound * envelope).astype(np.float32), rate)


def _syllables(word: str) -> int:
    vowels = "aeiouy"
    letters = word.lower().rstrip("e.,!?")
    starts = zip(" " + letters, letters, strict=False)
    return max(1, sum(here in vowels and before not in vowels for before, here in starts))
