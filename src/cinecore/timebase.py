"""Exact time: frame rates as fractions, positions as integers, timecode in and out.

Floats appear only in `seconds_text` and `parse_seconds`, the edge where people read and write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from cinecore.errors import InputError

SAMPLE_RATE = 48_000
"""Samples a second of every sound in a timeline."""

STANDARD_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
"""Output rates that players, festivals and broadcasters take."""


def round_half_up(value: Fraction) -> int:
    """The nearest integer; halves go up, so that equal steps stay equal."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True, order=True)
class FrameRate:
    """Frames a second as an exact fraction."""

    fps: Fraction

    def __post_init__(self) -> None:
        if self.fps <= 0:
            raise InputError(
                "A frame rate must be above zero.", str(self.fps), "Give a rate such as 24 or 24000/1001."
            )

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """The rate named by `24`, `23.976` or `24000/1001`; decimal NTSC rates become their fraction.

        Raises:
            InputError: The text names no rate above zero.
        """
        try:
            fps = Fraction(text.strip().replace(":", "/"))
        except (ValueError, ZeroDivisionError):
            raise InputError("Not a frame rate.", text, "Give a rate such as 24 or 24000/1001.") from None
        for standard in STANDARD_RATES:
            if fps != standard and abs(fps - standard) < Fraction(1, 200) and standard.denominator != 1:
                return cls(standard)
        return cls(fps)

    def seconds(self, frames: int) -> Fraction:
        """Where frame `frames` begins, in seconds."""
        return frames / self.fps

    def frames_nearest(self, seconds: Fraction) -> int:
        """The frame whose beginning lies nearest to `seconds`."""
        return round_half_up(seconds * self.fps)

    def samples(self, frames: int) -> int:
        """The 48 kHz sample at which frame `frames` begins; cumulative, so no error ever adds up."""
        return round_half_up(frames * SAMPLE_RATE / self.fps)

    def snapped(self) -> FrameRate:
        """The nearest standard rate (by ratio)."""
        return FrameRate(min(STANDARD_RATES, key=lambda standard: abs(standard / self.fps - 1)))

    @property
    def nominal(self) -> int:
        """Frames that timecode counts in one second: 24 for 23.976."""
        return round_half_up(self.fps)

    @property
    def is_ntsc(self) -> bool:
        """Whether the rate is a multiple of 1/1001."""
        return self.fps.denominator == 1001

    def __str__(self) -> str:
        """`24` or `24000/1001`, as ffmpeg reads it."""
        return str(self.fps)


@dataclass(frozen=True, order=True)
class Span:
    """A half-open run `[start, end)` of frames or samples; the unit is the holder's."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError("A span ends before it starts.", f"{self.start}..{self.end}", "Swap its ends.")

    @property
    def length(self) -> int:
        """How many units lie inside."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether any unit lies in both."""
        return self.start < other.end and other.start < self.end

    def contains(self, position: int) -> bool:
        """Whether `position` lies inside."""
        return self.start <= position < self.end


def parse_seconds(text: str) -> Fraction:
    """Seconds from `90`, `90s`, `1:30`, `0:01:30.5`, `2m`, `1m30s`.

    Raises:
        InputError: The text names no length of time.
    """
    stripped = text.strip().lower()
    try:
        if ":" in stripped:
            total = Fraction(0)
            parts = stripped.split(":")
            if len(parts) > 3 or any(not re.fullmatch(r"\d+(\.\d+)?", part) for part in parts):
                raise ValueError
            for part in parts:
                total = total * 60 + Fraction(part)
            return total
        match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s?)?", stripped)
        if not stripped or match is None:
            raise ValueError
        hours, minutes, seconds = match.groups()
        return Fraction(hours or 0) * 3600 + Fraction(minutes or 0) * 60 + Fraction(seconds or 0)
    except ValueError:
        raise InputError("Not a length of time.", text, "Write 90s, 1:30 or 1m30s.") from None


def seconds_text(seconds: Fraction) -> float:
    """Seconds for a JSON file: six decimals, the nearest float."""
    return round(float(seconds), 6)


def timecode(frames: int, rate: FrameRate, *, drop_frame: bool = False) -> str:
    """SMPTE timecode of a frame count; drop-frame (`;`) for 29.97 and 59.94 only.

    Source: SMPTE ST 12-1, two (or four) frame numbers left out each minute but every tenth.
    """
    nominal = rate.nominal
    if drop_frame:
        if not rate.is_ntsc or nominal % 30:
            raise InputError("Drop-frame timecode needs 29.97 or 59.94.", str(rate), "Use non-drop timecode.")
        dropped = nominal // 15
        per_minute = nominal * 60 - dropped
        per_ten = per_minute * 10 + dropped
        tens, rest = divmod(frames, per_ten)
        frames += dropped * 9 * tens
        if rest >= nominal * 60:
            frames += dropped * ((rest - nominal * 60) // per_minute + 1)
    seconds, frame = divmod(frames, nominal)
    separator = ";" if drop_frame else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{separator}{frame:02}"


def parse_timecode(text: str, rate: FrameRate) -> int:
    """The frame count that `timecode` would print as `text`; `;` before the frames means drop-frame.

    Raises:
        InputError: Not a timecode, or a frame number that this rate leaves out.
    """
    match = re.fullmatch(r"(\d{2,}):([0-5]\d):([0-5]\d)([:;])(\d{2})", text.strip())
    nominal = rate.nominal
    if match is None or int(match[5]) >= nominal:
        raise InputError("Not a timecode at this rate.", text, f"Write hh:mm:ss:ff with ff below {nominal}.")
    hours, minutes, seconds, frame = int(match[1]), int(match[2]), int(match[3]), int(match[5])
    count = ((hours * 60 + minutes) * 60 + seconds) * nominal + frame
    if match[4] == ";":
        if not rate.is_ntsc or nominal % 30:
            raise InputError(
                "Drop-frame timecode needs 29.97 or 59.94.", text, "Write `:` before the frames."
            )
        dropped = nominal // 15
        total_minutes = hours * 60 + minutes
        if frame < dropped and seconds == 0 and minutes % 10:
            raise InputError(
                "This frame number is left out of drop-frame timecode.", text, "Use the next one."
            )
        count -= dropped * (total_minutes - total_minutes // 10)
    return count
