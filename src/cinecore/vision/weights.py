"""The networks that ship with the program: found, checked against their digests, and loaded once per process.

Deliberately not here: what goes in and what comes out.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError
from cinecore.settings import forbid_telemetry

if TYPE_CHECKING:  # the runtime takes a fifth of a second to import, so that only a first look pays for it
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types

THREADS_PER_MODEL = 1
"""Equal results on every machine and no quarrel with ffmpeg's threads; two threads gain a third of the wall time."""

DIGESTS = {
    "centerface": "25695bad03a46b4508e2b6625ccde242098786e554bc025fe4615a76e834df85",
    "face_resnet128": "6b7983a5b9a42db1c1f5cc61d5897c9541d58eaca2588852ad202a1be2d72763",
    "nanodet_emb": "392b4a6ec57bfe3fa00e275981aa1441ceeab228b4b49f50bd7d3e5fbef7e160",
}
"""SHA-256 of each model's file; NOTICE says where they come from, `scripts/halve_model_weights.py` how they were made."""

Outputs = dict[str, npt.NDArray[np.float32]]


def weights_file(name: str, folder: Path | None = None) -> Path:
    """Where a model's file lies, once it is known to be the one that the program was measured with.

    Args:
        name: One of `DIGESTS`.
        folder: Another folder than the one that ships.

    Raises:
        SetupError: The file is missing or another than it should be.
    """
    path = (folder or Path(str(resources.files("cinecore.vision") / "models"))) / f"{name}.onnx"
    advice = "Install the program again."
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise SetupError("A model that ships with the program is not there.", path, advice) from None
    if digest != DIGESTS[name]:
        raise SetupError("A model that ships with the program has been changed.", path, advice)
    return path


@dataclass(frozen=True)
class Network:
    """A loaded model; `run` may be called from several threads."""

    session: onnxruntime.InferenceSession
    input_name: str
    output_names: tuple[str, ...]

    def run(self, pixels: npt.NDArray[np.float32]) -> Outputs:
        """Every output by its name."""
        answers: list[Any] = self.session.run(None, {self.input_name: np.ascontiguousarray(pixels)})
        return dict(zip(self.output_names, answers, strict=True))


_loading = threading.Lock()


def network(name: str) -> Network:
    """A model, loaded at the first call and shared from then on.

    Raises:
        SetupError: Its file is missing, changed or cannot be loaded.
    """
    with _loading:  # two threads that ask at once must not load it twice
        return _loaded(name)


@cache
def _loaded(name: str) -> Network:
    path = weights_file(name)
    forbid_telemetry()
    try:
        import onnxruntime
    except ImportError as error:
        raise SetupError(
            "The runtime of the eyes is not installed.", "onnxruntime", "Install the program again."
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS_PER_MODEL
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = (
        False  # a plan for each size of picture costs 30 to 80 MB and saves no time here
    )
    options.log_severity_level = 3  # errors alone: its warnings are about graphs, not for a person
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own kinds have no common parent that it promises
        raise SetupError(
            "A model that ships with the program cannot be loaded.", path, f"The runtime said: {error}"
        ) from error
    return Network(
        session=session,
        input_name=session.get_inputs()[0].name,
        output_names=tuple(output.name for output in session.get_outputs()),
    )
