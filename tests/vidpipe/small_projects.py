"""Small projects made by the command line, and their database, files and jobs read back."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tests.command_line import Ended, ended, here, start, vidpipe

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run

SMALL = ("--lines", "360", "--clip-duration", "2", "--speech", "none", "--no-music", "--json")
"""A quick project: small pictures, short shots, nothing to be heard."""


@dataclass(frozen=True)
class Place:
    """A folder with a project's data and its video."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def video(self) -> Path:
        """The finished video."""
        return self.folder / "video.mp4"

    def words(self, *words: object) -> tuple[object, ...]:
        """A command's words with this place's data folder."""
        return (*words, "--data-dir", self.data)

    def generate(self, prompt: str, *words: object) -> dict[str, Any]:
        """A small project in this process; what was printed of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        done = vidpipe(*self.words("generate", prompt, *SMALL, "--output", self.video, *words))
        assert done.exit_code == 0, done.output
        return dict(json.loads(done.stdout))

    def start(self, *words: object, **variables: str) -> subprocess.Popen[str]:
        """A command as a process of its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return start(self.folder, *self.words(*words), program="vidpipe", **variables)

    def process(self, *words: object, **variables: str) -> Ended:
        """The same, waited for."""
        return ended(self.start(*words, **variables))

    def here(self, *words: object) -> Ended:
        """The same in this process, where nothing is proven of processes."""
        return here(vidpipe(*self.words(*words)))

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the database, read without the program."""
        connection = sqlite3.connect(self.data / "vidpipe.db")
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values)]
        finally:
            connection.close()

    def project_id(self) -> str:
        """The id of the only project."""
        (row,) = self.rows("SELECT id FROM projects")
        return str(row["id"])

    def clip(self, number: int) -> Path:
        """The file of a scene's shown clip; scenes count from 1."""
        (row,) = self.rows(
            "SELECT c.local_path FROM video_clips c JOIN scenes s ON s.id = c.scene_id "
            "WHERE s.scene_index = ? AND c.is_selected",
            number - 1,
        )
        return self.data / str(row["local_path"])

    def submissions(self) -> list[int]:
        """The scene, from 0, of every job that the draft provider took, in order."""
        log = self.data / "jobs" / "draft" / "submissions.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [int(json.loads(line)["scene_index"]) for line in lines]


def ordered(**faults: Any) -> str:
    """Faults on order, as the setting takes them."""
    return json.dumps(faults)


def frames(clip: Path) -> npt.NDArray[np.uint8]:
    """Every frame of a clip, RGB."""
    media = probe(clip)
    assert media.video is not None
    width, height = media.video.display_size
    data = run([*PREAMBLE, *local_input(clip), "-map", "0:v:0", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"])
    return np.frombuffer(data, np.uint8).reshape(-1, height, width, 3)


def with_faults(text: str) -> dict[str, str]:
    """The environment of a process with faults on order."""
    return {"VIDPIPE_DRAFT_FAULTS": text}


def is_alive(process_id: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
