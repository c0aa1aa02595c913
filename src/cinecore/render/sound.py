"""The finished sound put under finished pictures: as loud as promised, measured after its encode."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.leq_m import leq_m
from cinecore.audio.loudness import gated_loudness, normalise
from cinecore.audio.loudness import measure as loudness_of_mix
from cinecore.audio.short_term import hold_short_term
from cinecore.audio.wave import write_wav
from cinecore.errors import OutputError, ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run
from cinecore.files import write_error
from cinecore.ports import Progress, ProgressListener
from cinecore.render.check import loudness_of
from cinecore.render.encoders import muxer, sound_arguments
from cinecore.render.measure import Measurement, measure
from cinecore.render.presets import DeliveryPreset
from cinecore.timeline import Timeline

Sound = npt.NDArray[np.float32]

AAC_HEADROOM_DB = 0.5
"""First guess of how far AAC lifts true peaks; what is measured afterwards decides."""

PCM_HEADROOM_DB = 0.2
"""What a meter at eight times the rate finds over one at four: up to .09 dB measured, .2 in theory near 20 kHz."""

SOUND_TRIES = 4

MOST_LIMITED_DB = 6.0
"""How far peaks may be taken back for a loudness that is only a limit."""


def add_sound(
    timeline: Timeline,
    picture: Path,
    mix: Sound,
    output: Path,
    scraps: Path,
    preset: DeliveryPreset,
    listen: ProgressListener,
) -> Measurement:
    """Mux until the encoded loudness and true peak hold: an encoder moves both a little.

    `mix` is float32 (samples, 2) at 48 kHz, `picture` the joined pictures, `scraps` a folder for what is in between.

    Raises:
        ToolError: A program failed.
        OutputError: `output` cannot be written.
    """
    if preset.is_rough:
        return _add_rough_sound(timeline, picture, mix, output, scraps, preset)
    target = preset.target(timeline.loudness_lufs)
    is_leq_m = preset.loudness_meter == "leq_m"
    if preset.short_term_at_most_lufs is not None:
        mix = hold_short_term(mix, target, preset.short_term_at_most_lufs)
    headroom = AAC_HEADROOM_DB if preset.audio_codec == "aac" else PCM_HEADROOM_DB
    ceiling = preset.true_peak_ceiling_dbtp - headroom
    aim = _in_lufs(mix, target) if is_leq_m else target
    if preset.is_limit and (known := loudness_of_mix(mix)).integrated_lufs is not None:
        aim = min(aim, known.integrated_lufs + ceiling - known.true_peak_dbtp + MOST_LIMITED_DB)
    for attempt in range(SOUND_TRIES):
        wav = scraps / "mix.wav"
        try:
            write_wav(wav, normalise(mix, aim, ceiling_dbtp=ceiling).pcm)
        except OSError as error:
            raise write_error(error, wav) from error
        _mux(timeline, picture, wav, output, preset)
        listen(Progress("conform", timeline.frames, timeline.frames, "frames", "measuring"))
        measured = measure(output, wants_leq_m=is_leq_m)
        reached = loudness_of(measured, preset)
        if reached is None or measured.true_peak_dbtp is None:
            return measured
        miss = target - reached
        over = measured.true_peak_dbtp - preset.true_peak_ceiling_dbtp
        is_close = abs(miss) <= preset.loudness_tolerance_lu * 0.6 or (preset.is_limit and miss > 0)
        if attempt == SOUND_TRIES - 1 or (is_close and over <= 0):
            return measured
        aim += min(miss, 0.0) if preset.is_limit else miss
        if over > 0:
            ceiling -= over + 0.1
    return measured


def _in_lufs(mix: Sound, target_db: float) -> float:
    """The loudness at which a sound has that Leq(m), as far as both move together (a limiter parts them a little)."""
    now, then = gated_loudness(mix), leq_m(mix)
    return target_db if now is None or then is None else now + target_db - then


def _add_rough_sound(
    timeline: Timeline, picture: Path, mix: Sound, output: Path, scraps: Path, preset: DeliveryPreset
) -> Measurement:
    """Mux once, with the gain that brings the mix's mean power to the target and no peak over the ceiling."""
    flat = mix.reshape(-1)
    power = float(np.dot(flat, flat)) / len(flat) if len(flat) else 0.0
    peak = float(max(mix.max(initial=0.0), -mix.min(initial=0.0)))
    gain = 1.0
    if power > 0 and peak > 0:
        # two channels of equal mean power p measure about 10 log10(2 p) - 0.7 LUFS
        wanted = 10 ** ((timeline.loudness_lufs + 0.7) / 20) / np.sqrt(2 * power)
        gain = min(wanted, 10 ** ((preset.true_peak_ceiling_dbtp - 1) / 20) / peak)
    wav = scraps / "mix.wav"
    try:
        write_wav(wav, mix * np.float32(gain), kind="float32")  # a fifth of the work of 24 bits
    except OSError as error:
        raise write_error(error, wav) from error
    _mux(timeline, picture, wav, output, preset)
    return measure(output, is_rough=True)


def _mux(timeline: Timeline, picture: Path, wav: Path, output: Path, preset: DeliveryPreset) -> None:
    tags = [part for key, value in timeline.metadata for part in ("-metadata", f"{key}={value}")]
    try:
        run(
            [
                *(*PREAMBLE, *local_input(picture), *local_input(wav)),
                *("-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy"),
                *sound_arguments(preset),
                *("-map_metadata", "-1", "-fflags", "+bitexact", *tags),
                *("-movflags", "+faststart", "-f", muxer(preset), f"file:{output}"),
            ]
        )
    except ToolError as error:
        if not os.access(output.parent, os.W_OK):
            raise OutputError(
                "The folder of the output cannot be written.",
                output.parent,
                "Choose another place with --output.",
            ) from error
        raise
