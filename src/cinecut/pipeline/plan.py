"""Stage 5 and what guards it: the manifest is planned, honoured when a person edited it, never overwritten then."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from cinecore.analysis.film import FilmAnalysis
from cinecore.files import digest_bytes, publish, write_atomic, write_error, write_json
from cinecut.assembly.compile import output_rate
from cinecut.errors import ManifestError
from cinecut.inference.cache import DescribedKeyframe
from cinecut.inference.eyes import FilmEyes
from cinecut.manifest.io import (
    check_against_film,
    edited_clips,
    manifest_bytes,
    parse_manifest,
    read_manifest,
    write_manifest,
)
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.models import DialogueEvent
from cinecut.narrative.brief import Brief
from cinecut.narrative.brief_words import Understood
from cinecut.narrative.locked import locks_of
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.sound_facts import with_sound
from cinecut.narrative.told import ToldStory
from cinecut.pipeline.inputs import StageInputs, stage_inputs, why_stale
from cinecut.pipeline.music import music_digest, settle_music, with_music_edits
from cinecut.pipeline.own_lut import with_planned_lut
from cinecut.pipeline.run import Run
from cinecut.pipeline.wishes import understood_wishes

MANIFEST_FILENAME = "TRAILER_MANIFEST.json"
WRITTEN_FILENAME = "narrative.json"
"""The manifest as we wrote it last: what a person changed since is locked."""

WRITTEN_DIGESTS = "manifests_written.json"
"""Digests of every manifest we wrote: any other content is a person's."""


def narrative_inputs(
    run: Run,
    vibe: VibeProfile,
    proxy: StageInputs,
    subtitles: StageInputs,
    inference: StageInputs,
    told: ToldStory | None,
    asked: Understood | None = None,
) -> StageInputs:
    """What the plan reads."""
    settings = run.settings
    wishes: dict[str, object] = {
        name: texts for name, texts in (("keep", settings.keep), ("ban", settings.ban)) if texts
    }
    if settings.brief:
        wishes["brief"] = (settings.brief, asked)
    if run.version:
        wishes["versions"] = (run.version, run.earlier)
    return stage_inputs(
        "narrative",
        **wishes,
        proxy=proxy.digest,
        subtitles=subtitles.digest,
        inference=inference.digest,
        vibe=vibe,
        duration=settings.duration_s,
        spoilers=settings.spoilers,
        seed=settings.seed,
        titles=(settings.title, settings.tagline),
        music=music_digest(settings.music),
        story=told.digest if told else "rule" if settings.story == "rule" else "signals",
    )


def manifest_path(work_dir: Path) -> Path:
    """Where the manifest of a work folder lies."""
    return work_dir / MANIFEST_FILENAME


def is_edited(work_dir: Path) -> bool:
    """Whether the manifest is there and is none that we wrote."""
    path = manifest_path(work_dir)
    if not path.is_file():  # reading a pipe would wait for ever
        return False
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return digest_bytes(data) not in _written(work_dir)


def _written(work_dir: Path) -> list[str]:
    try:
        document = json.loads((work_dir / WRITTEN_DIGESTS).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [str(item) for item in document] if isinstance(document, list) else []


def plan(
    run: Run,
    inputs: StageInputs,
    vibe: VibeProfile,
    analysis: FilmAnalysis,
    events: list[DialogueEvent],
    descriptions: list[DescribedKeyframe],
    eyes: FilmEyes | None = None,
    told: ToldStory | None = None,
    asked: Understood | None = None,
) -> Manifest:
    """Stage 5: the manifest, planned anew or as it lies there; a person's edits are never lost.

    Raises:
        ManifestError: The edited manifest cannot be used.
        InputError: The film holds nothing that could be shown.
    """
    path = manifest_path(run.work_dir)
    was_edited = is_edited(run.work_dir)
    is_stale = bool(why_stale(run.checkpoint, inputs))
    before = _to_plan_around(run) if run.settings.replan and (was_edited or is_stale) else None
    if before is not None:
        if was_edited:
            aside = copy_aside(run.work_dir)
            count = len(before[1])
            clips = f"{count} locked clip{'' if count == 1 else 's'}"
            run.notice(f"Planned anew round {clips}; what you had is {aside.name!r}.")
    elif is_stale and (was_edited or _has_locked(run)):
        aside = set_aside(run.work_dir)
        run.notice(
            f"The manifest had been edited by hand and is planned anew: yours is kept as {aside.name!r}."
            " --replan would have planned round your clips."
        )
    elif was_edited:
        run.notice(f"Your edits in {path.name!r} are kept.")

    def do() -> None:
        settings = run.settings
        music = settle_music(settings.music, vibe, settings.seed)
        for notice in music.notices:
            run.notice(notice)
        assert run.media.video is not None  # noqa: S101 - probing refused films without pictures
        in_s, out_s = run.span()
        wishes = understood_wishes(run, events, eyes)
        rate = output_rate(run.media.video)
        title, tagline = settings.title, settings.tagline or ""
        if before is not None:
            title, tagline = _own_words(run, before[0], title, tagline)
        brief = Brief(
            source_file=source_name(run.film, run.shared_dir or run.work_dir),
            analysis=analysis,
            events=events,
            descriptions=descriptions,
            eyes=eyes,
            told=told,
            is_by_rule=settings.story == "rule",
            vibe=vibe,
            rate=rate,
            locked=() if before is None else locks_of(*before, rate),
            duration_s=None if settings.duration_s is None else float(settings.duration_s),
            spoilers=settings.spoilers,
            seed=settings.seed,
            title=title,
            tagline=tagline,
            in_s=None if in_s is None else float(in_s),
            out_s=None if out_s is None else float(out_s),
            grid=music.grid,
            music_bed=music.bed,
            words=settings.brief or "",
            asked=asked,
            earlier=run.earlier,
            keep=wishes.keep,
            ban=wishes.ban,
        )
        manifest = with_sound(plan_trailer(brief), brief)
        keep_written(run.work_dir, with_music_edits(manifest, music, rate))

    run.stage(inputs, do, is_there=path.is_file() and before is None)
    run.checkpoint.manifest_path = str(path)
    manifest = read_manifest(path, run.settings.vibe_folders)
    check_against_film(manifest, float(run.media.duration), path)
    if not was_edited and manifest != (wanted := with_planned_lut(run.settings, manifest)):
        keep_written(run.work_dir, wanted)
        manifest = wanted
    for notice in manifest.notices:
        run.notice(notice)
    return manifest


def _to_plan_around(run: Run) -> tuple[Manifest, tuple[int, ...]] | None:
    """The manifest as it lies there and which of its clips are locked; None where nothing is.

    Raises:
        ManifestError: It cannot be used.
    """
    path = manifest_path(run.work_dir)
    if not path.is_file():
        return None
    manifest = read_manifest(path, run.settings.vibe_folders)
    check_against_film(manifest, float(run.media.duration), path)
    locked = locked_clips(run.work_dir, manifest, run.settings.vibe_folders)
    if not locked:
        run.notice("No clip is locked or changed, so all of them are planned anew.")
    return manifest, locked


def _has_locked(run: Run) -> bool:
    """Whether the manifest that lies there is one of ours with a person's clips in it."""
    try:
        manifest = read_manifest(manifest_path(run.work_dir), run.settings.vibe_folders)
    except ManifestError:
        return False
    return any(clip.locked for clip in manifest.clips)


def _own_words(run: Run, edited: Manifest, title: str | None, tagline: str) -> tuple[str | None, str]:
    """Title and tagline as the cards of an edited manifest say them; what this command names outranks them."""
    try:
        written = read_manifest(run.work_dir / WRITTEN_FILENAME, run.settings.vibe_folders)
    except ManifestError:
        return title, tagline

    def changed(kind: str) -> str | None:
        ours = next((card.text for card in written.titles if card.kind == kind), "")
        theirs = next((card.text for card in edited.titles if card.kind == kind), "")
        return theirs if theirs != ours else None

    own_title, own_tagline = changed("title"), changed("tagline")
    named = run.settings.named
    return (
        title if own_title is None or "title" in named else own_title,
        tagline if own_tagline is None or "tagline" in named else own_tagline,
    )


def keep_written(work_dir: Path, manifest: Manifest) -> None:
    """Write the manifest, remembering first that its content is ours: a kill in between loses nothing.

    Raises:
        OutputError: The work folder cannot be written.
    """
    data = manifest_bytes(manifest)
    known = _written(work_dir)
    if digest_bytes(data) not in known:
        write_json(work_dir / WRITTEN_DIGESTS, [*known, digest_bytes(data)])
    write_manifest(work_dir / WRITTEN_FILENAME, manifest)
    write_manifest(manifest_path(work_dir), manifest)


def set_aside(work_dir: Path) -> Path:
    """The edited manifest under the first free name `TRAILER_MANIFEST.<vibe>.<n>.json`.

    Raises:
        OutputError: The work folder cannot be written.
    """
    path = manifest_path(work_dir)
    aside = _free_name(work_dir)
    try:
        publish(path, aside)
    except OSError as error:
        raise write_error(error, aside) from error
    return aside


def copy_aside(work_dir: Path) -> Path:
    """A copy of the edited manifest under such a name, or the one that is there already; the manifest stays.

    A run that is killed before the new plan is written finds the edits where they were.

    Raises:
        OutputError: The work folder cannot be written.
    """
    data = manifest_path(work_dir).read_bytes()
    for there in sorted(work_dir.glob("TRAILER_MANIFEST.*.json")):
        if there.is_file() and there.read_bytes() == data:
            return there
    aside = _free_name(work_dir)
    try:
        write_atomic(aside, data)
    except OSError as error:
        raise write_error(error, aside) from error
    return aside


def _free_name(work_dir: Path) -> Path:
    path = manifest_path(work_dir)
    try:
        vibe = str(json.loads(path.read_text("utf-8")).get("vibe", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        vibe = ""
    vibe = re.sub(r"[^a-z0-9-]", "", vibe.lower())[:40] or "edited"
    number = 1
    while (aside := work_dir / f"TRAILER_MANIFEST.{vibe}.{number}.json").exists():
        number += 1
    return aside


def locked_clips(work_dir: Path, manifest: Manifest, vibe_folders: tuple[Path, ...]) -> tuple[int, ...]:
    """Indices of clips that differ from what we wrote last; none where that is not known."""
    written = work_dir / WRITTEN_FILENAME
    try:
        return edited_clips(parse_manifest(written.read_bytes(), written, vibe_folders), manifest)
    except OSError:
        return ()
    except ManifestError:  # ours is damaged: what cannot be told from a person's edit is left as it is
        return tuple(range(len(manifest.clips)))


def source_name(film: Path, work_dir: Path) -> str:
    """The film as a manifest names it: its name where it lies beside the work folder, else its whole path."""
    is_beside = film.absolute().parent == work_dir.absolute().parent
    named = film.name if is_beside else str(film.absolute())
    # bytes that are no letters cannot stand in JSON: such a film must be named when its manifest is rendered
    return os.fsencode(named).decode("utf-8", "backslashreplace")
