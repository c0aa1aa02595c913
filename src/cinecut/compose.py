"""Where adapters get their names: the one module that says which describer serves a trailer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cinecore.ports import Describer, ProgressListener
from cinecut.inference.pixels import PixelDescriber
from cinecut.pipeline import look, trailer
from cinecut.pipeline.outcome import Outcome, WorkStatus
from cinecut.settings import TrailerSettings

__all__ = ["Outcome", "clean_work", "make_trailer", "render_manifest", "work_status"]


def describer_for(settings: TrailerSettings) -> Describer:
    """The best describer there is for these settings; pixels alone need nothing installed."""
    del settings  # both words of --vision name the same describer until models come
    return PixelDescriber()


def make_trailer(
    settings: TrailerSettings,
    *,
    listen: ProgressListener,
    say: Callable[[str], None],
    choose_vibe: Callable[[str, str], str] | None = None,
) -> Outcome:
    """A film's trailer, or with `dry_run` only the plan of what would be done.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    describer = describer_for(settings)
    if settings.dry_run:
        return _planned(look.look(settings, describer), settings)
    return trailer.make_trailer(settings, describer, listen=listen, say=say, choose_vibe=choose_vibe)


def render_manifest(
    settings: TrailerSettings, *, listen: ProgressListener, say: Callable[[str], None]
) -> Outcome:
    """The trailer of a manifest, without the earlier stages.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return trailer.render_manifest(settings, describer_for(settings), listen=listen, say=say)


def work_status(settings: TrailerSettings) -> WorkStatus:
    """What a film's work folder holds and what would be redone.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return look.look(settings, describer_for(settings))


def clean_work(settings: TrailerSettings, kinds: Sequence[str]) -> dict[str, int]:
    """Bytes freed, by kind of work.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return look.clean(settings, kinds)


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
