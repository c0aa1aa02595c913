"""Captions of a finished trailer: which there are, and the two files beside it, SRT and WebVTT.

A trailer never fails for its captions: what keeps a file from being written is a notice, but for somebody who asked
for the files on this very command line, who is told before the work begins.
"""

from __future__ import annotations

from pathlib import Path

from cinecore.errors import OutputError
from cinecore.language.captions import ROW_LETTERS, Caption, captions_of, srt_text, vtt_text
from cinecore.render.burnt_captions import letters_in_a_row, undrawn_letters
from cinecore.timeline import Timeline
from cinecut.assembly.captions import heard_lines
from cinecut.manifest.schema import Manifest
from cinecut.pipeline.beside import keep_text, remove_ours
from cinecut.pipeline.run import Run
from cinecut.places import name_for

SUFFIXES = (".srt", ".vtt")
OPTION = "captions"


def caption_files(trailer: Path) -> tuple[Path, ...]:
    """Where a trailer's captions lie: beside it, under its name, where players look for them."""
    return tuple(trailer.with_name(name_for(trailer.stem, suffix)) for suffix in SUFFIXES)


def refuse_foreign_captions(run: Run, trailer: Path) -> None:
    """Nothing, if caption files that this command line asks for may be written.

    Raises:
        OutputError: A file that was not made here, or a folder, is in the way of one.
    """
    if run.settings.captions != "files" or OPTION not in run.settings.named or run.settings.preview:
        return
    for file in caption_files(trailer):
        run.ledger.refuse_foreign(file, may_overwrite=run.settings.overwrite)


def burnt_captions(run: Run, assembled: Manifest, timeline: Timeline) -> tuple[Caption, ...]:
    """What is drawn into the pictures, in rows that this shape has room for; nothing unless that was asked for."""
    if run.settings.captions != "burnt" or run.settings.preview:
        return ()
    captions = _captions(assembled, timeline, letters_in_a_row(timeline.width, timeline.height))
    if missing := undrawn_letters(captions):
        run.notice(
            f"Captions have letters that no typeface of ours has; this system draws them as it can: {missing}"
        )
    return captions


def keep_caption_files(run: Run, assembled: Manifest, timeline: Timeline, trailer: Path) -> tuple[Path, ...]:
    """The caption files of a finished trailer, written where they are not there yet; those of an older cut removed."""
    files = caption_files(trailer)
    settings = run.settings
    captions = () if settings.preview else _captions(assembled, timeline, ROW_LETTERS)
    if not captions and OPTION in settings.named and settings.captions != "none" and not settings.preview:
        run.notice("Nothing is said in this trailer, so there are no captions.")
    if settings.captions != "files" or not captions:
        for file in files:
            remove_ours(run, file)
        return ()
    texts = (srt_text(captions), vtt_text(captions))
    return tuple(file for file, text in zip(files, texts, strict=True) if _kept(run, file, text))


def _kept(run: Run, file: Path, text: str) -> bool:
    """Whether a caption file of ours with this text lies there in the end."""
    try:
        keep_text(run, file, text)
    except OutputError as error:
        run.notice(f"No captions were written: {error.happened.rstrip('.')} ({file.name!r}).")
        return False
    return True


def _captions(assembled: Manifest, timeline: Timeline, row_letters: int) -> tuple[Caption, ...]:
    return captions_of(heard_lines(assembled, timeline), float(timeline.duration_s), row_letters)
