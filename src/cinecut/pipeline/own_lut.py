"""A person's own LUT, from the command or a manifest to the file that is rendered with: kept in the work folder by its content.

A manifest may come from anyone, so it names no path: its LUT's name is for people, its digest finds the bytes that an
earlier run kept, or that lie beside the manifest under the same name. What a LUT does stands in `cinecore.render.lut`.
"""

from __future__ import annotations

from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import digest_file, write_atomic, write_error
from cinecore.render.lut import MOST_BYTES
from cinecut.manifest.schema import Manifest, UserLut
from cinecut.pipeline.run import Run
from cinecut.settings import TrailerSettings

LONGEST_NAME = 255
"""Letters of a file's name."""


def named_lut(settings: TrailerSettings) -> UserLut | None:
    """The LUT that the settings name, as a manifest holds it; None where they name none.

    Raises:
        InputError: It cannot be read.
    """
    if settings.lut is None:
        return None
    # bytes that are no letters cannot stand in JSON
    name = settings.lut.name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
    return UserLut(name=name, digest=digest_file(settings.lut), strength=round(settings.lut_strength, 6))


def with_planned_lut(settings: TrailerSettings, manifest: Manifest) -> Manifest:
    """A manifest of ours with the LUT that is wanted now: what an earlier run wanted is no edit.

    Raises:
        InputError: The LUT cannot be read.
    """
    wanted = named_lut(settings)
    return manifest if wanted == manifest.lut else manifest.model_copy(update={"lut": wanted})


def with_own_lut(run: Run, manifest: Manifest, manifest_file: Path) -> Manifest:
    """The manifest with the LUT that it is rendered with: the one that is named, or else its own, which is looked for.

    A strength that is named goes before the manifest's; one that is not leaves that of the same LUT as it stands there.

    Raises:
        InputError: The manifest's LUT is nowhere where it may be.
    """
    named, own = named_lut(run.settings), manifest.lut
    if own is not None:
        strength = own.strength
        if "lut_strength" in run.settings.named:
            strength = round(run.settings.lut_strength, 6)
        own = own.model_copy(update={"strength": strength})
    if named is None:
        if own is not None:
            _found(run, own, manifest_file)
        return manifest.model_copy(update={"lut": own})
    if own is not None and own.digest == named.digest:
        named = own
    elif own is not None and own.name == named.name:
        run.notice(f"The LUT {named.name!r} is another one than this manifest was made with: it is used.")
    return manifest.model_copy(update={"lut": named})


def keep_lut(run: Run, manifest: Manifest, manifest_file: Path) -> None:
    """The manifest's LUT lies in the work folder afterwards, for this rendering and later ones.

    Raises:
        InputError: It is nowhere where it may be, or cannot be read.
        OutputError: The work folder cannot be written.
    """
    if manifest.lut is None:
        return
    kept = kept_lut(run, manifest.lut)
    if _is_it(kept, manifest.lut):
        return
    named = run.settings.lut
    source = named if named is not None else _found(run, manifest.lut, manifest_file)
    try:
        data = source.read_bytes()
    except OSError as error:
        raise InputError(f"The LUT cannot be read: {error.strerror}.", source, "Name another.") from error
    try:
        write_atomic(kept, data)
    except OSError as error:
        raise write_error(error, kept) from error
    if not _is_it(kept, manifest.lut):
        kept.unlink(missing_ok=True)
        raise InputError("The LUT was changed meanwhile.", source, "Run again when it stays as it is.")


def kept_lut(run: Run, lut: UserLut) -> Path:
    """Where the work folder keeps a LUT, if it does."""
    return (run.shared_dir or run.work_dir) / _file_name(lut)


def _file_name(lut: UserLut) -> str:
    return f"lut_{lut.digest}.cube"


def _found(run: Run, lut: UserLut, manifest_file: Path) -> Path:
    """The file with a manifest's LUT: kept in the work folder, or beside the manifest under the name it would have there.

    Raises:
        InputError: It is in neither place.
    """
    beside = manifest_file.absolute().parent / _file_name(lut)
    for path in (kept_lut(run, lut), beside):
        if _is_it(path, lut):
            return path
    raise InputError(
        "The manifest's LUT is not kept in this work folder.",
        lut.name,
        "Name it with --lut, or take `lut` out of the manifest.",
    )


def _is_it(path: Path, lut: UserLut) -> bool:
    """Whether a file, and no link to another place, holds what the digest says."""
    try:
        is_plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES
        return is_plain and digest_file(path) == lut.digest
    except (OSError, InputError):
        return False
