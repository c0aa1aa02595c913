"""What the workers of a session share is made once, whole, by whoever comes first."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.made_once import WORKER_VARIABLE, made_once


def test_it_is_made_once_and_the_same_for_every_worker(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def make(folder: Path) -> None:
        asked.append(folder)
        (folder / "film").write_text("whole")

    monkeypatch.setenv(WORKER_VARIABLE, "gw0")
    found = []
    for worker in ("gw0", "gw1"):
        monkeypatch.setattr(tmp_path_factory, "getbasetemp", lambda worker=worker: tmp_path / worker)
        found.append(made_once(tmp_path_factory, "film", make))
    assert asked == [found[0]] == [found[1]]
    assert (found[0] / "film").read_text() == "whole"


def test_what_failed_half_way_is_made_anew(tmp_path_factory: pytest.TempPathFactory) -> None:
    name = tmp_path_factory.mktemp("half").name

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no more room")

    with pytest.raises(OSError, match="no more room"):
        made_once(tmp_path_factory, name, fail)
    folder = made_once(tmp_path_factory, name, lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
