"""Stage 7: one timeline becomes one measured trailer; the work folder keeps what the next run can use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cinecore.audio.loudness import normalise
from cinecore.audio.mix import Mix
from cinecore.audio.stems import write_stems
from cinecore.errors import CineError, ToolError
from cinecore.ffmpeg.binaries import has_filter
from cinecore.language.captions import Caption
from cinecore.media import MediaFile
from cinecore.ports import ProgressListener, silent
from cinecore.render.deliver import Bench, Delivery, deliver
from cinecore.render.flashes import CALMING_FILTER
from cinecore.render.presets import WEB, DeliveryPreset
from cinecore.render.segments import FilmInput
from cinecore.timeline import Timeline
from cinecore.work.leftovers import scraps_folder
from cinecut.conform.calm import TRIES, calmer, told
from cinecut.conform.sound import mix_timeline
from cinecut.conform.voices import KeptVoices
from cinecut.errors import ConformError


def conform(
    timeline: Timeline,
    media: MediaFile,
    output: Path,
    work_dir: Path,
    *,
    is_one_to_one: bool,
    jobs: int,
    preset: DeliveryPreset = WEB,
    listen: ProgressListener = silent,
    on_whole: Callable[[Path], None] | None = None,
    stems: Path | None = None,
    notice: Callable[[str], None] | None = None,
    captions: Sequence[Caption] = (),
    kept_voices: KeptVoices | None = None,
) -> Delivery:
    """The finished trailer and what was measured in it; `output` is replaced only by a whole one.

    `on_whole` is handed the whole file before it takes the output's name. The mix's parts go into the folder `stems`,
    as loud as the trailer, where one is named. Where the finished file flashes more than is safe, its pictures are calmed
    and it is rendered again as far as that goes, and `notice` is told. `captions` are drawn into the pictures. `kept_voices` finds
    the voices in lines that are to be enhanced.

    Raises:
        ConformError: A program failed, or the file misses a promise.
        OutputError: The place cannot be written.
    """
    films = {source.key: FilmInput(media, is_one_to_one, preset.is_rough) for source in timeline.sources}
    try:
        # before the pictures, so that a sound that cannot be made is said at once; unless asked for, stems are let go
        mixed = mix_timeline(timeline, media, kept_voices)
        kept, sound = (mixed if stems is not None else None), mixed.pcm
        del mixed

        tries = TRIES if has_filter(CALMING_FILTER) else 0

        def delivered(shown: Timeline, attempt: int) -> Delivery:
            return deliver(
                shown,
                films,
                sound,
                output,
                Bench(work_dir),
                preset=preset,
                jobs=jobs,
                listen=listen,
                on_whole=on_whole,
                # what flashes takes no name as long as it may still be calmed
                takes_name=lambda measured: not measured.flashes or attempt == tries,
                captions=captions,
            )

        done = delivered(timeline, 0)
        flashed = done.measurement.flashes
        for attempt in range(1, tries + 1):
            if not done.measurement.flashes:
                break
            timeline = calmer(timeline, done.measurement.flashes, attempt)
            done = delivered(timeline, attempt)
        if flashed and notice is not None:
            notice(told(flashed, done.measurement.flashes))
        if stems is not None and kept is not None:
            with scraps_folder(work_dir, "conform") as scraps:
                write_stems(kept, _gain_db(kept, done), stems, Path(scraps))
    except ToolError as error:
        raise ConformError(_told(error)) from error  # the output is the one file this cannot have touched
    return done


def _gain_db(mixed: Mix, done: Delivery) -> float:
    """The gain that stands before the limiter where the mix becomes as loud as the finished file; 0 for silence."""
    loudness = done.measurement.integrated_lufs
    return 0.0 if loudness is None else normalise(mixed.pcm, loudness).gain_db


def _told(error: CineError) -> str:
    tail = getattr(error, "tail", "")
    last = [line for line in tail.splitlines() if line.strip()][-3:]
    return " ".join([error.happened, *last])
