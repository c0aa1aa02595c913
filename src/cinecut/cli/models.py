"""What `cinecut models` does: tell which weights are here, check them, fetch them; a download only on a person's word.

Deliberately not here: how a download goes on, and what a digest is compared with (`cinecore.language`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cinecore.errors import InputError, SetupError
from cinecore.ports import Progress
from cinecore.setting_values import did_you_mean
from cinecore.settings import UsageError
from cinecore.terminal.screen import Screen, open_screen
from cinecore.terminal.words import print_json, print_line, print_table
from cinecut.settings import resolve_settings

if TYPE_CHECKING:  # hashing and downloading are for the words that need them
    from cinecore.language.weights import Kept, Weights

MIB = 1024**2
ACTIONS = ("list", "verify", "get")
STATES = {
    "ok": "here, digest as it should be",
    "unchecked": "here, not checked yet: `cinecut models verify`",
    "wrong": "another file of that name",
    "partial": "half fetched: `cinecut models get` goes on",
    "missing": "not here: `cinecut models get`",
}


def run_models(
    action: str, names: Sequence[str], *, may_replace: bool, wants_json: bool, is_quiet: bool
) -> None:
    """One of `list`, `verify` and `get`, for the weights named or for all that are known.

    Raises:
        CineError: As a person can act on it.
        typer.Exit: 65 where a file is another than it should be, 69 where one is not there.
    """
    from cinecore.language.weights import known_weights, look, verify, weights_meant

    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or f"Write one of {', '.join(ACTIONS)}."
        raise UsageError("`cinecut models` cannot do that.", action, hint)
    found = resolve_settings(None, {})
    folder: Path = found["models_dir"]
    known = known_weights(found["models_list"])
    is_listed = action == "list" and not names
    wanted = list(known if is_listed else weights_meant(names, known))
    with open_screen(is_quiet=is_quiet, wants_json=wants_json, stage_line=str) as screen:
        if action == "get":
            kept = [_fetched(one, folder, screen, may_replace=may_replace) for one in wanted]
        elif action == "verify":
            kept = [verify(one, folder, _counting(screen, one)) for one in wanted]
        else:
            kept = [look(one, folder) for one in wanted]
    status = 0 if action == "list" else _status(kept)
    if wants_json:
        print_json({
            "ok": status == 0,
            "exit_status": status,
            "models_dir": str(folder),
            "models": [_plain(one) for one in kept],
        })  # fmt: skip
    elif not is_quiet or status:
        _print(kept, folder)
    if status:
        raise typer.Exit(status)


def _fetched(weights: Weights, folder: Path, screen: Screen, *, may_replace: bool) -> Kept:
    from cinecore.language.weights import look
    from cinecore.language.weights_download import Listeners, fetch

    before = look(weights, folder)
    if before.state not in {"ok", "unchecked"}:
        size = f", about {weights.about_mib:,} MiB" if weights.about_mib else ""
        screen.say(f"Fetching {weights.file}{size}, from {weights.address} into {str(folder)!r}.")
        if weights.licence:
            screen.say(f"Its licence: {weights.licence}.")
    fetch(
        weights,
        folder,
        listeners=Listeners(count=_counting(screen, weights), say=screen.say),
        may_replace=may_replace,
    )
    return look(weights, folder)


class _counting:  # noqa: N801 - used as a function that remembers what it counts
    """Hears bytes, tells whole mebibytes."""

    def __init__(self, screen: Screen, weights: Weights) -> None:
        self._screen = screen
        self._stage = weights.file
        self._told = -1

    def __call__(self, done_bytes: int, total_bytes: int) -> None:
        done = done_bytes // MIB
        if done != self._told or done_bytes == total_bytes:
            self._told = done
            self._screen.listen(Progress(self._stage, done, max(done, -(-total_bytes // MIB)), "MiB"))


def _status(kept: Sequence[Kept]) -> int:
    states = {one.state for one in kept}
    if "wrong" in states:
        return InputError.exit_status
    return SetupError.exit_status if states & {"missing", "partial"} else 0


def _print(kept: Sequence[Kept], folder: Path) -> None:
    print_line(f"Models folder: {str(folder)!r}")
    rows = []
    for one in kept:
        size = f"{one.size_bytes / MIB:,.0f}" if one.size_bytes else f"about {one.weights.about_mib:,}"
        state = STATES[one.state] + (f" ({one.detail})" if one.state == "wrong" else "")
        if one.weights.role == "clip":  # without a name, what describes is fetched
            state = state.replace("models get`", "models get clip`")
        rows.append((one.weights.name, one.weights.file, size, state, one.weights.about))
    print_table(("name", "file", "MiB", "state", "about"), rows)


def _plain(kept: Kept) -> dict[str, object]:
    weights = kept.weights
    return {
        "name": weights.name,
        "role": weights.role,
        "file": weights.file,
        "path": str(kept.path),
        "state": kept.state,
        "detail": kept.detail,
        "size_bytes": kept.size_bytes,
        "sha256": weights.sha256,
        "address": weights.address,
        "licence": weights.licence,
    }
