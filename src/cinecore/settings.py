"""Layered settings: defaults < user's file < a file beside the film < environment < command line.

The only reader of the process environment. What the settings mean is the product's business, and
nothing here is kept: every call looks at the world as it is now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cinecore.errors import InputError

FILE_BYTES_AT_MOST = 256 * 1024
"""A settings file larger than this is somebody's mistake; it is refused unread."""


class SettingError(InputError):
    """A setting has a value that cannot be used; the message names where it came from."""


class UsageError(SettingError):
    """The same, said on the command line."""

    exit_status = 2


@dataclass(frozen=True)
class Knob:
    """One thing that may be set."""

    name: str
    """As in a TOML file and, with a prefix, in the environment: `work_dir`."""
    default: object
    read: Callable[[object], object]
    """From what a file, the environment or the command line holds to the value; a ValueError says what is
    expected instead."""
    is_taste: bool = False
    """Whether a file that lies beside a film, and so may come from anyone, may set it."""
    read_taste: Callable[[object], object] | None = None
    """A narrower reader for such a file, where some values would open something."""


@dataclass(frozen=True)
class Layer:
    """What one place sets."""

    values: Mapping[str, object]
    origin: Callable[[str], str]
    """The place of one setting as a person would look for it: a file, `CINECUT_VIBE`, `--vibe`."""
    is_trusted: bool = True
    is_command_line: bool = False


@dataclass(frozen=True)
class Setting:
    """A value and where it came from."""

    name: str
    value: object
    origin: str


@dataclass(frozen=True)
class Resolved:
    """Every knob's setting in order, and what was left aside."""

    settings: tuple[Setting, ...]
    notices: tuple[str, ...] = field(default=())

    def __getitem__(self, name: str) -> Any:
        """The value of one setting."""
        return next(setting.value for setting in self.settings if setting.name == name)


def environment() -> Mapping[str, str]:
    """The process environment as it is now."""
    return dict(os.environ)


def from_environment(prefix: str) -> dict[str, str]:
    """Settings named by the environment: `CINECUT_WORK_DIR` → `work_dir` for the prefix `CINECUT_`."""
    return {
        name[len(prefix) :].lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and len(name) > len(prefix)
    }


def forbid_telemetry() -> None:
    """Have libraries that tell their makers of each use tell nobody; called before one of them is loaded.

    ONNX Runtime 1.29 and later keeps an identifier of the machine in the user's home and sends what it ran to
    its maker, unless this variable stands before its first import (its Privacy.md).
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def processors() -> int:
    """How many processors this process may use; at least one."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def available_memory_bytes() -> int | None:
    """Memory that may be taken without others being swapped out; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return None


def read_toml(path: Path) -> dict[str, object]:
    """The top level of a settings file with hyphens in names as underscores; empty where there is none.

    Raises:
        SettingError: Not readable, not UTF-8, not TOML, or far too large.
    """
    import tomllib  # 8 ms of the 150 that --help has

    try:
        if not path.is_file():  # a pipe or a device under that name would be waited for
            return {}
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES_AT_MOST + 1)
    except OSError as error:
        raise SettingError(
            f"Cannot read this settings file: {error.strerror or error}.", path, "Check its rights."
        ) from error
    if len(data) > FILE_BYTES_AT_MOST:
        raise SettingError("This settings file is too large.", path, "A few lines are all it needs.")
    try:
        return {name.replace("-", "_"): value for name, value in tomllib.loads(data.decode("utf-8")).items()}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) or type(error).__name__
        raise SettingError(f"This settings file is not TOML: {reason}.", path, "Correct that line.") from None


def resolve(knobs: Sequence[Knob], layers: Sequence[Layer]) -> Resolved:
    """Each knob's value from the last layer that sets it; None in a layer means not set.

    Raises:
        SettingError: A value cannot be used. UsageError where the command line held it.
    """
    found = {knob.name: Setting(knob.name, knob.default, "default") for knob in knobs}
    by_name = {knob.name: knob for knob in knobs}
    notices: list[str] = []
    for layer in layers:
        for name, raw in layer.values.items():
            if raw is None:
                continue
            knob = by_name.get(name)
            if knob is None:
                notices.append(_unknown(name, layer, by_name))
            elif not layer.is_trusted and not knob.is_taste:
                notices.append(f"Ignored: {layer.origin(name)} may set taste only, not {name!r}.")
            elif not layer.is_trusted and _reaches_out(knob, raw):
                notices.append(f"Ignored: {layer.origin(name)} may not set {name!r} to {_brief(raw)}.")
            else:
                found[name] = Setting(name, _read(knob, raw, layer), layer.origin(name))
    return Resolved(tuple(found[knob.name] for knob in knobs), tuple(notices))


def _reaches_out(knob: Knob, raw: object) -> bool:
    """Whether a value is one that others may give, but a file from anyone may not."""
    if knob.read_taste is None:
        return False
    try:
        knob.read(raw)
    except (ValueError, OverflowError):
        return False  # wrong from anybody: said as such
    try:
        knob.read_taste(raw)
    except (ValueError, OverflowError):
        return True
    return False


def _read(knob: Knob, raw: object, layer: Layer) -> object:
    reader = knob.read if layer.is_trusted else knob.read_taste or knob.read
    try:
        return reader(raw)
    except (ValueError, OverflowError) as error:
        kind = UsageError if layer.is_command_line else SettingError
        raise kind(
            f"{layer.origin(knob.name)}: {knob.name} cannot be {_brief(raw)}.", None, f"Give {error}."
        ) from None


def _unknown(name: str, layer: Layer, known: Mapping[str, Knob]) -> str:
    import difflib  # only where something was mistyped

    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"Ignored: {layer.origin(name)} names no setting ({name!r}).{hint}"


def _brief(raw: object) -> str:
    text = repr(raw)
    return text if len(text) <= 80 else f"{text[:77]}…"
