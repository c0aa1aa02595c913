"""The sound of a film in which lines are spoken at known times, over music or not; the truth beside it.

Real synthetic voices (espeak-ng, flite), each line trimmed to its first and last loud sample. There are no pictures.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.palette import Palette
from cinecore.audio.score import ScorePlan, ScoreSection, compose
from cinecore.audio.speech import EspeakSpeech, FliteSpeech
from cinecore.audio.speech_sound import read_line
from cinecore.ports import SpeechMaker, VoiceHint
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

Mono = npt.NDArray[np.float32]

SENTENCES = (
    "Run.", "Wait for me!", "I never asked you to come back.", "Who told you about the money?", "No.",
    "The bridge will not hold another night like this one.", "Good morning, Ada.", "You said it was over.",
    "There is somebody in the house, and it is not one of us.", "We leave at dawn.", "Please, just listen.",
    "My father built this boat with his own hands, long before the harbour was here.", "What was that?",
    "They will find us whatever we do.", "Thank you.", "I have nothing left to say to you, Ben.",
    "Close the door behind you and do not make a sound.", "Look at me.", "It is only the wind in the trees.",
    "Everything we know about the river is wrong.", "Once upon a time there was a king.", "Stop it, both of you!",
    "She has been gone for eleven days.", "Is anybody there?",
)  # fmt: skip
"""What is said: one word to a long sentence."""

VOICES = ("young woman", "old man", "man", "woman", "girl", "boy")
SPEECH_RMS = 0.1
ROOM_RMS = 3e-4
"""A faint hiss under everything (-70 dB): no room is digitally silent."""


@dataclass(frozen=True)
class SpokenLine:
    """A line and the time from its first to its last loud sample, in seconds."""

    start_s: float
    end_s: float
    text: str
    voice: str


@dataclass(frozen=True)
class SpokenTrack:
    """Sound at 48 kHz, one channel, and what is said in it."""

    sound: Mono
    lines: tuple[SpokenLine, ...]


def make_spoken_track(
    seed: int,
    seconds: float,
    *,
    music_db: float | None = None,
    engines: Sequence[str] = ("espeak-ng", "flite"),
) -> SpokenTrack:
    """A film's sound; `music_db` says how far a composed score lies under the voices (None: no music).

    Raises:
        SetupError: An engine is not installed.
    """
    dice = random.Random(seed)
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    lines: list[SpokenLine] = []
    at = dice.uniform(0.5, 4.0)
    cast = [(dice.choice(engines), dice.choice(VOICES), dice.randrange(4)) for _ in range(4)]
    while True:
        engine, voice, number = dice.choice(cast)
        text = dice.choice(SENTENCES)
        said = _said(engine, voice, number, text)
        start = round(at * SAMPLE_RATE)
        if start + len(said) > len(sound) - SAMPLE_RATE:
            break
        sound[start : start + len(said)] += said
        lines.append(
            SpokenLine(start / SAMPLE_RATE, (start + len(said)) / SAMPLE_RATE, text, f"{engine} {voice}")
        )
        # answers that follow at once, pauses of a scene, and stretches without words
        pause = dice.choices((dice.uniform(0.15, 0.5), dice.uniform(0.5, 3), dice.uniform(3, 20)), (3, 5, 2))[
            0
        ]
        at = lines[-1].end_s + pause
    noise = np.random.default_rng(seed).normal(0, ROOM_RMS, len(sound)).astype(np.float32)
    sound += noise
    if music_db is not None:
        sound += _score(seed, len(sound), SPEECH_RMS * 10 ** (-music_db / 20))
    return SpokenTrack(sound, tuple(lines))


@lru_cache(maxsize=2)
def _maker(engine: str) -> SpeechMaker:
    return EspeakSpeech() if engine == "espeak-ng" else FliteSpeech()


@lru_cache(maxsize=512)
def _said(engine: str, voice: str, number: int, text: str) -> Mono:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        _maker(engine).speak(text, VoiceHint(voice, words=voice, number=number), path)
        line = read_line(path).mean(axis=1, dtype=np.float32)
    levelled: Mono = line * np.float32(SPEECH_RMS / max(1e-6, float(np.sqrt(np.mean(line**2)))))
    return levelled


def _score(seed: int, samples: int, rms: float) -> Mono:
    """A composed bed of 30 s that goes round, at a level."""
    length = 30 * SAMPLE_RATE
    edges = (0, length // 3, length // 3 * 2, length)
    sections = tuple(
        ScoreSection(name, *span)
        for name, span in zip(("intro", "build", "drive"), pairwise(edges), strict=True)
    )
    plan = ScorePlan(
        length, BeatGrid(Fraction(96)), sections, Palette(pad="strings", percussion="full_kit"), seed=seed
    )
    bed = compose(plan).mean(axis=1, dtype=np.float32)
    bed *= np.float32(rms / float(np.sqrt(np.mean(bed**2))))
    return np.resize(bed, samples).astype(np.float32)
