"""What ffmpeg is told of codecs and containers, for pictures and for sound; pure.

Deliberately not here: what is encoded, and whether the result keeps its promises.
"""

from __future__ import annotations

from cinecore.render.presets import DeliveryPreset
from cinecore.timebase import FrameRate

COLOR_TAGS = (
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-colorspace",
    "bt709",
    "-color_range",
    "tv",
)

PRORES_HQ = "3"
"""The profile of ProRes 422 HQ, as `prores_ks` counts."""

MUXERS = {".mp4": "mp4", ".mov": "mov"}


def muxer(preset: DeliveryPreset) -> str:
    """Ffmpeg's name for the preset's container."""
    return MUXERS[preset.suffix]


def timescale(rate: FrameRate) -> str:
    """Ticks a second in which each frame lasts a whole number of ticks."""
    return str(rate.fps.numerator * (1000 if rate.fps.denominator == 1 else 1))


def picture_arguments(rate: FrameRate, preset: DeliveryPreset) -> list[str]:
    """Everything between the mapped picture and the file's name; threads are pinned, bytes are equal."""
    return [
        *("-fps_mode", "passthrough", "-r", str(rate)),
        *(_prores(preset) if preset.video_codec == "prores" else _h264(rate, preset)),
        *COLOR_TAGS,
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
        *("-video_track_timescale", timescale(rate), "-f", muxer(preset)),
    ]


def _h264(rate: FrameRate, preset: DeliveryPreset) -> list[str]:
    gop = rate.nominal * preset.gop_seconds
    return [
        *("-c:v", "libx264", "-preset", preset.x264_preset, "-crf", str(preset.crf), "-profile:v", "high"),
        *("-rc-lookahead", str(preset.lookahead_frames)),
        *("-pix_fmt", preset.pixel_format, "-threads", str(preset.encoder_threads), "-g", str(gop)),
    ]


def _prores(preset: DeliveryPreset) -> list[str]:
    return [
        *("-c:v", "prores_ks", "-profile:v", PRORES_HQ, "-vendor", "apl0"),  # readers look for this vendor
        *("-pix_fmt", preset.pixel_format, "-threads", str(preset.encoder_threads)),
    ]


def sound_arguments(preset: DeliveryPreset) -> list[str]:
    """How the mix is encoded: 48 kHz stereo."""
    if preset.audio_codec == "aac":
        codec = ["-c:a", "aac", "-b:a", f"{preset.audio_bitrate_kbps}k", "-aac_coder", preset.aac_coder]
    else:
        codec = ["-c:a", preset.audio_codec]
    return [*codec, "-ar", "48000", "-ac", "2", "-flags:a", "+bitexact"]
