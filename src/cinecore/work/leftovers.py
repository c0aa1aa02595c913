"""What a dead run left under temporary names: how such names are made, and how the next run removes them.

Every temporary name of ours bears the process id of its run; one outside the work folder also bears the
mark of the work folder it belongs to. Nothing else is ever touched, whatever it is called otherwise.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from cinecore.files import digest_bytes, write_error

_IN_WORK = re.compile(
    r"""\.(?:
        (?P<file>\d+)-[a-z0-9_]{8}(?:\.ckpt|\.cache)?\.tmp    # files.write_atomic
      | [0-9a-z-]+\.(?P<artefact>\d+)-\d+\.partial\.\w+       # work.store
      | (?:conform-|render-|still-|clip-|kf_)(?P<folder>\d+)-[a-z0-9_]{8}  # folders of scraps
    )""",
    re.VERBOSE,
)

STEM_LETTERS = 50
"""Of the output's name in the name of its unfinished file: four bytes each still fit with the rest in 255."""


def scraps_prefix(kind: str) -> str:
    """The prefix for `tempfile.mkdtemp` of a folder that lives as long as one run: `.conform-123-`."""
    return f".{kind}{'' if kind.endswith('_') else '-'}{os.getpid()}-"


def unfinished(output: Path, work_dir: Path) -> Path:
    """The name, beside the output, of the file that will take the output's name once it is whole."""
    return output.parent / f".{output.stem[:STEM_LETTERS]}.{_mark(work_dir)}-{os.getpid()}.partial.mp4"


def remove_leftovers(work_dir: Path, output_folders: Iterable[Path], *, is_owned: bool) -> tuple[Path, ...]:
    """Remove what dead runs in `work_dir` left there and beside their outputs; returns what was removed.

    Call it at the start of a run, before anything is written. Who owns the folder's lock (`is_owned`) knows
    that all other runs in it are over; else a leftover counts only when the process it names is gone.
    """
    removed = [path for path in _stale_in_work(work_dir, is_owned=is_owned) if _remove(path)]
    pattern = re.compile(rf"\..*\.{_mark(work_dir)}-(\d+)\.partial\.mp4", re.DOTALL)
    for folder in sorted({folder.absolute() for folder in output_folders}):
        for path in _entries(folder):
            found = pattern.fullmatch(path.name)
            if found and not path.is_dir() and (is_owned or not _is_alive(int(found[1]))) and _remove(path):
                removed.append(path)
    return tuple(removed)


def scraps_folder(folder: Path, kind: str) -> tempfile.TemporaryDirectory[str]:
    """A folder in `folder` for files that live as long as one step; the next run removes what a dead one left.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder, prefix=scraps_prefix(kind))
    except OSError as error:
        raise write_error(error, folder) from error


def _stale_in_work(work_dir: Path, *, is_owned: bool) -> Iterator[Path]:
    for path in _entries(work_dir):
        is_folder = path.is_dir() and not path.is_symlink()
        for candidate in (path, *(_entries(path) if is_folder else ())):
            found = _IN_WORK.fullmatch(candidate.name)
            if found is None or candidate.is_dir() != (found["folder"] is not None):
                continue
            if is_owned or not _is_alive(int(found["file"] or found["artefact"] or found["folder"])):
                yield candidate


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _remove(path: Path) -> bool:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        return True
    return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's process, or no number of one
        return True
    return True


def _mark(work_dir: Path) -> str:
    """8 hex digits that tell this work folder from every other, on this disk and on others."""
    try:
        number = work_dir.stat().st_ino
    except OSError:
        number = 0
    return digest_bytes(os.fsencode(work_dir.absolute()), str(number).encode())[:8]
