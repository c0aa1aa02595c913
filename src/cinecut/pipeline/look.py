"""Looking at a work folder without changing it: what is done, what would be redone and why; and freeing it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cinecore.errors import CineError, InputError
from cinecore.ffmpeg.probe import probe
from cinecore.files import folder_lock
from cinecore.ports import Describer, SpeechRecogniser, silent
from cinecut.checkpoint import CHECKPOINT_FILENAME, STAGES, PipelineCheckpoint, load_checkpoint
from cinecut.conform.voices import VOICES_FOLDER
from cinecut.inference.cache import CACHE_SUFFIX
from cinecut.inference.journal import JOURNAL_SUFFIX
from cinecut.inference.sighting_files import EYES_JOURNAL_SUFFIX, EYES_SUFFIX
from cinecut.manifest.io import read_manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.pipeline import finish, plan, report, stages, story
from cinecut.pipeline.beforehand import check_tracks
from cinecut.pipeline.brief import kept_brief
from cinecut.pipeline.cuts import all_looked_at, cuts_there
from cinecut.pipeline.found_music import with_known_music
from cinecut.pipeline.inputs import StageInputs, why_stale
from cinecut.pipeline.ledger import LEDGER_FILENAME
from cinecut.pipeline.music import with_own_music
from cinecut.pipeline.outcome import CutState, StageState, VersionState, WorkStatus
from cinecut.pipeline.own_lut import with_own_lut, with_planned_lut
from cinecut.pipeline.room import DiskNeed, disk_need
from cinecut.pipeline.run import Run, identify
from cinecut.pipeline.versions import versions_there
from cinecut.places import CUT_FOLDER, PREVIEW_FOLDER, VERSION_FOLDER, preview_folder, work_folder
from cinecut.settings import TrailerSettings

if TYPE_CHECKING:  # loaded when it is needed
    from cinecore.language.feelings import FeelingReader

ENGINE_LOG = "llama-server.log"
"""What a server said that had to be started once more."""

_OF_A_RUN: dict[str, tuple[str, ...]] = {
    "analysis": (stages.ANALYSIS_FOLDER,),
    "stills": ("keyframes", stages.KEYFRAMES_FILENAME),
    "descriptions": (
        f"*{CACHE_SUFFIX}",
        f"*{JOURNAL_SUFFIX}",
        f"*{EYES_SUFFIX}",
        f"*{EYES_JOURNAL_SUFFIX}",
        ENGINE_LOG,
        story.STORY_FOLDER,
    ),
    "segments": ("segments", "segments.json", "cards", VOICES_FOLDER, ".conform-*", ".render-*"),
    "manifests": (
        plan.MANIFEST_FILENAME,
        "TRAILER_MANIFEST.*.json",
        plan.WRITTEN_FILENAME,
        plan.WRITTEN_DIGESTS,
        finish.ASSEMBLY_FILENAME,
        finish.MEASURED_FILENAME,
        report.NOTICES_FILENAME,
        report.PLAN_REPORT,
        "*.cube",
    ),
    "state": (CHECKPOINT_FILENAME, LEDGER_FILENAME, stages.SUBTITLES_FILENAME, ".*.tmp"),
}

_OF_A_VERSION = ("segments", "manifests", "state")
"""What each version of several has for itself."""

_OF_SEVERAL = (f"{VERSION_FOLDER}*", f"{CUT_FOLDER}*", f"{CUT_FOLDER}*/{VERSION_FOLDER}*")
"""Folders of one trailer of several."""

_OF_A_FOLDER: dict[str, tuple[str, ...]] = {
    kind: (
        *files,
        *(f"{place}/{one}" for place in _OF_SEVERAL for one in files if kind in _OF_A_VERSION),
    )
    for kind, files in _OF_A_RUN.items()
}

_MADE_AGAIN = ("analysis", "stills", "descriptions", "segments")

KINDS: dict[str, tuple[str, ...]] = {
    **_OF_A_FOLDER,
    # a preview's manifest may have been edited too: it stays, with the ledger that knows its file as ours
    "preview": tuple(f"{PREVIEW_FOLDER}/{one}" for kind in _MADE_AGAIN for one in _OF_A_FOLDER[kind]),
}
"""What a work folder holds, by kind, as file patterns."""

CLEANED_UNASKED = (*_MADE_AGAIN, "preview")
"""What `clean` frees when no kind is named: all that can be made again, and no manifest."""


def look(
    settings: TrailerSettings,
    describer: Describer,
    recogniser: SpeechRecogniser | None = None,
    feelings: FeelingReader | None = None,
) -> WorkStatus:
    """The state of a film's work folder under these settings; nothing is written.

    Raises:
        InputError: The film cannot be read.
    """
    if settings.film is None:
        raise InputError("No film was named.", None, "Name the film.")
    media = probe(settings.film)
    check_tracks(settings, media)
    place = work_folder(media.path, settings.work_dir)
    folder = (preview_folder(place) if settings.preview else place).path
    film = str(media.path.absolute())
    checkpoint = load_checkpoint(folder, film) or PipelineCheckpoint(film, settings.vibe or "")
    run = Run(settings, media, identify(media.path), folder, checkpoint, describer, silent, lambda _: None)
    run.recogniser = recogniser
    run.feelings = feelings
    return WorkStatus(
        work_dir=folder,
        stages=tuple(_states(run)),
        bytes_by_kind={kind: sum(map(_size, _matching(folder, KINDS[kind]))) for kind in KINDS},
        output=Path(checkpoint.output_path) if checkpoint.output_path else None,
        is_edited=plan.is_edited(folder),
        versions=tuple(_version_state(folder, letter) for letter in versions_there(folder)),
        cuts=tuple(_cut_state(folder, name) for name in cuts_there(folder)),
        disk=_disk_need(run),
    )


def _cut_state(folder: Path, name: str) -> CutState:
    letter = name.rpartition("/")[2].removeprefix(VERSION_FOLDER)
    own = (folder / name).parent if "/" in name else folder / name
    found = _version_state(own, letter) if "/" in name else _state_in(own)
    shown = own.name.removeprefix(CUT_FOLDER) + (f" {letter}" if "/" in name else "")
    return CutState(shown, found.manifest, found.is_edited, found.output)


def _version_state(folder: Path, letter: str) -> VersionState:
    return _state_in(folder / f"{VERSION_FOLDER}{letter}", letter)


def _state_in(own: Path, letter: str = "") -> VersionState:
    checkpoint = load_checkpoint(own)
    output = checkpoint.output_path if checkpoint else None
    return VersionState(
        letter,
        plan.manifest_path(own),
        is_edited=plan.is_edited(own),
        output=Path(output) if output and checkpoint and checkpoint.is_stage_complete("conform") else None,
    )


def _disk_need(run: Run) -> DiskNeed | None:
    """What a run from nothing would fill; None where its output's place cannot be used."""
    with contextlib.suppress(CineError):
        place = run.place("trailer")
        return disk_need(run.media, run.settings, run.work_dir, place.path.parent)
    return None


def _states(run: Run) -> list[StageState]:
    """Every stage with why it would be done; a stage after one that must be done waits for it."""
    proxy = stages.proxy_inputs(run)
    subtitles = stages.subtitle_inputs(run, proxy)
    keyframes = stages.keyframe_inputs(proxy, subtitles)
    inference = stages.inference_inputs(run, keyframes)
    states = [_state_of(run, inputs) for inputs in (proxy, subtitles, keyframes, inference)]
    name = run.settings.vibe or run.checkpoint.vibe
    if not name:
        waiting = "no vibe has been chosen yet"
        return states + [StageState(stage, is_done=False, reason=waiting) for stage in STAGES[len(states) :]]
    vibe = load_vibe(name, run.settings.vibe_folders)
    told = story.kept_story(run, subtitles)
    wanted = kept_brief(run, subtitles, inference)
    late: list[StageState] = []
    for one in all_looked_at(run):
        one.settings = with_known_music(one.settings, vibe.name)
        narrative = plan.narrative_inputs(one, vibe, proxy, subtitles, inference, told, wanted)
        known = [narrative, *([] if why_stale(one.checkpoint, narrative) else _late_inputs(one))]
        late = [_state_of(one, inputs) for inputs in known]
        waiting = "it follows from the stages before it"
        done = len(states) + len(late)
        late += [StageState(stage, is_done=False, reason=waiting) for stage in STAGES[done:]]
        if not all(state.is_done for state in late):  # of several versions the first that is not whole
            break
    return states + late


def _state_of(run: Run, inputs: StageInputs) -> StageState:
    reason = why_stale(run.checkpoint, inputs)
    name = " ".join((run.cut.replace("_", " "), *(("version", run.version) if run.version else ()))).strip()
    which = f"of {name}: " if name and reason else ""
    return StageState(inputs.stage, not reason, f"{which}{reason}")


def _late_inputs(run: Run) -> list[StageInputs]:
    """Assembly's inputs, and conform's where assembly is up to date: they read the files between."""
    path = plan.manifest_path(run.work_dir)
    if not path.is_file():
        return []
    manifest = with_own_music(read_manifest(path, run.settings.vibe_folders), path, run.film)
    if not plan.is_edited(run.work_dir):
        manifest = with_planned_lut(run.settings, manifest)
    manifest = with_own_lut(run, manifest, path)
    vibe = load_vibe(manifest.vibe, run.settings.vibe_folders)
    assembly = finish.assembly_inputs(run, manifest, vibe)
    file = run.work_dir / finish.ASSEMBLY_FILENAME
    if why_stale(run.checkpoint, assembly) or not file.is_file():
        return [assembly]
    output = run.place(vibe.name).path
    assembled = read_manifest(file, run.settings.vibe_folders).model_copy(update={"lut": manifest.lut})
    conform = finish.conform_inputs(run, assembled, vibe, output)
    if not run.ledger.is_ours(output, conform.digest):
        run.checkpoint.clear_stage("conform")
    return [assembly, conform]


def clean(settings: TrailerSettings, kinds: Sequence[str]) -> dict[str, int]:
    """Remove kept work by kind (all but manifests and state when none is named); bytes freed by kind.

    `all` removes the whole work folder, edited manifests included.

    Raises:
        InputError: An unknown kind, or no film.
        BusyError: A run is at work in the folder.
    """
    if settings.film is None:
        raise InputError("No film was named.", None, "Name the film.")
    unknown = [kind for kind in kinds if kind not in KINDS and kind != "all"]
    if unknown:
        raise InputError("There is no such kind of work.", unknown[0], f"Known: {', '.join(KINDS)}, all.")
    folder = work_folder(settings.film, settings.work_dir).path
    if not folder.is_dir():
        return {}
    is_everything = "all" in kinds
    freed: dict[str, int] = {}
    preview = folder / PREVIEW_FOLDER
    with contextlib.ExitStack() as owned:
        for place in (folder, preview):
            if place.is_dir():
                owned.enter_context(folder_lock(place))
        for kind in KINDS if is_everything else kinds or CLEANED_UNASKED:
            freed[kind] = _remove(folder, KINDS[kind])
        if is_everything:
            freed["preview"] += sum(_remove(preview, patterns) for patterns in _OF_A_FOLDER.values())
            # only what is ours goes: a person's own files in a folder keep it alive
            inner = [
                place
                for around in (preview, folder)
                for pattern in reversed(_OF_SEVERAL)  # what lies inside first
                for place in around.glob(pattern)
            ]
            for place in (*inner, preview, folder):
                with contextlib.suppress(OSError):
                    (place / ".lock").unlink(missing_ok=True)
                    place.rmdir()
    return freed


def _remove(folder: Path, patterns: Sequence[str]) -> int:
    """Bytes freed."""
    freed = 0
    for path in _matching(folder, patterns):
        freed += _size(path)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return freed


def _matching(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)}) if folder.is_dir() else []


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(_size(child) for child in path.iterdir())
    try:
        return path.stat().st_size
    except OSError:
        return 0
