"""What `vibes`, `config` and `doctor` print; nothing is decided or changed here."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from cinecore.errors import CineError
from cinecore.settings import from_environment
from cinecut.cli.group import print_json, shown

WORDS_FOR_STATES = {"ok": "ok", "optional": "--", "missing": "MISSING"}
MISSING_STATUS = 69


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
    _print_table(("setting", "value", "from"), [(name, _word(value), origin) for name, value, origin in rows])
    for notice in found.notices:
        _print(f"Notice: {notice}")


def show_doctor(*, wants_json: bool) -> None:
    """What was found; exit status 69 where something is missing that a trailer needs.

    Raises:
        typer.Exit: With that status.
    """
    from cinecut.doctor import examine

    findings = examine()
    is_missing = any(finding.state == "missing" for finding in findings)
    status = MISSING_STATUS if is_missing else 0
    if wants_json:
        found = [dataclasses.asdict(finding) for finding in findings]
        print_json({"ok": not is_missing, "exit_status": status, "findings": found})
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            _print(f"{WORDS_FOR_STATES[finding.state]:<8}{finding.name:<{width}}  {finding.detail}")
            if finding.advice:
                _print(f"{'':<8}{'':<{width}}  → {finding.advice}")
        _print("Something is missing." if is_missing else "Everything that a trailer needs is here.")
    if status:
        raise typer.Exit(status)


def show_vibes(*, wants_json: bool) -> None:
    """Every vibe with its figures, the user's own among them."""
    from cinecut.manifest.vibe import load_vibe, vibe_names
    from cinecut.settings import resolve_settings

    folders = resolve_settings(None, {})["vibe_folders"]
    profiles: dict[str, Any] = {}
    for name in vibe_names(folders):
        try:
            profiles[name] = dataclasses.asdict(load_vibe(name, folders))
        except CineError as error:  # one broken file of the user's must not hide the others
            _print(f"Notice: {error}", is_aside=True)
    if wants_json:
        print_json({"ok": True, "exit_status": 0, "vibes": profiles})
        return
    names = _figures_of(profiles)
    _print_table(
        ("vibe", *names),
        [(vibe, *(_word(_at(figures, name)) for name in names)) for vibe, figures in profiles.items()],
    )


def _figures_of(profiles: Mapping[str, Any]) -> list[str]:
    """The figures worth a column: plain values and short runs of numbers, in the profile's order."""
    first: Mapping[str, Any] = next(iter(profiles.values()), {})
    return [
        name
        for name, value in first.items()
        if name != "name" and isinstance(value, int | float | str | Fraction | list | tuple)
    ]


def _at(figures: Mapping[str, Any], name: str) -> object:
    return _plain(figures.get(name))


def _plain(value: object) -> object:
    """The value as JSON can hold it."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


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


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; on a terminal a wide table becomes one block a row."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(heads), *cells]) for at in range(len(heads))]
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) > _terminal_width():
        for row in cells:
            _print(row[0])
            for head, cell in zip(heads[1:], row[1:], strict=True):
                _print(f"  {head:<{max(map(len, heads))}}  {cell}")
        return
    for row in [list(heads), *cells]:
        _print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _print(text: str, *, is_aside: bool = False) -> None:
    stream = sys.stderr if is_aside else sys.stdout
    stream.write(shown(text) + "\n")
