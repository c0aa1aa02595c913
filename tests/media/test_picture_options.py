"""Another shape, a LUT and an end card asked for as a person would, and what of the work is done again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import ASK, cinecut
from tests.media.coded_film import SHOT_FRAMES, coded_film

from cinecut.manifest.io import read_manifest, write_manifest
from cinecut.manifest.schema import TitleCard

pytestmark = pytest.mark.media

CUBE = "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"
"""Turns everything into its negative."""


def made(*words: object) -> dict[str, Any]:
    done = cinecut(*words, *ASK)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_shape_and_lut_are_asked_for_and_only_what_reads_them_is_done_again(tmp_path: Path) -> None:
    film = coded_film(tmp_path / "film.mkv", SHOT_FRAMES)
    cube = tmp_path / "negative.cube"
    cube.write_text(CUBE)
    first = made(film, "--aspect", "1:1", "--vision", "none")
    wide = min(first["measured"]["width"], first["measured"]["height"])
    assert first["measured"]["width"] == first["measured"]["height"] == wide
    work = Path(first["work_dir"])
    assembled = read_manifest(work / "ASSEMBLY_MANIFEST.json")
    assert assembled.shape is not None
    assert assembled.shape.aspect == "1:1"
    assert all(clip.framing for clip in assembled.clips)
    looked = made(film, "--aspect", "1:1", "--vision", "none", "--lut", cube, "--lut-strength", "0.5")
    assert looked["stages_run"] == ["conform"]
    # a person's own framing and end card are kept
    path = work / "TRAILER_MANIFEST.json"
    manifest = read_manifest(path)
    own = assembled.clips[0].framing[0].model_copy(update={"x": 0.25})
    clips = (manifest.clips[0].model_copy(update={"framing": (own,)}), *manifest.clips[1:])
    end = TitleCard(kind="end", text="The End\nA film by somebody", after_clip=len(clips) - 1, duration_s=2)
    edited = manifest.model_copy(update={"clips": clips, "titles": (*manifest.titles, end)})
    write_manifest(path, edited)
    tall = made(film, "--aspect", "9:16", "--vision", "none")
    assert tall["stages_run"] == ["assembly", "conform"]
    assert tall["measured"]["width"] < tall["measured"]["height"] == wide
    assert tall["measured"]["duration_s"] == pytest.approx(first["measured"]["duration_s"] + 2, abs=0.1)
    assert read_manifest(work / "ASSEMBLY_MANIFEST.json").clips[0].framing == (own,)


def test_a_lut_that_is_none_is_said_before_the_film_is_looked_at(tmp_path: Path) -> None:
    film = coded_film(tmp_path / "film.mkv", 24)
    wrong = tmp_path / "wrong.cube"
    wrong.write_bytes(b"")
    done = cinecut(film, *ASK, "--lut", wrong)
    assert done.exit_code == 65
    assert "LUT is empty" in done.output
    assert not (tmp_path / "film_cinecut_work").exists()
    assert cinecut(film, *ASK, "--lut", wrong, "--lut-strength", "2").exit_code == 2
    assert cinecut(film, *ASK, "--aspect", "3:2").exit_code == 2
