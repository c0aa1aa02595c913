"""What can be known to fail before hours of work is looked at before them, not after.

Deliberately not here: whose the file in the way of the trailer is (the ledger knows).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cinecore.errors import InputError, SetupError
from cinecore.ffmpeg import binaries
from cinecore.files import write_error
from cinecore.media import MediaFile
from cinecore.render.lut import read_cube
from cinecore.work.leftovers import unfinished
from cinecut.pipeline.room import disk_need
from cinecut.pipeline.run import Run
from cinecut.settings import TrailerSettings


def require_programs() -> None:
    """Nothing, if ffmpeg and ffprobe are there, run, and can do all that a trailer needs.

    Raises:
        SetupError: What is missing, and how to get it.
    """
    for program in ("ffmpeg", "ffprobe"):
        binaries.find(program)
    lacks = binaries.lacking()
    if lacks:
        raise SetupError(
            f"This ffmpeg was built without what a trailer needs: {', '.join(lacks)}.",
            binaries.find("ffmpeg").path,
            binaries.GET_FFMPEG,
        )


def check_tracks(settings: TrailerSettings, media: MediaFile) -> None:
    """Nothing, if the film has the sound and subtitle tracks that were asked for, and the LUT can be used.

    Raises:
        InputError: It has fewer, or the LUT is none.
    """
    if settings.lut is not None:
        read_cube(settings.lut)
    for asked, tracks, what, option in (
        (settings.audio_track, media.audio, "sound", "--audio-track"),
        (settings.subtitle_track, media.subtitles, "subtitle", "--subtitle-track"),
    ):
        if asked is not None and asked > len(tracks):
            raise InputError(
                f"The film has no {what} track {asked} (it has {len(tracks)}).",
                media.path,
                f"Give {option} a smaller number, or leave it out.",
            )


def look_ahead(run: Run) -> None:
    """Nothing, if the trailer's folder takes files; notes how much disk the run will fill.

    Raises:
        InputError: The output's name is none for a trailer.
        OutputError: The folder is not there, or takes none.
    """
    place = run.place("trailer")
    run.notice(place.notice)
    if not run.settings.review:
        _try_to_write(unfinished(place.path, run.work_dir))
    run.disk = disk_need(run.media, run.settings, run.work_dir, place.path.parent)


def _try_to_write(file: Path) -> None:
    """Make a file and remove it: rights alone do not tell of quotas, mounts and folders that are none."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    except OSError as error:
        raise write_error(error, file.parent) from error
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
