"""What a person may set for a trailer, where it may be set, and what was set in the end.

Precedence: defaults < user's cinecut.toml < cinecut.toml beside the film (taste only) < `CINECUT_*` <
command line. Deliberately not here: the command line itself, and any use of the values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from cinecore.language.server_settings import ENGINE_PORT, key_from_environment, refuse_secrets
from cinecore.language.weights import usual_models_folder
from cinecore.setting_values import at_home
from cinecore.settings import Layer, Resolved, Setting, UsageError, from_environment, read_toml, resolve
from cinecut.settings.folders import FILE_NAME, PREFIX, cache_folder, user_file, user_folder
from cinecut.settings.reading import NO_CLIP, SHORTEST_S, TRAILERS_AT_MOST
from cinecut.settings.table import knobs

Spoilers = Literal["none", "mild", "full"]
Vision = Literal["auto", "llama", "openai", "embedded", "none"]
Story = Literal["auto", "signals", "text", "rule"]
Hwaccel = Literal["auto", "none"]
Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
Deliver = Literal["web", "cinema", "r128", "a85"]
Captions = Literal["none", "files", "burnt"]
Letterbox = Literal["keep", "remove"]
Enhance = Literal["auto", "on", "off"]

MORE_THAN_ONE = 2

OTHER_VARIABLES = frozenset({"ffmpeg", "ffprobe", "debug", "test_media", "config", "failpoint", "api_key"})
"""Names after `CINECUT_` that are read elsewhere and are no settings of a trailer."""


@dataclass(frozen=True)
class Cut:
    """One trailer of several that differ in length or shape; None: that was not asked for."""

    duration_s: Fraction | None
    aspect: Aspect | None

    @property
    def name(self) -> str:
        """For files and folders: `60s_9x16`."""
        length = "" if self.duration_s is None else f"{float(self.duration_s):g}s"
        return "_".join(part for part in (length, (self.aspect or "").replace(":", "x")) if part)


@dataclass(frozen=True)
class TrailerSettings:
    """Everything one run was asked for; None means: decide."""

    film: Path | None
    """None only where a manifest names the film (`cinecut render`)."""
    subtitle: Path | None = None
    vibe: str | None = None
    """As the person wrote it; `cinecut.manifest.vibe.normalise_vibe_name` reads it."""
    duration_s: Fraction | None = None
    """None where several are asked for, too."""
    durations: tuple[Fraction, ...] = ()
    """Every length that was asked for."""
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
    """None: composed for the cut; "none": no music; "jamendo": found there; else the path of a sound file."""
    soundfont: str = "auto"
    """What plays the melodic parts of composed music: "auto", "none" (the built-in instruments), or a file's path."""
    effects: bool = True
    voice_over: bool = True
    """Whether the protagonist may be heard over other pictures."""
    enhance: Enhance = "auto"
    """Whether lines buried in the film's own sound are enhanced; `auto`: where an enhancer is installed."""
    stems: bool = False
    """Whether the parts of the mix are saved beside the trailer."""
    aspect: Aspect | None = None
    """The shape that is cut out of the film's picture; None: the manifest's, else the film's own."""
    aspects: tuple[Aspect, ...] = ()
    """Every shape that was asked for; with several, `aspect` is None."""
    lut: Path | None = None
    """A `.cube` that is laid over the vibe's own look."""
    lut_strength: float = 1.0
    """How much of it: 0 is nothing, 1 is all."""
    letterbox: Letterbox | None = None
    """Whether black bars of the film stay in the trailer; None: as the manifest says, else they stay."""
    deliver: Deliver = "web"
    """For whom the file is: codecs, loudness and peaks (`cinecore.render.presets`)."""
    captions: Captions = "files"
    """Whether what is said lies beside the trailer as SRT and VTT, is drawn into its pictures, or neither."""
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
    def cuts(self) -> tuple[Cut, ...]:
        """The trailers of several lengths or shapes, lengths first; empty where one of each is asked for."""
        if len(self.durations) < MORE_THAN_ONE and len(self.aspects) < MORE_THAN_ONE:
            return ()
        return tuple(
            Cut(duration_s, aspect)
            for duration_s in self.durations or (None,)
            for aspect in self.aspects or (None,)
        )

    @property
    def music_file(self) -> Path | None:
        """The sound file asked for; None for composed music, for none, and for what is yet to be found."""
        return None if self.music in {None, "none", "jamendo"} else Path(str(self.music))


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
    durations, aspects = _all_of(found["duration"]), _all_of(found["aspect"])
    _refuse_too_many(len(durations or (0,)) * len(aspects or (0,)), found)
    same = {knob.name for knob in knobs()} & {one.name for one in fields(TrailerSettings)}
    values: dict[str, Any] = {name: found[name] for name in same}
    return TrailerSettings(
        **{
            **values,
            "brief": values["brief"] or None,
            "model": values["model"] or None,
            "aspect": aspects[0] if len(aspects) == 1 else None,
        },
        film=film,
        manifest=manifest,
        duration_s=durations[0] if len(durations) == 1 else None,
        durations=durations,
        aspects=aspects,
        in_s=in_s,
        out_s=out_s,
        key=key_from_environment(PREFIX),
        named=frozenset(name for name, value in command_line.items() if value is not None),
        notices=found.notices,
    )


def _all_of(value: Any) -> tuple[Any, ...]:
    """What was asked for, one or several, as several."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _refuse_too_many(cuts: int, found: Resolved) -> None:
    """Nothing, if that many trailers may be made in one run, and where their names go is clear."""
    if cuts * found["versions"] > TRAILERS_AT_MOST:
        raise UsageError(
            f"That would be {cuts * found['versions']} trailers in one run: its lengths times its shapes and versions.",
            None,
            f"Ask for at most {TRAILERS_AT_MOST} at once.",
        )
    output = found["output"]
    if cuts > 1 and output is not None and not output.is_dir():
        raise UsageError(
            "--output names one file, and several trailers are asked for.",
            output,
            "Name a folder that is there: each trailer gets a name of its own in it.",
        )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


_OWN_PATHS = ("subtitle", "lut", "output", "work_dir", "mmproj", "llama_server", "models_dir", "models_list", "clip", "asr_model")  # fmt: skip


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
    if isinstance(based.get("music"), str) and based["music"] not in {"none", "composed", "jamendo"}:
        based["music"] = joined(based["music"])
    if isinstance(based.get("soundfont"), str) and based["soundfont"] not in {"auto", "none"}:
        based["soundfont"] = joined(based["soundfont"])
    if isinstance(based.get("vibe_folders"), list):
        based["vibe_folders"] = [joined(item) for item in based["vibe_folders"]]  # type: ignore[attr-defined]  # a list by the line above
    return based


def _as_said(wish: str) -> str:
    return " ".join(wish.casefold().split())


__all__ = [
    "NO_CLIP",
    "PREFIX",
    "SHORTEST_S",
    "Setting",
    "TrailerSettings",
    "cache_folder",
    "knobs",
    "resolve_settings",
    "trailer_settings",
    "user_file",
    "user_folder",
]
