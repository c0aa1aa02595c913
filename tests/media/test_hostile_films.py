"""Films with hostile names, no films at all, damage, and three hours; a whole trailer or one clear message."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.command_line import BLIND, cinecut, refused
from tests.media.coded_film import COPY, QUICK, SHOT_FRAMES, coded_film
from tests.media.scenes import remux

from cinecore.ffmpeg.binaries import find
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the others are made from."""
    return coded_film(tmp_path_factory.mktemp("base") / "base.mkv", SHOT_FRAMES)


NAMES = (
    # all that a shell, a pattern, a filter or a format could take for its own, in one name
    '-v it\'s "so", [really]; a:b = c new\nline back\\slash 100% %d %s what? #1 *&$HOME `id` {pipe0}{fd0} %03d.mkv',
    "é" * 125 + ".mkv",
    os.fsdecode(b"\xff\xfe bytes \xf0\x9f\x8e\xac \xe6\x98\xa0\xe7\x94\xbb.mkv"),
)
APART = (
    'it\'s "so", [really]; a:b = c.mkv',
    "new\nline back\\slash 100% %d %s.mkv",
    "what? #1 *&$HOME `id` {pipe0}{fd0} %03d.mkv",
    "🎬 映画 émoji.mkv",
    "-v.mkv",
    "x" * 246 + ".mkv",
    os.fsdecode(b"\xff\xfe bytes.mkv"),
)
"""Each by itself, in the sweeps."""


@pytest.mark.parametrize(
    "name",
    [*NAMES, *(pytest.param(name, marks=pytest.mark.sweep) for name in APART)],
    ids=range(len(NAMES) + len(APART)),
)
def test_any_name_a_disk_takes_is_a_film(
    name: str, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.link(base, name)
    done = cinecut(f"./{name}" if name.startswith("-") else name, *BLIND)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    made = [path for path in tmp_path.iterdir() if path.suffix == ".mp4"]
    assert len(made) == 1
    assert len(os.fsencode(made[0].name)) <= 255
    assert said["measured"]["frames"] == 144
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [Path(said["work_dir"]).name]


def test_a_name_that_looks_like_an_option_is_explained(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.link(base, "-dash.mkv")
    monkeypatch.setattr(sys, "argv", ["cinecut", "-dash.mkv"])
    refused(cinecut("-dash.mkv"), 2, "./-dash.mkv")


def test_a_film_in_a_folder_named_like_a_pattern_keeps_its_pictures_and_sound(
    base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "who? [x] %02d #2"
    folder.mkdir()
    shutil.copy(base, folder / "film.mkv")
    music = folder / "song?.wav"
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-t", "12", "-i", "sine=f=220", f"file:{music}"])
    done = cinecut(folder / "film.mkv", *BLIND, "--music", music)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["measured"]["frames"] == 144


def test_the_film_itself_is_never_the_output(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    film = remux(base, tmp_path / "film.mp4", *COPY)
    before = hashlib.sha256(film.read_bytes()).digest()
    os.link(film, "second name.mp4")
    Path("link.mp4").symlink_to("film.mp4")
    for output in ("film.mp4", "second name.mp4", "link.mp4"):
        refused(cinecut(film, *BLIND, "--output", output, "--overwrite"), 73, "replace what it is made from")
    refused(cinecut(film, *BLIND, "--music", "film.mp4", "--output", "second name.mp4", "--overwrite"), 73)
    assert hashlib.sha256(film.read_bytes()).digest() == before
    assert Path("link.mp4").is_symlink()


NO_FILMS = {
    "empty": (b"", "This file is empty."),
    "text": ("Once upon a time there was a film.\n" * 99, "This is a text, not a film."),
    "noise": (np.random.default_rng(1).bytes(9000), "ffmpeg cannot read this file as a film."),
    "hls": ("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{there}\n#EXT-X-ENDLIST\n", "This is a playlist"),
    "late hls": ("\ufeff\n#EXTM3U\n#EXTINF:9,\n{there}\n", "This is a playlist"),
    "concat": ("ffconcat version 1.0\nfile '{there}'\n", "This is a playlist"),
    "dash": (
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{there}</BaseURL></MPD>',
        "This is a playlist",
    ),
    "sdp": ("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n", "This is a playlist"),
    "pls": ("[playlist]\nFile1={there}\n", "This is a playlist"),
}


@pytest.mark.parametrize("ending", ["mp4", "m3u8"])
@pytest.mark.parametrize("kind", NO_FILMS)
def test_what_is_no_film_is_refused_by_its_kind(kind: str, ending: str, tmp_path: Path) -> None:
    body, message = NO_FILMS[kind]
    film = tmp_path / f"film.{ending}"
    film.write_bytes(body if isinstance(body, bytes) else body.replace("{there}", "other.ts").encode())
    refused(cinecut(film, "--vibe", "action"), 65, message, "Which: ", "Tip: ")
    assert [path.name for path in tmp_path.iterdir()] == [film.name]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and who called there."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        is_over = threading.Event()

        def wait() -> None:
            while not is_over.is_set():
                try:
                    connection, who = server.accept()
                except TimeoutError:
                    continue
                calls.append(str(who))
                connection.close()

        thread = threading.Thread(target=wait)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.ts", calls
        is_over.set()
        thread.join()


@pytest.mark.parametrize("kind", ["hls", "late hls", "concat", "dash", "pls"])
def test_a_playlist_calls_nobody_and_opens_nothing(
    kind: str, listener: tuple[str, list[str]], base: Path, tmp_path: Path
) -> None:
    address, calls = listener
    body = NO_FILMS[kind][0]
    assert isinstance(body, str)
    other = tmp_path / "other" / "secret.mkv"
    other.parent.mkdir()
    shutil.copy(base, other)
    os.utime(other, (0, 0))
    for there in (address, str(other), "other/secret.mkv"):
        for ending in ("mp4", "m3u8", "mpd"):
            film = tmp_path / f"film.{ending}"
            film.write_text(body.replace("{there}", there))
            refused(cinecut(film, "--vibe", "action"), 65)
    refused(cinecut(address, "--vibe", "action"), 65, "This is an address, not a file.")
    assert calls == []
    assert other.stat().st_atime == 0  # relatime would move it on the first reading


def test_pictures_and_sounds_alone_are_refused(tmp_path: Path) -> None:
    picture, sound = tmp_path / "p.mp4", tmp_path / "s.mp4"
    png = tmp_path / "p.png"
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", png])
    png.rename(picture)
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-t", "9", "-i", "sine", sound])
    refused(cinecut(picture, "--vibe", "action"), 65, "This is a text or a picture, not a film.")
    refused(cinecut(sound, "--vibe", "action"), 65, "There are no moving pictures in this file.")


def lavfi_film(path: Path, source: str, seconds: int) -> Path:
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-t", str(seconds), "-i", source, *QUICK, path])
    return path


def test_black_and_too_short_films_have_no_footage_and_it_is_said(base: Path, tmp_path: Path) -> None:
    black = lavfi_film(tmp_path / "black.mp4", "color=black:s=64x64:r=24", 20)
    refused(cinecut(black, "--vibe", "action"), 65, "no footage for a trailer")
    one = remux(base, tmp_path / "one.mp4", "-frames:v", "1", "-an", *QUICK)
    refused(cinecut(one, "--vibe", "action"), 65, "no footage for a trailer")
    short = remux(base, tmp_path / "short.mkv", *COPY, "-t", "5")
    refused(cinecut(short, "--vibe", "action"), 65, "footage for a trailer")


@pytest.mark.parametrize("seconds", [20])
def test_one_shot_of_twenty_seconds_is_enough(seconds: int, tmp_path: Path) -> None:
    film = lavfi_film(tmp_path / "one shot.mp4", "testsrc2=s=160x90:r=24", seconds)
    done = cinecut(film, "--vibe", "action", "--json")
    assert done.exit_code == 0, done.output
    measured = json.loads(done.stdout)["measured"]
    assert abs(measured["frames"] / 24 - 6) <= 0.5
    assert measured["pixel_format"] == "yuv420p"


def test_a_film_cut_short_is_used_and_said_or_refused_with_the_reason(base: Path, tmp_path: Path) -> None:
    whole = base.read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) * 4 // 5])
    done = cinecut(cut, *BLIND)
    assert done.exit_code == 0, done.output
    assert "it may be cut short" in done.stdout
    holed = tmp_path / "holed.mkv"
    third = len(whole) // 3
    holed.write_bytes(whole[:third] + bytes(third // 4) + whole[third + third // 4 :])
    done = cinecut(holed, *BLIND)
    assert done.exit_code == 0, done.output
    assert "the film may be damaged" in done.stdout
    headless = remux(base, tmp_path / "headless.mp4", *COPY)
    headless.write_bytes(headless.read_bytes()[:100_000])
    refused(cinecut(headless, *BLIND), 65, "moov atom not found")


@pytest.mark.sweep
@pytest.mark.timeout(5400)
def test_three_hours_take_no_more_memory_than_half_an_hour(tmp_path: Path) -> None:
    """Cheap pictures: the cuts are every four seconds, the picture between them hardly moves."""
    peaks = {}
    for minutes in (30, 180):
        film = tmp_path / f"{minutes}.mkv"
        chain = "testsrc2=s=96x54:r=24,hue=h='60*floor(t/4)':b='2*sin(floor(t/4))'"
        run_ffmpeg(
            [
                *PREAMBLE,
                *("-f", "lavfi", "-t", str(minutes * 60), "-i", chain),
                *("-f", "lavfi", "-t", str(minutes * 60), "-i", "anoisesrc=r=48000:a=0.02:seed=2"),
                *("-map", "0:v", "-map", "1:a", *QUICK, "-c:a", "aac", "-b:a", "64k", film),
            ]
        )
        program = (
            "import resource, sys; from cinecut.cli import app; sys.argv[0] = 'cinecut';\n"
            "try: app()\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, film, "--vibe", "action", "--duration", "30s", "--quiet"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "CINECUT_FFMPEG": find("ffmpeg").path},
        )
        peaks[minutes] = int(done.stderr.split()[-1]) / 1024
    assert peaks[180] < peaks[30] + 150, (
        peaks
    )  # MiB; per-frame curves are a few bytes for each of 259,200 frames
