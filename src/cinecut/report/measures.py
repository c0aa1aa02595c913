"""What was measured in the finished file, beside what was promised; and what the cut holds by its own plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from cinecore.render.presets import DeliveryPreset
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.layout import Layout
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.report.facts import Measured
from cinecut.report.words import clock, counted, length, signed

DURATION_TOLERANCE_S = 0.5
SKEW_AT_MOST_MS = 5.0
LENGTH_SKEW_AT_MOST_MS = 50.0
ON_BEAT_AT_LEAST = 0.98
DIALOGUE_TOLERANCE = 0.08
STRETCHES_NAMED = 4

DELIVERY_WORDS = {
    "web": "web",
    "cinema": "cinema (source of a DCP)",
    "r128": "broadcast, EBU R 128 s1",
    "a85": "broadcast, ATSC A/85",
}


@dataclass(frozen=True)
class Promised:
    """What the way of delivery promises, as `cinecore.render.presets` has it."""

    true_peak_ceiling_dbtp: float = -1.0
    loudness_tolerance_lu: float = 0.3
    is_rough: bool = False
    """A preview is not held to either."""
    delivery: str = "web"
    loudness_target: float | None = None
    """On the delivery's own meter; None: the vibe's loudness."""
    is_limit: bool = False
    """Whether less is well too."""
    is_leq_m: bool = False
    """Whether that meter is a cinema's."""
    short_term_at_most_lufs: float | None = None
    pixel_format: str = "yuv420p"
    video_codec: str = "h264"
    audio_codec: str = "aac"

    @classmethod
    def of(cls, preset: DeliveryPreset) -> Promised:
        """What a preset promises."""
        return cls(
            preset.true_peak_ceiling_dbtp,
            preset.loudness_tolerance_lu,
            is_rough=preset.is_rough,
            delivery=preset.name,
            loudness_target=preset.loudness_target,
            is_limit=preset.is_limit,
            is_leq_m=preset.loudness_meter == "leq_m",
            short_term_at_most_lufs=preset.short_term_at_most_lufs,
            pixel_format=preset.pixel_format,
            video_codec=preset.video_codec,
            audio_codec=preset.audio_codec,
        )


def measured_rows(
    measured: Mapping[str, Any],
    vibe: VibeProfile,
    manifest: Manifest,
    size: tuple[int, int] | None,
    rate: FrameRate,
    promised: Promised,
    captions: Sequence[str] = (),
) -> tuple[Measured, ...]:
    """The finished file's figures, the ones that people ask for first; empty where nothing was measured."""
    if not measured:
        return ()
    duration = float(measured["duration_s"])
    asked = manifest.duration_s
    rows = [
        Measured("Delivery", DELIVERY_WORDS.get(promised.delivery, promised.delivery), "", None),
        Measured(
            "Length",
            length(duration),
            f"{length(asked)} ± {DURATION_TOLERANCE_S:g} s" if asked is not None else "as cut",
            abs(duration - asked) <= DURATION_TOLERANCE_S if asked is not None else None,
        ),
        *_sound_rows(measured, vibe, promised),
        Measured(
            "Picture",
            f"{measured['width']} × {measured['height']}",
            f"{size[0]} × {size[1]}" if size is not None else "",
            (measured["width"], measured["height"]) == size if size is not None else None,
        ),
        Measured(
            "Frame rate",
            f"{measured['rate']} {'constant' if measured['is_constant_rate'] else 'varying'}",
            f"{rate} constant",
            measured["rate"] == str(rate) and bool(measured["is_constant_rate"]),
        ),
        Measured("Frames", f"{measured['frames']:,}".replace(",", "\u202f"), "", None),
        Measured(
            "Pixel format",
            str(measured["pixel_format"]),
            promised.pixel_format,
            measured["pixel_format"] == promised.pixel_format,
        ),
        Measured(
            "Video codec",
            f"{measured['codec']} {measured['profile']}".strip(),
            promised.video_codec,
            measured["codec"] == promised.video_codec,
        ),
        Measured(
            "Colour tags",
            " / ".join(measured["color"]),
            "bt709 / bt709 / bt709 / tv",
            list(measured["color"]) == ["bt709", "bt709", "bt709", "tv"],
        ),
        *_skew_rows(measured),
        Measured(
            "Index before the data",
            "yes" if measured["is_moov_first"] else "no",
            "yes",
            bool(measured["is_moov_first"]),
        ),
        Measured("Black stretches", _stretches(measured["black"]), "", None),
        Measured("Frozen stretches", _stretches(measured["frozen"]), "", None),
        *_flash_rows(measured, promised),
        Measured("Captions", ", ".join(captions) or "no files", "", None),
    ]
    return tuple(rows)


def _sound_rows(measured: Mapping[str, Any], vibe: VibeProfile, promised: Promised) -> list[Measured]:
    loudness, peak = measured["integrated_lufs"], measured["true_peak_dbtp"]
    target = vibe.loudness_lufs if promised.loudness_target is None else promised.loudness_target
    unit = "dB Leq(m)" if promised.is_leq_m else "LUFS"
    reached = measured.get("leq_m_db") if promised.is_leq_m and loudness is not None else loudness
    most = target + promised.loudness_tolerance_lu
    wanted = f"{signed(target)} ± {promised.loudness_tolerance_lu:g} {unit}"
    is_close = reached is not None and abs(reached - target) <= promised.loudness_tolerance_lu
    if promised.is_limit:
        wanted, is_close = f"at most {signed(most, 1)} {unit}", reached is not None and reached <= most
    rows = [
        Measured(
            "Loudness",
            "silent" if reached is None else f"{signed(reached, 1)} {unit}",
            f"near {signed(target)} {unit}" if promised.is_rough else wanted,
            None if reached is None or promised.is_rough else is_close,
        )
    ]
    short_term, limit = measured.get("short_term_max_lufs"), promised.short_term_at_most_lufs
    if short_term is not None:
        rows.append(
            Measured(
                "Loudest three seconds",
                f"{signed(short_term, 1)} LUFS",
                "" if limit is None else f"at most {signed(limit, 1)} LUFS",
                None if limit is None else short_term <= limit,
            )
        )
    if peak is not None:
        rows.append(
            Measured(
                "True peak",
                f"{signed(peak, 1)} dBTP",
                "" if promised.is_rough else f"at most {signed(promised.true_peak_ceiling_dbtp, 1)} dBTP",
                None if promised.is_rough else peak <= promised.true_peak_ceiling_dbtp,
            )
        )
    if measured["audio_codec"]:
        rows.append(
            Measured(
                "Sound codec",
                f"{measured['audio_codec']} at {measured['audio_sample_rate'] / 1000:g} kHz",
                f"{promised.audio_codec} at 48 kHz",
                (measured["audio_codec"], measured["audio_sample_rate"]) == (promised.audio_codec, 48_000),
            )
        )
    return rows


def _flash_rows(measured: Mapping[str, Any], promised: Promised) -> list[Measured]:
    """Flashes, where they were looked for: older records and rough files hold no word of them."""
    if promised.is_rough or "flashes" not in measured:
        return []
    found = measured["flashes"]
    return [Measured("Flashes", _stretches(found), "at most three a second", not found)]


def _skew_rows(measured: Mapping[str, Any]) -> list[Measured]:
    if not measured["audio_codec"]:
        return []
    start, whole = float(measured["audio_skew_ms"]), float(measured["length_skew_ms"])
    return [
        Measured(
            "Sound starts after picture",
            f"{signed(start)} ms",
            f"within {SKEW_AT_MOST_MS:g} ms",
            abs(start) <= SKEW_AT_MOST_MS,
        ),
        Measured(
            "Sound longer than picture",
            f"{signed(whole)} ms",
            f"within {LENGTH_SKEW_AT_MOST_MS:g} ms",
            abs(whole) <= LENGTH_SKEW_AT_MOST_MS,
        ),
    ]


def _stretches(found: Sequence[Mapping[str, float]]) -> str:
    named = [f"{clock(one['start_s'])}–{clock(one['end_s'])}" for one in found[:STRETCHES_NAMED]]
    more = len(found) - len(named)
    return ", ".join([*named, *([f"{more} more"] if more > 0 else [])]) or "none"


def planned_rows(
    manifest: Manifest, layout: Layout, grid: BeatGrid | None, vibe: VibeProfile
) -> tuple[Measured, ...]:
    """What the cut holds by its own figures, rendered or not."""
    lengths = sorted(clip.source_end_s - clip.source_start_s for clip in manifest.clips)
    heard = sum(clip.source_end_s - clip.source_start_s for clip in manifest.clips if clip.lines)
    share = heard / sum(lengths)
    rows = [
        Measured("Clips", str(len(manifest.clips)), "", None),
        Measured(
            "Clip lengths",
            f"{lengths[0]:.2f} to {lengths[-1]:.2f} s, half of them under {median(lengths):.2f} s",
            "",
            None,
        ),
        Measured(
            "Clips in which somebody speaks",
            f"{100 * share:.0f} % of the time",
            f"{100 * vibe.dialogue_share:.0f} ± {100 * DIALOGUE_TOLERANCE:.0f} %",
            abs(share - vibe.dialogue_share) <= DIALOGUE_TOLERANCE if heard else None,
        ),
    ]
    meant = [
        layout.items[position + 1].cut
        for position, item in enumerate(layout.items[:-1])
        if item.kind == "clip" and manifest.clips[item.index].on_beat
    ]
    if grid is not None and meant:
        on_beat = sum(is_near_beat(cut, layout.rate, grid) for cut in meant)
        rows.append(
            Measured(
                "Cuts on the beat",
                f"{on_beat} of {counted(len(meant), 'cut')} meant for one",
                f"{100 * ON_BEAT_AT_LEAST:.0f} %",
                on_beat >= ON_BEAT_AT_LEAST * len(meant),
            )
        )
    return tuple(rows)


def is_near_beat(cut: int, rate: FrameRate, grid: BeatGrid) -> bool:
    """Whether an output frame lies within one of a half beat."""
    return abs(cut - grid.frame(grid.nearest_beat(rate.seconds(cut), 2), rate)) <= 1
