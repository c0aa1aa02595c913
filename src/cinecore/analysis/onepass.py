"""The whole analysis of a film: one decode, then decisions on what it measured; no drawing of conclusions.

`analyse_film` is the room's one entry. It gives values, leaves stills in a folder and stores nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.analysis.cuts import find_boundaries
from cinecore.analysis.decode import Delivered, PassPlan, Pictures, decode, plan_pass
from cinecore.analysis.fences import find_fences
from cinecore.analysis.film import FilmAnalysis, Shot, SoundCurves, Still
from cinecore.analysis.light import luma_table
from cinecore.analysis.picture import SAMPLE_EVERY, PictureMeasures, PictureMeter
from cinecore.analysis.repeats import find_repeats
from cinecore.analysis.rough import spread
from cinecore.analysis.shots import build_shots, picture_box
from cinecore.analysis.sound import SoundMeter
from cinecore.analysis.stills import StillWriter
from cinecore.errors import InputError
from cinecore.media import MediaFile

STILLS_FOLDER = "stills"

MISSING_PICTURE_S = 1.0
"""A longer stretch without pictures is told; credits may run on in sound alone for less."""


def analyse_film(
    media: MediaFile,
    out_dir: Path,
    *,
    audio_track: int | None = None,
    in_s: Fraction | None = None,
    out_s: Fraction | None = None,
    hardware: str | None = None,
    keyframes_only: bool = False,
    progress: Callable[[float], None] | None = None,
) -> FilmAnalysis:
    """What one pass over the film learned; stills are left in `out_dir/stills`.

    `audio_track` counts sound tracks from 0 (None: the default one). `in_s` and `out_s` bound the part
    that is analysed, in seconds from the film's start; all times in the result stay the film's own.
    `hardware` names a hardware decoder (`cinecore.ffmpeg.hardware`); the caller holds the GPU lock.
    `keyframes_only` is for previews: only keyframes are decoded, no sound, and shots are guessed from them.
    `progress` hears the share done, 0..1.

    Raises:
        InputError: No picture in it, no such track, an empty part, or not one frame can be decoded.
        ToolError: ffmpeg failed half-way.
        OutputError: `out_dir` cannot be written.
    """
    plan = plan_pass(
        media,
        audio_track=audio_track,
        in_s=in_s,
        out_s=out_s,
        hardware=hardware,
        keyframes_only=keyframes_only,
    )
    stills = StillWriter(out_dir / STILLS_FOLDER)
    sound = SoundMeter(plan.sound_channels, start_step=plan.sound_start_step) if plan.audio else None
    meter = PictureMeter(
        plan.width,
        plan.height,
        luma_table(plan.video.color_transfer),
        sample_every=1 if keyframes_only else SAMPLE_EVERY,
    )
    per_second = Fraction(1, 4) if keyframes_only else plan.video.average_rate.fps
    expected = max(1.0, float(((out_s or media.duration) - plan.in_s) * per_second))
    done = 0

    def on_pictures(batch: Pictures) -> None:
        nonlocal done
        meter.add(batch)
        done += len(batch)
        if progress is not None:
            progress(min(1.0, done / expected))

    delivered = decode(plan, stills, sound, on_pictures)
    analysis = _concluded(plan, delivered, meter.result(), stills, sound.curves() if sound else None)
    if progress is not None:
        progress(1.0)
    return analysis


def _concluded(
    plan: PassPlan,
    delivered: Delivered,
    measures: PictureMeasures,
    stills: StillWriter,
    curves: SoundCurves | None,
) -> FilmAnalysis:
    frames = min(len(delivered.frame_times), len(measures.luma))
    if not frames:
        raise InputError("Not one picture of the film can be decoded.", plan.media.path, "Try playing it.")
    time_base = plan.video.time_base
    # the container's start need not lie on the video's time base: take a base that holds both
    exact_base = Fraction(1, _common_denominator(time_base, plan.media.start))
    scale = int(time_base / exact_base)
    offset = int(plan.media.start / exact_base)
    frame_pts = np.array(delivered.frame_times[:frames], np.int64) * scale - offset
    if plan.keyframes_only:
        until = min(plan.out_s, plan.media.duration) if plan.out_s is not None else plan.media.duration
        end_s = max(float(until), float(int(frame_pts[-1]) * exact_base))
        measures, frame_pts, boundaries = spread(
            measures, frame_pts, exact_base, plan.video.average_rate, end_s
        )
        frames = len(frame_pts)
    else:
        step = (
            int(np.median(np.diff(frame_pts)))
            if frames > 1
            else round(1 / (plan.video.average_rate.fps * exact_base))
        )
        end_s = float((int(frame_pts[-1]) + step) * exact_base)
        boundaries = find_boundaries(measures)
    begin_s = float(int(frame_pts[0]) * exact_base)
    shots = build_shots(measures, boundaries, frame_pts, exact_base, end_s)
    times = np.append(frame_pts * float(exact_base), end_s)
    motion = measures.motion[:frames].copy()
    motion[[change.cut for change in boundaries.changes if change.kind == "hard"]] = 0
    kept = _stills(delivered.still_times, stills, scale, offset, exact_base, shots, measures, times)
    fenced = find_fences(measures, boundaries, times, shots, (begin_s, end_s))
    return FilmAnalysis(
        frame_pts=frame_pts,
        time_base=exact_base,
        duration_s=end_s,
        luma=measures.luma[:frames],
        motion=motion,
        change=measures.change[:frames],
        shots=shots,
        stills=kept,
        fences=(*fenced.fences, *find_repeats(shots, measures.luma[:frames], motion, times)),
        picture_box=picture_box(measures.lit),
        sound=curves,
        notices=(
            *_notices(plan, curves),
            *fenced.notices,
            *_damage(plan, frame_pts * float(exact_base), end_s),
        ),
    )


def _common_denominator(*values: Fraction) -> int:
    result = 1
    for value in values:
        result = result * value.denominator // np.gcd(result, value.denominator)
    return int(result)


def _stills(
    still_times: list[int],
    writer: StillWriter,
    scale: int,
    offset: int,
    time_base: Fraction,
    shots: tuple[Shot, ...],
    measures: PictureMeasures,
    times: npt.NDArray[np.float64],
) -> tuple[Still, ...]:
    """The stills that show one shot and something; those inside transitions or in black are removed.

    A shot that is all transition keeps the still nearest its middle, so that no visible shot goes unseen.
    """
    starts = np.array([shot.start_s for shot in shots])
    clean: dict[int, list[Still]] = {}
    spare: dict[int, list[Still]] = {}
    for number in range(min(len(still_times), writer.count)):
        time_s = float((still_times[number] * scale - offset) * time_base)
        frame = min(int(np.searchsorted(times, time_s - 1e-6)), len(measures.luma) - 1)
        shot = shots[max(0, int(np.searchsorted(starts, time_s + 1e-6, side="right")) - 1)]
        sample = min(round(frame / SAMPLE_EVERY), len(measures.sharpness) - 1)
        still = Still(
            time_s=round(time_s, 6),
            shot=shot.index,
            file=writer.name(number),
            sharpness=round(float(measures.sharpness[sample]), 6),
            brightness=round(float(measures.luma[frame]), 6),
        )
        if measures.dark_share[frame] < 0.98:
            is_clean = shot.clean_start_s - 1e-6 <= time_s < shot.clean_end_s
            (clean if is_clean else spare).setdefault(shot.index, []).append(still)
    for index, stills in spare.items():
        if index not in clean:
            shot = shots[index]
            middle = (shot.clean_start_s + shot.clean_end_s) / 2
            clean[index] = [min(stills, key=lambda still, at=middle: abs(still.time_s - at))]  # type: ignore[misc]  # mypy cannot type a lambda with a default
    kept = tuple(still for index in sorted(clean) for still in clean[index])
    writer.keep_only({still.file for still in kept})
    return kept


def _notices(plan: PassPlan, curves: SoundCurves | None) -> tuple[str, ...]:
    notices: list[str] = []
    if plan.keyframes_only:
        return ()
    if plan.audio is None:
        notices.append("The film has no sound.")
    elif curves is None or curves.integrated_lufs is None:
        notices.append("The film's sound is silent.")
    return tuple(notices)


def _damage(plan: PassPlan, frame_times: npt.NDArray[np.floating], end_s: float) -> tuple[str, ...]:
    """What the picture lacks of what the container tells: its end, or a stretch of its middle."""
    notices: list[str] = []
    told_s = float(min(plan.out_s, plan.media.duration) if plan.out_s is not None else plan.media.duration)
    if told_s - end_s > MISSING_PICTURE_S:
        notices.append(
            f"The picture ends at {end_s:.1f} s though the film tells of {told_s:.1f} s: it may be cut short."
        )
    gaps = np.diff(frame_times)
    if len(gaps) and gaps.max() > MISSING_PICTURE_S:
        widest = int(gaps.argmax())
        notices.append(
            f"The picture is missing for {gaps[widest]:.1f} s at {frame_times[widest]:.1f} s: "
            "the film may be damaged."
        )
    return tuple(notices)
