"""From a manifest to its trailer, without the stages that would plan one."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from cinecore.errors import InputError
from cinecore.ffmpeg.probe import probe
from cinecore.media import MediaFile
from cinecore.ports import Describer, ProgressListener
from cinecore.render.presets import DELIVERIES, PREVIEW
from cinecore.work.leftovers import scraps_prefix
from cinecut.assembly.compile import output_rate
from cinecut.checkpoint import PipelineCheckpoint
from cinecut.manifest.io import check_against_film, read_manifest
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.pipeline import plan
from cinecut.pipeline.beforehand import check_tracks, require_programs
from cinecut.pipeline.cuts import folders_within, run_within
from cinecut.pipeline.ending import finished
from cinecut.pipeline.found_music import with_found_music
from cinecut.pipeline.music import settle_music, with_music_edits
from cinecut.pipeline.opening import open_run
from cinecut.pipeline.outcome import Outcome, StageState
from cinecut.pipeline.run import Say
from cinecut.places import CUT_FOLDER, PREVIEW_FOLDER, VERSION_FOLDER, trailer_file, work_folder
from cinecut.settings import TrailerSettings

LONGEST_NAME = 4000
"""Letters of a path that a disk can be asked about."""

MOST_SHOWN = 300
"""Letters of a name that a message repeats."""


def render_manifest(
    settings: TrailerSettings, describer: Describer, *, listen: ProgressListener, say: Say
) -> Outcome:
    """The trailer of a manifest, without the stages that would plan one.

    Film, vibe and music are the manifest's unless the settings name them. With `dry_run` only the plan.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    path = settings.manifest
    if path is None:
        raise InputError("No manifest was named.", None, "Name it with --manifest.")
    manifest = read_manifest(path, settings.vibe_folders)
    film = settings.film or film_of(manifest, path)
    require_programs()
    media = probe(film)
    check_tracks(settings, media)
    check_against_film(manifest, float(media.duration), path)
    if settings.vibe:
        manifest = manifest.model_copy(update={"vibe": load_vibe(settings.vibe, settings.vibe_folders).name})
    if settings.music is not None:
        vibe = load_vibe(manifest.vibe, settings.vibe_folders)
        settings, missing = with_found_music(settings, vibe)
        music = settle_music(settings.music, vibe, manifest.seed)
        said = tuple(notice for notice in (missing, *music.notices) if notice)
        manifest = manifest.model_copy(
            update={"music_bed": music.bed, "notices": tuple(dict.fromkeys((*manifest.notices, *said)))}
        )
        assert media.video is not None  # noqa: S101 - probing refused films without pictures
        manifest = with_music_edits(manifest, music, output_rate(media.video))
    if settings.dry_run:
        return _only_checked(settings, media, manifest, path)
    with open_run(settings, media, describer, listen, say) as run:
        # the run of one trailer of several stands inside the film's
        run = run_within(run, folders_within(path, run.work_dir))  # noqa: PLW2901 - as said
        is_own = path.absolute() == plan.manifest_path(run.work_dir).absolute()
        if is_own:
            locked = plan.locked_clips(run.work_dir, manifest, settings.vibe_folders)
            return finished(run, manifest, run.work_dir, locked)
        # a manifest from elsewhere must not pass for the one that this folder's checkpoint speaks of
        run.checkpoint = PipelineCheckpoint(str(film.absolute()), manifest.vibe)
        run.save = lambda: None  # type: ignore[method-assign] # nothing of this run is remembered but its segments
        with tempfile.TemporaryDirectory(prefix=scraps_prefix("render"), dir=run.work_dir) as scraps:
            return finished(run, manifest, Path(scraps), tuple(range(len(manifest.clips))), path)


def _only_checked(settings: TrailerSettings, media: MediaFile, manifest: Manifest, path: Path) -> Outcome:
    """What rendering this manifest would do; nothing is made, not even the work folder.

    Raises:
        CineError: The vibe, or the trailer's place, cannot be used.
    """
    vibe = load_vibe(manifest.vibe, settings.vibe_folders)
    place = trailer_file(
        media.path,
        vibe.name,
        settings.output,
        is_preview=settings.preview,
        preset=PREVIEW if settings.preview else DELIVERIES[settings.deliver],
    )
    waits = f"it would be rendered to {str(place.path)!r}: {len(manifest.clips)} clips"
    return Outcome(
        output=None,
        manifest=path,
        work_dir=work_folder(media.path, settings.work_dir).path,
        vibe=vibe.name,
        plan=(
            StageState("assembly", is_done=False, reason="it follows from the manifest"),
            StageState("conform", is_done=False, reason=waits),
        ),
    )


def film_of(manifest: Manifest, path: Path) -> Path:
    """The film a manifest names, if it lies in the manifest's own folder or the one above.

    Raises:
        InputError: It is not there, or lies elsewhere and was not named by the person.
    """
    named = Path(manifest.source_file)
    own = path.absolute().parent
    # folders of a preview, a version, a length and shape lie inside the work folder, one in the other
    allowed, at = [own, own.parent], own
    while at.name == PREVIEW_FOLDER or at.name.startswith((VERSION_FOLDER, CUT_FOLDER)):
        at = at.parent
        allowed.append(at.parent)
    places = [place.resolve() for place in allowed]
    candidates = [place / named for place in allowed]
    with contextlib.suppress(OSError, RuntimeError):  # a name that no disk takes, links in a ring
        for candidate in candidates:
            if candidate.is_file() and candidate.resolve().parent in places:
                return candidate
    if any(candidate.is_file() for candidate in candidates if len(str(candidate)) < LONGEST_NAME):
        raise InputError(
            "The manifest names a film outside its own folder.", named, "Name the film on the command line."
        )
    shown = named if len(str(named)) < MOST_SHOWN else f"{str(named)[:MOST_SHOWN]}…"
    raise InputError("The manifest's film is not beside it.", shown, "Name the film on the command line.")
