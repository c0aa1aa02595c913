"""A project's storyboard written out: as text to edit, as a sheet to print, as JSON."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from cinecore.errors import OutputError
from cinecore.files import write_json, write_text
from vidpipe.artefacts import ArtefactStore
from vidpipe.db.engine import Session
from vidpipe.db.models import Project
from vidpipe.db.scenes import scenes_of
from vidpipe.errors import ProjectError
from vidpipe.schemas.storyboard import Storyboard
from vidpipe.services.storyboard_sheet import write_sheet
from vidpipe.services.storyboard_text import to_text

ENDINGS = (".txt", ".pdf", ".png", ".json")


async def export_project(
    session: Session, project: Project, file: Path, data_dir: Path, *, may_overwrite: bool
) -> Path:
    """The file written.

    Raises:
        ProjectError: There is no storyboard yet.
        OutputError: The ending is none we write, something lies there, or the place cannot be written.
    """
    if file.suffix.lower() not in ENDINGS:
        raise OutputError("A storyboard has no such format.", file, f"End the name in {', '.join(ENDINGS)}.")
    if project.storyboard is None:
        raise ProjectError(
            "This project has no storyboard yet.",
            project.id[:8],
            "Resume it with --through storyboard first.",
        )
    _require_free(file, may_overwrite=may_overwrite)
    storyboard = Storyboard.model_validate(project.storyboard)
    store = ArtefactStore(data_dir)
    panels: dict[int, Path] = {}
    for scene in await scenes_of(session, project.id):
        start = next((frame for frame in scene.keyframes if frame.position == "start"), None)
        if start is not None and store.has(start.image):
            panels[scene.scene_index] = store.path(start.image)
    await asyncio.to_thread(_write, storyboard, panels, file)
    return file


def _require_free(file: Path, *, may_overwrite: bool) -> None:
    if os.path.lexists(file) and not may_overwrite:
        raise OutputError("Something lies there already.", file, "Name another file, or use --overwrite.")
    if not file.absolute().parent.is_dir():
        raise OutputError("There is no such folder.", file.absolute().parent, "Make it, or name another.")


def _write(storyboard: Storyboard, panels: dict[int, Path], file: Path) -> None:
    ending = file.suffix.lower()
    if ending == ".txt":
        write_text(file, to_text(storyboard))
    elif ending == ".json":
        write_json(file, storyboard.model_dump(mode="json"))
    else:
        write_sheet(storyboard, panels, file)
