"""Subtitle tracks inside a film: text of any kind gives lines, and pictures of letters are said to hold none."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.command_line import cinecut, refused
from tests.media.subtitled_film import (
    ASK,
    ENGLISH,
    TEXTS,
    ass,
    at_places,
    film_of_places,
    heard_lines,
    lines_read,
    srt,
)

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg

pytestmark = pytest.mark.media


BLIND = (*ASK, "--vision", "none")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of_places(tmp_path_factory.mktemp("film") / "film.mkv")


def with_track(film: Path, made: Path, *words: object, inputs: Sequence[Path]) -> Path:
    files = [word for path in inputs for word in ("-i", f"file:{path}")]
    maps = [word for n in range(len(inputs)) for word in ("-map", str(n + 1))]
    run_ffmpeg(
        [*PREAMBLE, "-i", f"file:{film}", *files, "-map", "0", *maps, "-c", "copy", *words, f"file:{made}"]
    )
    return made


@pytest.fixture
def tracks(tmp_path: Path) -> dict[str, Path]:
    files = {"srt": srt(ENGLISH), "ass": ass(ENGLISH, "ass"), "fr": srt(at_places(TEXTS["cp1252"]))}
    files["forced"] = srt([(9000, 10_000, "[A sign]")])
    found = {}
    for name, text in files.items():
        found[name] = tmp_path / f"{name}.{'ass' if name == 'ass' else 'srt'}"
        found[name].write_text(text, "utf-8")
    return found


LANGUAGES = ("-metadata:s:a:0", "language=eng")

EMBEDDED: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "mov_text.mp4": (("srt",), ("-c:s", "mov_text"), "track 1 inside the film"),
    "subrip.mkv": (("srt",), (), "track 1 inside the film"),
    "ass.mkv": (("ass",), (), "track 1 inside the film"),
    "many.mkv": (
        ("forced", "fr", "srt"),
        (
            *("-metadata:s:s:0", "language=eng", "-disposition:s:0", "default+forced"),
            *("-metadata:s:s:1", "language=fra", "-disposition:s:1", "0"),
            *("-metadata:s:s:2", "language=eng", "-metadata:s:s:2", "title=Full", "-disposition:s:2", "0"),
        ),
        "track 3 inside the film (eng, Full)",
    ),
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_track_inside_a_film_gives_a_trailer_with_its_lines(
    name: str, film: Path, tracks: dict[str, Path], tmp_path: Path
) -> None:
    inputs, words, notice = EMBEDDED[name]
    made = with_track(film, tmp_path / name, *LANGUAGES, *words, inputs=[tracks[key] for key in inputs])
    done = cinecut(made, *BLIND, *(() if name == "many.mkv" else ("--review",)))
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert notice in " ".join(said["notices"])
    work = Path(said["work_dir"])
    assert lines_read(work) == ENGLISH
    assert set(heard_lines(work)) <= set(ENGLISH)
    assert heard_lines(work)
    if name == "many.mkv":
        assert said["measured"]["frames"] == 192
        french = cinecut(made, *BLIND, "--review", "--subtitle-track", "2")
        assert french.exit_code == 0, french.output
        assert lines_read(work) == at_places(TEXTS["cp1252"])


def picture_track(path: Path) -> Path:
    """A Blu-ray's picture subtitles: one empty screen, shown for a second."""

    def segment(kind: int, at_s: float, body: bytes) -> bytes:
        return b"PG" + struct.pack(">IIBH", int(at_s * 90_000), 0, kind, len(body)) + body

    shown = b""
    for number, at_s in enumerate((2.0, 3.0)):
        screen = struct.pack(">HHBHBBBB", 320, 180, 0x10, number, 0x80, 0, 0, 0)
        window = struct.pack(">BBHHHH", 1, 0, 0, 0, 320, 180)
        shown += segment(0x16, at_s, screen) + segment(0x17, at_s, window) + segment(0x80, at_s, b"")
    path.write_bytes(shown)
    return path


def test_a_picture_track_is_said_to_hold_no_letters(film: Path, tmp_path: Path) -> None:
    made = with_track(film, tmp_path / "pictures.mkv", inputs=[picture_track(tmp_path / "p.sup")])
    asked = cinecut(made, *BLIND, "--subtitle-track", "1")
    refused(asked, 65, "Track 1 holds pictures of letters (hdmv_pgs_subtitle), no text.", "--subtitle")
    assert not (tmp_path / "pictures_cinecut_work").exists()  # said before the film was analysed
    for more in ((), ("--dry-run",)):
        refused(cinecut(made, *BLIND, "--subtitle-track", "9", *more), 65, "no subtitle track 9 (it has 1)")
    done = cinecut(made, *BLIND, "--review")
    assert done.exit_code == 0, done.output
    assert "The film's own subtitles are not used" in done.stdout
    assert lines_read(tmp_path / "pictures_cinecut_work") == []
