"""Stage 7: one timeline becomes one measured trailer; the work folder keeps what the next run can use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cinecore.errors import CineError, ToolError
from cinecore.media import MediaFile
from cinecore.ports import ProgressListener, silent
from cinecore.render.deliver import Bench, Delivery, deliver
from cinecore.render.presets import WEB, DeliveryPreset
from cinecore.render.segments import FilmInput
from cinecore.timeline import Timeline
from cinecut.conform.sound import mix_timeline
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
) -> Delivery:
    """The finished trailer and what was measured in it; `output` is replaced only by a whole one.

    `on_whole` is handed the whole file before it takes the output's name.

    Raises:
        ConformError: A program failed, or the file misses a promise.
        OutputError: The place cannot be written.
    """
    films = {source.key: FilmInput(media, is_one_to_one, preset.is_rough) for source in timeline.sources}
    try:
        # before the pictures, so that a sound that cannot be made is said at once; its stems are let go here
        sound = mix_timeline(timeline, media).pcm
        return deliver(
            timeline,
            films,
            sound,
            output,
            Bench(work_dir),
            preset=preset,
            jobs=jobs,
            listen=listen,
            on_whole=on_whole,
        )
    except ToolError as error:
        raise ConformError(_told(error)) from error  # the output is the one file this cannot have touched


def _told(error: CineError) -> str:
    tail = getattr(error, "tail", "")
    last = [line for line in tail.splitlines() if line.strip()][-3:]
    return " ".join([error.happened, *last])
