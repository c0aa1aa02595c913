"""`cinecut swap`: two numbers and a film or manifest in, what the clip shows now out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from cinecore.terminal.screen import open_screen
from cinecore.terminal.words import print_json
from cinecut.settings import trailer_settings


def swap_alternate(
    clip: int, alternate: int, film: str | None, manifest: str | None, command_line: Mapping[str, object]
) -> None:
    """Swaps and says so.

    Raises:
        CineError: As a person can act on it.
    """
    settings = trailer_settings(
        Path(film) if film else None, command_line, manifest=Path(manifest) if manifest else None
    )
    from cinecut.compose import swap_clip

    done = swap_clip(settings, clip, alternate)
    if settings.json:
        print_json({"ok": True, "exit_status": 0, **dataclasses.asdict(done)})
        return
    with open_screen(is_quiet=settings.quiet, wants_json=False) as screen:
        now = "–".join(f"{time_s:.2f}" for time_s in done.now_s)
        before = "–".join(f"{time_s:.2f}" for time_s in done.before_s)
        screen.say(
            f"Clip {done.clip} shows {now} s of the film now; {before} s are its alternate {alternate}."
        )
        screen.say(f"Manifest: {str(done.manifest)!r}")
        screen.say("Run the film again, or `cinecut render`, for the trailer.")
