"""`cinecut report`: the page about a film's trailer or a manifest made again, named, and shown where that is asked.

Deliberately not here: what it tells and where it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cinecore.terminal.desktop import show_page
from cinecore.terminal.words import print_json, print_line
from cinecut.cli.runs import _check_file, _check_film
from cinecut.settings import trailer_settings


def make_report(
    target: str,
    film: str | None,
    output: str | None,
    command_line: Mapping[str, object],
    *,
    wants_open: bool,
) -> None:
    """The report of a film, or of a manifest (a name that ends in .json).

    Raises:
        CineError: As a person can act on it.
    """
    is_manifest = target.lower().endswith(".json")
    named = film if is_manifest else target
    settings = trailer_settings(
        Path(named) if named else None, command_line, manifest=Path(target) if is_manifest else None
    )
    if settings.film is not None:
        _check_film(settings.film, str(named))
    if is_manifest:
        _check_file(Path(target), "MANIFEST")
    from cinecut.compose import make_report_again

    made = make_report_again(settings, Path(output).expanduser() if output else None)
    if settings.json:
        about = None if made.trailer is None else str(made.trailer)
        print_json(
            {
                "ok": True,
                "exit_status": 0,
                "report": str(made.report),
                "trailer": about,
                "manifest": str(made.manifest),
            }
        )
        return
    if made.trailer is None:
        print_line("There is no trailer of this manifest yet: the report is about the plan.")
    print_line(f"Report: {str(made.report)!r}")
    if wants_open and not show_page(made.report):
        print_line("Nothing here can show it: open it in a browser.")
