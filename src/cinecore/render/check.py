"""A finished file's figures held against what its timeline and its preset promise; nothing is opened here."""

from __future__ import annotations

from cinecore.errors import ToolError
from cinecore.render.measure import Measurement
from cinecore.render.presets import DeliveryPreset
from cinecore.timeline import Timeline

COLOR = ("bt709", "bt709", "bt709", "tv")
"""Matrix, primaries, transfer and range of everything that is delivered."""

START_SKEW_AT_MOST_MS = 5
LENGTH_SKEW_AT_MOST_MS = 50


def loudness_of(measured: Measurement, preset: DeliveryPreset) -> float | None:
    """What was measured on the preset's own meter; None of a silent file."""
    if measured.integrated_lufs is None:
        return None
    return measured.leq_m_db if preset.loudness_meter == "leq_m" else measured.integrated_lufs


def check(timeline: Timeline, measured: Measurement, preset: DeliveryPreset) -> None:
    """Nothing, if the file is what the timeline asked for.

    Raises:
        ToolError: Which promise it misses, and by how much.
    """
    for problem in problems(timeline, measured, preset):
        raise ToolError(
            f"The rendered file misses a promise: {problem}.",
            None,
            "Nothing was replaced. Run again; if it stays, report it with this line.",
        )


def problems(timeline: Timeline, measured: Measurement, preset: DeliveryPreset) -> list[str]:
    """Every promise the file misses, with its figure."""
    found: list[str] = []
    if measured.frames != timeline.frames:
        found.append(f"{measured.frames} frames instead of {timeline.frames}")
    if (measured.width, measured.height) != (timeline.width, timeline.height):
        found.append(f"{measured.width}x{measured.height} instead of {timeline.width}x{timeline.height}")
    if measured.rate != str(timeline.rate) or not measured.is_constant_rate:
        found.append(
            f"rate {measured.rate}, constant: {measured.is_constant_rate}, instead of {timeline.rate}"
        )
    if measured.pixel_format != preset.pixel_format or measured.color != COLOR:
        found.append(f"picture is {measured.pixel_format} {'/'.join(measured.color)}")
    codecs = (measured.codec, measured.audio_codec)
    if codecs != (preset.video_codec, preset.audio_codec):
        found.append(f"picture and sound are {codecs[0]} and {codecs[1] or 'missing'}")
    if not measured.is_moov_first:
        found.append("the index does not stand first")
    if (
        abs(measured.audio_skew_ms) > START_SKEW_AT_MOST_MS
        or abs(measured.length_skew_ms) > LENGTH_SKEW_AT_MOST_MS
    ):
        found.append(f"sound starts {measured.audio_skew_ms} ms late, is {measured.length_skew_ms} ms longer")
    reached = loudness_of(measured, preset)
    if reached is not None and not preset.is_rough:
        target, unit = preset.target(timeline.loudness_lufs), preset.loudness_unit
        miss = max(0.0, reached - target) if preset.is_limit else abs(reached - target)
        if miss > preset.loudness_tolerance_lu:
            found.append(f"loudness {reached} {unit} instead of {target}")
        if measured.true_peak_dbtp is not None and measured.true_peak_dbtp > preset.true_peak_ceiling_dbtp:
            found.append(f"true peak {measured.true_peak_dbtp} dBTP over {preset.true_peak_ceiling_dbtp}")
        most, short_term = preset.short_term_at_most_lufs, measured.short_term_max_lufs
        if most is not None and short_term is not None and short_term > most:
            found.append(f"{short_term} LUFS in the loudest three seconds, over {most}")
    return found
