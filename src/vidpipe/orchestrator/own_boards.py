"""An animatic of one's own panels: no project, one folder of kept work for each output."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cinecore.errors import OutputError
from cinecore.files import digest_bytes, folder_lock, write_error
from cinecore.ports import ProgressListener, SpeechMaker
from vidpipe.orchestrator.projects import slug
from vidpipe.pipeline.animatic import make_animatic
from vidpipe.services.scripts import read_script
from vidpipe.settings import FRAMES_PER_SECOND, VideoSettings

MARK = "made-by-us"
"""A file in the work folder: the output of that folder is ours to replace."""


def animate_boards(
    boards: Sequence[Path],
    script: str,
    settings: VideoSettings,
    speech: SpeechMaker | None,
    *,
    fit: str,
    say: Callable[[str], None],
    listen: ProgressListener,
) -> dict[str, Any]:
    """What was made: output, captions, what was measured, when each panel is seen, notices.

    Raises:
        CineError: As a person can act on it; an earlier output stays as it was.
    """
    text = read_script(Path(script) if Path(script).suffix else script)
    title = settings.title or text.title or "animatic"
    output = _output(settings.output, title)
    work = settings.data_dir / "animatics" / digest_bytes(os.fsencode(output))[:16]
    if not output.parent.is_dir():
        raise OutputError("There is no such folder for the animatic.", output.parent, "Make it first.")
    if os.path.lexists(output) and not (work / MARK).exists() and not settings.overwrite:
        raise OutputError(
            "A file that we did not make lies there.", output, "Name another, or replace it with --overwrite."
        )
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, work) from error
    width, height = settings.size
    for notice in text.notices:
        say(f"Notice: {notice}")
    with folder_lock(work):
        made = make_animatic(
            boards,
            text,
            output,
            work,
            width=width,
            height=height,
            fps=FRAMES_PER_SECOND,
            fit=fit,
            maker=speech,
            crossfade_s=settings.crossfade_s,
            seed=settings.seed,
            title=title,
            mood="" if settings.music else "none",
            has_captions=settings.captions,
            listen=listen,
            jobs=settings.jobs,
        )
        (work / MARK).touch()
    notices = list(dict.fromkeys((*made.notices, *made.stitched.notices)))
    for notice in notices:
        say(f"Notice: {notice}")
    measured = made.stitched.measurement
    return {
        "output": str(made.stitched.output),
        "captions": str(made.stitched.captions) if made.stitched.captions else None,
        "measured": {
            "duration_s": measured.duration_s,
            "frames": measured.frames,
            "width": measured.width,
            "height": measured.height,
            "integrated_lufs": measured.integrated_lufs,
            "true_peak_dbtp": measured.true_peak_dbtp,
        },
        "panels": [
            {**asdict(panel), "board": str(board)}
            for panel, board in zip(made.panels, made.boards, strict=True)
        ],
        "notices": [*text.notices, *notices],
    }


def _output(asked: Path | None, title: str) -> Path:
    if asked is None:
        return Path.cwd() / f"{slug(title)}_animatic.mp4"
    path = asked.absolute()
    if path.is_dir():
        return path / f"{slug(title)}_animatic.mp4"
    return path if path.suffix else path.with_name(f"{path.name}.mp4")
