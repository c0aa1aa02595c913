"""The commands that work on a film: settings in, `cinecut.compose` called, the outcome printed.

Deliberately not here: what a run does, and how progress looks.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cinecore.errors import InputError
from cinecore.setting_values import did_you_mean
from cinecore.settings import UsageError
from cinecore.terminal.desktop import show_page
from cinecore.terminal.screen import Screen, can_ask, open_screen
from cinecore.terminal.words import print_json, shown, tell
from cinecut.cli.stages import stage_line
from cinecut.settings import TrailerSettings, trailer_settings

if TYPE_CHECKING:
    from cinecut.pipeline.outcome import Outcome, StageState

COMMANDS = ["make", "render", "vibes", "config", "doctor", "models", "status", "report", "swap", "clean"]


def make_or_render(words: Mapping[str, object]) -> None:
    """A trailer from a film, or from a manifest where one is named.

    Args:
        words: What the command was given: film, manifest, and settings by their names.

    Raises:
        CineError: As a person can act on it.
    """
    film, manifest = (str(words[name]) if words[name] else None for name in ("film", "manifest"))
    command_line = {name: value for name, value in words.items() if name not in {"film", "manifest"}}
    if not film and not manifest:
        raise UsageError("No film was named.", None, "Write: cinecut FILM --vibe NAME.")
    settings = trailer_settings(
        Path(film) if film else None, command_line, manifest=Path(manifest) if manifest else None
    )
    if settings.film is not None:
        _check_film(settings.film, str(film or settings.film))
    if manifest:
        _check_file(Path(manifest), "MANIFEST")
        if settings.versions > 1 and "versions" in settings.named:
            raise UsageError(
                "A manifest is one trailer: --versions plans several.", manifest, "Leave one of the two out."
            )
        if settings.cuts:
            raise UsageError(
                "A manifest is one trailer: several lengths or shapes are planned from a film.",
                manifest,
                "Name one of each.",
            )
    named = (
        (settings.subtitle, "--subtitle"),
        (settings.music_file, "--music"),
        (settings.mmproj, "--mmproj"),
    )
    for file, option in named:
        if file is not None:  # said before an hour of analysis, not after
            _check_file(file, option)
    from cinecut.compose import make_trailer, render_manifest

    with open_screen(is_quiet=settings.quiet, wants_json=settings.json, stage_line=stage_line) as screen:
        for notice in settings.notices:
            screen.say(f"Notice: {notice}")
        said: list[str] = []

        def say(text: str) -> None:
            said.append(text)
            screen.say(text)

        if manifest:
            outcome = render_manifest(_as_manifest_says(settings), listen=screen.listen, say=say)
        else:
            is_answered = can_ask(is_quiet=settings.quiet, wants_json=settings.json)
            outcome = make_trailer(
                settings,
                listen=screen.listen,
                say=say,
                choose_vibe=_VibeQuestion(screen, settings) if is_answered else None,
            )
    _tell(outcome, settings, said)


def _as_manifest_says(settings: TrailerSettings) -> TrailerSettings:
    """Vibe and music are the manifest's unless this very command named them."""
    return dataclasses.replace(
        settings,
        vibe=settings.vibe if "vibe" in settings.named else None,
        music=settings.music if "music" in settings.named else None,
    )


def _check_film(film: Path, word: str) -> None:
    """A mistyped command looks like a film that is not there: both are said."""
    try:
        if film.exists():
            return
    except (OSError, ValueError):  # a name too long for this disk, or with a zero in it, names nothing
        pass
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*://", word):
        raise InputError("This is an address, not a file.", word, "Download the film and give its file.")
    hint = did_you_mean(str(film), COMMANDS) if film.parent == Path() and not film.suffix else ""
    raise InputError("There is no such film.", film, f"{hint} Check the name.".strip())


def _check_file(file: Path, option: str) -> None:
    """A folder, a pipe or a device is told from a name that is none."""
    try:
        if file.is_file():
            return
        what = "is a folder" if file.is_dir() else "is no regular file" if file.exists() else ""
    except OSError:  # a name that no disk takes
        what = ""
    if what:
        raise InputError(f"What {option} names {what}.", file, "Name a file.")
    raise InputError(f"There is no such file for {option}.", file, "Check the name.")


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


def _tell(outcome: Outcome, settings: TrailerSettings, said: Sequence[str]) -> None:
    """The result; a notice that was given while the run went on is not repeated to a person."""
    status = next((one.failure.exit_status for one in outcome.cuts if one.failure is not None), 0)
    if settings.json:
        notices = _all_notices(outcome, settings)
        print_json({"ok": not status, "exit_status": status, **_plain(outcome), "notices": notices})
        if status:
            raise typer.Exit(status)
        return
    with open_screen(is_quiet=settings.quiet, wants_json=False) as screen:
        for sentence in outcome.explanation:
            screen.say(sentence)
        if outcome.plan:
            screen.say("Dry run: nothing was written.")
        for state in outcome.plan:
            screen.say(_state_line(state))
        if outcome.plan and outcome.disk is not None:
            screen.say(outcome.disk.in_words("A run from nothing needs"))
        told = list(said)
        for cut in outcome.cuts or (outcome,):
            for one in cut.versions or (cut,):
                told += _tell_made(screen, one, told)
    if outcome.report is not None and settings.review and can_ask(is_quiet=settings.quiet, wants_json=False):
        show_page(outcome.report)
    if status:
        raise typer.Exit(status)


def _tell_made(screen: Screen, outcome: Outcome, said: Sequence[str]) -> list[str]:
    """One trailer, with the notices that nobody has heard yet, which are returned."""
    new = [text for notice in outcome.notices if (text := f"Notice: {notice}") not in said]
    for text in new:
        screen.say(text)
    if outcome.failure is not None:
        tell(sys.stderr, f"Error: {outcome.cut.replace('_', ' ')}: {shown(outcome.failure.message)}\n")
        return new
    if outcome.measured:
        screen.say(f"Measured: {_measured_words(outcome.measured)}")
    if outcome.manifest.exists():
        screen.say(f"Manifest: {str(outcome.manifest)!r}")
    for file in outcome.captions:
        screen.say(f"Captions: {str(file)!r}")
    if outcome.stems is not None:
        screen.say(f"Stems: {str(outcome.stems)!r}")
    if outcome.credits is not None:
        screen.say(f"Credits: {str(outcome.credits)!r}")
    if outcome.report is not None:
        screen.say(f"Report: {str(outcome.report)!r}")
    if outcome.output is not None:
        screen.say(f"Trailer: {str(outcome.output)!r}")
    return new


def _all_notices(outcome: Outcome, settings: TrailerSettings) -> list[str]:
    return list(dict.fromkeys((*settings.notices, *outcome.notices)))


def _state_line(state: StageState) -> str:
    return f"{stage_line(state.stage)}: {'done' if state.is_done else f'to do, {state.reason}'}"


def _plain(found: object) -> dict[str, object]:
    """A result's fields as JSON holds them."""
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return dataclasses.asdict(found)
    return {"result": found}


def _measured_words(measured: Mapping[str, Any]) -> str:
    """The figures a person asks for first; `--json` has them all."""
    loudness, peak = measured.get("integrated_lufs"), measured.get("true_peak_dbtp")
    words = [
        f"{float(measured.get('duration_s', 0)):.2f} s",
        f"{measured.get('width')}×{measured.get('height')} at {measured.get('rate')} frames a second",
        "silent" if loudness is None else f"{loudness:.1f} LUFS",
    ]
    if peak is not None:
        words.append(f"{peak:.1f} dBTP")
    return ", ".join(words)


def show_status(film: str, command_line: Mapping[str, object]) -> None:
    """What is done for a film, what is kept, and how large it is."""
    settings = trailer_settings(Path(film), command_line)
    _check_film(Path(film), film)
    from cinecut.compose import work_status

    found = work_status(settings)
    if settings.json:
        print_json({"ok": True, "exit_status": 0, **_plain(found)})
        return
    with open_screen(is_quiet=settings.quiet, wants_json=False) as screen:
        screen.say(f"Work folder: {str(found.work_dir)!r}")
        screen.say("With the settings as they are (`cinecut FILM … --dry-run` asks about others):")
        for state in found.stages:
            screen.say(_state_line(state))
        for kind, size in found.bytes_by_kind.items():
            screen.say(f"Kept: {kind}, {_size(size)}")
        if found.is_edited:
            screen.say("The manifest was edited; it is kept as it is.")
        for version in found.versions:
            made = "no trailer yet" if version.output is None else repr(str(version.output))
            edited = ", edited by hand" if version.is_edited else ""
            screen.say(f"Version {version.letter}{edited}: {made}")
        for cut in found.cuts:
            made = "no trailer yet" if cut.output is None else repr(str(cut.output))
            screen.say(f"{cut.name.replace('_', ' ')}{', edited by hand' if cut.is_edited else ''}: {made}")
        if found.output is not None:
            screen.say(f"Trailer: {str(found.output)!r}")


def clean_up(film: str, kinds: list[str], command_line: Mapping[str, object]) -> None:
    """Removes kept work of a film that may itself be gone by now."""
    settings = trailer_settings(Path(film), command_line)
    from cinecut.compose import clean_work

    found = clean_work(settings, kinds)
    freed = {kind: size for kind, size in found.items() if size}
    if settings.json:
        print_json({"ok": True, "exit_status": 0, "freed_bytes": freed})
        return
    with open_screen(is_quiet=settings.quiet, wants_json=False) as screen:
        for kind, size in freed.items():
            screen.say(f"Removed: {kind}, {_size(size)}")
        if not freed:
            screen.say("There was nothing to remove.")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024**2:.1f} MiB"
