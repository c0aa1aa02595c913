"""How a run ends: a manifest assembled and rendered to its place with its report, or only its plan shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from cinecore.errors import OutputError
from cinecut.assembly.assemble import beat_grid
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.pipeline import finish, plan
from cinecut.pipeline.credits import keep_credits
from cinecut.pipeline.explained import explain
from cinecut.pipeline.music import with_own_music
from cinecut.pipeline.outcome import Outcome
from cinecut.pipeline.own_lut import keep_lut, with_own_lut
from cinecut.pipeline.report import ReportSource, kept_notices, report_of_run
from cinecut.pipeline.run import Run
from cinecut.settings import TrailerSettings


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


def ended(run: Run, manifest: Manifest, asked: VibeProfile) -> Outcome:
    """A planned trailer, rendered unless it is to be looked at first."""
    if run.settings.review:
        page = report_of_run(run, _report_source(run, manifest, asked))
        return dataclasses.replace(_outcome(run, manifest, output=None), report=page)
    return finished(
        run, manifest, run.work_dir, plan.locked_clips(run.work_dir, manifest, run.settings.vibe_folders)
    )


def _is_named_music(settings: TrailerSettings, manifest: Manifest) -> bool:
    """Whether the manifest's music is the very file that the person named."""
    bed, named = manifest.music_bed, settings.music_file
    return bed is not None and named is not None and bed.path == str(named.absolute())


def finished(
    run: Run, manifest: Manifest, folder: Path, locked: tuple[int, ...], manifest_file: Path | None = None
) -> Outcome:
    """Assembly and conform, into `folder` and the output."""
    file = manifest_file or plan.manifest_path(run.work_dir)
    if not _is_named_music(run.settings, manifest):
        manifest = with_own_music(manifest, file, run.film)
    manifest = with_own_lut(run, manifest, file)
    vibe = load_vibe(manifest.vibe, run.settings.vibe_folders)
    place = run.place(vibe.name)
    run.notice(place.notice)
    refuse_inputs(run, place.path)
    run.ledger.refuse_foreign(place.path, may_overwrite=run.settings.overwrite)
    keep_lut(run, manifest, file)
    assembly = finish.assembly_inputs(run, manifest, vibe)
    assembled = finish.assemble_manifest(run, assembly, manifest, vibe, folder, locked)
    if beat_grid(assembled) is None:
        run.notice("The manifest has no bpm_grid: cuts stay where they are.")
    for notice in assembled.notices:
        run.notice(notice)
    inputs = finish.conform_inputs(run, assembled, vibe, place.path)
    done = finish.render(run, inputs, assembled, vibe, place.path, folder)
    credits_written = keep_credits(run, assembled, place.path)
    source = _report_source(run, assembled, vibe, manifest_file)
    kept = kept_notices(folder)
    source = dataclasses.replace(
        source,
        trailer=place.path,
        measured=done.measured,
        captions=tuple(file.name for file in done.captions),
        notices=(*kept, *assembled.notices),
    )
    page = report_of_run(run, source)
    outcome = _outcome(run, manifest, place.path, done, manifest_file)
    return dataclasses.replace(outcome, report=page, credits=credits_written)


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
        captions=done.captions if done else (),
        stems=done.stems if done else None,
        notices=tuple(run.notices),
        stages_run=tuple(run.stages_run),
        stages_reused=tuple(run.stages_reused),
        segments_rendered=done.segments_rendered if done else 0,
        segments_reused=done.segments_reused if done else 0,
        explanation=explain(manifest) if run.settings.explain else (),
        disk=run.disk,
    )
