"""Another shape, a LUT and an end card asked for as a person would, and what of the work is done again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.command_line import ASK, cinecut, refused
from tests.media.coded_film import SHOT_FRAMES, coded_film

from cinecore.ffmpeg.run import run
from cinecut.manifest.io import read_manifest, write_manifest
from cinecut.manifest.schema import TitleCard

pytestmark = pytest.mark.media

CUBE = "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"
"""Turns everything into its negative."""


def made(*words: object) -> dict[str, Any]:
    done = cinecut(*words, *ASK)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def rendered(*words: object) -> dict[str, Any]:
    done = cinecut("render", *words, "--json")
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


def luma_of(trailer: str) -> float:
    """Mean luma of every twelfth frame of a trailer's second to fourth second."""
    frames = ("-vf", "select=not(mod(n\\,12)),scale=32:18,format=yuv420p,extractplanes=y")
    data = run(["-ss", "1", "-t", "3", "-i", trailer, *frames, "-vsync", "0", "-f", "rawvideo", "pipe:1"])
    return float(np.frombuffer(data, np.uint8).mean())


DARKER = "LUT_1D_SIZE 2\n0 0 0\n.3 .3 .3\n"


def test_a_lut_stands_in_the_manifest_and_rendering_that_again_needs_no_name(tmp_path: Path) -> None:
    film = coded_film(tmp_path / "film.mkv", SHOT_FRAMES)
    cube = tmp_path / "mine.cube"
    cube.write_text(DARKER)
    looked = made(film, "--vision", "none", "--lut", cube)
    path = Path(looked["manifest"])
    for file in (path, path.with_name("ASSEMBLY_MANIFEST.json")):
        lut = read_manifest(file).lut
        assert lut is not None
        assert (lut.name, lut.strength) == ("mine.cube", 1.0)
    # gone from where it was: its bytes are kept
    cube.unlink()
    assert rendered(path)["stages_run"] == []
    # elsewhere only the digest tells, and the file of that name is taken from beside the manifest
    foreign = tmp_path / "sent" / "M.json"
    foreign.parent.mkdir()
    foreign.write_bytes(path.read_bytes())
    kept = path.parent / f"lut_{lut.digest}.cube"
    beside = kept.rename(foreign.parent / kept.name)
    done = rendered(foreign, "--output", tmp_path / "sent.mp4")
    dark = luma_of(looked["output"])
    assert luma_of(done["output"]) == pytest.approx(dark, abs=0.5)
    kept.unlink()
    beside.unlink()
    missing = cinecut("render", foreign, "--output", tmp_path / "none.mp4", "--quiet")
    refused(missing, 65, "The manifest's LUT is not kept in this work folder.", "mine.cube", "--lut")
    # not wanted any more: gone from our own manifest as well
    plain = made(film, "--vision", "none")
    assert read_manifest(path).lut is None
    assert plain["stages_run"] == ["conform"], "the manifest is ours still, and nothing is planned anew"
    assert luma_of(plain["output"]) > 2 * dark


def test_a_strength_set_by_hand_stays_and_another_file_of_the_name_is_said(tmp_path: Path) -> None:
    film = coded_film(tmp_path / "film.mkv", SHOT_FRAMES)
    cube = tmp_path / "mine.cube"
    cube.write_text(DARKER)
    ask = (film, "--vision", "none", "--lut", cube)
    first = made(*ask)
    dark = luma_of(first["output"])
    path = Path(first["manifest"])
    manifest = read_manifest(path)
    assert manifest.lut is not None
    lut = manifest.lut.model_copy(update={"strength": 0.25})
    write_manifest(path, manifest.model_copy(update={"lut": lut}))
    by_hand = made(*ask)
    assert by_hand["stages_run"] == ["conform"]
    assert read_manifest(path.with_name("ASSEMBLY_MANIFEST.json")).lut == lut
    assert luma_of(by_hand["output"]) > 1.5 * dark
    cube.write_text(CUBE)
    told = cinecut(*ask, *ASK, "--dry-run")
    plan = {step["stage"]: step for step in json.loads(told.stdout)["plan"]}
    assert (plan["assembly"]["is_done"], plan["conform"]["is_done"]) == (True, False)
    notices = made(*ask, "--lut-strength", "0")["notices"]
    assert any("'mine.cube' is another one" in notice for notice in notices)
    assembled = read_manifest(path.with_name("ASSEMBLY_MANIFEST.json")).lut
    assert assembled is not None
    assert (assembled.digest != lut.digest, assembled.strength) == (True, 0.0)
