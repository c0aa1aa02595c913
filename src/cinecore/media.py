"""What a media file is: one probe turned into frozen values; no program is run here."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from cinecore.timebase import FrameRate


@dataclass(frozen=True)
class VideoStream:
    """The picture of a file. Times are presentation times in seconds, not yet less the container's start."""

    index: int
    codec: str
    coded_width: int
    coded_height: int
    sample_aspect: Fraction
    rotation: int
    """Degrees clockwise by which a player turns the picture: 0, 90, 180 or 270."""
    pixel_format: str
    bit_depth: int
    average_rate: FrameRate
    declared_rate: FrameRate
    time_base: Fraction
    start: Fraction
    duration: Fraction | None
    frame_count: int | None
    field_order: str = "progressive"
    color_space: str = "unknown"
    color_transfer: str = "unknown"
    color_primaries: str = "unknown"
    color_range: str = "unknown"
    is_still: bool = False
    """An attached picture (cover art), never the film."""

    @property
    def is_hdr(self) -> bool:
        """Whether the transfer is PQ or HLG."""
        return self.color_transfer in {"smpte2084", "arib-std-b67"}

    @property
    def is_interlaced(self) -> bool:
        """Whether the container says the picture comes in fields."""
        return self.field_order in {"tt", "bb", "tb", "bt"}

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height in square pixels as a player shows them, both even."""
        width = Fraction(self.coded_width) * self.sample_aspect
        height = Fraction(self.coded_height)
        if self.rotation in {90, 270}:
            width, height = height, width
        return max(2, round(width / 2) * 2), max(2, round(height / 2) * 2)


@dataclass(frozen=True)
class AudioStream:
    """One sound track of a file."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate: int
    start: Fraction
    duration: Fraction | None
    language: str = ""
    title: str = ""
    is_default: bool = False

    @property
    def has_center(self) -> bool:
        """Whether dialogue has a channel of its own."""
        return self.channels >= 3 and not self.layout.startswith(("quad", "4.0", "2.1"))


@dataclass(frozen=True)
class SubtitleStream:
    """One subtitle track of a file."""

    index: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False
    is_forced: bool = False
    """Holds only what is spoken in a foreign tongue."""
    is_for_the_deaf: bool = False
    """Names sounds and speakers too."""

    @property
    def is_text(self) -> bool:
        """Whether it holds letters rather than pictures of them."""
        return self.codec in {"subrip", "ass", "ssa", "webvtt", "mov_text", "text", "srt"}


@dataclass(frozen=True)
class MediaFile:
    """A probed file. Manifest seconds are presentation times less `start`, as a player counts."""

    path: Path
    container: str
    start: Fraction
    duration: Fraction
    size_bytes: int
    video: VideoStream | None
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    seek_lead_s: Fraction = Fraction(0)
    """How much earlier than wanted to open it: without an index, a seek lands up to a keyframe too late."""

    @property
    def video_offset(self) -> Fraction:
        """Seconds from the container's start to the first picture."""
        return (self.video.start - self.start) if self.video else Fraction(0)

    @property
    def default_audio(self) -> int:
        """Number of the sound track that a player takes: the one marked as default, else the first."""
        return next((number for number, track in enumerate(self.audio) if track.is_default), 0)
