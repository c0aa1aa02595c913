"""Where adapters get their names: the one module that says which describer serves a trailer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
    """A film's trailer, or with `dry_run` only the word of what would be done.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    describer = describer_for(settings)
    if settings.dry_run:
        return _told(look.look(settings, describer), settings, say)
    return trailer.make_trailer(settings, describer, listen=listen, say=say, choose_vibe=choose_vibe)


def render_manifest(
    settings: TrailerSettings, *, listen: ProgressListener, say: Callable[[str], None]
) -> Outcome:
    """The trailer of a manifest, without the earlier stages.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    return trailer.render_manifest(settings, describer_for(settings), listen=listen, say=say)


def work_status(settings: TrailerSettings) -> dict[str, Any]:
    """What a film's work folder holds, as `cinecut status` prints it.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    found = look.look(settings, describer_for(settings))
    return {
        "work_dir": str(found.work_dir),
        "stages": [_line(state.stage, state.reason) for state in found.stages],
        "output": str(found.output) if found.output else "none yet",
        "manifest_edited": "yes" if found.is_edited else "no",
        "disk": [f"{kind}: {_mib(size)}" for kind, size in found.bytes_by_kind.items()],
        "disk_total": _mib(sum(found.bytes_by_kind.values())),
    }


def clean_work(settings: TrailerSettings, kinds: Sequence[str]) -> dict[str, Any]:
    """What was freed, as `cinecut clean` prints it.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    freed = look.clean(settings, kinds)
    return {
        "freed": [f"{kind}: {_mib(size)}" for kind, size in freed.items()],
        "freed_total": _mib(sum(freed.values())),
    }


def _told(found: WorkStatus, settings: TrailerSettings, say: Callable[[str], None]) -> Outcome:
    say("Dry run: nothing is written.")
    for state in found.stages:
        say(f"  {_line(state.stage, state.reason)}")
    return Outcome(
        output=None,
        manifest=found.work_dir / "TRAILER_MANIFEST.json",
        work_dir=found.work_dir,
        vibe=settings.vibe or "",
        stages_reused=tuple(state.stage for state in found.stages if state.is_done),
        plan=found.stages,
    )


def _line(stage: str, reason: str) -> str:
    return f"{stage}: would be done ({reason})" if reason else f"{stage}: done"


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
