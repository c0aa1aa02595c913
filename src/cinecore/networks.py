"""Neural networks in ONNX files: verified where they ship with the program, loaded so that equal input gives equal output.

Eyes and ears stand on this. Deliberately not here: which networks there are, what goes in and what comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
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

INSTALL_AGAIN = "Install the program again."

Outputs = dict[str, npt.NDArray[np.float32]]


def shipped_file(package: str, name: str, digests: Mapping[str, str], folder: Path | None = None) -> Path:
    """Where a model's file lies, once it is known to be the one that the program was measured with.

    Args:
        package: The room whose folder `models` holds it, as it is imported.
        name: One of `digests`; the file's name without `.onnx`.
        digests: SHA-256 by name.
        folder: Another folder than the one that ships.

    Raises:
        SetupError: The file is missing or another than it should be.
    """
    path = (folder or Path(str(resources.files(package) / "models"))) / f"{name}.onnx"
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise SetupError("A model that ships with the program is not there.", path, INSTALL_AGAIN) from None
    if digest != digests[name]:
        raise SetupError("A model that ships with the program has been changed.", path, INSTALL_AGAIN)
    return path


@dataclass(frozen=True)
class Network:
    """A loaded model; it may be run from several threads."""

    session: onnxruntime.InferenceSession
    input_name: str
    """Of its first input."""
    output_names: tuple[str, ...]

    def run(self, pixels: npt.NDArray[np.float32]) -> Outputs:
        """Every output by its name, of a model with one input."""
        return self.run_inputs({self.input_name: np.ascontiguousarray(pixels)})

    def run_inputs(self, inputs: Mapping[str, npt.NDArray[Any]]) -> Outputs:
        """Every output by its name; `inputs` by theirs."""
        answers: list[Any] = self.session.run(None, dict(inputs))
        return dict(zip(self.output_names, answers, strict=True))


def load_network(path: Path, *, what: str = "A model that ships with the program") -> Network:
    """A model's file as a network; `what` begins the message where it cannot be loaded.

    Raises:
        SetupError: It is no model, or the runtime is missing.
    """
    forbid_telemetry()
    try:
        import onnxruntime
    except ImportError as error:
        raise SetupError(
            "The runtime of eyes and ears is not installed.", "onnxruntime", INSTALL_AGAIN
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
        raise SetupError(f"{what} cannot be loaded.", path, f"The runtime said: {error}") from error
    return Network(
        session=session,
        input_name=session.get_inputs()[0].name,
        output_names=tuple(output.name for output in session.get_outputs()),
    )
