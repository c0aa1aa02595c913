"""The networks that ship are the measured ones, and nothing else is ever run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cinecore.errors import SetupError
from cinecore.vision.spaces import spaces
from cinecore.vision.weights import DIGESTS, network, weights_file


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_every_network_that_ships_is_the_one_that_was_measured(name: str) -> None:
    path = weights_file(name)
    assert path.stat().st_size > 1_000_000
    assert path.with_suffix(".LICENSE").read_text(encoding="utf-8").startswith(path.name)


def test_a_changed_network_is_refused_by_name(tmp_path: Path) -> None:
    copy = tmp_path / "centerface.onnx"
    shutil.copy(weights_file("centerface"), copy)
    assert weights_file("centerface", tmp_path) == copy
    with copy.open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"\xff\x00")
    with pytest.raises(SetupError, match="changed") as caught:
        weights_file("centerface", tmp_path)
    assert caught.value.which == copy
    assert "Install" in caught.value.advice


def test_a_missing_network_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not there"):
        weights_file("nanodet_emb", tmp_path)


@pytest.mark.model
def test_a_network_is_loaded_once() -> None:
    assert network("centerface") is network("centerface")


def test_what_was_measured_beside_the_networks_is_whole() -> None:
    measured = spaces()
    assert measured.look_mean.shape == (1024,)
    assert measured.look_axes.shape == (1024, 32)
    assert measured.drawn_axis.shape == (130,)


def test_importing_the_eyes_loads_no_runtime() -> None:
    code = (
        "import sys, cinecore.vision.detect, cinecore.vision.faces, cinecore.vision.looks;"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.model
def test_the_eyes_keep_no_mark_of_the_machine_and_tell_nobody(tmp_path: Path) -> None:
    """The runtime, left to itself, writes an identifier into the home and sends its maker what was run."""
    code = "from cinecore.vision.weights import network; network('centerface')"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=environment)
    assert list(tmp_path.rglob("*")) == []
