"""The last step: a project's clips, lines and bed joined into its video, captions beside it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from cinecore.errors import OutputError
from vidpipe.db.clips import selected_clip
from vidpipe.db.engine import Session
from vidpipe.db.events import add_event
from vidpipe.db.models import Project
from vidpipe.db.scenes import scenes_of
from vidpipe.errors import GenerationError
from vidpipe.pipeline.speaking import scene_lines
from vidpipe.pipeline.stitch import Stitched, StitchPart, stitch
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.storyboard import Storyboard


async def stitch_project(
    session: Session, project: Project, studio: Studio, *, crossfade_s: float | None = None
) -> Stitched:
    """The project's video, measured, under the name that was asked for.

    Raises:
        GenerationError: No scene has a clip.
        OutputError: The place cannot be written, or something that is not ours lies there.
        ToolError: A program failed, or the file misses a promise.
    """
    storyboard = Storyboard.model_validate(project.storyboard)
    parts: list[StitchPart] = []
    for scene in await scenes_of(session, project.id):
        clip = await selected_clip(session, scene.id)
        if clip is None or not clip.local_path or not studio.store.has(clip.local_path):
            continue
        spec = storyboard.scenes[scene.scene_index]
        lines = await scene_lines(spec, storyboard, studio)
        parts.append(StitchPart(studio.store.path(clip.local_path), spec, lines))
    await session.commit()
    if not parts:
        raise GenerationError(
            "No scene has a clip, so there is nothing to join.",
            project.id[:8],
            "`vidpipe status` says why; resume tries the scenes again.",
        )
    output = output_of(project)
    require_ours(project, output, may_overwrite=bool(project.options.get("overwrite")))
    if crossfade_s is None:
        crossfade_s = float(project.options.get("crossfade_s", 0.0))
    work = studio.root / "projects" / project.id / "stitch"
    made = await asyncio.to_thread(
        stitch,
        parts,
        output,
        work,
        width=project.width,
        height=project.height,
        fps=project.frames_per_second,
        crossfade_s=crossfade_s,
        seed=project.seed,
        title=project.title,
        mood="" if project.options.get("music", True) else "none",
        has_captions=bool(project.options.get("captions", True)),
        listen=studio.listen,
        jobs=studio.jobs,
    )
    for notice in made.notices:
        studio.notice(notice)
    project.output_path = str(made.output)
    project.captions_path = str(made.captions) if made.captions else None
    project.options["measured"] = {
        "duration_s": made.measurement.duration_s,
        "frames": made.measurement.frames,
        "width": made.measurement.width,
        "height": made.measurement.height,
        "integrated_lufs": made.measurement.integrated_lufs,
        "true_peak_dbtp": made.measurement.true_peak_dbtp,
    }
    await add_event(session, project.id, "stitched", str(made.output))
    await session.commit()
    return made


def output_of(project: Project) -> Path:
    """Where the video goes."""
    return Path(str(project.options["output"]))


def require_ours(project: Project, output: Path, *, may_overwrite: bool) -> None:
    """Nothing, if the video may take this name.

    Raises:
        OutputError: A file that this project did not make lies there, or its folder cannot be written.
    """
    if not output.parent.is_dir():
        raise OutputError(
            "There is no such folder for the video.", output.parent, "Make it, or name another."
        )
    if not os.access(output.parent, os.W_OK):
        raise OutputError("The video's folder cannot be written.", output.parent, "Choose another place.")
    is_ours = project.output_path is not None and Path(project.output_path) == output
    if os.path.lexists(output) and not is_ours and not may_overwrite:
        raise OutputError(
            "A file that this project did not make lies there.",
            output,
            "Name another with --output, or replace it with --overwrite.",
        )
