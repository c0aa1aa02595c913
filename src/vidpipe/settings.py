"""What a person may set for vidpipe, where it may be set, and what was set in the end.

Precedence: defaults < user's vidpipe.toml < `VIDPIPE_*` < command line. Deliberately not here: the command line
itself, and what a project has stored of its own wishes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from cinecore.language.server_settings import ENGINE_PORT, address, key_from_environment, refuse_secrets
from cinecore.language.weights import usual_models_folder
from cinecore.setting_values import length_of_time, one_of, path, switch, text, whole_number
from cinecore.settings import (
    Knob,
    Layer,
    Resolved,
    UsageError,
    from_environment,
    processors,
    read_toml,
    resolve,
)

PREFIX = "VIDPIPE_"
FILE_NAME = "vidpipe.toml"
OTHER_VARIABLES = frozenset({"config", "debug", "failpoint", "api_key"})

SHORTEST_TOTAL_S, LONGEST_TOTAL_S = 1, 3600
SHORTEST_CLIP_S, LONGEST_CLIP_S = 2, 12
USUAL_CLIP_S = 6.0
TEXT_LETTERS_AT_MOST = 4000
LOOKS = ("ink", "paper", "noir")
RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:3": (4, 3), "3:4": (3, 4), "21:9": (21, 9)}
LINES = (360, 480, 720, 1080)
DIRECTORS = ("rules", "llama", "openai")
STEPS = ("storyboard", "keyframes", "video")
FRAMES_PER_SECOND = 24
CROSSFADE_AT_MOST_S = 2.0


@dataclass(frozen=True)
class VideoSettings:
    """Everything one command was asked for; None means: decide."""

    data_dir: Path
    """The folder of database, files and jobs."""
    database: str | None
    """A database's URL; None: `vidpipe.db` in the data folder."""
    style: str = "ink"
    aspect_ratio: str = "16:9"
    lines: int = 720
    """The shorter side of the picture, in pixels."""
    clip_duration_s: float = USUAL_CLIP_S
    total_s: float | None = None
    seed: int = 0
    title: str | None = None
    director: str = "rules"
    """rules; llama: a GGUF model that we serve; openai: a server that is named."""
    model: str | None = None
    """The director's model: a GGUF file, or its name at the endpoint."""
    endpoint: str | None = None
    key: str | None = field(default=None, repr=False)
    """For that server; from the environment alone."""
    cpu: bool = False
    """Whether a model of ours may run on the processor."""
    port: int = ENGINE_PORT
    llama_server: Path | None = None
    models_dir: Path = field(default_factory=usual_models_folder)
    image_maker: str = "draft:boards"
    video_maker: str = "draft:camera"
    speech: str = "auto"
    """auto, none, or an engine's name."""
    manifest: str | None = None
    """A library manifest to begin with."""
    has_manifest: bool = True
    enrichment: bool = True
    """Whether what a scene taught may change the references of the next."""
    crossfade_s: float = 0.0
    captions: bool = True
    music: bool = True
    through: str | None = None
    output: Path | None = None
    draft_faults: str | None = None
    """Faults on order, as JSON, for tests and demonstrations."""
    poll_s: float = 0.2
    clip_timeout_s: float = 600.0
    jobs: int = 1
    overwrite: bool = False
    dry_run: bool = False
    json: bool = False
    quiet: bool = False
    notices: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in even pixels."""
        across, down = RATIOS[self.aspect_ratio]
        short = self.lines
        if across >= down:
            return _even(short * across / down), _even(short)
        return _even(short), _even(short * down / across)


def knobs() -> tuple[Knob, ...]:
    """Every setting, in the order `vidpipe config` prints them."""
    return (
        Knob("style", "ink", one_of(*LOOKS)),
        Knob("aspect_ratio", "16:9", one_of(*RATIOS)),
        Knob("lines", 720, _line_count),
        Knob("clip_duration", USUAL_CLIP_S, _length(SHORTEST_CLIP_S, LONGEST_CLIP_S)),
        Knob("total", None, _length(SHORTEST_TOTAL_S, LONGEST_TOTAL_S)),
        Knob("seed", 0, whole_number(0, 2**32 - 1)),
        Knob("title", None, text(TEXT_LETTERS_AT_MOST)),
        Knob("director", "rules", _director),
        Knob("model", None, text(TEXT_LETTERS_AT_MOST)),
        Knob("endpoint", None, address),
        Knob("cpu", False, switch),
        Knob("port", ENGINE_PORT, whole_number(1024, 65535)),
        Knob("llama_server", None, path),
        Knob("models_dir", usual_models_folder(), path),
        Knob("image_maker", "draft:boards", one_of("draft:boards")),
        Knob("video_maker", "draft:camera", one_of("draft:camera")),
        Knob("speech", "auto", one_of("auto", "none", "espeak-ng", "flite", "packaged")),
        Knob("manifest", None, text(TEXT_LETTERS_AT_MOST)),
        Knob("has_manifest", True, switch),
        Knob("enrichment", True, switch),
        Knob("crossfade", 0.0, _length(0, CROSSFADE_AT_MOST_S)),
        Knob("captions", True, switch),
        Knob("music", True, switch),
        Knob("through", None, one_of(*STEPS)),
        Knob("output", None, path),
        Knob("data_dir", data_folder(), path),
        Knob("database", None, text(TEXT_LETTERS_AT_MOST)),
        Knob("draft_faults", None, text(TEXT_LETTERS_AT_MOST)),
        Knob("poll", 0.2, _length(0.01, 60)),
        Knob("clip_timeout", 600.0, _length(1, 86400)),
        Knob("jobs", processors(), whole_number(1, 256)),
        Knob("overwrite", False, switch),
        Knob("dry_run", False, switch),
        Knob("json", False, switch),
        Knob("quiet", False, switch),
    )


def data_folder() -> Path:
    """The user's folder for projects; not made here."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vidpipe", appauthor=False))


def user_file() -> Path:
    """The user's settings file: `VIDPIPE_CONFIG`, or `vidpipe.toml` in the user's folder."""
    import platformdirs

    named = from_environment(PREFIX).get("config")
    return (
        Path(named) if named else Path(platformdirs.user_config_dir("vidpipe", appauthor=False)) / FILE_NAME
    )


def resolve_settings(command_line: Mapping[str, object]) -> Resolved:
    """Every setting with its origin; None on the command line means not given.

    Raises:
        SettingError: A value cannot be used; the message names its origin.
    """
    own = user_file()
    variables = {
        name: value
        for name, value in from_environment(PREFIX).items()
        if value and name not in OTHER_VARIABLES
    }
    layers = [
        Layer(read_toml(own), lambda _: str(own)),
        Layer(variables, lambda name: PREFIX + name.upper()),
        Layer(command_line, lambda name: "--" + name.replace("_", "-"), is_command_line=True),
    ]
    for layer in layers:
        refuse_secrets(layer.values, layer.origin, PREFIX)
    return resolve(knobs(), layers)


def video_settings(command_line: Mapping[str, object]) -> VideoSettings:
    """The settings of one command.

    Raises:
        SettingError: A value cannot be used.
    """
    found = resolve_settings(command_line)
    output = found["output"]
    if output is not None and output.suffix.lower() not in {"", ".mp4"} and not output.is_dir():
        raise UsageError("A video is an .mp4 file.", output, "Give --output a name that ends in .mp4.")
    return VideoSettings(
        data_dir=found["data_dir"],
        database=found["database"],
        style=found["style"],
        aspect_ratio=found["aspect_ratio"],
        lines=found["lines"],
        clip_duration_s=found["clip_duration"],
        total_s=found["total"],
        seed=found["seed"],
        title=found["title"],
        director=found["director"],
        model=found["model"] or None,
        endpoint=found["endpoint"],
        key=key_from_environment(PREFIX),
        cpu=found["cpu"],
        port=found["port"],
        llama_server=found["llama_server"],
        models_dir=found["models_dir"],
        image_maker=found["image_maker"],
        video_maker=found["video_maker"],
        speech=found["speech"],
        manifest=found["manifest"],
        has_manifest=found["has_manifest"],
        enrichment=found["enrichment"],
        crossfade_s=found["crossfade"],
        captions=found["captions"],
        music=found["music"],
        through=found["through"],
        output=output,
        draft_faults=found["draft_faults"],
        poll_s=found["poll"],
        clip_timeout_s=found["clip_timeout"],
        jobs=found["jobs"],
        overwrite=found["overwrite"],
        dry_run=found["dry_run"],
        json=found["json"],
        quiet=found["quiet"],
        notices=found.notices,
    )


def _even(pixels: float) -> int:
    return round(pixels / 2) * 2


def _length(least: float, most: float) -> Callable[[object], float]:
    """Seconds from least to most; both are taken as they are written, so that they fit too."""
    shortest, longest = Fraction(str(least)), Fraction(str(most))
    expected = f"a length from {least:g} to {most:g} s, such as {max(least, min(most, 24)):g}"

    def read(raw: object) -> float:
        try:
            seconds = length_of_time(raw)
        except ValueError:
            raise ValueError(expected) from None
        if not shortest <= seconds <= longest:
            raise ValueError(expected)
        return float(seconds)

    return read


def _director(raw: object) -> str:
    # projects of the first version hold the longer name
    return one_of(*DIRECTORS)("rules" if raw == "draft:rules" else raw)


def _line_count(raw: object) -> int:
    try:
        lines = int(str(raw).strip().removesuffix("p"))
    except ValueError:
        lines = 0
    if lines not in LINES:
        raise ValueError(f"one of {', '.join(map(str, LINES))}")
    return lines
