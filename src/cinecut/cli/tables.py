"""What `vibes`, `config` and `doctor` print; nothing is decided or changed here."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.errors import CineError
from cinecore.settings import from_environment
from cinecore.terminal.words import print_json, print_line, print_table

if TYPE_CHECKING:  # the manifest's modules are for `vibes` alone
    from cinecut.manifest.vibe_profile import VibeProfile


def show_config(film: str | None, *, wants_json: bool) -> None:
    """Every setting, its value and its origin."""
    from cinecut.settings import resolve_settings

    found = resolve_settings(Path(film) if film else None, {})
    rows = [(setting.name, _plain(setting.value), setting.origin) for setting in found.settings]
    variables = from_environment("CINECUT_")
    for program in ("ffmpeg", "ffprobe"):
        origin = f"CINECUT_{program.upper()}" if program in variables else "default"
        rows.append((program, variables.get(program), origin))
    if wants_json:
        settings = [dict(zip(("name", "value", "origin"), row, strict=True)) for row in rows]
        print_json({"ok": True, "exit_status": 0, "settings": settings, "notices": list(found.notices)})
        return
    print_table(
        ("setting", "value", "from"), [(name, _listed(value), origin) for name, value, origin in rows]
    )
    for notice in found.notices:
        print_line(f"Notice: {notice}")


def show_doctor(*, wants_json: bool) -> None:
    """What was found; exit status 69 where something is missing that a trailer needs.

    Raises:
        typer.Exit: With that status.
    """
    from cinecore.terminal.findings import show_findings
    from cinecut.doctor import examine

    show_findings(examine(), wants_json=wants_json, all_is_well="Everything that a trailer needs is here.")


def show_vibes(name: str | None, *, wants_json: bool) -> None:
    """Every vibe with its figures, the user's own among them; of one vibe, everything.

    Raises:
        InputError: There is no vibe of that name, or its file is wrong.
    """
    from cinecut.manifest.vibe import load_vibe, vibe_names
    from cinecut.settings import resolve_settings

    folders = resolve_settings(None, {})["vibe_folders"]
    profiles: list[VibeProfile] = []
    for known in [name] if name else vibe_names(folders):
        try:
            profiles.append(load_vibe(known, folders))
        except CineError as error:  # one broken file of the user's must not hide the others
            if name:
                raise
            print_line(f"Notice: {error}", is_aside=True)
    if wants_json:
        found = {profile.name: dataclasses.asdict(profile) for profile in profiles}
        print_json({"ok": True, "exit_status": 0, "vibes": found})
    elif name:
        _print_tree(dataclasses.asdict(profiles[0]), 0)
    else:
        print_table(VIBE_HEADS, [_vibe_row(profile) for profile in profiles])


VIBE_HEADS = (
    "vibe",
    "LUFS",
    "temp.",
    "satur.",
    "contr.",
    "bright.",
    "acts 1/2/3 s",
    "clips",
    "dialogue",
    "transitions",
    "BPM",
    "breath",
    "title",
    "about",
)


def _vibe_row(profile: VibeProfile) -> tuple[str, ...]:
    grade = profile.grade
    return (
        profile.name,
        f"{profile.loudness_lufs:g}",
        f"{grade.temperature:+.2f}",
        f"{grade.saturation:.2f}",
        f"{grade.contrast:.2f}",
        f"{grade.brightness:+.2f}",
        "/".join(f"{seconds:g}" for seconds in profile.act_seconds),
        f"{profile.clips_low}–{profile.clips_high}",
        f"{profile.dialogue_share:.2f}",
        f"{profile.primary}/{profile.secondary}",
        f"{profile.bpm:g} ({profile.bpm_low:g}–{profile.bpm_high:g})",
        f"{profile.breath.prefers} {profile.breath.seconds:g} s",
        f"{profile.title.font} {profile.title.animation}",
        profile.about,
    )


def _print_tree(fields: Mapping[str, Any], depth: int) -> None:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            print_line(f"{'  ' * depth}{name}")
            _print_tree(value, depth + 1)
        else:
            print_line(f"{'  ' * depth}{name}: {_word(_plain(value))}")


def _plain(value: object) -> object:
    """The value as JSON can hold it."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _listed(value: object) -> str:
    """As `_word`, but two numbers are two and no range."""
    return ", ".join(map(_word, value)) if isinstance(value, list) else _word(value)


def _word(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        separator = "–" if len(value) == 2 and all(isinstance(item, int | float) for item in value) else ", "
        return separator.join(_word(item) for item in value)
    return str(value) or '""'
