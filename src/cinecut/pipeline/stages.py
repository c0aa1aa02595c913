"""What each of the seven stages does: inputs named, the work handed to its room, the result kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.analysis.storage import load_analysis, save_analysis
from cinecore.errors import OutputError, RemoteError, SetupError, ToolError
from cinecore.ffmpeg.hardware import hardware_decoder
from cinecore.files import digest_file, write_error, write_json
from cinecore.gpu import gpu_lock
from cinecore.ports import Describer, Progress
from cinecore.vision.seeing import eyes_identity
from cinecut.errors import InferenceError, ProxyCreationError, VramError
from cinecut.inference.cache import DescribedKeyframe, _cache_path, load_cache, save_cache
from cinecut.inference.embedded import EmbeddedDescriber
from cinecut.inference.eyes import FilmEyes
from cinecut.inference.journal import DescriptionJournal, JournalHead, journal_path
from cinecut.inference.looking import picture_of
from cinecut.inference.stage import describe_keyframes
from cinecut.ingestion.alignment import read_aligned
from cinecut.ingestion.felt_lines import with_feelings
from cinecut.ingestion.keyframes import choose_keyframes
from cinecut.ingestion.recognised import recognise_lines
from cinecut.ingestion.subtitles import Subtitles, extract_subtitle_track, read_subtitles
from cinecut.models import DialogueEvent, KeyframeRecord, LineKind
from cinecut.pipeline.film_eyes import kept_eyes, look_with_eyes, looks_at_film
from cinecut.pipeline.inputs import StageInputs, stage_inputs, why_stale
from cinecut.pipeline.plan import is_edited
from cinecut.pipeline.room import require_room
from cinecut.pipeline.run import Run

ANALYSIS_FOLDER = "analysis"
SUBTITLES_FILENAME = "subtitles.json"
KEYFRAMES_FILENAME = "keyframes.json"


def proxy_inputs(run: Run) -> StageInputs:
    """What the pass over the film reads."""
    settings = run.settings
    return stage_inputs(
        "proxy",
        film=run.identity,
        audio_track=settings.audio_track,
        part=(settings.in_s, settings.out_s),
        preview=settings.preview,
    )


def analyse(run: Run, inputs: StageInputs) -> FilmAnalysis:
    """Stage 1: the one pass over the film, or what an earlier run kept of it.

    Raises:
        ProxyCreationError: The film could not be decoded.
    """
    folder = run.work_dir / ANALYSIS_FOLDER
    kept = load_analysis(folder)

    def do() -> None:
        in_s, out_s = run.span()
        if run.disk is not None:
            require_room(run, run.disk, is_analysed=False)
        track = None if run.settings.audio_track is None else run.settings.audio_track - 1

        def look(hardware: str | None) -> FilmAnalysis:
            return analyse_film(
                run.media,
                folder,
                audio_track=track,
                in_s=in_s,
                out_s=out_s,
                hardware=hardware,
                keyframes_only=run.settings.preview,
                progress=lambda part: run.listen(Progress("proxy", round(part * 1000), 1000, "‰")),
            )

        try:
            folder.mkdir(parents=True, exist_ok=True)
            save_analysis(_decoded(run, look), folder)
        except ToolError as error:
            raise ProxyCreationError(run.film, f"{error.happened} {error.tail}".strip()) from error
        except OSError as error:
            raise write_error(error, folder) from error

    if run.stage(inputs, do, is_there=kept is not None):
        kept = load_analysis(folder)
    if kept is None:
        raise ProxyCreationError(run.film, "the analysis could not be read back from the work folder")
    for notice in kept.notices:
        run.notice(notice)
    return kept


def _decoded(run: Run, look: Callable[[str | None], FilmAnalysis]) -> FilmAnalysis:
    """The analysis, decoded by hardware where that was asked for and works; by software, said so, where not."""
    if run.settings.hwaccel == "none":
        return look(None)
    with contextlib.ExitStack() as owned:
        try:
            owned.enter_context(gpu_lock(on_wait=run.say))
        except OutputError as error:
            run.notice(
                f"Nobody can be kept from the GPU meanwhile; software decodes the film. {error.happened}"
            )
            return look(None)
        hardware = hardware_decoder(run.media)
        if hardware is None:
            run.notice("No hardware decoder here takes this film; it was decoded in software.")
        else:
            try:
                return look(hardware)
            except ToolError as error:
                run.notice(
                    f"The hardware decoder ({hardware}) failed; software decoded the film. {error.happened}"
                )
    return look(None)


def subtitle_inputs(run: Run, proxy: StageInputs) -> StageInputs:
    """What the lines come from (a file, a track of the film, or nothing), and the speech they are checked by."""
    settings = run.settings
    if settings.subtitle is not None:
        source: object = ["file", digest_file(settings.subtitle)]
    elif run.media.subtitles:
        source = ["track", settings.subtitle_track, run.identity]
    else:
        source = ["heard", run.recogniser.identity] if run.recogniser is not None else ["none"]
    parts: dict[str, object] = {
        "subtitles": source,
        "film": str(run.media.duration),
        "proxy": proxy.digest,
    }
    if run.feelings is not None and source != ["none"]:
        parts["feelings"] = run.feelings.identity
    return stage_inputs("subtitles", **parts)


def read_lines(run: Run, inputs: StageInputs, analysis: FilmAnalysis) -> list[DialogueEvent]:
    """Stage 2: the dialogue where it is spoken, or an empty list for a visual-only trailer, which is said.

    Raises:
        SubtitleParseError: The subtitles cannot be used.
    """
    path = run.work_dir / SUBTITLES_FILENAME

    def do() -> None:
        found = _subtitles(run, analysis)
        events = [asdict(event) for event in found.events] if found else []
        notices = list(found.notices) if found else [NO_SUBTITLES]
        write_json(path, {"events": events, "notices": notices})

    run.stage(inputs, do, is_there=path.is_file())
    document = json.loads(path.read_text("utf-8"))
    for notice in document["notices"]:
        run.notice(notice)
    events = [DialogueEvent(**{**event, "kind": LineKind(event["kind"])}) for event in document["events"]]
    run.checkpoint.dialogue_event_count = len(events)
    return events


NO_SUBTITLES = (
    "No subtitles were given and the film holds no text track: the trailer is made from pictures alone."
)


def _subtitles(run: Run, analysis: FilmAnalysis) -> Subtitles | None:
    settings = run.settings
    file = settings.subtitle
    track = None if settings.subtitle_track is None else settings.subtitle_track - 1
    if file is None and not run.media.subtitles and track is None:
        return _recognised(run, analysis)

    def read(film_duration_s: float | None) -> Subtitles:
        if file is not None:
            return read_subtitles(file, film_duration_s=film_duration_s)
        return extract_subtitle_track(run.media, track, film_duration_s=film_duration_s)

    return with_feelings(read_aligned(read, float(run.media.duration), analysis), run.feelings)


def _recognised(run: Run, analysis: FilmAnalysis) -> Subtitles | None:
    """What is said in the film, written down by a recogniser and checked like any other lines; None without one."""
    if run.recogniser is None or analysis.sound is None:
        return None
    track = None if run.settings.audio_track is None else run.settings.audio_track - 1
    found = recognise_lines(
        run.media,
        track,
        analysis,
        run.recogniser,
        lambda part: run.listen(Progress("subtitles", round(part * 1000), 1000, "‰")),
    )
    return with_feelings(read_aligned(lambda _: found, float(run.media.duration), analysis), run.feelings)


def keyframe_inputs(proxy: StageInputs, subtitles: StageInputs) -> StageInputs:
    """What the choice of stills reads."""
    return stage_inputs("keyframes", proxy=proxy.digest, subtitles=subtitles.digest)


def pick_keyframes(
    run: Run, inputs: StageInputs, analysis: FilmAnalysis, events: list[DialogueEvent]
) -> list[KeyframeRecord]:
    """Stage 3: the stills that are described.

    Raises:
        KeyframeExtractionError: A still is missing.
    """
    path = run.work_dir / KEYFRAMES_FILENAME
    folder = run.work_dir / "keyframes"

    def do() -> None:
        stills = run.work_dir / ANALYSIS_FOLDER / "stills"
        records = choose_keyframes(analysis, events, stills, folder)
        write_json(
            path, [{**asdict(record), "frame_path": Path(record.frame_path).name} for record in records]
        )

    run.stage(inputs, do, is_there=path.is_file())
    records = [
        KeyframeRecord(item["timestamp_s"], str(folder / item["frame_path"]), item["source"])
        for item in json.loads(path.read_text("utf-8"))
    ]
    run.checkpoint.keyframe_count = len(records)
    return records


def inference_inputs(run: Run, keyframes: StageInputs) -> StageInputs:
    """What the descriptions depend on; a touched film counts as another one, as the cache's contract says."""
    status = run.film.stat()
    return stage_inputs(
        "inference",
        keyframes=keyframes.digest,
        engine=run.describer.identity,
        eyes=eyes_identity() if looks_at_film(run) else "closed",
        film=(status.st_mtime_ns, status.st_size),
    )


def _still(record: KeyframeRecord) -> tuple[float, str, str]:
    return record.timestamp_s, Path(record.frame_path).name, record.source


def describe(
    run: Run, inputs: StageInputs, records: list[KeyframeRecord], analysis: FilmAnalysis
) -> tuple[list[DescribedKeyframe], FilmEyes | None]:
    """Stage 4: each still with its description, and who is seen in the film; a second run loads both and says so.

    Stills that failed before are tried again, unless a person has edited the manifest: then nothing reads
    the descriptions, and new ones would only set the person's work aside.

    Raises:
        InferenceError: No still could be described.
        RemoteError, SetupError, VramError: The engine failed for good; what it said until then is kept.
        OutputError: The work folder cannot be written.
    """
    engine = run.describer.identity
    kept = _kept(run, engine, records)
    has_failed = kept is not None and any(description is None for _, description in kept)
    is_hit = kept is not None and not (has_failed and not is_edited(run.work_dir))
    run.checkpoint.cache_hit = is_hit
    if kept is None:
        _forget_what_follows(run)
    results: list[DescribedKeyframe] = kept or []
    eyes = kept_eyes(run, records, analysis)
    are_words_kept = is_hit and not why_stale(run.checkpoint, inputs)

    def do() -> None:
        nonlocal results, eyes
        try:
            if eyes is None and looks_at_film(run):
                eyes = look_with_eyes(run, records, analysis)
            if are_words_kept:
                return
            results = _asked(run, records, kept, eyes, analysis)
            if kept is not None and results != kept:
                _forget_what_follows(run)
                run.save()  # first: a kill before the new words are kept must not leave a plan from the old ones
            save_cache(results, run.film, run.work_dir, engine=engine)
        except OSError as error:
            raise write_error(error, run.work_dir) from error
        run.checkpoint.inference_complete = all(description for _, description in results)

    has_eyes = eyes is not None or not looks_at_film(run)
    if not run.stage(inputs, do, is_there=is_hit and has_eyes):
        file = _cache_path(run.film, run.work_dir).name
        run.say(
            f"Cache hit: Loaded {len(results)} SceneDescriptions from {file} — "
            f"{run.describer.name} inference skipped"
        )
    for notice in eyes.notices if eyes is not None else ():
        run.notice(notice)
    return results, eyes


def _knowing(
    run: Run, records: list[KeyframeRecord], eyes: FilmEyes | None, analysis: FilmAnalysis
) -> Describer:
    """The describer, told what was seen where it can use that: no still is looked at twice.

    Raises:
        SetupError: A CLIP of the user's own cannot be used any more.
    """
    describer = run.describer
    if not isinstance(describer, EmbeddedDescriber) or eyes is None:
        return describer
    words = None
    if describer.clip is not None:
        words = describer.clip.of_film(
            [Path(record.frame_path) for record in records],
            lambda data: picture_of(data, analysis.picture_box),
            lambda done, total: run.listen(Progress("inference", done, total, "stills", "CLIP")),
        )
    return describer.knowing(eyes, analysis, words)


def _kept(run: Run, engine: str, records: list[KeyframeRecord]) -> list[DescribedKeyframe] | None:
    """What an earlier run kept for these stills, under their names of today; None where that is not whole."""
    kept = load_cache(run.film, run.work_dir, engine=engine)
    # the same stills, though film and folder may be named another way (`./film.mkv`) or have moved together
    if kept is None or [_still(record) for record, _ in kept] != [_still(one) for one in records]:
        return None
    return [(record, description) for record, (_, description) in zip(records, kept, strict=True)]


def _asked(
    run: Run,
    records: list[KeyframeRecord],
    kept: list[DescribedKeyframe] | None,
    eyes: FilmEyes | None,
    analysis: FilmAnalysis,
) -> list[DescribedKeyframe]:
    """What the engine says now; what was kept where it is away and only stills that failed were left to ask.

    Raises:
        InferenceError, VramError, RemoteError, SetupError: As `describe`.
        OSError: The journal cannot be written.
    """
    try:
        describer = _knowing(run, records, eyes, analysis)
        # a word that stands out among these stills may not among others: then its journal is another one
        engine = describer.identity
        path = journal_path(run.film, run.work_dir, engine)
        with DescriptionJournal(path, JournalHead.of(run.film, engine)) as journal:
            return describe_keyframes(
                records, describer, journal=journal, progress=run.listen, notice=run.notice
            )
    except (RemoteError, SetupError, InferenceError, VramError) as error:
        if kept is None:
            raise
        reason = " ".join(str(error).splitlines()[0].split())
        run.notice(f"Stills that failed before could not be tried again. {reason}")
        return kept


def _forget_what_follows(run: Run) -> None:
    """The plan and what came of it were made from other descriptions."""
    for stage in ("narrative", "assembly", "conform"):
        run.checkpoint.clear_stage(stage)
