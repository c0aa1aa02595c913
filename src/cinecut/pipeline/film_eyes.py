"""The part of stage 4 in which the film is looked at by the embedded eyes: when, with which files, and what is kept.

It is done for every engine, since no description says whose face it is; not where pixels alone are measured
(`--vision none`), and not for a preview, which promises to be quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cinecore.analysis.film import FilmAnalysis
from cinecore.vision.seeing import Eyes, eyes_identity
from cinecore.work.freed_memory import give_back_memory
from cinecut.inference.eyes import FilmEyes
from cinecut.inference.looking import keyframe_looks, look_at_film, stills_digest
from cinecut.inference.pixels import PixelDescriber
from cinecut.inference.sighting_files import (
    EyesHead,
    eyes_path,
    load_eyes,
    open_eyes_journal,
    save_eyes,
)
from cinecut.models import KeyframeRecord
from cinecut.pipeline.run import Run

STILLS = ("analysis", "stills")
"""Where the analysis keeps its stills, in the work folder."""


def looks_at_film(run: Run) -> bool:
    """Whether this run looks at the film's stills with the embedded eyes."""
    return not isinstance(run.describer, PixelDescriber) and not run.settings.preview


def kept_eyes(run: Run, records: Sequence[KeyframeRecord], analysis: FilmAnalysis) -> FilmEyes | None:
    """What an earlier run saw of these stills; None where nothing holds, or none are to be looked at."""
    if not looks_at_film(run):
        return None
    return eyes_in_folder(run.film, run.work_dir, records, analysis)


def eyes_in_folder(
    film: Path, work_dir: Path, records: Sequence[KeyframeRecord], analysis: FilmAnalysis
) -> FilmEyes | None:
    """What a work folder holds of who is seen in these stills; None where nothing holds."""
    return load_eyes(_head(film, records, analysis), eyes_path(film, work_dir))


def look_with_eyes(run: Run, records: Sequence[KeyframeRecord], analysis: FilmAnalysis) -> FilmEyes:
    """Look at the stills, going on where an earlier run stopped, and keep what was seen.

    Raises:
        SetupError: A model that ships with the program is missing or changed.
        OSError: The work folder cannot be written.
    """
    folder = run.work_dir.joinpath(*STILLS)
    with open_eyes_journal(run.film, run.work_dir, eyes_identity()) as journal:
        eyes = look_at_film(records, analysis, folder, eyes=Eyes(), journal=journal, progress=run.listen)
    save_eyes(eyes, _head(run.film, records, analysis), eyes_path(run.film, run.work_dir))
    give_back_memory()
    return eyes


def _head(film: Path, records: Sequence[KeyframeRecord], analysis: FilmAnalysis) -> EyesHead:
    status = film.stat()
    digest = stills_digest(keyframe_looks(records, analysis), analysis)
    return EyesHead(status.st_mtime_ns, status.st_size, eyes_identity(), digest)
