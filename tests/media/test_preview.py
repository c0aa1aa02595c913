"""`--preview` shows a cut made from keyframes alone, beside the real one and never in its way; `--hwaccel` never fails."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from samples.frame_code import read_frames
from tests.command_line import BLIND, cinecut
from tests.media.coded_film import SHOT_FRAMES, coded_film
from typer.testing import Result

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.hardware import hardware_decoder
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.files import folder_lock
from cinecore.timebase import FrameRate
from cinecut.manifest.io import read_manifest
from cinecut.manifest.layout import lay_out

pytestmark = pytest.mark.media

KEYFRAMES_APART = 24


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coded_film(tmp_path_factory.mktemp("previewed") / "film.mkv", SHOT_FRAMES)


@pytest.fixture(scope="module")
def preview(film: Path) -> Result:
    return cinecut(film, *BLIND, "--preview")


def test_a_preview_holds_the_keyframe_before_each_moment_that_its_manifest_names(
    film: Path, preview: Result
) -> None:
    assert preview.exit_code == 0, preview.output
    said = json.loads(preview.stdout)
    assert Path(said["output"]) == film.with_name("film_trailer_action_preview.mp4")
    assert "A preview" in " ".join(said["notices"])
    assembled = read_manifest(Path(said["work_dir"]) / "ASSEMBLY_MANIFEST.json")
    layout = lay_out(assembled, FrameRate(Fraction(24)))
    seen = read_frames(Path(said["output"]))
    assert len(seen) == layout.frames == said["measured"]["frames"]
    read, into = 0, 0
    for item in layout.items:
        last, first, into = item.frames - item.transition_frames, into, item.transition_frames
        if item.kind != "clip":
            continue
        begin = assembled.clips[item.index].source_start_s - float(probe(film).video_offset)
        for number in range(first, last):
            shown = seen[item.start + number]
            if shown is not None:
                read += 1
                assert shown == (round(begin * 24) + number) // KEYFRAMES_APART * KEYFRAMES_APART
    assert read > 0.4 * layout.frames


def test_a_preview_and_the_trailer_do_not_meet(film: Path, tmp_path: Path) -> None:
    film = Path(shutil.copy2(film, tmp_path))
    said = json.loads(cinecut(film, *BLIND, "--preview").stdout)
    kept = {path: path.read_bytes() for path in Path(said["work_dir"]).rglob("*.json")}
    real = cinecut(film, *BLIND)
    assert real.exit_code == 0, real.output
    heard = json.loads(real.stdout)
    assert heard["stages_reused"] == []
    assert Path(heard["output"]) == film.with_name("film_trailer_action.mp4")
    assert Path(said["output"]).is_file()
    assert {path: path.read_bytes() for path in kept} == kept
    again = json.loads(cinecut(film, *BLIND, "--preview").stdout)
    assert again["stages_run"] == []
    freed = json.loads(cinecut("clean", film, "--kind", "preview", "--json").stdout)
    assert freed["freed_bytes"]["preview"] > 0
    assert {path: path.read_bytes() for path in kept if "MANIFEST" in path.name} == {
        path: content for path, content in kept.items() if "MANIFEST" in path.name
    }
    assert not (Path(said["work_dir"]) / "analysis").exists()
    assert (Path(heard["work_dir"]) / "analysis").is_dir()


def test_cleaning_keeps_an_edited_preview_and_the_file_made_from_it(film: Path, tmp_path: Path) -> None:
    film = Path(shutil.copy2(film, tmp_path))
    said = json.loads(cinecut(film, *BLIND, "--preview").stdout)
    manifest = Path(said["work_dir"]) / "TRAILER_MANIFEST.json"
    edited = manifest.read_text("utf-8").replace("{", '{\n "notes": "keep",', 1)
    manifest.write_text(edited, "utf-8")
    assert cinecut("clean", film).exit_code == 0
    assert manifest.read_text("utf-8") == edited
    again = cinecut(film, *BLIND, "--preview")
    assert again.exit_code == 0, again.output
    with folder_lock(Path(said["work_dir"])):
        refused = cinecut("clean", film)
    assert refused.exit_code == 75
    assert cinecut("clean", film, "--kind", "all").exit_code == 0
    assert not Path(said["work_dir"]).parent.exists()


def test_a_preview_needs_less_disk_than_the_trailer(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    run([*PREAMBLE, "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=6:duration=30", str(film)])
    asked = [cinecut(film, *BLIND, "--dry-run", *more) for more in ((), ("--preview",))]
    trailer, rough = (json.loads(one.stdout)["disk"] for one in asked)
    assert rough["analysis_bytes"] < trailer["analysis_bytes"]
    assert rough["rendering_bytes"] < 0.6 * trailer["rendering_bytes"]


def test_where_the_gpu_cannot_be_reserved_software_decodes_and_it_is_said(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder of locks would lie")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tried = cinecut(film, *BLIND, "--review", "--work-dir", tmp_path / "work", "--hwaccel", "auto")
    assert tried.exit_code == 0, tried.output
    assert "software decodes the film" in " ".join(json.loads(tried.stdout)["notices"])


def test_hardware_is_used_or_its_lack_is_said_and_the_shots_are_the_same(film: Path, tmp_path: Path) -> None:
    plain = cinecut(film, *BLIND, "--review", "--work-dir", tmp_path / "plain")
    tried = cinecut(film, *BLIND, "--review", "--work-dir", tmp_path / "tried", "--hwaccel", "auto")
    assert tried.exit_code == plain.exit_code == 0, tried.output
    has_hardware = hardware_decoder(probe(film)) is not None
    told = " ".join(json.loads(tried.stdout)["notices"])
    assert ("No hardware decoder here takes this film" in told) is not has_hardware
    manifests = [tmp_path / name / "TRAILER_MANIFEST.json" for name in ("plain", "tried")]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()
