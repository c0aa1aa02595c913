"""`cinecut swap`: a manifest found, one alternate taken, the manifest written back; nothing is rendered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import folder_lock
from cinecut.checkpoint import CHECKPOINT_FILENAME
from cinecut.manifest.io import read_manifest, write_manifest
from cinecut.manifest.schema import Clip
from cinecut.manifest.swap import swap
from cinecut.pipeline.plan import MANIFEST_FILENAME, WRITTEN_FILENAME
from cinecut.places import work_folder
from cinecut.settings import TrailerSettings


@dataclass(frozen=True)
class Swapped:
    """What a swap did."""

    manifest: Path
    clip: int
    """Counted from 1."""
    before_s: tuple[float, float]
    """Film seconds that the clip showed."""
    now_s: tuple[float, float]
    locked: bool = True


def swap_clip(settings: TrailerSettings, clip: int, alternate: int) -> Swapped:
    """Takes the K-th alternate of a clip, in the manifest of a film or in the one that is named.

    Raises:
        InputError: There is no such manifest, clip or alternate, or it cannot be taken.
        ManifestError: The manifest cannot be used.
        BusyError: A run is at work in its folder.
        OutputError: It cannot be written.
    """
    path = settings.manifest or _manifest_of(settings)
    with _owned(path.absolute().parent):
        manifest = read_manifest(path, settings.vibe_folders)
        new = swap(manifest, clip, alternate, path)
        write_manifest(path, new)
    before, now = manifest.clips[clip - 1], new.clips[clip - 1]
    return Swapped(path, clip, _span(before), _span(now))


def _span(clip: Clip) -> tuple[float, float]:
    return clip.source_start_s, clip.source_end_s


def _manifest_of(settings: TrailerSettings) -> Path:
    """The manifest of a film; without a film, of the only work folder where we are.

    Raises:
        InputError: There is none, or more than one.
    """
    if settings.film is not None:
        path = work_folder(settings.film, settings.work_dir).path / MANIFEST_FILENAME
        if path.is_file():
            return path
        raise InputError(
            "There is no manifest of this film yet.", settings.film, "Plan one first: cinecut FILM --review."
        )
    if settings.work_dir is not None:
        return settings.work_dir / MANIFEST_FILENAME
    here = Path.cwd()
    found = [path for path in (here / MANIFEST_FILENAME,) if path.is_file()]
    found = found or sorted(here.glob(f"*_cinecut_work/{MANIFEST_FILENAME}"))
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"There are manifests of {len(found)} films here.",
            here,
            "Name the film, or give --manifest FILE.",
        )
    raise InputError("There is no manifest here.", here, "Name the film, or give --manifest FILE.")


@contextlib.contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """A work folder is ours while we write in it; any other folder is not one that runs share."""
    is_work_folder = (folder / CHECKPOINT_FILENAME).is_file() or (folder / WRITTEN_FILENAME).is_file()
    with folder_lock(folder) if is_work_folder else contextlib.nullcontext():
        yield
