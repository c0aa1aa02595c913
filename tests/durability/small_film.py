"""Makes the small film that faults are tried on, and runs the command line on it in folders of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import Ended, cinecut, ended, here, start

from cinecore.ffmpeg.guardian import MARK_VARIABLE
from cinecore.ffmpeg.run import run as run_ffmpeg

PICTURES = (
    "mandelbrot=size=160x90:rate=12",
    "testsrc2=size=160x90:rate=12",
    "gradients=size=160x90:rate=12:seed=3:speed=0.02",
    "life=size=160x90:rate=12:seed=7:mold=10:life_color=orange:death_color=navy",
    "rgbtestsrc=size=160x90:rate=12,hue=H=t",
    "cellauto=size=160x90:rate=12:rule=110:seed=5",
)
"""Six moving pictures, four seconds each, hard cuts between."""

LINES = (
    "1\n00:00:01,000 --> 00:00:02,200\nWe never should have come here.\n\n"
    "2\n00:00:09,000 --> 00:00:10,500\nHelp me, they are coming!\n\n"
    "3\n00:00:17,000 --> 00:00:18,500\nI will find the way out.\n"
)

FILM = "film.mp4"
WORK = "film_cinecut_work"
RESULTS = (f"{WORK}/TRAILER_MANIFEST.json", f"{WORK}/ASSEMBLY_MANIFEST.json")

PLAIN = ("--music", "none", "--effects", "off")
"""What costs time and passes no boundary of its own is left out."""


def make_film(path: Path, *, seed: int = 1, reverse: bool = False) -> Path:
    """A film of 24 s with soft noise and a beep in every picture."""
    pictures = PICTURES[::-1] if reverse else PICTURES
    inputs = [word for picture in pictures for word in ("-f", "lavfi", "-t", "4", "-i", picture)]
    count = len(pictures)
    joined = "".join(f"[{at}:v]format=yuv420p,setsar=1[v{at}];" for at in range(count))
    joined += "".join(f"[v{at}]" for at in range(count)) + f"concat=n={count}[v]"
    run_ffmpeg(
        [
            *("-nostdin", "-loglevel", "error", "-y", *inputs),
            *("-f", "lavfi", "-t", "24", "-i", f"anoisesrc=r=48000:a=0.05:seed={seed}"),
            *("-filter_complex", joined, "-map", "[v]", "-map", f"{count}:a"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-c:a", "aac"),
            path,
        ]
    )
    return path


@dataclass(frozen=True)
class Place:
    """A folder with the film and its subtitles, in which the command line is run."""

    folder: Path

    @property
    def film(self) -> Path:
        return self.folder / FILM

    @property
    def work(self) -> Path:
        return self.folder / WORK

    def start(
        self, *options: str, failpoint: str | None = None, subtitles: bool = True
    ) -> subprocess.Popen[str]:
        """The command line, started; `failpoint` as in `CINECUT_FAILPOINT`."""
        words = self.words(*options, subtitles=subtitles)
        variables = {"PYTHONWARNINGS": "default"}
        if failpoint is not None:
            variables["CINECUT_FAILPOINT"] = failpoint
        return start(self.folder, *words, without=("CINECUT_FAILPOINT",), **variables)

    def words(self, *options: str, subtitles: bool = True) -> list[object]:
        """What is asked for."""
        lines = ["-s", self.folder / "film.srt"] if subtitles else []
        asked = ["--vibe", "action", "--duration", "6s", "--jobs", "2", "--json", *options]
        return [self.film, *lines, *asked]

    def run(self, *options: str, failpoint: str | None = None, subtitles: bool = True) -> Ended:
        """The command line, run to its end."""
        return ended(self.start(*options, failpoint=failpoint, subtitles=subtitles))

    def here(self, *options: str) -> Ended:
        """The command line in this process, where nothing happens to it."""
        return here(cinecut(*self.words(*options)))

    def results(self) -> dict[str, bytes]:
        """The bytes that must not depend on what happened on the way."""
        names = [*RESULTS, *(path.name for path in sorted(self.folder.glob("film_trailer_*.mp4")))]
        return {name: (self.folder / name).read_bytes() for name in names}

    def temporaries(self) -> list[str]:
        """Files and folders under names that only a run at work may use."""
        return [
            str(path.relative_to(self.folder))
            for path in sorted(self.folder.rglob(".*"))
            if path.name != ".lock"
        ]

    def stages_done(self) -> list[str]:
        """What the checkpoint says is done."""
        try:
            return list(json.loads((self.work / "pipeline_checkpoint.json").read_text())["stages_complete"])
        except OSError:
            return []

    def segments(self) -> set[str]:
        """Finished segments."""
        return {path.name for path in (self.work / "segments").glob("[!.]*.mp4")}


def new_place(parent: Path, name: str, film: Path) -> Place:
    """A fresh folder with a copy of the film, its time included."""
    folder = parent / name
    folder.mkdir()
    shutil.copy2(film, folder / FILM)
    (folder / "film.srt").write_text(LINES, "utf-8")
    return Place(folder)


def guarded_processes(folder: Path) -> list[int]:
    """Programs that a run started and that read or write in `folder`, or are guardians of such a run."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system does not show the environment of processes under /proc")
    return [number for number in _marked() if os.fsencode(folder) in _bytes(f"/proc/{number}/cmdline")]


def _marked() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and MARK_VARIABLE.encode() in _bytes(f"/proc/{entry.name}/environ"):
            yield int(entry.name)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def wait_until(is_so: Any, seconds: float) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return bool(is_so())


def kill(process: subprocess.Popen[str]) -> None:
    """End a run as by kill -9 and take its last words."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
