"""What the command line asks for, with those who stand behind the ports: a trailer, its render, its report, its state, its cleaning.

Deliberately not here: who stands behind a port, and why (`adapters`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from cinecore.ports import ProgressListener
from cinecut.adapters import (
    Chosen,
    Say,
    choose_describer,
    describer_for,
    engine_meant,
    feelings_for,
    is_described,
    recogniser_for,
    require_enhancer,
    require_storyteller,
    storyteller_for,
)
from cinecut.inference.pixels import PixelDescriber
from cinecut.pipeline import from_manifest, look, trailer
from cinecut.pipeline.outcome import Outcome, WorkStatus
from cinecut.pipeline.report_again import ReportMade, report_again
from cinecut.pipeline.swapping import Swapped, swap_clip
from cinecut.settings import TrailerSettings

__all__ = [
    "Outcome",
    "Swapped",
    "clean_work",
    "make_report_again",
    "make_trailer",
    "render_manifest",
    "swap_clip",
    "work_status",
]


def make_trailer(
    settings: TrailerSettings,
    *,
    listen: ProgressListener,
    say: Say,
    choose_vibe: Callable[[str, str], str] | None = None,
) -> Outcome:
    """A film's trailer, or with `dry_run` only the plan of what would be done.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    require_storyteller(settings)
    require_enhancer(settings)
    chosen = choose_describer(settings, say)
    if settings.dry_run:
        return _noting(
            _planned(
                look.look(settings, chosen.describer, recogniser_for(settings), feelings_for(settings)),
                settings,
            ),
            chosen,
        )
    if engine_meant(settings) == "openai" and not is_described(settings, chosen.describer):
        with chosen.describer.serving():  # a server that is not there is said before hours of analysis
            pass
    if chosen.notice:
        say(f"Notice: {chosen.notice}")
    with storyteller_for(settings) as storyteller:
        made = trailer.make_trailer(
            settings,
            chosen.describer,
            listen=listen,
            say=say,
            choose_vibe=choose_vibe,
            storyteller=storyteller,
            recogniser=recogniser_for(settings),
            feelings=feelings_for(settings),
        )
    return _noting(made, chosen)


def render_manifest(settings: TrailerSettings, *, listen: ProgressListener, say: Say) -> Outcome:
    """The trailer of a manifest, without the earlier stages: nothing is described.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    require_enhancer(settings)
    return from_manifest.render_manifest(settings, PixelDescriber(), listen=listen, say=say)


def work_status(settings: TrailerSettings) -> WorkStatus:
    """What a film's work folder holds and what would be redone.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return look.look(settings, describer_for(settings), recogniser_for(settings), feelings_for(settings))


def make_report_again(settings: TrailerSettings, output: Path | None) -> ReportMade:
    """The page about a film's trailer, or about a manifest, from what is kept: nothing is looked at or rendered.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return report_again(settings, output)


def clean_work(settings: TrailerSettings, kinds: Sequence[str]) -> dict[str, int]:
    """Bytes freed, by kind of work.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return look.clean(settings, kinds)


def _noting(outcome: Outcome, chosen: Chosen) -> Outcome:
    if not chosen.notice:
        return outcome
    return dataclasses.replace(outcome, notices=(chosen.notice, *outcome.notices))


def _planned(found: WorkStatus, settings: TrailerSettings) -> Outcome:
    return Outcome(
        output=None,
        manifest=found.work_dir / "TRAILER_MANIFEST.json",
        work_dir=found.work_dir,
        vibe=settings.vibe or "",
        stages_reused=tuple(state.stage for state in found.stages if state.is_done),
        plan=found.stages,
        disk=found.disk,
    )
