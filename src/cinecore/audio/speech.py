"""Voices behind the port `SpeechMaker`: espeak-ng, ffmpeg's flite, or a packaged one; the same line, the same bytes.

Which speaker sounds how is `speech_voices.py`'s business, what of a text is spoken `speech_text.py`'s.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cinecore.audio.speech_sound import Mono, write_line
from cinecore.audio.speech_text import checked_text, script_of
from cinecore.audio.speech_voices import (
    ESPEAK_LANGUAGES,
    FLITE,
    PACKAGED,
    bent_voice,
    espeak_voice,
)
from cinecore.errors import InputError, SetupError, ToolError
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.graph import Filter, filter_, print_chain
from cinecore.ffmpeg.run import run
from cinecore.files import digest_bytes
from cinecore.ports import SpeechMaker, VoiceHint
from cinecore.settings import forbid_telemetry
from cinecore.timebase import SAMPLE_RATE

VOICES_VERSION = 1
"""Part of every maker's identity: another choice or making of voices is another sound."""

LONGEST_SECONDS = 60.0
"""How long an engine may take over one line."""

_NO_SOUND_SERVER = {"PULSE_SERVER": "none"}
"""espeak-ng prepares for playing even where it only writes. Its library for that leaves a folder in the person's
home and, whenever it makes one, seeds the noise that voices are made from anew: other bytes for the same line."""

_WAV_HEADER_BYTES = 44
_PACKAGED_MODULE, _PACKAGED_DISTRIBUTION, _PACKAGED_RATE = "hibari", "hibari-tts", 24_000

ENGINES = ("espeak-ng", "flite", "packaged")
"""In the order in which they are looked for."""


class EspeakSpeech:
    """The program espeak-ng: many voices, many languages.

    Raises:
        SetupError: It is not there, or too old.
    """

    def __init__(self) -> None:
        self._version = binaries.find("espeak-ng").version

    @property
    def identity(self) -> str:
        """Engine, version, voices."""
        return f"espeak-ng {self._version} voices {VOICES_VERSION}"

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:
        """Write the spoken line as a WAV at 48 kHz; its length in seconds.

        Raises:
            ToolError: The engine failed or said nothing, or there is nothing to say.
            OutputError: The place cannot be written.
        """
        heard = checked_text(text)
        chosen = espeak_voice(voice)
        name = chosen.name(ESPEAK_LANGUAGES.get(script_of(heard)))
        answer = run(
            [
                "-v",
                name,
                "-p",
                str(chosen.pitch),
                "-s",
                str(chosen.words_per_minute),
                "-b",
                "1",
                "--stdout",
                "--stdin",
            ],
            program="espeak-ng",
            input_bytes=heard.encode("utf-8", "replace"),
            timeout_s=LONGEST_SECONDS,
            variables=_NO_SOUND_SERVER,
        )
        # its header is written before the length is known: only the rate in it counts
        rate = int.from_bytes(answer[24:28], "little") if len(answer) > _WAV_HEADER_BYTES else 0
        if not 8_000 <= rate <= SAMPLE_RATE:
            raise ToolError("The voice said nothing.", text, "The line gets a caption alone.")
        data = answer[_WAV_HEADER_BYTES:]
        sound = np.frombuffer(data[: len(data) // 2 * 2], "<i2") / np.float32(32768)
        return write_line(sound.astype(np.float32), rate, text, output)


class FliteSpeech:
    """The voices inside ffmpeg's filter `flite`: English in Latin letters.

    Raises:
        SetupError: This ffmpeg has no such filter.
    """

    def __init__(self) -> None:
        if not binaries.has_filter("flite"):
            raise SetupError("This ffmpeg was built without flite.", "flite", binaries.GET_ESPEAK)
        self._version = binaries.find("ffmpeg").version

    @property
    def identity(self) -> str:
        """Engine, version, voices."""
        return f"flite in ffmpeg {self._version} voices {VOICES_VERSION}"

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:
        """Write the spoken line as a WAV at 48 kHz; its length in seconds.

        Raises:
            ToolError: The engine failed or said nothing, or there is nothing to say.
            OutputError: The place cannot be written.
        """
        heard = _english(text)
        chosen = bent_voice(voice, FLITE)
        with tempfile.TemporaryDirectory() as folder:
            name = (
                f"{digest_bytes(heard.encode())}.txt"  # a name of ours: nothing in the filter needs quoting
            )
            Path(folder, name).write_text(heard, encoding="utf-8")
            chain = print_chain(
                [
                    Filter("flite", (("textfile", name), ("voice", chosen.name))),
                    filter_("aresample", sample_rate=SAMPLE_RATE),
                    filter_("asetrate", r=round(SAMPLE_RATE * chosen.pitch)),
                    filter_("aresample", sample_rate=SAMPLE_RATE),
                    filter_("atempo", tempo=round(chosen.pace / chosen.pitch, 6)),
                ]
            )
            data = run(
                [
                    *PREAMBLE,
                    "-f",
                    "lavfi",
                    "-i",
                    chain,
                    "-ac",
                    "1",
                    "-f",
                    "f32le",
                    "-c:a",
                    "pcm_f32le",
                    "pipe:1",
                ],
                cwd=Path(folder),
                timeout_s=LONGEST_SECONDS,
            )
        return write_line(np.frombuffer(data, "<f4").astype(np.float32), SAMPLE_RATE, text, output)


class PackagedSpeech:
    """The voice inside the package `hibari-tts`: one English voice, moved in pitch and pace for the others.

    Raises:
        SetupError: The package is not installed, or its model cannot be loaded.
    """

    def __init__(self) -> None:
        if not _has_package():
            raise SetupError("No packaged voice is installed.", _PACKAGED_DISTRIBUTION, binaries.GET_ESPEAK)
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def identity(self) -> str:
        """Engine, version, voices."""
        version = importlib.metadata.version(_PACKAGED_DISTRIBUTION)
        return f"{_PACKAGED_DISTRIBUTION} {version} voices {VOICES_VERSION}"

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:
        """Write the spoken line as a WAV at 48 kHz; its length in seconds.

        Raises:
            ToolError: The engine failed or said nothing, or there is nothing to say.
            SetupError: The package cannot be loaded.
            OutputError: The place cannot be written.
        """
        heard = _english(text)
        chosen = bent_voice(voice, PACKAGED)
        # read faster or slower at another rate: the voice becomes larger or smaller, the pace stays
        rate = round(_PACKAGED_RATE * chosen.pitch / 100) * 100
        pace = min(2.0, max(0.5, chosen.pace * _PACKAGED_RATE / rate))
        with self._lock:  # one line at a time: the model is loaded once, and holds its own buffers
            sound = self._said(heard, pace)
        return write_line(sound, rate, text, output)

    def _said(self, text: str, pace: float) -> Mono:
        try:
            if self._engine is None:
                forbid_telemetry()
                self._engine = importlib.import_module(_PACKAGED_MODULE).Hibari(voice="heart", threads=1)
        except Exception as error:  # whatever is wrong with a package of somebody else's
            raise SetupError(
                f"The packaged voice cannot be loaded: {error}.", _PACKAGED_DISTRIBUTION, binaries.GET_ESPEAK
            ) from error
        try:
            return np.asarray(self._engine(text, speed=pace, seed=0), np.float32)
        except Exception as error:
            raise ToolError(
                f"The packaged voice failed: {error}.", text, "The line gets a caption alone."
            ) from error


def best_speech_maker(asked: str = "auto") -> SpeechMaker | None:
    """The engine asked for (a word of `ENGINES`), or the first that is there; None where there is none, or for `none`.

    Raises:
        InputError: No such engine.
        SetupError: The one asked for is not there.
    """
    makers: dict[str, Callable[[], SpeechMaker]] = {
        "espeak-ng": EspeakSpeech,
        "flite": FliteSpeech,
        "packaged": PackagedSpeech,
    }
    if asked in makers:
        return makers[asked]()
    if asked not in {"auto", "none"}:
        raise InputError("There is no such voice.", asked, f"Choose auto, none, {', '.join(ENGINES)}.")
    if asked == "none":
        return None
    for name in ENGINES:
        try:
            return makers[name]()
        except SetupError:
            continue
    return None


def _english(text: str) -> str:
    """What is spoken of a line by an engine that reads Latin letters only.

    Raises:
        ToolError: It is written in other letters.
    """
    heard = checked_text(text)
    if script_of(heard) != "LATIN":
        raise ToolError(
            "The voice here reads Latin letters only.",
            text,
            f"{binaries.GET_ESPEAK} It reads many languages.",
        )
    return heard


def _has_package() -> bool:
    try:
        return importlib.util.find_spec(_PACKAGED_MODULE) is not None
    except (ImportError, ValueError):
        return False
