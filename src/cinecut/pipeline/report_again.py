"""`cinecut report`: the page about a film's trailer, or about a manifest, made again from what is kept."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import CineError, InputError, OutputError
from cinecore.ffmpeg.probe import probe
from cinecore.files import digest_bytes, folder_lock
from cinecore.media import MediaFile
from cinecut.checkpoint import load_checkpoint
from cinecut.manifest.io import check_against_film, manifest_bytes, read_manifest
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.pipeline import finish, plan
from cinecut.pipeline.captions import caption_files
from cinecut.pipeline.cuts import cuts_there, folders_within
from cinecut.pipeline.from_manifest import film_of
from cinecut.pipeline.inputs import stage_inputs
from cinecut.pipeline.ledger import OutputLedger
from cinecut.pipeline.music import with_own_music
from cinecut.pipeline.report import (
    PLAN_REPORT,
    SUFFIX,
    ReportSource,
    beside,
    kept_notices,
    write_report,
)
from cinecut.pipeline.versions import versions_there
from cinecut.places import PREVIEW_FOLDER, VERSION_FOLDER, name_for, preview_folder, work_folder
from cinecut.settings import TrailerSettings


@dataclass(frozen=True)
class ReportMade:
    """The page, and what it is about."""

    report: Path
    trailer: Path | None
    """None: the manifest has no trailer yet, or was changed since its trailer was made."""
    manifest: Path


def report_again(settings: TrailerSettings, output: Path | None = None) -> ReportMade:
    """The report of a film (its manifest in the work folder) or of the manifest that the settings name.

    Beside the trailer where there is one of this very manifest; else in the work folder, or beside a manifest
    that lies elsewhere. `output` names another file.

    Raises:
        InputError: Nothing was planned for this film yet, or the manifest cannot be used.
        OutputError: The place cannot be written, or a file that is not ours lies there.
        BusyError: A run works in the folder.
    """
    path = settings.manifest
    manifest = None if path is None else read_manifest(path, settings.vibe_folders)
    film = settings.film
    if film is None:
        if manifest is None or path is None:
            raise InputError("No film was named.", None, "Name a film or a manifest.")
        film = film_of(manifest, path)
    media = probe(film)
    place = work_folder(media.path, settings.work_dir)
    work_dir = (preview_folder(place) if settings.preview else place).path
    own_dir = work_dir
    if path is not None and folders_within(path, work_dir):
        own_dir = path.absolute().parent
    elif path is not None and path.absolute().parent == (work_dir / PREVIEW_FOLDER).absolute():
        # a preview's manifest says by its place that it is one
        work_dir = own_dir = work_dir / PREVIEW_FOLDER
    own = plan.manifest_path(own_dir)
    if path is not None and manifest is not None and path.absolute() != own.absolute():
        check_against_film(manifest, float(media.duration), path)
        source = ReportSource(
            manifest,
            load_vibe(manifest.vibe, settings.vibe_folders),
            media,
            work_dir,
            notices=manifest.notices,
            manifest_file=path,
            is_own=False,
        )
        usual = path.with_name(name_for(path.stem, SUFFIX))
        return _made(source, output or usual, settings, path)
    if not own.is_file():
        raise InputError(
            "Nothing has been planned for this film yet.",
            work_dir,
            f"Name the manifest of a version: {str(plan.manifest_path(work_dir / versions))!r}."
            if (
                versions := next(
                    (
                        *(f"{VERSION_FOLDER}{one}" for one in versions_there(work_dir)),
                        *cuts_there(work_dir),
                    ).__iter__(),
                    "",
                )
            )
            else "Run `cinecut FILM`, or `cinecut FILM --review` to look before anything is rendered.",
        )
    with folder_lock(work_dir):
        source = _own_source(settings, media, work_dir, own)
        usual = beside(source.trailer) if source.trailer is not None else own.parent / PLAN_REPORT
        return _made(source, output or usual, settings, own)


def _made(source: ReportSource, place: Path, settings: TrailerSettings, manifest: Path) -> ReportMade:
    if place.suffix.lower() not in {".html", ".htm"} and not place.is_dir():
        raise InputError("A report is an .html file.", place, "Give --output a name that ends in .html.")
    if not place.parent.is_dir():
        raise OutputError(
            "There is no such folder for the report.", place.parent, "Make it, or choose another."
        )
    written = write_report(source, place, may_overwrite=settings.overwrite)
    return ReportMade(written, source.trailer, manifest)


def _own_source(settings: TrailerSettings, media: MediaFile, work_dir: Path, own: Path) -> ReportSource:
    """What a work folder, or that of a version in it, holds: its trailer, if made from the manifest as it lies there."""
    own_dir = own.parent
    manifest = read_manifest(own, settings.vibe_folders)
    check_against_film(manifest, float(media.duration), own)
    is_preview = work_dir.name == PREVIEW_FOLDER
    found = _trailer_of(manifest, own, media)
    if found is None:
        return ReportSource(
            manifest,
            load_vibe(manifest.vibe, settings.vibe_folders),
            media,
            work_dir,
            notices=manifest.notices,
            manifest_file=own,
            is_preview=is_preview,
        )
    assembled = read_manifest(own_dir / finish.ASSEMBLY_FILENAME, settings.vibe_folders)
    return ReportSource(
        assembled,
        load_vibe(assembled.vibe, settings.vibe_folders),
        media,
        work_dir,
        trailer=found,
        measured=json.loads((own_dir / finish.MEASURED_FILENAME).read_text("utf-8")),
        captions=[file.name for file in caption_files(found) if OutputLedger(own_dir).is_ours(file)],
        notices=(*kept_notices(own_dir), *assembled.notices),
        manifest_file=own,
        is_preview=is_preview,
    )


def _trailer_of(manifest: Manifest, own: Path, media: MediaFile) -> Path | None:
    """The trailer that was rendered from this manifest and still lies there untouched; None without one."""
    work_dir = own.parent
    checkpoint = load_checkpoint(work_dir, str(media.path.absolute()))
    if checkpoint is None or not checkpoint.output_path:
        return None
    if not all(checkpoint.is_stage_complete(stage) for stage in ("assembly", "conform")):
        return None
    trailer = Path(checkpoint.output_path)
    files = (work_dir / finish.ASSEMBLY_FILENAME, work_dir / finish.MEASURED_FILENAME)
    if not OutputLedger(work_dir).is_ours(trailer) or not all(file.is_file() for file in files):
        return None
    candidates = [manifest]
    # where its music is gone, it can only be the manifest as it lies there
    with contextlib.suppress(CineError):
        candidates.append(with_own_music(manifest, own, media.path))
    was = checkpoint.fingerprints.get("assembly/manifest")
    is_same = any(
        stage_inputs("assembly", manifest=digest_bytes(manifest_bytes(one))).parts["manifest"] == was
        for one in candidates
    )
    return trailer if is_same else None
