"""Films that real people have: odd names, rates, tracks, pictures and damage; a whole trailer or one clear message."""

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
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.frame_code import read_frames
from tests.media.coded_film import HEIGHT, SHOT_FRAMES, WIDTH, coded_film
from typer.testing import CliRunner, Result

from cinecore.ffmpeg.binaries import find
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecore.timebase import FrameRate
from cinecut.cli import app
from cinecut.manifest.io import read_manifest
from cinecut.manifest.layout import lay_out

pytestmark = pytest.mark.media

ASK = ("--vibe", "action", "--duration", "6s", "--seed", "3", "--json")


def cinecut(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that all others are made from: every frame says which it is."""
    return coded_film(tmp_path_factory.mktemp("base") / "base.mkv", SHOT_FRAMES)


@pytest.fixture(scope="module")
def long_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twice the frames a shot, for films that use them up twice as fast."""
    return coded_film(tmp_path_factory.mktemp("base") / "long.mkv", 2 * SHOT_FRAMES)


def remake(base: Path, made: Path, *words: object, before: tuple[str, ...] = ()) -> Path:
    run_ffmpeg([*PREAMBLE, *before, "-i", f"file:{base}", *(str(word) for word in words), f"file:{made}"])
    return made


COPY = ("-c", "copy")
QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-threads", "2")


def at_rate(rate: str) -> tuple[object, ...]:
    """The same frames at another rate."""
    return ("-vf", f"setpts=N/({rate})/TB,fps={rate}", "-af", "anull", *QUICK, "-shortest", "-c:a", "aac")


@dataclass(frozen=True)
class Odd:
    """A film made from the base, and what its trailer must be."""

    name: str
    words: tuple[object, ...]
    size: tuple[int, int] = (WIDTH, HEIGHT)
    rate: str = "24"
    before: tuple[str, ...] = ()
    is_coded: bool = True
    """Whether the trailer's frames can be read back as frames of this film."""
    notice: str = ""
    options: tuple[str, ...] = ()


HDR = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-c:a", "copy")
FILMS = (
    *(
        Odd(f"rate {rate.replace('/', ' by ')}.mkv", at_rate(rate), rate=rate)
        for rate in ("24000/1001", "25", "30000/1001", "30", "50", "60000/1001")
    ),
    Odd("no sound.mp4", ("-an", "-c:v", "copy"), notice="The film has no sound."),
    Odd("silence.mkv", ("-c:v", "copy", "-af", "volume=0"), notice="The film's sound is silent."),
    Odd("mono.mkv", ("-c:v", "copy", "-c:a", "aac", "-ac", "1", "-ar", "22050")),
    Odd("surround.mkv", ("-c:v", "copy", "-c:a", "ac3", "-ac", "6")),
    Odd(
        "many tracks.mkv",
        ("-map", "0:v", *("-map", "0:a") * 5, "-c:v", "copy", "-c:a", "aac", "-ac", "1"),
        options=("--audio-track", "5"),
    ),
    Odd("turned.mp4", (*COPY, "-metadata:s:v", "rotate=90"), (HEIGHT, WIDTH), is_coded=False),
    Odd("anamorphic.mkv", ("-vf", "setsar=4/3", *QUICK, "-c:a", "copy"), (342, HEIGHT)),
    Odd(
        "interlaced.mkv",
        ("-vf", "fieldorder=tff,setfield=tff", *QUICK, "-flags", "+ilme+ildct", "-c:a", "copy"),
        is_coded=False,
    ),
    Odd("ten bit.mkv", ("-pix_fmt", "yuv420p10le", *QUICK, "-c:a", "copy")),
    Odd(
        "pq.mkv",
        (
            *HDR,
            *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
            "-x265-params",
            "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
        ),
    ),
    Odd(
        "hlg.mkv",
        (
            *HDR,
            *("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"),
            "-x265-params",
            "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
        ),
    ),
    Odd("starts late.ts", (*COPY, "-output_ts_offset", "100")),
    Odd("rare keyframes.ts", (*QUICK, "-g", "250", "-c:a", "copy")),
    Odd("program stream.mpg", ("-c:v", "mpeg2video", "-q:v", "3", "-g", "24", "-bf", "2", "-c:a", "mp2")),
    Odd("edit list.mp4", COPY, before=("-ss", "1.3")),
    Odd(
        "open groups.mkv", (*QUICK[:2], "-preset", "fast", "-bf", "3", "-x264-params", "open-gop=1:keyint=48")
    ),
    Odd(
        "variable rate.mkv",
        ("-vf", "select='not(lt(mod(t,6),2)*mod(n,2))'", *QUICK, "-fps_mode", "vfr", "-c:a", "copy"),
    ),
)
"""`edit list.mp4` keeps packets from before its start, which the container says are not to be shown."""


@pytest.mark.parametrize("odd", FILMS, ids=lambda odd: odd.name.rpartition(".")[0].replace(" ", "-"))
def test_an_odd_film_gives_a_whole_trailer_of_the_frames_its_manifest_names(
    odd: Odd, base: Path, long_base: Path, tmp_path: Path
) -> None:
    source = long_base if Fraction(odd.rate) > 40 else base
    film = remake(source, tmp_path / odd.name, *odd.words, before=odd.before)
    done = cinecut(film, *ASK, *odd.options)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    rate = FrameRate(Fraction(odd.rate))
    assembled = read_manifest(Path(said["work_dir"]) / "ASSEMBLY_MANIFEST.json")
    layout = lay_out(assembled, rate)
    measured = said["measured"]
    assert (measured["width"], measured["height"]) == odd.size
    assert measured["pixel_format"] == "yuv420p"
    assert Fraction(measured["rate"]) == rate.fps
    assert measured["frames"] == layout.frames
    assert abs(measured["duration_s"] - 6) <= 0.5
    assert abs(measured["integrated_lufs"] + 14) <= 0.3
    assert measured["true_peak_dbtp"] <= -1
    assert measured["color"] == ["bt709", "bt709", "bt709", "tv"]
    assert odd.notice in " ".join(said["notices"])
    if odd.is_coded:
        wrong, readable = misplaced(film, Path(said["output"]), assembled, layout, rate)
        assert wrong == []
        assert readable > 0.3 * layout.frames


def misplaced(
    film: Path, trailer: Path, assembled: Any, layout: Any, rate: FrameRate
) -> tuple[list[str], int]:
    """Frames that are not the film frame shown at that time, and how many could be read at all."""
    answer = run_ffmpeg(
        [
            *("-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"),
            *("-of", "csv=p=0", f"file:{film}"),
        ],
        program="ffprobe",
    )
    words = [word.split(",")[0] for word in answer.decode().split()]
    times = [float(word) for word in words if word != "N/A"]
    if words[-1] == "N/A":  # in a program stream the last frame comes out without a time
        times.append(times[-1] + 1 / float(rate.fps))
    start = float(probe(film).start)
    shown_at = np.array(sorted(times)) - start
    numbers = read_frames(film)
    # packets from before an edit list's start are decoded by neither
    assert len(numbers) == len(shown_at)
    seen = read_frames(trailer)
    wrong, readable, into = [], 0, 0
    for item in layout.items:
        mixed = {*range(into), *range(item.frames - item.transition_frames, item.frames)}
        into = item.transition_frames
        if item.kind != "clip":
            continue
        begin = assembled.clips[item.index].source_start_s
        for number in set(range(item.frames)) - mixed:
            is_at = begin + number / float(rate.fps)
            shown = seen[item.start + number]
            # one half frame either side: a time in a manifest has six decimals, one in a container fewer
            low, high = np.searchsorted(
                shown_at, [is_at - 0.4 / float(rate.fps), is_at + 0.4 / float(rate.fps)]
            )
            meant = {numbers[k] for k in range(max(0, int(low) - 1), min(len(numbers), int(high) + 1))}
            nearest = numbers[int(np.abs(shown_at - is_at).argmin())]
            if shown is None or nearest is None:  # ten-bit colours leave some codes of the film itself unread
                continue
            readable += 1
            is_exact = len(set(np.round(np.diff(shown_at), 2))) <= 2
            if shown != nearest if is_exact else shown not in meant:
                wrong.append(f"frame {item.start + number} shows {shown}, not {nearest}")
    return wrong, readable


NAMES = (
    'it\'s "so", [really]; a:b = c.mkv',
    "new\nline back\\slash 100% %d %s.mkv",
    "what? #1 *&$HOME `id` {pipe0}{fd0} %03d.mkv",
    "🎬 映画 émoji.mkv",
    "-v.mkv",
    "x" * 246 + ".mkv",
    "é" * 125 + ".mkv",
    os.fsdecode(b"\xff\xfe bytes.mkv"),
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_name_a_disk_takes_is_a_film(
    name: str, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.link(base, name)
    done = cinecut(f"./{name}" if name.startswith("-") else name, *ASK)
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
    done = cinecut("-dash.mkv")
    assert done.exit_code == 2
    assert "./-dash.mkv" in done.stderr


def refused(done: Result, status: int, *words: str) -> None:
    """One message, a status, no traceback."""
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    assert "Unexpected" not in done.output
    assert done.stderr.count("Error: ") == 1
    for word in words:
        assert word in done.stderr, done.stderr


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
    one = remake(base, tmp_path / "one.mp4", "-frames:v", "1", "-an", *QUICK)
    refused(cinecut(one, "--vibe", "action"), 65, "no footage for a trailer")
    short = remake(base, tmp_path / "short.mkv", *COPY, "-t", "5")
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
    done = cinecut(cut, *ASK)
    assert done.exit_code == 0, done.output
    assert "it may be cut short" in done.stdout
    holed = tmp_path / "holed.mkv"
    third = len(whole) // 3
    holed.write_bytes(whole[:third] + bytes(third // 4) + whole[third + third // 4 :])
    done = cinecut(holed, *ASK)
    assert done.exit_code == 0, done.output
    assert "the film may be damaged" in done.stdout
    headless = remake(base, tmp_path / "headless.mp4", *COPY)
    headless.write_bytes(headless.read_bytes()[:100_000])
    refused(cinecut(headless, *ASK), 65, "moov atom not found")


def test_the_film_itself_is_never_the_output(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    film = remake(base, tmp_path / "film.mp4", *COPY)
    before = hashlib.sha256(film.read_bytes()).digest()
    os.link(film, "second name.mp4")
    Path("link.mp4").symlink_to("film.mp4")
    for output in ("film.mp4", "second name.mp4", "link.mp4"):
        refused(cinecut(film, *ASK, "--output", output, "--overwrite"), 73, "replace what it is made from")
    refused(cinecut(film, *ASK, "--music", "film.mp4", "--output", "second name.mp4", "--overwrite"), 73)
    assert hashlib.sha256(film.read_bytes()).digest() == before
    assert Path("link.mp4").is_symlink()


def test_a_film_in_a_folder_named_like_a_pattern_keeps_its_pictures_and_sound(
    base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "who? [x] %02d #2"
    folder.mkdir()
    shutil.copy(base, folder / "film.mkv")
    music = folder / "song?.wav"
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-t", "12", "-i", "sine=f=220", f"file:{music}"])
    done = cinecut(folder / "film.mkv", *ASK, "--music", music)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["measured"]["frames"] == 144


@pytest.mark.sweep
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
