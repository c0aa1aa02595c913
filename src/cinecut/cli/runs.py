"""The commands that work on a film: settings in, `cinecut.compose` called, the outcome printed.

Deliberately not here: what a run does, and how progress looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.errors import InputError
from cinecore.settings import UsageError
from cinecut.cli.group import print_json
from cinecut.cli.screen import Screen, can_ask, open_screen
from cinecut.settings import TrailerSettings, did_you_mean, trailer_settings

if TYPE_CHECKING:
    from cinecut.compose import Outcome

COMMANDS = ["make", "render", "vibes", "config", "doctor", "status", "clean"]


def make_or_render(film: str | None, manifest: str | None, command_line: Mapping[str, object]) -> None:
    """A trailer from a film, or from a manifest where one is named.

    Raises:
        CineError: As a person can act on it.
    """
    if not film and not manifest:
        raise UsageError("No film was named.", None, "Write: cinecut FILM --vibe NAME.")
    settings = trailer_settings(
        Path(film) if film else None, command_line, manifest=Path(manifest) if manifest else None
    )
    if settings.film is not None:
        _check_film(settings.film)
    from cinecut.compose import make_trailer, render_manifest

    with open_screen(is_quiet=settings.quiet, wants_json=settings.json) as screen:
        for notice in settings.notices:
            screen.say(f"Notice: {notice}")
        if manifest:
            outcome = render_manifest(settings, listen=screen.listen, say=screen.say)
        else:
            is_answered = can_ask(is_quiet=settings.quiet, wants_json=settings.json)
            outcome = make_trailer(
                settings,
                listen=screen.listen,
                say=screen.say,
                choose_vibe=_VibeQuestion(screen, settings) if is_answered else None,
            )
    _tell(outcome, settings)


def _check_film(film: Path) -> None:
    """A mistyped command looks like a film that is not there: both are said."""
    if film.exists():
        return
    hint = did_you_mean(str(film), COMMANDS) if film.parent == Path() and not film.suffix else ""
    raise InputError("There is no such film.", film, f"{hint} Check the name.".strip())


class _VibeQuestion:
    """Asks on a terminal until a vibe is named; Enter takes the suggestion."""

    def __init__(self, screen: Screen, settings: TrailerSettings) -> None:
        self._screen = screen
        self._settings = settings

    def __call__(self, suggestion: str, reason: str) -> str:
        from cinecore.errors import CineError
        from cinecut.manifest.vibe import normalise_vibe_name, vibe_names

        names = list(vibe_names(self._settings.vibe_folders))
        self._screen.say(f"Vibes: {', '.join(names)}")
        while True:
            answer = self._screen.ask(f"Which vibe? [{suggestion}: {reason}] ")
            if not answer:
                return suggestion
            try:
                return normalise_vibe_name(answer, self._settings.vibe_folders)
            except CineError as error:
                self._screen.say(str(error))


def _tell(outcome: Outcome, settings: TrailerSettings) -> None:
    if settings.json:
        print_json(
            {
                "ok": True,
                "exit_status": 0,
                "output": outcome.output,
                "manifest": outcome.manifest,
                "work_dir": outcome.work_dir,
                "measured": outcome.measured,
                "notices": [*settings.notices, *outcome.notices],
                "stages_run": list(outcome.stages_run),
                "stages_reused": list(outcome.stages_reused),
            }
        )
        return
    with open_screen(is_quiet=settings.quiet, wants_json=False) as screen:
        for notice in outcome.notices:
            screen.say(f"Notice: {notice}")
        if outcome.measured:
            screen.say(
                "Measured: "
                + ", ".join(f"{key} {_figure(outcome.measured[key])}" for key in outcome.measured)
            )
        screen.say(f"Manifest: {str(outcome.manifest)!r}")
        if outcome.output is not None:
            screen.say(f"Trailer: {str(outcome.output)!r}")


def _figure(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def show_status(film: str, command_line: Mapping[str, object]) -> None:
    """What is done for a film."""
    settings = trailer_settings(Path(film), command_line)
    _check_film(Path(film))
    from cinecut.compose import work_status

    found: Any = work_status(settings)
    _print_mapping(found, wants_json=settings.json)


def clean_up(film: str, kinds: list[str], command_line: Mapping[str, object]) -> None:
    """Removes kept work of a film that may itself be gone by now."""
    settings = trailer_settings(Path(film), command_line)
    from cinecut.compose import clean_work

    found: Any = clean_work(settings, kinds)
    _print_mapping(found, wants_json=settings.json)


def _print_mapping(found: Mapping[str, Any], *, wants_json: bool) -> None:
    if wants_json:
        print_json({"ok": True, "exit_status": 0, **found})
        return
    with open_screen(is_quiet=False, wants_json=False) as screen:
        for name, value in found.items():
            if isinstance(value, list | tuple):
                screen.say(f"{name}: {len(value) or 'none'}")
                for item in value:
                    screen.say(f"  {item}")
            else:
                screen.say(f"{name}: {value}")
