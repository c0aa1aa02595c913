"""Where a run's results go: the work folder and the trailer's name.

Deliberately not here: what is written there, and who holds the folder's lock.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import InputError, OutputError
from cinecore.files import digest_bytes, write_error
from cinecore.render.presets import WEB, DeliveryPreset
from cinecut.settings import cache_folder

NAME_BYTES_AT_MOST = 255
"""What ext4, APFS and NTFS take for one name (NTFS counts letters, which are fewer)."""


@dataclass(frozen=True)
class Place:
    """A path, and what to say about it when it is not the usual one."""

    path: Path
    notice: str = ""


def name_for(stem: str, ending: str) -> str:
    """`stem + ending`; past 255 bytes the stem is shortened and 8 hex digits of its digest added."""
    name = stem + ending
    if len(os.fsencode(name)) <= NAME_BYTES_AT_MOST:
        return name
    raw = os.fsencode(stem)
    room = NAME_BYTES_AT_MOST - len(os.fsencode(ending)) - 9
    kept = raw[: max(0, room)].decode("utf-8", "ignore")  # never half a letter
    return f"{kept}_{digest_bytes(raw)[:8]}{ending}"


PREVIEW_FOLDER = "preview"
"""Inside the work folder: a preview's work, so that none of it passes for the real one."""


VERSION_FOLDER = "version_"
"""With its letter, inside the work folder: what belongs to one version of several."""

CUT_FOLDER = "cut_"
"""With its length and shape: what belongs to one trailer of several lengths or shapes."""


def preview_folder(place: Place) -> Place:
    """Where a preview keeps its work, beside that of the trailer itself."""
    return Place(place.path / PREVIEW_FOLDER, place.notice)


def work_folder(film: Path, asked: Path | None = None) -> Place:
    """`<film stem>_cinecut_work/` beside the film; in the user's cache folder where that cannot be written."""
    if asked is not None:
        return Place(asked)
    name = name_for(film.stem, "_cinecut_work")
    beside = film.parent / name
    if is_writable(beside if beside.is_dir() else film.parent):
        return Place(beside)
    # Two films of one name in two read-only folders must not share a work folder.
    own = digest_bytes(os.fsencode(film.parent.absolute()))[:8]
    path = cache_folder() / "work" / name_for(film.stem, f"_{own}_cinecut_work")
    what = "work folder beside the film" if beside.is_dir() else "film's folder"
    return Place(path, f"The {what} cannot be written; the work folder is {str(path)!r}.")


def trailer_file(
    film: Path,
    vibe: str,
    asked: Path | None = None,
    *,
    is_preview: bool = False,
    version: str = "",
    cut: str = "",
    preset: DeliveryPreset = WEB,
) -> Place:
    """`<film stem>_trailer_<vibe>.mp4` beside the film; in the current folder where that cannot be written.

    A preview's name ends in `_preview.mp4`, that of one length and shape of several in both: `_60s_9x16.mp4`, that of
    a delivery other than the web's in its name, that of a version in its letter: `_A.mp4`.

    Raises:
        InputError: The asked name has another ending than this delivery's.
        OutputError: The folder of the asked name is not there or cannot be written.
    """
    letter = f"_{version}" if version else ""
    delivery = "" if is_preview or preset.name == WEB.name else f"_{preset.name}"
    marks = f"{'_preview' if is_preview else ''}{f'_{cut}' if cut else ''}{delivery}{letter}"
    name = name_for(film.stem, f"_trailer_{vibe}{marks}{preset.suffix}")
    if asked is not None:
        path = _asked_file(asked, name, preset.suffix)
        own = path if path.name == name else path.with_name(name_for(path.stem, f"{letter}{preset.suffix}"))
        return Place(own)
    if is_writable(film.parent):
        return Place(film.parent / name)
    path = Path.cwd() / name
    return Place(path, f"The film's folder cannot be written; the trailer goes to {str(path)!r}.")


def _asked_file(asked: Path, usual_name: str, suffix: str) -> Path:
    if asked.is_dir():
        path = asked / usual_name
    elif not asked.suffix:
        path = asked.with_name(asked.name + suffix)
    elif asked.suffix.lower() == suffix:
        path = asked
    else:
        raise InputError(
            f"A trailer is {'an' if suffix == '.mp4' else 'for this delivery a'} {suffix} file.",
            asked,
            f"Give --output a name that ends in {suffix}.",
        )
    if not path.parent.is_dir():
        raise OutputError(
            "There is no such folder for the trailer.", path.parent, "Make it, or choose another."
        )
    if not is_writable(path.parent):
        raise OutputError("The trailer's folder cannot be written.", path.parent, "Choose another place.")
    return path


def setup_work_folder(folder: Path) -> Path:
    """The work folder with `keyframes/` in it, both there after the call.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        (folder / "keyframes").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        failed = Path(error.filename or folder)
        # the file in the way, not the folder that cannot be made in it
        in_the_way = [
            path for path in (failed, *failed.parents) if os.path.lexists(path) and not path.is_dir()
        ]
        raise write_error(error, in_the_way[0] if in_the_way else failed) from error
    return folder


def is_writable(folder: Path) -> bool:
    """Whether a file may be made in an existing folder."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
