"""What is no subtitle file, or cannot be opened, is refused with the reason before the film is analysed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.command_line import cinecut, refused
from tests.media.coded_film import QUICK
from tests.media.subtitled_film import ASK, ENGLISH, srt

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Any will do: what is refused here is refused before the film is analysed."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    run_ffmpeg([*PREAMBLE, "-f", "lavfi", "-t", "20", "-i", "testsrc2=s=64x64:r=24", *QUICK, path])
    return path


NO_SUBTITLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\xef\xbb\xbf \r\n\r\n\t", "The file is empty."),
    "zeros": (bytes(5000), "The file is empty."),
    "noise": (np.random.default_rng(1).bytes(9000), "The file is not text."),
    "archive": (b"PK\x03\x04" + bytes(99), "It is a zip archive"),
    "film": (b"\x1aE\xdf\xa3" + bytes(99), "It is a Matroska film"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "It is a picture."),
    "prose": (b"Once upon a time there was a film.\n" * 99, "Nothing in it looks like the times"),
    "microdvd": (b"{10}{60}We must go.\n" * 9, "MicroDVD"),
    "vobsub": (b"# VobSub index file, v7\nsize: 720x576\n", "no letters in it"),
}


@pytest.mark.parametrize("kind", NO_SUBTITLES)
def test_what_is_no_subtitle_file_is_refused_before_the_film_is_analysed(
    kind: str, film: Path, tmp_path: Path
) -> None:
    body, message = NO_SUBTITLES[kind]
    file = tmp_path / "lines.srt"
    file.write_bytes(body)
    done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
    refused(done, 65, "The subtitles cannot be read.", message, "Check: ", "Tip: ")
    assert [path.name for path in tmp_path.iterdir()] == ["lines.srt"]


def test_what_cannot_be_opened_is_refused_and_nothing_waits(film: Path, tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe.srt", tmp_path / "folder.srt"
    os.mkfifo(pipe)
    folder.mkdir()
    missing = tmp_path / "none.srt"
    for file, words in (
        (pipe, "What --subtitle names is no regular file."),
        (folder, "What --subtitle names is a folder."),
        (Path("/dev/zero"), "What --subtitle names is no regular file."),
        (missing, "There is no such file for --subtitle."),
        (tmp_path / ("x" * 300), "There is no such file for --subtitle."),
    ):
        done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
        refused(done, 65, words, "Which: ", "Tip: ")
    assert not (tmp_path / "work").exists()


def test_a_subtitle_file_that_may_not_be_read_is_refused_with_the_reason(film: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed.srt"
    closed.write_text(srt(ENGLISH))
    closed.chmod(0)
    # who reads everything is refused by a file that answers nobody
    file = Path("/proc/self/mem") if os.access(closed, os.R_OK) else closed
    if not file.exists():
        pytest.skip("this user may read everything")
    done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
    refused(done, 65, "The file cannot be opened: ", "check its rights")
    assert not (tmp_path / "work").exists()
