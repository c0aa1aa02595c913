"""The report of a run: which files it is made from, where it lies, and that it never costs anybody a trailer.

Deliberately not here: what the page tells and how it looks (`cinecut.report`).
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.storage import JSON_NAME, load_analysis
from cinecore.errors import CineError, OutputError
from cinecore.failpoints import hit
from cinecore.files import digest_bytes, digest_file, fsync_folder, write_error
from cinecore.media import MediaFile
from cinecore.render.presets import DELIVERIES, PREVIEW, WEB
from cinecore.work.fingerprint import fingerprint
from cinecore.work.leftovers import unfinished
from cinecut.assembly.assemble import beat_grid
from cinecut.assembly.compile import output_rate
from cinecut.assembly.shape import cut_of
from cinecut.inference.kept import kept_describer
from cinecut.inference.sighting_files import eyes_path
from cinecut.ingestion.recaps import without_recap
from cinecut.manifest.io import manifest_bytes
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest, PictureShape
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.models import DialogueEvent, KeyframeRecord, LineKind
from cinecut.pipeline.film_eyes import STILLS, eyes_in_folder
from cinecut.pipeline.stages import ANALYSIS_FOLDER, KEYFRAMES_FILENAME, SUBTITLES_FILENAME
from cinecut.places import name_for
from cinecut.report.measures import Promised
from cinecut.report.signature import made_from, signed

if TYPE_CHECKING:  # these load when a page is made
    from cinecut.inference.eyes import FilmEyes
    from cinecut.pipeline.run import Run
    from cinecut.report.gather import Told

REPORT_VERSION = 2
"""Raised when equal inputs would give another page; the page's own sources are looked at anyway."""

SUFFIX = ".report.html"
PLAN_REPORT = "report.html"
"""In the work folder: the report of a plan that has no trailer yet."""

NOTICES_FILENAME = "notices.json"
"""What was said while a trailer was made, for a report that is made again later."""


@dataclass(frozen=True)
class ReportSource:
    """What a report is about and made from."""

    manifest: Manifest
    vibe: VibeProfile
    media: MediaFile
    work_dir: Path
    """Where analysis, stills and lines lie, as far as they are there."""
    trailer: Path | None = None
    """None: there is no trailer of this manifest yet."""
    measured: dict[str, Any] = field(default_factory=dict)
    captions: Sequence[str] = ()
    """Names of the files beside the trailer with what is said in it."""
    notices: Sequence[str] = ()
    manifest_file: Path | None = None
    """Named in what a person may do next."""
    is_own: bool = True
    """Whether that was planned in this work folder, and not sent from elsewhere."""
    is_preview: bool = False

    @property
    def is_named_by_film(self) -> bool:
        """Whether commands find the manifest by the film's name; that of one version of several they do not."""
        return self.is_own and (
            self.manifest_file is None or self.manifest_file.absolute().parent == self.work_dir.absolute()
        )


def beside(trailer: Path) -> Path:
    """Where the report of a trailer lies: beside it, under its name, so that no two trailers share one."""
    return trailer.with_name(name_for(trailer.stem, SUFFIX))


def report_of_run(run: Run, source: ReportSource) -> Path | None:
    """The report's file, written or still the same; None where it could not be made, which is noticed.

    Whatever goes wrong here is a notice: the trailer is there, whole and measured.
    """
    own = run.work_dir / PLAN_REPORT
    place = own if source.trailer is None else beside(source.trailer)
    try:
        if not run.settings.overwrite and is_foreign(place) and place != own:
            run.notice(
                f"There is a file {place.name!r} that was not made here, or was changed since: "
                f"the report is {str(own)!r}."
            )
            place = own
        written = write_report(source, place, may_overwrite=run.settings.overwrite)
    except CineError as error:
        which = "" if error.which is None else f" ({error.which})"
        run.notice(f"The report could not be made: {error.happened.rstrip('.')}{which}. {TRY_AGAIN}")
        return None
    except Exception as error:  # noqa: BLE001 - a page about a trailer must never cost the trailer
        run.notice(f"The report could not be made: {type(error).__name__}: {error}. {TRY_AGAIN}")
        return None
    if place != own and made_from(own):
        with contextlib.suppress(OSError):  # the plan's page would tell of a trailer that is not there yet
            own.unlink()
    return written


TRY_AGAIN = "`cinecut report FILM` tries again."


def is_foreign(place: Path) -> bool:
    """Whether something lies there that is no report of ours as we left it."""
    return os.path.lexists(place) and made_from(place) is None


def write_report(source: ReportSource, place: Path, *, may_overwrite: bool) -> Path:
    """The report at `place`; nothing is written where it lies there already, made from the same.

    Raises:
        OutputError: The place cannot be written, or a file that is not ours lies there.
        CineError: What it is made from cannot be read.
    """
    if place.is_dir():
        raise OutputError(
            "A folder is in the way of the report.", place, "Choose another name with --output."
        )
    if not may_overwrite and is_foreign(place):
        raise OutputError(
            "There is a file of this name that was not made here, or was changed since.",
            place,
            "Give --overwrite to replace it, or another name with --output.",
        )
    from cinecut.report.render import page_sources, render_page

    inputs = _inputs(source, page_sources())
    if made_from(place) == inputs:
        return place
    from cinecut.report.gather import gather

    _publish(signed(render_page(gather(_told(source))), inputs), place, source.work_dir)
    return place


def _publish(page: bytes, place: Path, work_dir: Path) -> None:
    """The page under its name, whole or not at all; what a kill leaves is removed by the next run.

    Raises:
        OutputError: The place cannot be written.
    """
    temporary = unfinished(place, work_dir)
    try:
        hit("report.write", place)
        with temporary.open("wb") as stream:
            stream.write(page)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise write_error(error, place) from error
    fsync_folder(place.parent)


def _inputs(source: ReportSource, page_sources: str) -> str:
    """All that the page depends on, as one digest; what it reads of the work folder is told by those files."""
    work_dir = source.work_dir
    files = (
        work_dir / ANALYSIS_FOLDER / JSON_NAME,
        work_dir / SUBTITLES_FILENAME,
        eyes_path(source.media.path, work_dir),
    )
    return digest_bytes(
        fingerprint(
            version=REPORT_VERSION,
            page=page_sources,
            manifest=digest_bytes(manifest_bytes(source.manifest)),
            vibe=source.vibe,
            film=(source.media.path.name, float(source.media.duration)),
            trailer="" if source.trailer is None else source.trailer.name,
            measured=source.measured,
            captions=list(source.captions),
            notices=list(source.notices),
            files=[digest_file(file) if file.is_file() else "" for file in files],
            engine=_engine(source),
            steps=[list(step) for step in _next_steps(source)],
            preview=source.is_preview,
        ).encode()
    )


def _told(source: ReportSource) -> Told:
    """The values that the page tells, read from the work folder."""
    from cinecut.report.gather import Told

    video = source.media.video
    assert video is not None  # noqa: S101 - probing refused films without pictures
    rate = output_rate(video)
    analysis = load_analysis(source.work_dir / ANALYSIS_FOLDER)
    events = kept_events(source.work_dir)
    if analysis is not None:
        analysis, _ = without_recap(analysis, events)
    cut = cut_of(source.manifest.shape or PictureShape(), video.display_size)
    preset = PREVIEW if source.is_preview else DELIVERIES.get(str(source.measured.get("delivery")), WEB)
    return Told(
        manifest=source.manifest,
        layout=lay_out(source.manifest, rate),
        grid=beat_grid(source.manifest),
        vibe=source.vibe,
        film_name=source.media.path.name,
        film_s=float(source.media.duration),
        size=None if preset.lines_at_most is not None else (cut.width, cut.height),
        analysis=analysis,
        stills=source.work_dir.joinpath(*STILLS),
        events=events,
        eyes=_eyes(source, analysis),
        engine=_engine(source),
        trailer_name="" if source.trailer is None else source.trailer.name,
        measured=source.measured,
        promised=Promised.of(preset),
        captions=source.captions,
        notices=source.notices,
        swaps=_swaps(source),
        next_steps=_next_steps(source),
        is_preview=source.is_preview,
    )


def kept_events(work_dir: Path) -> list[DialogueEvent]:
    """The lines that stage 2 kept; none where it kept none that can be read."""
    try:
        document = json.loads((work_dir / SUBTITLES_FILENAME).read_text("utf-8"))
        return [DialogueEvent(**{**event, "kind": LineKind(event["kind"])}) for event in document["events"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _eyes(source: ReportSource, analysis: FilmAnalysis | None) -> FilmEyes | None:
    """Who was seen, as an earlier look kept it; None where nobody looked or it holds no more."""
    if analysis is None:
        return None
    folder = source.work_dir / "keyframes"
    try:
        document = json.loads((source.work_dir / KEYFRAMES_FILENAME).read_text("utf-8"))
        records = [
            KeyframeRecord(float(item["timestamp_s"]), str(folder / item["frame_path"]), str(item["source"]))
            for item in document
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return eyes_in_folder(source.media.path, source.work_dir, records, analysis)


def _engine(source: ReportSource) -> str:
    found = kept_describer(source.media.path, source.work_dir)
    return found.name if found is not None else ""


def _near(path: Path, film: Path) -> str:
    """A path as a shell in the film's folder takes it: without the folder where it lies there."""
    try:
        shown = path.absolute().relative_to(film.absolute().parent)
    except ValueError:
        shown = path.absolute()
    text = os.fsencode(shown).decode("utf-8", "backslashreplace")
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def _swaps(source: ReportSource) -> str:
    """What stands behind `cinecut swap CLIP K`."""
    film = source.media.path
    if source.is_named_by_film and not source.is_preview:
        return _near(film, film)
    return f"--manifest {_near(source.manifest_file, film)}" if source.manifest_file is not None else ""


def _next_steps(source: ReportSource) -> tuple[tuple[str, str], ...]:
    """What a person may do now, and how."""
    film, vibe = source.media.path, shlex.quote(source.vibe.name)
    named = _near(film, film)
    manifest = _near(source.manifest_file, film) if source.manifest_file is not None else ""
    rough = " --preview" if source.is_preview else ""
    clip = next((at for at, clip in enumerate(source.manifest.clips, 1) if clip.alternates), None)
    steps: list[tuple[str, str]] = []
    if _swaps(source) and clip is not None:
        steps.append(
            (f"Take a runner-up, here the first of clip {clip}", f"cinecut swap {clip} 1 {_swaps(source)}")
        )
    if source.is_named_by_film:
        then, again = f"cinecut {named} --vibe {vibe}{rough}", f"cinecut report {named}{rough}"
    elif source.is_own:
        then, again = f"cinecut render {manifest}", f"cinecut report {manifest}"
    else:
        then = f"cinecut render {manifest} --film {named}"
        again = f"cinecut report {manifest} --film {named}"
    if manifest:
        steps.append((f"Change anything in {manifest}, then", then))
    if source.is_named_by_film:
        steps.append(
            ("Plan and look, before anything is rendered", f"cinecut {named} --vibe {vibe}{rough} --review")
        )
    steps.append(("Make this page again", again))
    return tuple(steps)


def kept_notices(folder: Path) -> tuple[str, ...]:
    """What was said while the trailer of this folder was made; nothing where that was not kept."""
    try:
        document = json.loads((folder / NOTICES_FILENAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ()
    return tuple(one for one in document if isinstance(one, str)) if isinstance(document, list) else ()
