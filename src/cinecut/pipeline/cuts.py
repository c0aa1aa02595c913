"""Several lengths and shapes in one run: each plans, assembles and renders in a folder of its own and shares the rest.

`cut_60s_9x16/` inside the work folder holds what belongs to one of them: manifest, checkpoint, segments. Where there
are versions too, theirs lie inside it. Analysis, lines, stills and descriptions are the film's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cinecore.errors import Cancelled, CineError
from cinecore.files import write_error
from cinecore.work.leftovers import remove_leftovers
from cinecut.checkpoint import PipelineCheckpoint, load_checkpoint
from cinecut.pipeline.outcome import Failure, Outcome
from cinecut.pipeline.plan import MANIFEST_FILENAME, manifest_path
from cinecut.pipeline.run import Run
from cinecut.pipeline.versions import LETTERS, version_run, version_runs, versions_looked_at
from cinecut.places import CUT_FOLDER, VERSION_FOLDER
from cinecut.settings import Cut

_SHAPES = {"16x9": "16:9", "9x16": "9:16", "1x1": "1:1", "4x5": "4:5"}


def cut_runs(run: Run) -> Iterator[Run]:
    """A run for each length and shape that is asked for; the run itself where there is one of each.

    Raises:
        OutputError: A folder cannot be made.
    """
    yield from (_as_cut(run, cut, makes_folder=True) for cut in run.settings.cuts)
    if not run.settings.cuts:
        yield run


def cuts_looked_at(run: Run) -> Iterator[Run]:
    """The same runs for a look at what is there: no folder is made."""
    yield from (_as_cut(run, cut, makes_folder=False) for cut in run.settings.cuts)
    if not run.settings.cuts:
        yield run


def all_looked_at(run: Run) -> Iterator[Run]:
    """Each version of each length and shape, for a look at what is there."""
    for cut in cuts_looked_at(run):
        yield from versions_looked_at(cut) if run.settings.versions > 1 else (cut,)


def each_made(run: Run, make: Callable[[Run], Outcome]) -> Outcome:
    """What `make` gives for every trailer that is asked for; one that fails loses no other.

    Of several the outcome is that of the first, with all of them in `cuts` or `versions`.

    Raises:
        CineError: The one trailer that is asked for failed.
        Cancelled: The person stopped the run.
    """
    if not run.settings.cuts:
        return _each_version(run, make)
    made: list[Outcome] = []
    for one in cut_runs(run):
        try:
            made.append(replace(_each_version(one, make), cut=one.cut))
        except Cancelled:
            raise
        except CineError as error:
            run.say(f"{one.cut.replace('_', ' ')} failed: {error.happened}")
            made.append(
                Outcome(
                    output=None,
                    manifest=manifest_path(one.work_dir),
                    work_dir=one.work_dir,
                    vibe=run.checkpoint.vibe,
                    notices=tuple(one.notices),
                    stages_run=tuple(one.stages_run),
                    stages_reused=tuple(one.stages_reused),
                    cut=one.cut,
                    failure=Failure(type(error).__name__, str(error), error.exit_status),
                )
            )
    run.save()
    return replace(made[0], cuts=tuple(made))


def _each_version(run: Run, make: Callable[[Run], Outcome]) -> Outcome:
    if run.settings.versions == 1:
        return make(run)
    made = tuple(make(one) for one in version_runs(run))
    run.save()
    return replace(made[0], versions=made)


def _as_cut(run: Run, cut: Cut, *, makes_folder: bool) -> Run:
    folder = run.work_dir / f"{CUT_FOLDER}{cut.name}"
    if makes_folder:
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(error, folder) from error
        asked = run.settings.output
        remove_leftovers(folder, [run.film.parent, *([asked] if asked else [])], is_owned=True)
    film = str(run.film.absolute())
    settings = replace(
        run.settings,
        duration_s=cut.duration_s or run.settings.duration_s,
        # a shape that the command names outranks that of the folder whose manifest it renders
        aspect=run.settings.aspect or cut.aspect,
        durations=(),
        aspects=(),
    )
    return replace(
        run,
        settings=settings,
        work_dir=folder,
        shared_dir=run.shared_dir or run.work_dir,
        cut=cut.name,
        checkpoint=load_checkpoint(folder, film) or PipelineCheckpoint(film, run.checkpoint.vibe),
        notices=list(run.notices),
        stages_run=list(run.stages_run),
        stages_reused=list(run.stages_reused),
    )


def folders_within(manifest: Path, work_dir: Path) -> tuple[str, ...]:
    """Names of the folders, from the work folder down, of the one trailer of several whose manifest this is.

    Empty where it is that of the only one, or none of this work folder.
    """
    if manifest.name != MANIFEST_FILENAME:
        return ()
    try:
        names = manifest.absolute().parent.relative_to(work_dir.absolute()).parts
    except ValueError:
        return ()
    rest = names[1:] if names and _cut_named(names[0]) else names
    is_version = len(rest) == 1 and re.fullmatch(f"{VERSION_FOLDER}[{LETTERS}]", rest[0])
    return names if not rest or is_version else ()


def run_within(run: Run, names: tuple[str, ...]) -> Run:
    """The run of the trailer that has these folders, inside that of the film.

    Raises:
        OutputError: Its folder cannot be made.
    """
    for name in names:
        cut = _cut_named(name)
        run = _as_cut(run, cut, makes_folder=True) if cut else version_run(run, name[len(VERSION_FOLDER) :])
    return run


def _cut_named(folder: str) -> Cut | None:
    """What a folder's name says; None where it is no folder of a length and a shape."""
    found = re.fullmatch(rf"{CUT_FOLDER}(?:([0-9.]{{1,8}})s)?_?({'|'.join(_SHAPES)})?", folder)
    if not found or not (found[1] or found[2]):
        return None
    try:
        cut = Cut(Fraction(found[1]) if found[1] else None, _SHAPES.get(found[2] or ""))  # type: ignore[arg-type]  # one of the four by the pattern
    except (ValueError, ZeroDivisionError):
        return None
    return cut if f"{CUT_FOLDER}{cut.name}" == folder else None


def cuts_there(work_dir: Path) -> list[str]:
    """Folders inside a work folder in which one trailer of several lengths, shapes or versions was planned."""
    planned = (path.parent for path in work_dir.glob(f"{CUT_FOLDER}*/**/{MANIFEST_FILENAME}"))
    found = (folder for folder in planned if folders_within(folder / MANIFEST_FILENAME, work_dir))
    return sorted(str(folder.relative_to(work_dir)) for folder in found)
