"""Halves a model's file: its weights stored as 16-bit floats, cast back to 32 bits when it is loaded.

    python scripts/halve_model_weights.py SOURCE.onnx TARGET.onnx

Needs the package `onnx`, which the product itself does not. The computation stays in 32 bits, so that only the
rounding of the weights is lost; onnxruntime folds the casts away while it loads the model. Equal sources give
equal bytes.
"""

# ruff: noqa: INP001 - a program by itself, no part of a package

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALLEST_ELEMENTS = 64
"""Smaller tensors are left alone: constants of shapes and scales, nothing to be saved."""

HALF_LARGEST = float(np.finfo(np.float16).max)


def halve(model: onnx.ModelProto) -> int:
    """How many tensors were stored in half the bytes; changes the model."""
    casts, count = [], 0
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < SMALLEST_ELEMENTS or float(np.abs(values).max()) > HALF_LARGEST:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(
            helper.make_node("Cast", [f"{name}_half"], [name], name=f"{name}_cast", to=TensorProto.FLOAT)
        )
        count += 1
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return count


def main() -> None:
    """Read, halve, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    asked = parser.parse_args()
    model = onnx.load(asked.source)
    count = halve(model)
    asked.target.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{asked.target}: {count} tensors halved, {asked.target.stat().st_size} bytes")  # noqa: T201 - a program's answer


if __name__ == "__main__":
    main()
