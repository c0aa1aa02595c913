"""A run opened over its work folder: the lock taken, the checkpoint read, what an earlier run left behind removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cinecore.files import folder_lock
from cinecore.media import MediaFile
from cinecore.ports import Describer, ProgressListener
from cinecore.work.leftovers import remove_leftovers
from cinecut.checkpoint import PipelineCheckpoint, load_checkpoint
from cinecut.pipeline.run import Run, Say, identify
from cinecut.pipeline.soundfont import refuse_broken_soundfont
from cinecut.places import preview_folder, setup_work_folder, work_folder
from cinecut.settings import TrailerSettings

PREVIEW_NOTICE = (
    "A preview: one still for every few seconds, no composed music, shots guessed from keyframes. "
    "Run without --preview for the trailer."
)
NO_LOCKS = "This disk has no file locks: take care not to start two runs in one work folder."


@contextmanager
def open_run(
    settings: TrailerSettings, media: MediaFile, describer: Describer, listen: ProgressListener, say: Say
) -> Iterator[Run]:
    """A run that owns its work folder while inside.

    Raises:
        BusyError: Another run works in the folder.
        InputError: A SoundFont is named that cannot play.
        OutputError: The folder cannot be made or written.
    """
    refuse_broken_soundfont(settings)
    place = work_folder(media.path, settings.work_dir)
    if settings.preview:
        place = preview_folder(place)
    folder = setup_work_folder(place.path)
    with folder_lock(folder) as has_lock:
        film = str(media.path.absolute())
        checkpoint = load_checkpoint(folder, film) or PipelineCheckpoint(film, settings.vibe or "")
        run = Run(settings, media, identify(media.path), folder, checkpoint, describer, listen, say)
        run.notice(place.notice)
        if settings.preview:
            run.notice(PREVIEW_NOTICE)
        if not has_lock:
            run.notice(NO_LOCKS)
        remove_leftovers(folder, _output_folders(run), is_owned=has_lock)
        yield run


def _output_folders(run: Run) -> list[Path]:
    """Where runs in this work folder put, or meant to put, trailers."""
    asked = run.settings.output
    return [run.film.parent, *([asked.parent] if asked else []), *run.ledger.folders()]
