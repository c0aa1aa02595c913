"""How findings about an installation are told: a table for a person, JSON for a program, an exit status for both."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import typer

from cinecore.errors import SetupError
from cinecore.installation import Finding
from cinecore.terminal.words import print_json, print_line

MISSING_STATUS = SetupError.exit_status
WORDS_FOR_STATES = {"ok": "ok", "optional": "--", "missing": "MISSING"}


def show_findings(findings: Sequence[Finding], *, wants_json: bool, all_is_well: str) -> None:
    """Print what was found; exit status 69 where something is missing that the work needs.

    Raises:
        typer.Exit: With that status.
    """
    is_missing = any(finding.state == "missing" for finding in findings)
    status = MISSING_STATUS if is_missing else 0
    if wants_json:
        found = [dataclasses.asdict(finding) for finding in findings]
        print_json({"ok": not is_missing, "exit_status": status, "findings": found})
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            print_line(f"{WORDS_FOR_STATES[finding.state]:<8}{finding.name:<{width}}  {finding.detail}")
            if finding.advice:
                print_line(f"{'':<8}{'':<{width}}  → {finding.advice}")
        print_line("Something is missing." if is_missing else all_is_well)
    if status:
        raise typer.Exit(status)
