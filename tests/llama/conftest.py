"""What the tests of the launcher share: weights without knowledge, stills, programs that pose as others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from samples.tiny_llava import write_pair

Pair = tuple[Path, Path]


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A model and its eyes."""
    return write_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """A program that poses as llama-server and does what is asked of it."""

    def program(kind: str) -> Path:
        monkeypatch.setenv("ODD_SERVER", kind)
        monkeypatch.setenv("ODD_MARK", str(tmp_path / "started.once"))
        path = tmp_path / "odd" / "llama-server"
        path.parent.mkdir(exist_ok=True)
        source = Path(__file__).with_name("odd_server.py").read_text("utf-8")
        path.write_text(f"#!{sys.executable} -IS\n{source}", "utf-8")
        path.chmod(0o755)
        return path

    return program


@pytest.fixture
def nvidia_smi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """An nvidia-smi that runs a shell script; the only program of that name on PATH."""
    folder = tmp_path / "driver"

    def program(script: str) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / "nvidia-smi"
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return path

    return program


@pytest.fixture(scope="session")
def stills(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twelve pictures that no two show alike."""
    folder = tmp_path_factory.mktemp("stills")
    paths = []
    for number in range(12):
        picture = Image.radial_gradient("L").resize((96, 54)).rotate(30 * number, fillcolor=20 * number)
        colors = [
            (picture.point(lambda value, c=c, n=number: (value * (c + n) + 90 * n * c) % 256))
            for c in range(1, 4)
        ]
        path = folder / f"still_{number:02}.jpg"
        Image.merge("RGB", colors).save(path, quality=90)
        paths.append(path)
    return paths
