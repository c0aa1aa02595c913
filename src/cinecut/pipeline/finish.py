"""Stages 6 and 7: the manifest assembled, compiled and rendered; also where a manifest alone is rendered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cinecore.audio.stems import has_stems, refuse_foreign
from cinecore.errors import InputError
from cinecore.ffmpeg import binaries
from cinecore.files import digest_bytes, write_atomic, write_error, write_json, write_text
from cinecore.render.grade import cube_text
from cinecore.render.lut import LUT_VERSION, prepared
from cinecore.timeline import Timeline
from cinecut.assembly.assemble import assemble
from cinecut.assembly.compile import compile_timeline, is_one_to_one, output_rate
from cinecut.conform.conform import conform
from cinecut.conform.sound import stems_folder
from cinecut.manifest.io import manifest_bytes, read_manifest, write_manifest
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.pipeline.captions import burnt_captions, keep_caption_files
from cinecut.pipeline.enhancing import (
    enhanced,
    enhancement_parts,
    kept_voices,
    lacking_notice,
    voices_parts,
)
from cinecut.pipeline.framing import framed, framing_parts
from cinecut.pipeline.inputs import StageInputs, stage_inputs
from cinecut.pipeline.music import music_digest
from cinecut.pipeline.own_lut import kept_lut
from cinecut.pipeline.report import NOTICES_FILENAME
from cinecut.pipeline.room import disk_need, require_room
from cinecut.pipeline.run import Run
from cinecut.pipeline.soundfont import played_by, soundfont_parts, with_soundfont_named

ASSEMBLY_FILENAME = "ASSEMBLY_MANIFEST.json"
MEASURED_FILENAME = "measured.json"


@dataclass(frozen=True)
class Finished:
    """The last two stages' result."""

    measured: dict[str, Any]
    segments_rendered: int = 0
    segments_reused: int = 0
    captions: tuple[Path, ...] = ()
    """Files beside the trailer with what is said in it."""
    stems: Path | None = None
    """The folder with the parts of the mix, where they were asked for."""


def bed_digest(manifest: Manifest) -> str:
    """What the music is, its file's content included.

    Raises:
        InputError: The music file is not there.
    """
    bed = manifest.music_bed
    return music_digest(bed.path) if bed is not None and bed.kind == "file" and bed.path else "made"


def assembly_inputs(run: Run, manifest: Manifest, vibe: VibeProfile) -> StageInputs:
    """What assembly reads."""
    return stage_inputs(
        "assembly",
        manifest=digest_bytes(manifest_bytes(without_lut(manifest))),
        vibe=vibe,
        effects=run.settings.effects,
        voice_over=run.settings.voice_over,
        film=run.identity,
        music=bed_digest(manifest),
        **soundfont_parts(run, manifest),
        **framing_parts(run, manifest),
        **enhancement_parts(run),
    )


def assemble_manifest(
    run: Run,
    inputs: StageInputs,
    manifest: Manifest,
    vibe: VibeProfile,
    folder: Path,
    locked: tuple[int, ...],
) -> Manifest:
    """Stage 6: ASSEMBLY_MANIFEST.json, same schema, as it will be rendered."""
    path = folder / ASSEMBLY_FILENAME
    assert run.media.video is not None  # noqa: S101 - probing refused films without pictures
    rate = output_rate(run.media.video)

    def do() -> None:
        assembled = assemble(
            manifest,
            vibe,
            rate,
            wants_effects=run.settings.effects,
            wants_voice_over=run.settings.voice_over,
            locked=locked,
        )
        said = with_soundfont_named(run, assembled)
        write_manifest(path, enhanced(run, framed(run, said), rate, heard_track(run)))

    run.stage(inputs, do, is_there=path.is_file())
    run.checkpoint.assembly_manifest_path = str(path)
    assembled = read_manifest(path, run.settings.vibe_folders)
    if assembled.lut != manifest.lut:  # laid over the picture afterwards: nothing is assembled anew for it
        assembled = assembled.model_copy(update={"lut": manifest.lut})
        write_manifest(path, assembled)
    return assembled


def without_lut(manifest: Manifest) -> Manifest:
    """The manifest as assembly reads it."""
    return manifest.model_copy(update={"lut": None})


def conform_inputs(run: Run, assembled: Manifest, vibe: VibeProfile, output: Path) -> StageInputs:
    """What rendering reads."""
    return stage_inputs(
        "conform",
        assembly=digest_bytes(manifest_bytes(without_lut(assembled))),
        music=bed_digest(assembled),
        **soundfont_parts(run, assembled),
        vibe=vibe,
        film=run.identity,
        **lut_parts(assembled),
        **voices_parts(run, assembled),
        audio_track=run.settings.audio_track,
        delivery=run.preset,
        output=str(output.absolute()),
        tools=binaries.find("ffmpeg").version,
        **({"stems": True} if run.settings.stems else {}),
        **({"captions": "burnt"} if run.settings.captions == "burnt" and not run.settings.preview else {}),
    )


def lut_parts(manifest: Manifest) -> dict[str, object]:
    """The user's LUT by content and strength, for fingerprints; nothing where there is none."""
    if manifest.lut is None:
        return {}
    return {"lut": (manifest.lut.digest, manifest.lut.strength, LUT_VERSION)}


def heard_track(run: Run) -> int:
    """Which of the film's sound tracks is heard, counted from 0.

    Raises:
        InputError: It has none of the number that is asked for.
    """
    asked = run.settings.audio_track
    track = run.media.default_audio if asked is None else asked - 1
    if run.media.audio and track >= len(run.media.audio):
        raise InputError(
            f"The film has no sound track {track + 1} (it has {len(run.media.audio)}).",
            run.film,
            "Give --audio-track a smaller number.",
        )
    return track


def timeline_of(run: Run, assembled: Manifest, vibe: VibeProfile) -> Timeline:
    """The assembled manifest as the timeline that is rendered."""
    track = heard_track(run)
    lut = None
    if assembled.lut is not None:
        folder = run.work_dir / "cards"
        lut, table = prepared(kept_lut(run, assembled.lut), assembled.lut.strength, folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(lut.path, table)
        except OSError as error:
            raise write_error(error, lut.path) from error
    return compile_timeline(
        assembled,
        run.media,
        run.identity,
        vibe,
        audio_track=track,
        lut=lut,
        lines_at_most=run.preset.lines_at_most,
        makes_sounds=not run.settings.preview,
        soundfont=played_by(run, assembled),
    )


def render(
    run: Run, inputs: StageInputs, assembled: Manifest, vibe: VibeProfile, output: Path, folder: Path
) -> Finished:
    """Stage 7: the trailer under its name, measured; or the one that is there, if it is the same.

    Raises:
        ConformError: It could not be rendered as promised.
        OutputError: It cannot be written, or a file that is not ours is in the way.
    """
    record = folder / MEASURED_FILENAME
    stems = stems_folder(output) if run.settings.stems else None
    counts = [0, 0]

    def do() -> None:
        run.ledger.refuse_foreign(output, may_overwrite=run.settings.overwrite)
        need = disk_need(run.media, run.settings, run.work_dir, output.parent)
        require_room(run, need, is_analysed=True)
        if stems is not None:
            refuse_foreign(stems)
        run.ledger.expect(output)
        timeline = timeline_of(run, assembled, vibe)
        voices = kept_voices(run)
        if voices is None and run.settings.enhance != "off" and not run.settings.preview:
            run.notice(lacking_notice(assembled))
        assert run.media.video is not None  # noqa: S101 - probing refused films without pictures
        done = conform(
            timeline,
            run.media,
            output,
            run.work_dir,
            is_one_to_one=is_one_to_one(run.media.video),
            jobs=run.settings.jobs,
            preset=run.preset,
            listen=run.listen,
            # before it has the name: killed in between, the next run must not take the trailer for a stranger's
            on_whole=lambda whole: run.ledger.enter(output, inputs.digest, whole),
            stems=stems,
            notice=run.notice,
            captions=burnt_captions(run, assembled, timeline),
            kept_voices=voices,
        )
        run.ledger.enter(output, inputs.digest)
        write_json(folder / NOTICES_FILENAME, run.notices)
        write_json(record, {"delivery": run.preset.name, **done.measurement.as_json()})
        write_text(run.work_dir / f"{vibe.name}.cube", cube_text(vibe.grade, f"{vibe.name} - CineCut"))
        counts[:] = [done.segments_rendered, done.segments_reused]

    is_there = run.ledger.is_ours(output, inputs.digest) and record.is_file()
    run.stage(inputs, do, is_there=is_there and (stems is None or has_stems(stems)))
    run.checkpoint.output_path = str(output)
    run.save()
    captions = keep_caption_files(run, assembled, timeline_of(run, assembled, vibe), output)
    return Finished(json.loads(record.read_text("utf-8")), counts[0], counts[1], captions, stems)
