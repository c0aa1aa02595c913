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
    encoder_threads: int = 1
    """Pinned: x264 writes other bytes with another count. Segments run side by side instead."""
    audio_bitrate_kbps: int = 256
    true_peak_ceiling_dbtp: float = -1.0
    loudness_tolerance_lu: float = 0.3


WEB = DeliveryPreset("web")
