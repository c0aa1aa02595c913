"""`--versions`: A, B, C of one film; each plans, assembles and renders in a folder of its own and shares the rest.

`version_A/` inside the work folder holds what belongs to one version: manifest, checkpoint, segments. Analysis, lines,
stills and descriptions are the film's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cinecore.errors import OutputError
from cinecore.files import write_error
from cinecore.work.leftovers import remove_leftovers
from cinecut.checkpoint import PipelineCheckpoint, load_checkpoint
from cinecut.errors import ManifestError
from cinecut.manifest.io import read_manifest
from cinecut.narrative.versions import Earlier, seed_of_version
from cinecut.pipeline.plan import MANIFEST_FILENAME, WRITTEN_FILENAME
from cinecut.pipeline.run import Run
from cinecut.places import VERSION_FOLDER

LETTERS = "ABCDEFGHI"
"""As many versions as may be asked for."""


def version_runs(run: Run) -> Iterator[Run]:
    """A run for each version that is asked for, in order; each knows what those before it were planned to show.

    Raises:
        OutputError: A version's folder cannot be made.
    """
    for number, letter in enumerate(LETTERS[: run.settings.versions]):
        earlier = [planned_version(run.work_dir / f"{VERSION_FOLDER}{one}") for one in LETTERS[:number]]
        yield version_run(run, letter, tuple(one for one in earlier if one is not None))


def versions_looked_at(run: Run) -> Iterator[Run]:
    """The same runs for a look at what is there: no folder is made."""
    for number, letter in enumerate(LETTERS[: run.settings.versions]):
        earlier = [planned_version(run.work_dir / f"{VERSION_FOLDER}{one}") for one in LETTERS[:number]]
        yield _as_version(run, letter, tuple(one for one in earlier if one is not None))


def version_run(run: Run, letter: str, earlier: tuple[Earlier, ...] = ()) -> Run:
    """One version's run inside that of the film.

    Raises:
        OutputError: Its folder cannot be made.
    """
    folder = run.work_dir / f"{VERSION_FOLDER}{letter}"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_error(error, folder) from error
    outputs = [run.film.parent, *([run.settings.output.parent] if run.settings.output else [])]
    remove_leftovers(folder, outputs, is_owned=True)
    return _as_version(run, letter, earlier)


def _as_version(run: Run, letter: str, earlier: tuple[Earlier, ...]) -> Run:
    folder = run.work_dir / f"{VERSION_FOLDER}{letter}"
    film = str(run.film.absolute())
    return replace(
        run,
        settings=replace(run.settings, seed=seed_of_version(run.settings.seed, LETTERS.index(letter))),
        work_dir=folder,
        shared_dir=run.shared_dir or run.work_dir,
        version=letter,
        earlier=earlier,
        checkpoint=load_checkpoint(folder, film) or PipelineCheckpoint(film, run.checkpoint.vibe),
        notices=list(run.notices),
        stages_run=list(run.stages_run),
        stages_reused=list(run.stages_reused),
    )


def planned_version(folder: Path) -> Earlier | None:
    """What a version was planned to show, whatever a person made of it since; None where it was not planned."""
    try:
        return Earlier.of(read_manifest(folder / WRITTEN_FILENAME))
    except (ManifestError, OutputError):
        return None


def versions_there(work_dir: Path) -> list[str]:
    """The letters of the versions that were planned in a work folder."""
    return [one for one in LETTERS if (work_dir / f"{VERSION_FOLDER}{one}" / MANIFEST_FILENAME).is_file()]
