"""What a person may set for a trailer, where it may be set, and what was set in the end.

Precedence: defaults < user's cinecut.toml < cinecut.toml beside the film (taste only) < `CINECUT_*` <
command line. Deliberately not here: the command line itself, and any use of the values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cinecore.language.server_settings import ENGINE_PORT, address, key_from_environment, refuse_secrets
from cinecore.language.weights import usual_models_folder
from cinecore.setting_values import at_home, length_of_time, one_of, path, switch, text, whole_number
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

Spoilers = Literal["none", "mild", "full"]
Vision = Literal["auto", "llama", "openai", "embedded", "none"]
Story = Literal["auto", "signals", "text", "rule"]
Hwaccel = Literal["auto", "none"]

PREFIX = "CINECUT_"
FILE_NAME = "cinecut.toml"
SHORTEST_S, LONGEST_S = Fraction(6), Fraction(150)
"""Trailers this tool makes; the voluntary limit of cinemas is 2:30."""
TEXT_LETTERS_AT_MOST = 400
"""Letters of a title or tagline, as in the manifest's schema."""
NAME_LETTERS_AT_MOST = 1000
BRIEF_LETTERS_AT_MOST = 2000
WISHES_AT_MOST = 100
"""Of --keep, and of --ban."""

NO_CLIP = Path("none")
"""Said of `clip`: none is used, though one may lie in the models folder."""

OTHER_VARIABLES = frozenset({"ffmpeg", "ffprobe", "debug", "test_media", "config", "failpoint", "api_key"})
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
    replan: bool = False
    """Whether an edited manifest is planned anew round the clips that a person changed or locked."""
    title: str | None = None
    """None: the film's name; empty: no title card."""
    tagline: str | None = None
    music: str | None = None
    """None: composed for the cut; "none": no music; else the path of a sound file."""
    effects: bool = True
    spoilers: Spoilers = "mild"
    seed: int = 0
    brief: str | None = None
    """What the trailer is to be like, in the person's own words."""
    versions: int = 1
    """So many trailers that differ in hook, order and music."""
    keep: tuple[str, ...] = ()
    """Lines, ranges of film time and people that are to be in the trailer, as the person wrote them."""
    ban: tuple[str, ...] = ()
    """The same, of which nothing is shown or heard."""
    vision: Vision = "auto"
    story: Story = "auto"
    """Who says where the story turns: a text model, the film's own measures, or the 5/45/80 rule."""
    model: str | None = None
    """Of llama: a GGUF file, or its name in the models folder. Of an endpoint: the name it has there."""
    mmproj: Path | None = None
    """The eyes of a llama model."""
    endpoint: str | None = None
    """Base address of an OpenAI-compatible server."""
    key: str | None = field(default=None, repr=False)
    """For that server; from the environment alone."""
    cpu: bool = False
    """Whether a model of ours may run on the processor."""
    concurrency: int | None = None
    """Stills asked about at once; None: as many as the memory takes, or 4 of an endpoint."""
    port: int = ENGINE_PORT
    llama_server: Path | None = None
    """The program; None: the one on PATH, or of the package."""
    models_dir: Path = field(default_factory=usual_models_folder)
    models_list: Path | None = None
    """A TOML file with weights of one's own, for `cinecut models`."""
    clip: Path | None = None
    """A CLIP of one's own, file or folder; None: the first one in the models folder, if any; `NO_CLIP`: none."""
    asr_model: Path | None = None
    """Folder of a speech recogniser's model; None: the first one in the models folder."""
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
        Knob("vibe", None, text(TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("duration", None, _duration, is_taste=True),
        Knob("title", None, text(TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("tagline", None, text(TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("spoilers", "mild", one_of("none", "mild", "full"), is_taste=True),
        Knob("music", None, _music, is_taste=True, read_taste=_music_without_files),
        Knob("effects", True, switch, is_taste=True),
        Knob("seed", 0, whole_number(0, 2**32 - 1), is_taste=True),
        Knob("brief", None, text(BRIEF_LETTERS_AT_MOST), is_taste=True),
        Knob("versions", 1, whole_number(1, 9)),
        Knob("keep", (), _wishes, is_taste=True),
        Knob("ban", (), _wishes, is_taste=True),
        Knob("in", None, length_of_time, is_taste=True),
        Knob("out", None, length_of_time, is_taste=True),
        Knob("audio_track", None, whole_number(1, 999), is_taste=True),
        Knob("subtitle_track", None, whole_number(1, 999), is_taste=True),
        Knob("subtitle", None, path),
        Knob("vision", "auto", one_of("auto", "llama", "openai", "embedded", "none")),
        Knob("story", "auto", one_of("auto", "signals", "text", "rule")),
        Knob("model", None, text(NAME_LETTERS_AT_MOST)),
        Knob("mmproj", None, path),
        Knob("endpoint", None, address),
        Knob("cpu", False, switch),
        Knob("concurrency", None, whole_number(1, 256)),
        Knob("port", ENGINE_PORT, whole_number(1024, 65535)),
        Knob("llama_server", None, path),
        Knob("models_dir", usual_models_folder(), path),
        Knob("models_list", None, path),
        Knob("clip", None, _clip),
        Knob("asr_model", None, path),
        Knob("hwaccel", "none", one_of("auto", "none")),
        Knob("preview", False, switch),
        Knob("output", None, path),
        Knob("work_dir", None, path),
        Knob("jobs", processors(), whole_number(1, 256)),
        Knob("review", False, switch),
        Knob("replan", False, switch),
        Knob("overwrite", False, switch),
        Knob("dry_run", False, switch),
        Knob("explain", False, switch),
        Knob("json", False, switch),
        Knob("quiet", False, switch),
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
    for layer in layers:
        refuse_secrets(layer.values, layer.origin, PREFIX)
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
    both = {_as_said(one) for one in found["keep"]} & {_as_said(one) for one in found["ban"]}
    if both:
        raise UsageError("--keep and --ban name the same.", min(both), "Leave out one of them.")
    return TrailerSettings(
        film=film,
        subtitle=found["subtitle"],
        vibe=found["vibe"],
        duration_s=found["duration"],
        output=found["output"],
        work_dir=found["work_dir"],
        manifest=manifest,
        review=found["review"],
        replan=found["replan"],
        title=found["title"],
        tagline=found["tagline"],
        music=found["music"],
        effects=found["effects"],
        spoilers=found["spoilers"],
        seed=found["seed"],
        brief=found["brief"] or None,
        versions=found["versions"],
        keep=found["keep"],
        ban=found["ban"],
        vision=found["vision"],
        story=found["story"],
        model=found["model"] or None,
        mmproj=found["mmproj"],
        endpoint=found["endpoint"],
        key=key_from_environment(PREFIX),
        cpu=found["cpu"],
        concurrency=found["concurrency"],
        port=found["port"],
        llama_server=found["llama_server"],
        models_dir=found["models_dir"],
        models_list=found["models_list"],
        clip=found["clip"],
        asr_model=found["asr_model"],
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


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


_OWN_PATHS = ("subtitle", "output", "work_dir", "mmproj", "llama_server", "models_dir", "models_list", "clip", "asr_model")  # fmt: skip


def _based(values: dict[str, object], folder: Path) -> dict[str, object]:
    """Relative paths of a file count from that file's folder, not from where the command was run."""

    def joined(text: object) -> object:
        return os.fspath(folder / at_home(text)) if isinstance(text, str) and text else text

    based = dict(values)
    for name in _OWN_PATHS:
        if name in based and not (name == "clip" and based[name] == str(NO_CLIP)):
            based[name] = joined(based[name])
    model = based.get("model")
    if isinstance(model, str) and model.endswith(".gguf") and ("/" in model or os.sep in model):
        based["model"] = joined(model)  # a bare name is looked for in the models folder
    if isinstance(based.get("music"), str) and based["music"] not in {"none", "composed"}:
        based["music"] = joined(based["music"])
    if isinstance(based.get("vibe_folders"), list):
        based["vibe_folders"] = [joined(item) for item in based["vibe_folders"]]  # type: ignore[attr-defined]  # a list by the line above
    return based


def _duration(raw: object) -> Fraction | None:
    if raw == "auto":
        return None
    seconds = length_of_time(raw)
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise ValueError(f"a length from {SHORTEST_S}s to {LONGEST_S}s, such as 90s or 1:30, or auto")
    return seconds


def _clip(raw: object) -> Path:
    return NO_CLIP if str(raw).strip().lower() == str(NO_CLIP) else path(raw)


def _wishes(raw: object) -> tuple[str, ...]:
    """Texts of a list, or the lines of one text, as an environment variable holds them."""
    texts = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(texts, list | tuple) or len(texts) > WISHES_AT_MOST:
        raise ValueError(
            f"a list of at most {WISHES_AT_MOST} lines, ranges such as 1:02:03-1:02:10, or names"
        )
    found = [text(TEXT_LETTERS_AT_MOST)(item) for item in texts]
    return tuple(dict.fromkeys(item for item in found if item))


def _as_said(wish: str) -> str:
    return " ".join(wish.casefold().split())


def _music(raw: object) -> str | None:
    word = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if word.strip().lower() in {"none", "composed"}:
        return "none" if word.strip().lower() == "none" else None
    return os.fspath(path(word))


def _music_without_files(raw: object) -> str | None:
    if str(raw).strip().lower() not in {"none", "composed"}:
        raise ValueError("none or composed here: a file is named on the command line or in your own settings")
    return _music(raw)


def _paths(raw: object) -> tuple[Path, ...]:
    if isinstance(raw, str):
        raw = [part for part in raw.split(os.pathsep) if part]
    if not isinstance(raw, list | tuple):
        raise ValueError("a list of folders")  # noqa: TRY004 - one kind of error says what is expected
    return tuple(path(item) for item in raw)


__all__ = [
    "NO_CLIP",
    "Setting",
    "TrailerSettings",
    "cache_folder",
    "knobs",
    "resolve_settings",
    "trailer_settings",
    "user_file",
    "user_folder",
]
