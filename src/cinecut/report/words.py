"""Times, names and figures as a person reads them on the report; nothing is decided here."""

from __future__ import annotations

METHOD_WORDS = {
    "signals": "the film's own measures",
    "text-model": "a text model that read its lines",
    "rule": "the 5/45/80 rule",
}
"""How turning points were found."""

ACT_NAMES = {
    "cold_open": "Cold open",
    "act1": "Act 1",
    "beat_drop": "Beat drop",
    "act2": "Act 2",
    "breath": "Breath",
    "act3": "Act 3",
    "title_card": "Title",
    "button": "Button",
}

FENCE_NAMES = {
    "credits": "credits",
    "logo": "a logo",
    "black": "black",
    "test_card": "a test card",
    "card": "a text card",
    "repeat": "pictures shown before",
    "recap": "other episodes told again",
}

TRANSITION_NAMES = {
    "hard_cut": "hard cut",
    "crossfade": "crossfade",
    "fade_to_black": "fade to black",
    "fade_to_white": "fade to white",
}

SOUND_NAMES = {
    "none": "music only",
    "line": "its lines over the music",
    "full": "all of the film's sound",
}


def spoken(name: str) -> str:
    """`climax_peak` → `climax peak`."""
    return name.replace("_", " ")


def clock(seconds: float, decimals: int = 2) -> str:
    """`0:07.50`, `12:05.00` or `1:02:03.25`: never a minute of sixty seconds."""
    ticks = round(max(0.0, seconds) * 10**decimals)
    whole, part = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    tail = f".{part:0{decimals}d}" if decimals else ""
    if hours:
        return f"{hours}:{minute:02d}:{second:02d}{tail}"
    return f"{minute}:{second:02d}{tail}"


def length(seconds: float) -> str:
    """`1.25 s`."""
    return f"{seconds:.2f} s"


def signed(figure: float, decimals: int | None = None) -> str:
    """A figure with a real minus sign: `−16.0`."""
    text = f"{figure:g}" if decimals is None else f"{figure:.{decimals}f}"
    return text.replace("-", "−")


def counted(number: int, one: str, many: str = "") -> str:
    """`1 clip`, `2 clips`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
