"""From a film to its trailer, and from a manifest to its trailer: the stages called in order."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cinecore.errors import InputError, OutputError
from cinecore.ffmpeg.probe import probe
from cinecore.files import folder_lock
from cinecore.media import MediaFile
from cinecore.ports import Describer, ProgressListener, SpeechRecogniser, TextModel
from cinecore.work.leftovers import remove_leftovers, scraps_prefix
from cinecut.assembly.assemble import beat_grid
from cinecut.checkpoint import PipelineCheckpoint, load_checkpoint
from cinecut.ingestion.subtitles import refuse_unusable
from cinecut.manifest.io import check_against_film, read_manifest
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe, suggest_vibe
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.narrative.turning_points import NAMES
from cinecut.pipeline import finish, plan, stages, story
from cinecut.pipeline.beforehand import check_tracks, look_ahead, require_programs
from cinecut.pipeline.brief import understand_brief
from cinecut.pipeline.music import settle_music, with_own_music
from cinecut.pipeline.outcome import Outcome, StageState
from cinecut.pipeline.report import ReportSource, kept_notices, report_of_run
from cinecut.pipeline.run import Run, Say, identify
from cinecut.pipeline.versions import version_of, version_run, version_runs
from cinecut.pipeline.wishes import refuse_unknown_wishes
from cinecut.places import (
    PREVIEW_FOLDER,
    VERSION_FOLDER,
    Place,
    preview_folder,
    setup_work_folder,
    trailer_file,
    work_folder,
)
from cinecut.report.words import METHOD_WORDS
from cinecut.settings import TrailerSettings

if TYPE_CHECKING:  # loaded when it is needed
    from cinecore.language.feelings import FeelingReader

LONGEST_NAME = 4000
"""Letters of a path that a disk can be asked about."""

MOST_SHOWN = 300
"""Letters of a name that a message repeats."""

ChooseVibe = Callable[[str, str], str]

PREVIEW_NOTICE = (
    "A preview: one still for every few seconds, no composed music, shots guessed from keyframes. "
    "Run without --preview for the trailer."
)
NO_LOCKS = "This disk has no file locks: take care not to start two runs in one work folder."


@contextmanager
def open_run(
    settings: TrailerSettings, media: MediaFile, describer: Describer, listen: ProgressListener, say: Say
) -> Iterator[Run]:
    """A run that owns its work folder while inside.

    Raises:
        BusyError: Another run works in the folder.
        OutputError: The folder cannot be made or written.
    """
    place = work_folder(media.path, settings.work_dir)
    if settings.preview:
        place = preview_folder(place)
    folder = setup_work_folder(place.path)
    with folder_lock(folder) as has_lock:
        film = str(media.path.absolute())
        checkpoint = load_checkpoint(folder, film) or PipelineCheckpoint(film, settings.vibe or "")
        run = Run(settings, media, identify(media.path), folder, checkpoint, describer, listen, say)
        run.notice(place.notice)
        if settings.preview:
            run.notice(PREVIEW_NOTICE)
        if not has_lock:
            run.notice(NO_LOCKS)
        remove_leftovers(folder, _output_folders(run), is_owned=has_lock)
        yield run


def _output_folders(run: Run) -> list[Path]:
    """Where runs in this work folder put, or meant to put, trailers."""
    asked = run.settings.output
    return [run.film.parent, *([asked.parent] if asked else []), *run.ledger.folders()]


def make_trailer(
    settings: TrailerSettings,
    describer: Describer,
    *,
    listen: ProgressListener,
    say: Say,
    choose_vibe: ChooseVibe | None = None,
    storyteller: TextModel | None = None,
    recogniser: SpeechRecogniser | None = None,
    feelings: FeelingReader | None = None,
) -> Outcome:
    """All seven stages over one film; what is done and unchanged is not done again.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    if settings.film is None:
        raise InputError("No film was named.", None, "Name the film.")
    asked = load_vibe(settings.vibe, settings.vibe_folders) if settings.vibe else None
    require_programs()
    media = probe(settings.film)
    check_tracks(settings, media)
    # said before an hour of analysis, not after
    track = settings.subtitle_track
    refuse_unusable(settings.subtitle, media, None if track is None else track - 1)
    with open_run(settings, media, describer, listen, say) as run:
        run.storyteller = storyteller
        run.recogniser = recogniser
        run.feelings = feelings
        if asked is not None:
            # said before hours of work, not after
            for one in version_runs(run) if settings.versions > 1 else (run,):
                place = _place(one, asked)
                refuse_inputs(one, place.path)
                one.ledger.refuse_foreign(place.path, may_overwrite=settings.overwrite)
        look_ahead(run)
        refuse_unknown_wishes(run)
        proxy = stages.proxy_inputs(run)
        subtitles = stages.subtitle_inputs(
            run, proxy
        )  # a file that cannot be read is said before hours of analysis
        analysis = stages.analyse(run, proxy)
        events = stages.read_lines(run, subtitles, analysis)
        refuse_unknown_wishes(run, events)
        if asked is None:
            suggestion, reason = suggest_vibe(analysis, events)
            chosen = choose_vibe(suggestion, reason) if choose_vibe else suggestion
            if not choose_vibe:
                say(f"Vibe: {suggestion} ({reason}); --vibe names another.")
            asked = load_vibe(chosen, settings.vibe_folders)
        run.checkpoint.vibe = asked.name
        keyframes = stages.keyframe_inputs(proxy, subtitles)
        records = stages.pick_keyframes(run, keyframes, analysis, events)
        inference = stages.inference_inputs(run, keyframes)
        descriptions, eyes = stages.describe(run, inference, records, analysis)
        told = story.hear_story(run, subtitles, analysis, events)
        vibe = asked
        wanted = understand_brief(run, subtitles, inference, events, descriptions, eyes)

        def decide(one: Run) -> Outcome:
            """What follows the looking: planned, laid and rendered, once for each version."""
            narrative = plan.narrative_inputs(one, vibe, proxy, subtitles, inference, told, wanted)
            if one is not run and "inference" in run.stages_run:  # its own is cleared where it must be
                one.checkpoint.clear_stage("narrative")
            manifest = plan.plan(one, narrative, vibe, analysis, events, descriptions, eyes, told, wanted)
            return _decided(one, manifest, vibe)

        if settings.versions == 1:
            return decide(run)
        made = tuple(decide(one) for one in version_runs(run))
        run.save()
        return dataclasses.replace(made[0], versions=made)


def _decided(run: Run, manifest: Manifest, asked: VibeProfile) -> Outcome:
    """A planned trailer, rendered unless it is to be looked at first."""
    if run.settings.review:
        page = report_of_run(run, _report_source(run, manifest, asked))
        return dataclasses.replace(_outcome(run, manifest, output=None), report=page)
    return _finish(
        run, manifest, run.work_dir, plan.locked_clips(run.work_dir, manifest, run.settings.vibe_folders)
    )


def _place(run: Run, vibe: VibeProfile) -> Place:
    """Where this run's trailer goes."""
    settings = run.settings
    return trailer_file(
        run.film, vibe.name, settings.output, is_preview=settings.preview, version=run.version
    )


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
        music = settle_music(settings.music, vibe, manifest.seed)
        manifest = manifest.model_copy(update={"music_bed": music.bed})
    if settings.dry_run:
        return _only_checked(settings, media, manifest, path)
    with open_run(settings, media, describer, listen, say) as run:
        if letter := version_of(path, run.work_dir):
            run = version_run(run, letter)  # noqa: PLW2901 - the version's run stands inside the film's
        is_own = path.absolute() == plan.manifest_path(run.work_dir).absolute()
        if is_own:
            locked = plan.locked_clips(run.work_dir, manifest, settings.vibe_folders)
            return _finish(run, manifest, run.work_dir, locked)
        # a manifest from elsewhere must not pass for the one that this folder's checkpoint speaks of
        run.checkpoint = PipelineCheckpoint(str(film.absolute()), manifest.vibe)
        run.save = lambda: None  # type: ignore[method-assign] # nothing of this run is remembered but its segments
        with tempfile.TemporaryDirectory(prefix=scraps_prefix("render"), dir=run.work_dir) as scraps:
            return _finish(run, manifest, Path(scraps), tuple(range(len(manifest.clips))), path)


def _only_checked(settings: TrailerSettings, media: MediaFile, manifest: Manifest, path: Path) -> Outcome:
    """What rendering this manifest would do; nothing is made, not even the work folder.

    Raises:
        CineError: The vibe, or the trailer's place, cannot be used.
    """
    vibe = load_vibe(manifest.vibe, settings.vibe_folders)
    place = trailer_file(media.path, vibe.name, settings.output, is_preview=settings.preview)
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
    # a preview's folder lies inside the work folder
    is_inside = own.name == PREVIEW_FOLDER or own.name.startswith(VERSION_FOLDER)
    allowed = (own, own.parent, *([own.parent.parent] if is_inside else []))
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


def refuse_inputs(run: Run, output: Path) -> None:
    """Nothing, if the trailer would not replace what it is made from; --overwrite does not allow that either.

    Raises:
        OutputError: The output is the film, the music or the subtitles, under this name or another.
    """
    for source in (run.film, run.settings.music_file, run.settings.subtitle):
        try:
            is_same = source is not None and output.samefile(source)
        except OSError:  # one of them is not there
            continue
        if is_same:
            raise OutputError(
                "The trailer would replace what it is made from.",
                output,
                "Give another name with --output.",
            )


def _is_named_music(settings: TrailerSettings, manifest: Manifest) -> bool:
    """Whether the manifest's music is the very file that the person named."""
    bed, named = manifest.music_bed, settings.music_file
    return bed is not None and named is not None and bed.path == str(named.absolute())


def _finish(
    run: Run, manifest: Manifest, folder: Path, locked: tuple[int, ...], manifest_file: Path | None = None
) -> Outcome:
    """Assembly and conform, into `folder` and the output."""
    if not _is_named_music(run.settings, manifest):
        manifest = with_own_music(manifest, manifest_file or plan.manifest_path(run.work_dir), run.film)
    vibe = load_vibe(manifest.vibe, run.settings.vibe_folders)
    place = _place(run, vibe)
    run.notice(place.notice)
    refuse_inputs(run, place.path)
    run.ledger.refuse_foreign(place.path, may_overwrite=run.settings.overwrite)
    assembly = finish.assembly_inputs(run, manifest, vibe)
    assembled = finish.assemble_manifest(run, assembly, manifest, vibe, folder, locked)
    if beat_grid(assembled) is None:
        run.notice("The manifest has no bpm_grid: cuts stay where they are.")
    for notice in assembled.notices:
        run.notice(notice)
    inputs = finish.conform_inputs(run, assembled, vibe, place.path)
    done = finish.render(run, inputs, assembled, vibe, place.path, folder)
    source = _report_source(run, assembled, vibe, manifest_file)
    kept = kept_notices(folder)
    source = dataclasses.replace(
        source, trailer=place.path, measured=done.measured, notices=(*kept, *assembled.notices)
    )
    page = report_of_run(run, source)
    return dataclasses.replace(_outcome(run, manifest, place.path, done, manifest_file), report=page)


def _report_source(
    run: Run, manifest: Manifest, vibe: VibeProfile, manifest_file: Path | None = None
) -> ReportSource:
    """What a report is made from while there is no trailer yet."""
    return ReportSource(
        manifest,
        vibe,
        run.media,
        run.shared_dir or run.work_dir,
        notices=tuple(run.notices),
        manifest_file=manifest_file or plan.manifest_path(run.work_dir),
        is_own=manifest_file is None,
        is_preview=run.settings.preview,
    )


def _outcome(
    run: Run,
    manifest: Manifest,
    output: Path | None,
    done: finish.Finished | None = None,
    manifest_file: Path | None = None,
) -> Outcome:
    return Outcome(
        output=output,
        manifest=manifest_file or plan.manifest_path(run.work_dir),
        work_dir=run.work_dir,
        vibe=manifest.vibe,
        measured=done.measured if done else {},
        notices=tuple(run.notices),
        stages_run=tuple(run.stages_run),
        stages_reused=tuple(run.stages_reused),
        segments_rendered=done.segments_rendered if done else 0,
        segments_reused=done.segments_reused if done else 0,
        explanation=explain(manifest) if run.settings.explain else (),
        disk=run.disk,
    )


def explain(manifest: Manifest) -> tuple[str, ...]:
    """One line a turning point and one a clip: where it lies, what it is for, and why it was chosen."""
    return explain_story(manifest) + tuple(
        f"{number}. {clip.act} {clip.source_start_s:.2f}–{clip.source_end_s:.2f} s, {clip.beat_type}: "
        f"{clip.reasoning}"
        for number, clip in enumerate(manifest.clips, 1)
    )


def explain_story(manifest: Manifest) -> tuple[str, ...]:
    """How the turning points were found, and for each where it lies and why; empty where the manifest has none."""
    anchors = manifest.structural_anchors
    if anchors is None:
        return ()
    return (
        f"Turning points by {METHOD_WORDS.get(anchors.method, anchors.method)}:",
        *(
            f"  {name} at {time:.1f} s{f': {reason}' if reason else ''}"
            for name, (time, reason) in zip(NAMES, anchors.turns(), strict=True)
            if time is not None
        ),
    )
