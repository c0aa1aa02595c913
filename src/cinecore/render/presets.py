"""Delivery presets: what a finished file must be, as data."""

from __future__ import annotations

from dataclasses import dataclass


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
