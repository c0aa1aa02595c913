"""The command line on a real film: what a stranger reads, what lies there afterwards, what a second run does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command_line import cinecut, refused
from typer.testing import Result

from cinecore.ffmpeg.run import run as run_ffmpeg

pytestmark = pytest.mark.media

PICTURES = (
    "mandelbrot=size=192x108:rate=24",
    "testsrc2=size=192x108:rate=24",
    "gradients=size=192x108:rate=24:seed=3:speed=0.02",
    "life=size=192x108:rate=24:seed=7:mold=10:life_color=orange:death_color=navy",
    "rgbtestsrc=size=192x108:rate=24,hue=H=t",
)
"""Five moving pictures, eight seconds each, hard cuts between: a 40 s film that needs nobody's footage."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film and its subtitles, and its trailer made once."""
    place = tmp_path_factory.mktemp("my films")
    inputs = [word for picture in PICTURES for word in ("-f", "lavfi", "-t", "8", "-i", picture)]
    joined = "".join(f"[{at}:v]format=yuv420p,setsar=1[v{at}];" for at in range(len(PICTURES)))
    joined += "".join(f"[v{at}]" for at in range(len(PICTURES))) + f"concat=n={len(PICTURES)}[v]"
    run_ffmpeg(
        [
            *("-nostdin", "-loglevel", "error", "-y", *inputs),
            *("-f", "lavfi", "-t", "40", "-i", "anoisesrc=r=48000:a=0.05:seed=1"),
            *("-filter_complex", joined, "-map", "[v]", "-map", f"{len(PICTURES)}:a"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-threads", "2", "-c:a", "aac"),
            place / "A film's name, [1].mkv",
        ]
    )
    (place / "lines.srt").write_text(
        "1\n00:00:02,000 --> 00:00:03,500\nWe never should have come here.\n\n"
        "2\n00:00:10,000 --> 00:00:11,500\nHelp me, they are coming!\n\n"
        "3\n00:00:18,200 --> 00:00:20,000\nI will find the way out.\n",
        encoding="utf-8",
    )
    return place


@pytest.fixture(scope="module")
def made(folder: Path) -> Result:
    return cinecut(film_of(folder), "-s", folder / "lines.srt", "--vibe", "Sci Fi", "--duration", "8s")


def film_of(folder: Path) -> Path:
    return folder / "A film's name, [1].mkv"


def test_a_run_says_seven_stages_and_where_the_trailer_is(folder: Path, made: Result) -> None:
    assert made.exit_code == 0, made.output
    lines = [line for line in made.stdout.splitlines() if line.startswith("Stage ")]
    assert [line.split(":")[0] for line in lines] == [f"Stage {number}/7" for number in range(1, 8)]
    trailer = folder / "A film's name, [1]_trailer_sci-fi.mp4"
    assert trailer.is_file()
    assert made.stdout.splitlines()[-1] == f"Trailer: {str(trailer)!r}"
    assert made.stderr == ""
    assert (folder / "A film's name, [1]_cinecut_work" / "TRAILER_MANIFEST.json").is_file()


def test_a_second_run_says_cache_hit_and_json_is_one_object(folder: Path, made: Result) -> None:
    words = (film_of(folder), "-s", folder / "lines.srt", "--vibe", "sci-fi", "--duration", "8s")
    again = cinecut(*words, "--json")
    said = json.loads(again.stdout)
    assert said["stages_run"] == []
    assert len(said["stages_reused"]) == 7
    assert said["measured"]["pixel_format"] == "yuv420p"
    assert "Cache hit: Loaded" in again.stderr
    planned = json.loads(cinecut(*words, "--dry-run", "--json").stdout)
    assert [state["is_done"] for state in planned["plan"]] == [True] * 7


def test_another_seed_is_planned_anew_and_a_dry_run_says_why_without_writing(
    folder: Path, made: Result
) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())
    words = (
        film_of(folder),
        "-s",
        folder / "lines.srt",
        "--vibe",
        "sci-fi",
        "--duration",
        "8s",
        "--seed",
        "2",
    )
    said = cinecut(*words, "--dry-run").stdout
    assert "Keyframes: done" in said
    assert "Narrative: to do, the seed changed" in said
    assert before == sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())


def test_a_dry_run_of_a_manifest_renders_nothing_and_makes_no_folder(
    folder: Path, made: Result, tmp_path: Path
) -> None:
    manifest = folder / "A film's name, [1]_cinecut_work" / "TRAILER_MANIFEST.json"
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    words = ("render", manifest, "--vibe", "war", "--work-dir", tmp_path / "work", "--dry-run")
    said = cinecut(*words)
    assert said.exit_code == 0, said.output
    assert "Dry run: nothing was written." in said.stdout
    assert "_trailer_war.mp4" in said.stdout
    assert before == sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    assert list(tmp_path.iterdir()) == []
    refused(cinecut(*words, "--output", tmp_path / "nowhere" / "a.mp4"), 73, "nowhere")


def test_an_output_that_is_not_ours_is_left_alone(folder: Path, made: Result) -> None:
    mine = folder / "wedding.mp4"
    mine.write_bytes(b"not a trailer")
    refused(cinecut(film_of(folder), "--vibe", "sci-fi", "--output", mine), 73, "--overwrite")
    assert mine.read_bytes() == b"not a trailer"


def test_status_tells_what_is_kept_and_clean_frees_it(folder: Path, made: Result, tmp_path: Path) -> None:
    work = tmp_path / "work"
    done = cinecut(
        film_of(folder), "--vibe", "war", "--duration", "6s", "--work-dir", work, "--review", "--quiet"
    )
    assert done.exit_code == 0, done.output
    assert done.output == ""
    told = json.loads(cinecut("status", film_of(folder), "--work-dir", work, "--json").stdout)
    assert told["bytes_by_kind"]["analysis"] > 0
    freed = json.loads(cinecut("clean", film_of(folder), "--work-dir", work, "--json").stdout)["freed_bytes"]
    assert freed["analysis"] == told["bytes_by_kind"]["analysis"]
    assert (work / "TRAILER_MANIFEST.json").is_file()
    assert not (work / "analysis").exists()
