"""A vibe as typed values, checked key by key; finding and reading the files is done in `vibe.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

from cinecore.audio.palette import EFFECTS, HITS, PASSAGES, Palette
from cinecore.errors import InputError
from cinecore.timeline import Grade, TransitionKind

TITLE_CASES = ("upper", "title", "as_written")
TITLE_ANIMATIONS = (
    "fade",
    "slam",
    "rise",
    "typed",
    "bounce",
    "pop",
    "flicker",
    "scan",
    "reveal",
    "glow",
    "dust",
)


@dataclass(frozen=True)
class TitleStyle:
    """How a title card looks and comes in."""

    font: str
    """Stem of a font file in `cinecore/render/fonts`."""
    size: float
    """Letter height as part of the picture's height."""
    tracking_em: float
    case: str
    color: str
    ground: tuple[str, str]
    """Colours of the ground's centre and edge."""
    animation: str
    seconds: float


@dataclass(frozen=True)
class BreathStyle:
    """The stop before act 3."""

    prefers: Literal["held", "black"]
    effect: str
    seconds: float


@dataclass(frozen=True)
class EffectStyle:
    """Designed sounds at the borders; words of `cinecore.audio.palette.EFFECTS`."""

    act_change: str
    into_drop: str
    on_title: str
    on_last_shot: str


@dataclass(frozen=True)
class VibeProfile:
    """Everything that a vibe decides."""

    name: str
    about: str
    loudness_lufs: float
    grade: Grade
    act_seconds: tuple[float, float, float]
    act_shares: tuple[float, float, float]
    clips_low: int
    """Fewest clips for two minutes; scales with the duration."""
    clips_high: int
    dialogue_share: float
    """Share of clip time in which a line is heard in the clip."""
    allows_montage: bool
    """Whether act 3 may hold clips of half a second or less."""
    primary: TransitionKind
    secondary: TransitionKind
    transition_s: float
    bpm: float
    bpm_low: float
    bpm_high: float
    title: TitleStyle
    breath: BreathStyle
    effects: EffectStyle
    music: Palette
    aliases: tuple[str, ...] = ()

    @property
    def bpm_exact(self) -> Fraction:
        """The tempo as the beat grid takes it."""
        return Fraction(str(self.bpm))

    @classmethod
    def from_table(cls, name: str, table: Mapping[str, Any], file: str) -> VibeProfile:
        """The profile that a parsed vibe file describes; `file` is named in messages.

        Raises:
            InputError: A key is missing, unknown, of the wrong type or out of its range; names file and key.
        """
        top = _Table(file, "", table)
        grade, pace, change = top.table("grade"), top.table("pace"), top.table("transitions")
        tempo, breath, title = top.table("tempo"), top.table("breath"), top.table("title")
        effects, music = top.table("effects"), top.table("music")
        breath_effect = breath.word("effect", EFFECTS)
        if "breath" in music.values:
            raise music.wrong("breath", "set it as `effect` of [breath]")
        low, high = pace.numbers("clips", 2, 1, 2000)
        bpm_low, bpm_high = tempo.numbers("range", 2, 20, 400)
        profile = cls(
            name=name,
            about=top.text("about"),
            loudness_lufs=top.number("loudness_lufs", -40, -8),
            grade=Grade(
                grade.number("temperature", -0.5, 0.5),
                grade.number("saturation", 0, 3),
                grade.number("contrast", 0.2, 3),
                grade.number("brightness", -0.5, 0.5),
            ),
            act_seconds=cast("tuple[float, float, float]", pace.numbers("act_seconds", 3, 0.4, 30)),
            act_shares=cast(
                "tuple[float, float, float]", pace.numbers("act_shares", 3, 0.05, 0.9, (0.3, 0.4, 0.3))
            ),
            clips_low=int(low),
            clips_high=int(high),
            dialogue_share=pace.number("dialogue_share", 0, 1),
            allows_montage=pace.flag("montage", default=False),
            primary=TransitionKind(change.word("primary", tuple(TransitionKind))),
            secondary=TransitionKind(change.word("secondary", tuple(TransitionKind))),
            transition_s=change.number("seconds", 0.2, 2),
            bpm=tempo.number("bpm", 20, 400),
            bpm_low=bpm_low,
            bpm_high=bpm_high,
            title=TitleStyle(
                title.text("font"),
                title.number("size", 0.03, 0.4),
                title.number("tracking_em", -0.1, 1),
                title.word("case", TITLE_CASES),
                title.color("color"),
                title.two_colors("ground"),
                title.word("animation", TITLE_ANIMATIONS),
                title.number("seconds", 2.5, 4),
            ),
            breath=BreathStyle(
                cast("Literal['held', 'black']", breath.word("prefers", ("held", "black"))),
                breath_effect,
                breath.number("seconds", 3, 5),
            ),
            effects=EffectStyle(
                effects.word("act_change", PASSAGES),
                effects.word("into_drop", PASSAGES),
                effects.word("on_title", HITS),
                effects.word("on_last_shot", HITS),
            ),
            music=music.palette(breath_effect),
            aliases=top.texts("aliases"),
        )
        if abs(sum(profile.act_shares) - 1) > 0.001:
            raise pace.wrong("act_shares", "must add up to 1")
        if not profile.act_seconds[0] >= profile.act_seconds[1] >= profile.act_seconds[2]:
            raise pace.wrong("act_seconds", "must not grow from act 1 to act 3")
        if low > high:
            raise pace.wrong("clips", "must be the fewest, then the most")
        if not bpm_low <= profile.bpm <= bpm_high:
            raise tempo.wrong("bpm", "must lie inside `range`")
        for part in (top, grade, pace, change, tempo, breath, title, effects):
            part.refuse_unread()
        return profile


class _Table:
    """One table of a vibe file; remembers which keys were read, so that misspelt ones are told."""

    def __init__(self, file: str, name: str, values: Mapping[str, Any]) -> None:
        self.file, self.name, self.values = file, name, values
        self._read: set[str] = set()

    def wrong(self, key: str, rule: str) -> InputError:
        path = f"{self.name}.{key}" if self.name else key
        return InputError(
            f"The vibe file has a wrong value: `{path}` {rule}.",
            self.file,
            "Correct it; README.md beside the shipped vibes explains every key.",
        )

    def _get(self, key: str) -> Any:
        self._read.add(key)
        if key not in self.values:
            raise self.wrong(key, "is missing")
        return self.values[key]

    def refuse_unread(self) -> None:
        for key in self.values:
            if key not in self._read:
                raise self.wrong(key, "is not a key that vibes have")

    def table(self, key: str) -> _Table:
        value = self._get(key)
        if not isinstance(value, Mapping):
            raise self.wrong(key, "must be a table")
        return _Table(self.file, key, value)

    def text(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        self._read.add(key)
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(value)

    def word(self, key: str, known: tuple[str, ...]) -> str:
        value = self._get(key)
        if value not in known:
            raise self.wrong(key, f"must be one of {', '.join(known)}")
        return str(value)

    def flag(self, key: str, *, default: bool) -> bool:
        self._read.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        return self._checked(key, self._get(key), low, high)

    def numbers(
        self, key: str, count: int, low: float, high: float, default: tuple[float, ...] | None = None
    ) -> tuple[float, ...]:
        value = default if default is not None and key not in self.values else self._get(key)
        self._read.add(key)
        if not isinstance(value, (list, tuple)) or len(value) != count:
            raise self.wrong(key, f"must be a list of {count} numbers")
        return tuple(self._checked(key, item, low, high) for item in value)

    def _checked(self, key: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise self.wrong(key, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def color(self, key: str) -> str:
        return self._color(key, self._get(key))

    def two_colors(self, key: str) -> tuple[str, str]:
        value = self._get(key)
        if not isinstance(value, list) or len(value) != 2:
            raise self.wrong(key, "must be a list of two colours")
        return self._color(key, value[0]), self._color(key, value[1])

    def _color(self, key: str, value: object) -> str:
        digits = "0123456789abcdefABCDEF"
        if (
            not isinstance(value, str)
            or len(value) != 7
            or value[0] != "#"
            or any(d not in digits for d in value[1:])
        ):
            raise self.wrong(key, "must be a colour such as #f3d58a")
        return value.lower()

    def palette(self, breath: str) -> Palette:
        try:
            return Palette.from_table({**self.values, "breath": breath})
        except InputError as error:
            detail = error.happened.rstrip(".") + (f" ({error.which})" if error.which is not None else "")
            raise self.wrong("", f"{detail}; {error.advice.rstrip('.')}") from error
