"""Words out of sound behind the port `SpeechRecogniser`: Whisper by the package `faster-whisper`, an extra.

The model is a folder of the user's; nothing is fetched. Deliberately not here: where in a film somebody speaks, and
whether what was recognised is right.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError, ToolError
from cinecore.files import digest_bytes
from cinecore.ports import RecognisedLine, SpeechRecogniser
from cinecore.settings import forbid_telemetry

RECOGNITION_VERSION = 1
"""Part of the identity: another way of asking is another text."""

NEEDED_FILES = ("model.bin", "config.json")
MODEL_PATTERN = "faster-whisper*"
"""Folders of the models folder that are looked into where none is named."""

HOW_TO_GET = "Install the extra `asr` (pip install 'cinecut[asr]') and put a faster-whisper model's folder into the models folder."
_MODULE, _DISTRIBUTION = "faster_whisper", "faster-whisper"


class WhisperRecogniser:
    """Whisper on the processor, one thread, the likeliest words: the same sound, the same lines.

    Raises:
        SetupError: The package is not installed, or the folder holds no model.
    """

    def __init__(self, model: Path) -> None:
        """`model` is the folder of a model in faster-whisper's format."""
        if not has_recogniser_package():
            raise SetupError("Speech recognition is not installed.", _DISTRIBUTION, HOW_TO_GET)
        missing = [name for name in NEEDED_FILES if not (model / name).is_file()]
        if missing:
            raise SetupError(
                f"This folder holds no speech model ({missing[0]} is missing).", model, HOW_TO_GET
            )
        self._folder = model
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def identity(self) -> str:
        """Package, its version, the model by its size and settings."""
        version = importlib.metadata.version(_DISTRIBUTION)
        size = (self._folder / "model.bin").stat().st_size
        config = digest_bytes((self._folder / "config.json").read_bytes())[:12]
        return f"{_DISTRIBUTION} {version} {self._folder.name} {size} {config} way {RECOGNITION_VERSION}"

    def recognise(self, sound: npt.NDArray[np.float32]) -> tuple[RecognisedLine, ...]:
        """What is said in up to half a minute at 16 kHz, in seconds from its start.

        Raises:
            SetupError: The model cannot be loaded.
            ToolError: It failed.
        """
        with self._lock:
            engine = self._loaded()
            try:
                segments, _ = engine.transcribe(
                    sound,
                    beam_size=1,
                    temperature=0.0,
                    condition_on_previous_text=False,
                    word_timestamps=True,
                )
                found = [
                    RecognisedLine(float(words[0].start), float(words[-1].end), str(segment.text).strip())
                    for segment in segments
                    for words in [segment.words or ()]
                    if words and str(segment.text).strip()
                ]
            except Exception as error:  # whatever is wrong in a package of somebody else's
                raise ToolError(
                    f"Speech recognition failed: {error}.", self._folder, "Give subtitles with --subtitle."
                ) from error
        return tuple(found)

    def _loaded(self) -> Any:
        if self._engine is None:
            forbid_telemetry()
            try:
                self._engine = importlib.import_module(_MODULE).WhisperModel(
                    str(self._folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
                )
            except Exception as error:  # whatever is wrong with the package or the files
                raise SetupError(
                    f"The speech model cannot be loaded: {error}.", self._folder, HOW_TO_GET
                ) from error
        return self._engine


def has_recogniser_package() -> bool:
    """Whether the package is installed; it is not imported for that."""
    try:
        return importlib.util.find_spec(_MODULE) is not None
    except (ImportError, ValueError):
        return False


def find_recogniser(named: Path | None, models_folder: Path) -> SpeechRecogniser | None:
    """The recogniser with the model that is named, or with the first one in the models folder; None where the package
    or a model is not there and none was named.

    Raises:
        SetupError: The one that was named cannot be had.
    """
    if named is not None:
        return WhisperRecogniser(named)
    if not has_recogniser_package() or not models_folder.is_dir():
        return None
    for folder in sorted(models_folder.glob(MODEL_PATTERN)):
        if all((folder / name).is_file() for name in NEEDED_FILES):
            return WhisperRecogniser(folder)
    return None
