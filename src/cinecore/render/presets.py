"""Delivery presets: what a finished file must be, as data.

Sources: EBU R 128 (2020) with its supplement s1 for short-form content; ATSC A/85:2013; the TASA limit of 85 dB
Leq(m) (ISO 21727) for trailers in cinemas; what mastering houses ask for as a source of a DCP (ProRes 422 HQ in
QuickTime, 24 bits at 48 kHz, the film's own rate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class DeliveryPreset:
    """One way to deliver; every field changes bytes, so all of it is part of a segment's fingerprint."""

    name: str
    x264_preset: str = "medium"
    crf: int = 18
    gop_seconds: int = 2
    lookahead_frames: int = 20
    """x264 holds so many pictures: at 1080p each costs 8 MB (measured: 560 MB for 40, 392 for 20)."""
    encoder_threads: int = 1
    """Pinned: x264 writes other bytes with another count. Segments run side by side instead."""
    audio_bitrate_kbps: int = 256
    true_peak_ceiling_dbtp: float = -1.0
    loudness_tolerance_lu: float = 0.3
    lines_at_most: int | None = None
    """Taller pictures are made smaller; None: as large as the film."""
    segments_aimed_at: int = 10
    """8..12 keep graphs small (a 40-input 1080p graph peaks at 2.1 GB) and edits cheap."""
    is_rough: bool = False
    """For looking at, not for delivery: only keyframes are shown, and loudness is near its target, not on it."""
    aac_coder: str = "twoloop"
    """As ffmpeg calls it: `twoloop` is its best, `fast` costs a third."""
    loudness_target: float | None = None
    """On the scale of `loudness_meter`; None: what the timeline asks for, which is the vibe's."""
    loudness_meter: Literal["lufs", "leq_m"] = "lufs"
    """`lufs`: integrated, BS.1770-4. `leq_m`: dB Leq(m) as a cinema at reference level would measure it."""
    is_limit: bool = False
    """Whether the target is a limit: a sound whose peaks leave no room stays under it, rather than being crushed."""
    short_term_at_most_lufs: float | None = None
    """Of any three seconds; None: free."""
    suffix: str = ".mp4"
    """The container, by the ending of the file's name."""
    video_codec: Literal["h264", "prores"] = "h264"
    pixel_format: str = "yuv420p"
    audio_codec: Literal["aac", "pcm_s24le"] = "aac"

    def target(self, timeline_lufs: float) -> float:
        """What the finished file is to measure on the preset's meter."""
        return timeline_lufs if self.loudness_target is None else self.loudness_target

    @property
    def loudness_unit(self) -> str:
        """Of `loudness_target`, as people write it."""
        return "LUFS" if self.loudness_meter == "lufs" else "dB Leq(m)"


WEB = DeliveryPreset("web")
PREVIEW = DeliveryPreset(
    "preview",
    x264_preset="ultrafast",
    crf=28,
    audio_bitrate_kbps=96,
    lines_at_most=216,
    is_rough=True,
    aac_coder="fast",
    segments_aimed_at=2,
)
R128 = replace(WEB, name="r128", loudness_target=-23.0, short_term_at_most_lufs=-18.0, audio_bitrate_kbps=320)
"""A spot for television in Europe; the pictures are the web's, so that a second delivery costs its sound alone."""

A85 = replace(WEB, name="a85", loudness_target=-24.0, true_peak_ceiling_dbtp=-2.0, audio_bitrate_kbps=320)
"""A spot for television in North America."""

CINEMA = replace(
    WEB,
    name="cinema",
    loudness_target=84.5,
    loudness_meter="leq_m",
    is_limit=True,
    suffix=".mov",
    video_codec="prores",
    pixel_format="yuv422p10le",
    audio_codec="pcm_s24le",
)
"""What a DCP is made from: at most 85 dB Leq(m), so .5 dB under it, and less where peaks leave no room for that."""

DELIVERIES: Mapping[str, DeliveryPreset] = {preset.name: preset for preset in (WEB, CINEMA, R128, A85)}
"""The presets that a person may ask for, by name."""
