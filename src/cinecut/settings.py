"""What a person may set for a trailer, where it may be set, and what was set in the end.

Precedence: defaults < user's cinecut.toml < cinecut.toml beside the film (taste only) < `CINECUT_*` <
command line. Deliberately not here: the command line itself, and any use of the values.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cinecore.errors import InputError
from cinecore.settings import (
    Knob,
    Layer,
    Resolved,
    Setting,
    UsageError,
    from_environment,
    processors,
    read_toml,
    resolve,
)
from cinecore.timebase import parse_seconds

Spoilers = Literal["none", "mild", "full"]
Vision = Literal["auto", "none"]
Hwaccel = Literal["auto", "none"]

PREFIX = "CINECUT_"
FILE_NAME = "cinecut.toml"
SHORTEST_S, LONGEST_S = Fraction(6), Fraction(150)
"""Trailers this tool makes; the voluntary limit of cinemas is 2:30."""
TEXT_LETTERS_AT_MOST = 400
"""Letters of a title or tagline, as in the manifest's schema."""

OTHER_VARIABLES = frozenset({"ffmpeg", "ffprobe", "debug", "models_dir", "test_media", "config", "failpoint"})
"""Names after `CINECUT_` that are read elsewhere and are no settings of a trailer."""


@dataclass(frozen=True)
class TrailerSettings:
    """Everything one run was asked for; None means: decide."""

    film: Path | None
    """None only where a manifest names the film (`cinecut render`)."""
    subtitle: Path | None = None
    vibe: str | None = None
    """As the person wrote it; `cinecut.manifest.vibe.normalise_vibe_name` reads it."""
    duration_s: Fraction | None = None
    output: Path | None = None
    work_dir: Path | None = None
    manifest: Path | None = None
    review: bool = False
    title: str | None = None
    """None: the film's name; empty: no title card."""
    tagline: str | None = None
    music: str | None = None
    """None: composed for the cut; "none": no music; else the path of a sound file."""
    effects: bool = True
    spoilers: Spoilers = "mild"
    seed: int = 0
    vision: Vision = "auto"
    hwaccel: Hwaccel = "none"
    """Whether hardware may decode the film; software gives the same pictures, and is often as fast."""
    preview: bool = False
    audio_track: int | None = None
    """1 is the film's first sound track."""
    subtitle_track: int | None = None
    """1 is the film's first subtitle track."""
    in_s: Fraction | None = None
    out_s: Fraction | None = None
    jobs: int = 1
    overwrite: bool = False
    dry_run: bool = False
    explain: bool = False
    json: bool = False
    quiet: bool = False
    vibe_folders: tuple[Path, ...] = ()
    """Folders with the user's own vibes, the first one winning."""
    named: frozenset[str] = frozenset()
    """Settings that the command line itself gave; only these outrank what a manifest says."""
    notices: tuple[str, ...] = ()
    """What was left aside while the settings were read; shown with the run's own notices."""

    @property
    def music_file(self) -> Path | None:
        """The sound file asked for; None for composed music and for none."""
        return None if self.music in {None, "none"} else Path(str(self.music))


def knobs() -> tuple[Knob, ...]:
    """Every setting, in the order `cinecut config` prints them."""
    return (
        Knob("vibe", None, _text, is_taste=True),
        Knob("duration", None, _duration, is_taste=True),
        Knob("title", None, _text, is_taste=True),
        Knob("tagline", None, _text, is_taste=True),
        Knob("spoilers", "mild", _one_of("none", "mild", "full"), is_taste=True),
        Knob("music", None, _music, is_taste=True, read_taste=_music_without_files),
        Knob("effects", True, _switch, is_taste=True),
        Knob("seed", 0, _integer(0, 2**32 - 1), is_taste=True),
        Knob("in", None, _time, is_taste=True),
        Knob("out", None, _time, is_taste=True),
        Knob("audio_track", None, _integer(1, 999), is_taste=True),
        Knob("subtitle_track", None, _integer(1, 999), is_taste=True),
        Knob("subtitle", None, _path),
        Knob("vision", "auto", _one_of("auto", "none")),
        Knob("hwaccel", "none", _one_of("auto", "none")),
        Knob("preview", False, _switch),
        Knob("output", None, _path),
        Knob("work_dir", None, _path),
        Knob("jobs", processors(), _integer(1, 256)),
        Knob("review", False, _switch),
        Knob("overwrite", False, _switch),
        Knob("dry_run", False, _switch),
        Knob("explain", False, _switch),
        Knob("json", False, _switch),
        Knob("quiet", False, _switch),
        Knob("vibe_folders", (user_folder() / "vibes",), _paths),
    )


def user_folder() -> Path:
    """The folder of the user's own settings and vibes; not made here."""
    import platformdirs

    return Path(platformdirs.user_config_dir("cinecut", appauthor=False))


def cache_folder() -> Path:
    """The folder for work that cannot lie beside its film; not made here."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("cinecut", appauthor=False))


def user_file() -> Path:
    """The user's settings file: `CINECUT_CONFIG`, or `cinecut.toml` in the user's folder."""
    named = from_environment(PREFIX).get("config")
    return Path(named) if named else user_folder() / FILE_NAME


def resolve_settings(film: Path | None, command_line: Mapping[str, object]) -> Resolved:
    """Every setting with its origin, for one film or (None) for none in particular.

    Args:
        film: A `cinecut.toml` beside it may set taste.
        command_line: By knob name; None means not given.

    Raises:
        SettingError: A value cannot be used; the message names its origin.
    """
    own = user_file()
    layers = [Layer(_based(read_toml(own), own.parent), lambda _: str(own))]
    if film is not None:
        beside = film.parent / FILE_NAME
        if not _is_same(beside, own):
            layers.append(Layer(read_toml(beside), lambda _: str(beside), is_trusted=False))
    variables = {
        name: value
        for name, value in from_environment(PREFIX).items()
        if value and name not in OTHER_VARIABLES
    }
    layers.append(Layer(variables, lambda name: PREFIX + name.upper()))
    layers.append(Layer(command_line, lambda name: "--" + name.replace("_", "-"), is_command_line=True))
    return resolve(knobs(), layers)


def trailer_settings(
    film: Path | None, command_line: Mapping[str, object], *, manifest: Path | None = None
) -> TrailerSettings:
    """The settings of one run.

    Raises:
        SettingError: A value cannot be used, or two of them contradict each other.
    """
    found = resolve_settings(film, command_line)
    in_s, out_s = found["in"], found["out"]
    if in_s is not None and out_s is not None and out_s <= in_s:
        raise UsageError("--out lies before --in.", f"{float(in_s)}..{float(out_s)} s", "Swap the two.")
    return TrailerSettings(
        film=film,
        subtitle=found["subtitle"],
        vibe=found["vibe"],
        duration_s=found["duration"],
        output=found["output"],
        work_dir=found["work_dir"],
        manifest=manifest,
        review=found["review"],
        title=found["title"],
        tagline=found["tagline"],
        music=found["music"],
        effects=found["effects"],
        spoilers=found["spoilers"],
        seed=found["seed"],
        vision=found["vision"],
        hwaccel=found["hwaccel"],
        preview=found["preview"],
        audio_track=found["audio_track"],
        subtitle_track=found["subtitle_track"],
        in_s=in_s,
        out_s=out_s,
        jobs=found["jobs"],
        overwrite=found["overwrite"],
        dry_run=found["dry_run"],
        explain=found["explain"],
        json=found["json"],
        quiet=found["quiet"],
        vibe_folders=found["vibe_folders"],
        named=frozenset(name for name, value in command_line.items() if value is not None),
        notices=found.notices,
    )


def did_you_mean(word: str, known: list[str]) -> str:
    """`Did you mean …?` for a word close to a known one, else an empty string."""
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _based(values: dict[str, object], folder: Path) -> dict[str, object]:
    """Relative paths of a file count from that file's folder, not from where the command was run."""

    def joined(text: object) -> object:
        return os.fspath(folder / _at_home(text)) if isinstance(text, str) and text else text

    based = dict(values)
    for name in ("subtitle", "output", "work_dir"):
        if name in based:
            based[name] = joined(based[name])
    if isinstance(based.get("music"), str) and based["music"] not in {"none", "composed"}:
        based["music"] = joined(based["music"])
    if isinstance(based.get("vibe_folders"), list):
        based["vibe_folders"] = [joined(item) for item in based["vibe_folders"]]  # type: ignore[attr-defined]  # a list by the line above
    return based


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError("text in quotes")  # noqa: TRY004 - one kind of error says what is expected
    text = raw.strip()
    if len(text) > TEXT_LETTERS_AT_MOST:
        raise ValueError(f"at most {TEXT_LETTERS_AT_MOST} letters")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        raise ValueError("text without control characters")
    return text


def _duration(raw: object) -> Fraction | None:
    if raw == "auto":
        return None
    seconds = _time(raw)
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise ValueError(f"a length from {SHORTEST_S}s to {LONGEST_S}s, such as 90s or 1:30, or auto")
    return seconds


def _time(raw: object) -> Fraction:
    if isinstance(raw, Fraction):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) and raw >= 0:
        return Fraction(str(raw))
    if isinstance(raw, str):
        try:
            return parse_seconds(raw)
        except InputError:
            pass
    raise ValueError("a length of time such as 90s, 1:30 or 1m30s")


def _integer(lowest: int, highest: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        text = str(raw).strip()
        if isinstance(raw, bool | float) or not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            raise ValueError(f"a whole number from {lowest} to {highest}")
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return number

    return read


def _one_of(*words: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word not in words:
            hint = did_you_mean(word, list(words))
            raise ValueError(f"one of {', '.join(words)}" + (f" ({hint})" if hint else ""))
        return word

    return read


def _switch(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"on", "yes", "true", "1"}:
        return True
    if word in {"off", "no", "false", "0"}:
        return False
    raise ValueError("on or off")


def _music(raw: object) -> str | None:
    word = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if word.strip().lower() in {"none", "composed"}:
        return "none" if word.strip().lower() == "none" else None
    return os.fspath(_path(word))


def _music_without_files(raw: object) -> str | None:
    if str(raw).strip().lower() not in {"none", "composed"}:
        raise ValueError("none or composed here: a file is named on the command line or in your own settings")
    return _music(raw)


def _path(raw: object) -> Path:
    text = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if not text or "\0" in text:
        raise ValueError("the name of a file or folder")
    return _at_home(text)


def _at_home(text: str) -> Path:
    """`~/` is the user's home; any other name that begins with `~` is a name."""
    return Path(text).expanduser() if text == "~" or text.startswith("~/") else Path(text)


def _paths(raw: object) -> tuple[Path, ...]:
    if isinstance(raw, str):
        raw = [part for part in raw.split(os.pathsep) if part]
    if not isinstance(raw, list | tuple):
        raise ValueError("a list of folders")  # noqa: TRY004 - one kind of error says what is expected
    return tuple(_path(item) for item in raw)


__all__ = [
    "Setting",
    "TrailerSettings",
    "cache_folder",
    "did_you_mean",
    "knobs",
    "resolve_settings",
    "trailer_settings",
    "user_file",
    "user_folder",
]
