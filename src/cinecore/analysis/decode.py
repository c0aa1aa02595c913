"""One ffmpeg process that hands out small pictures, their times, stills and sound; nothing is measured here.

Four pipes leave it: raw pictures of about 320 pixels, JPEG stills, float sound, and the presentation
times of both picture branches. Every pipe is drained by a thread of its own; the pictures wait in a
short queue, so that memory stays flat however long the film is.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import IO

import numpy as np
import numpy.typing as npt

from cinecore.analysis.sound import SAMPLE_RATE, SoundMeter
from cinecore.analysis.stills import StillWriter
from cinecore.errors import InputError
from cinecore.ffmpeg.binaries import has_filter
from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.graph import Filter, Graph, filter_
from cinecore.ffmpeg.run import open_process
from cinecore.media import AudioStream, MediaFile, VideoStream
from cinecore.timebase import round_half_up

LONG_SIDE = 320
"""Pixels of the longer side of a measured picture: enough for cuts, motion and sharpness, at 1.07 × decoding."""

BLOCK = 8
"""Both sides of a measured picture are multiples of this, so that blocks of 4 and 8 fit evenly."""

STILL_LINES = 420
PREVIEW_STILL_LINES = 180
STILL_SPACING_S = Fraction(1, 2)
SEEK_AHEAD_S = Fraction(6)
"""A seek aims this much too early, since MPEG-TS and broken indexes land late."""

BATCH_FRAMES = 64
QUEUED_BATCHES = 3

Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PassPlan:
    """What will be decoded and at which sizes; of keyframes alone, the sound is left out too."""

    media: MediaFile
    video: VideoStream
    audio: AudioStream | None
    width: int
    height: int
    still_width: int
    still_height: int
    in_s: Fraction
    out_s: Fraction | None
    hardware: str | None = None
    """The hardware decoder to use, as `-hwaccel` names it."""
    keyframes_only: bool = False

    @property
    def frame_bytes(self) -> int:
        """Bytes of one yuv420p picture."""
        return self.width * self.height * 3 // 2

    @property
    def sound_channels(self) -> int:
        """Channels in which the sound arrives: 1, 2 or 6 (5.1)."""
        if self.audio is None:
            return 0
        return self.audio.channels if self.audio.channels <= 2 else 6

    @property
    def sound_start_step(self) -> int:
        """Tenths of a second from the film's start to the first sound delivered."""
        return int(self.in_s * 10)


def plan_pass(
    media: MediaFile,
    *,
    audio_track: int | None,
    in_s: Fraction | None,
    out_s: Fraction | None,
    hardware: str | None = None,
    keyframes_only: bool = False,
) -> PassPlan:
    """Sizes, track and part of the film for one pass; `audio_track` counts sound tracks from 0.

    Raises:
        InputError: No picture, no such track, or an empty part.
    """
    if media.video is None:
        raise InputError("There are no moving pictures in this file.", media.path, "Give a film.")
    begin = max(in_s or Fraction(0), Fraction(0))
    if out_s is not None and out_s <= begin:
        raise InputError("The part of the film ends before it begins.", media.path, "Swap --in and --out.")
    if begin and begin >= media.duration:
        raise InputError("The part begins past the film's end.", media.path, "Choose an earlier --in.")
    audio: AudioStream | None = None
    if audio_track is not None:
        if not 0 <= audio_track < len(media.audio):
            raise InputError(
                f"There is no sound track {audio_track}; the film has {len(media.audio)}.",
                media.path,
                "Count from 0.",
            )
        audio = media.audio[audio_track]
    elif media.audio:
        audio = media.audio[media.default_audio]
    width, height = _fitted(media.video.display_size, LONG_SIDE, BLOCK)
    display_width, display_height = media.video.display_size
    still_height = min(PREVIEW_STILL_LINES if keyframes_only else STILL_LINES, display_height // 2 * 2)
    still_width = max(2, round(display_width * still_height / display_height / 2) * 2)
    return PassPlan(
        media=media,
        video=media.video,
        audio=None if keyframes_only else audio,
        width=width,
        height=height,
        still_width=still_width,
        still_height=max(2, still_height),
        in_s=begin,
        out_s=out_s,
        hardware=hardware,
        keyframes_only=keyframes_only,
    )


def _fitted(size: tuple[int, int], long_side: int, multiple: int) -> tuple[int, int]:
    """The size with its longer side at `long_side` and both sides multiples of `multiple`, at least 64."""
    scale = long_side / max(size)
    width, height = (max(64, round(side * scale / multiple) * multiple) for side in size)
    return min(width, long_side), min(height, long_side)


def pass_arguments(plan: PassPlan) -> list[str]:
    """The ffmpeg arguments of one pass; pure. Pipes: 0 stills, 1 sound, 2 picture times, 3 still times."""
    # seeking lands where an index says; the exact part is cut out below, by presentation time
    ahead = max(SEEK_AHEAD_S, plan.media.seek_lead_s)
    seek_s = max(Fraction(0), plan.in_s - ahead)
    length = None if plan.out_s is None else plan.out_s - seek_s + SEEK_AHEAD_S
    arguments = [
        *PREAMBLE,
        "-copyts",
        # frames come back to main memory: what is measured and how does not change
        *(("-hwaccel", plan.hardware) if plan.hardware else ()),
        # one thread: handing out frames that are skipped costs more than decoding those that are not
        *(("-skip_frame", "nokey", "-threads", "1") if plan.keyframes_only else ()),
        *local_input(plan.media.path, start_s=seek_s, length_s=length),
    ]
    graph = Graph()
    field_filters = [filter_("field", type="top")] if plan.video.is_interlaced else []
    graph.add(
        f"0:{plan.video.index}",
        [*_part(plan, "trim"), *field_filters, filter_("split", outputs=2)],
        ("picture", "shown"),
    )
    graph.add(
        "picture",
        [
            filter_("scale", w=plan.width, h=plan.height, flags="fast_bilinear", out_range="tv"),
            filter_("format", pix_fmts="yuv420p"),
            *_timed("{fd2}"),
        ],
        "small",
    )
    spacing = round_half_up(STILL_SPACING_S / plan.video.time_base)
    graph.add(
        "shown",
        [
            filter_("select", expr=f"isnan(prev_selected_pts)+gte(pts-prev_selected_pts,{spacing})"),
            filter_("scale", w=plan.still_width, h=plan.still_height, flags="bilinear"),
            *_tone_mapped(plan.video),
            filter_("scale", out_range="pc"),
            filter_("format", pix_fmts="yuvj420p"),
            *_timed("{fd3}"),
        ],
        "stills",
    )
    outputs = [
        "-map",
        "[small]",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1/25",
        "-f",
        "rawvideo",
        "pipe:1",
    ]
    outputs += [
        "-map",
        "[stills]",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1/25",
        "-c:v",
        "mjpeg",
        "-q:v",
        "4",
        "-threads:v",
        "1",
    ]
    outputs += ["-flags", "+bitexact", "-f", "image2pipe", "{pipe0}"]
    if plan.audio is not None:
        graph.add(f"0:{plan.audio.index}", _sound_filters(plan), "sound")
        outputs += ["-map", "[sound]", "-c:a", "pcm_f32le", "-f", "f32le", "{pipe1}"]
    return [*arguments, "-filter_complex", str(graph), *outputs]


def _part(plan: PassPlan, name: str) -> list[Filter]:
    """`trim` or `atrim` to the part asked for, in the file's own presentation times; nothing for a whole film."""
    options: list[tuple[str, str]] = []
    if plan.in_s > 0:
        options.append(("start", decimal(plan.media.start + plan.in_s)))
    if plan.out_s is not None:
        options.append(("end", decimal(plan.media.start + plan.out_s)))
    return [Filter(name, tuple(options))] if options else []


def _timed(pipe: str) -> list[Filter]:
    """Print each frame's time to a pipe, then count frames so that no muxer minds irregular times."""
    return [
        filter_("metadata", mode="add", key="cine", value="1"),
        filter_("metadata", mode="print", key="cine", file=f"pipe:{pipe}"),
        filter_("settb", expr="1/25"),
        filter_("setpts", expr="N"),
    ]


def _tone_mapped(video: VideoStream) -> list[Filter]:
    """PQ and HLG pictures brought to BT.709 for stills, where this ffmpeg can."""
    if not video.is_hdr or not (has_filter("zscale") and has_filter("tonemap")):
        return []
    return [
        filter_("zscale", transfer="linear", npl=200),
        filter_("format", pix_fmts="gbrpf32le"),
        filter_("zscale", primaries="bt709"),
        filter_("tonemap", tonemap="hable", desat=0),
        filter_("zscale", transfer="bt709", matrix="bt709", range="limited"),
        filter_("format", pix_fmts="yuv420p"),
    ]


def _sound_filters(plan: PassPlan) -> list[Filter]:
    """The track at 48 kHz in 1, 2 or 5.1 channels, its gaps and its late start filled with silence."""
    assert plan.audio is not None  # noqa: S101 - asked by the caller
    filters = _part(plan, "atrim")
    if plan.audio.channels > 8 or (plan.audio.channels > 2 and not plan.audio.layout):
        filters.append(Filter("pan", (("args", "stereo|c0=c0|c1=c1"),)))
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[plan.sound_channels]
    begin = plan.media.start + Fraction(plan.sound_start_step, 10)
    filters += [
        filter_("aresample", sample_rate=SAMPLE_RATE, async_=1, first_pts=round_half_up(begin * SAMPLE_RATE)),
        filter_("aformat", sample_fmts="flt", channel_layouts=layout),
    ]
    return filters


@dataclass
class Delivered:
    """What arrived beside the pictures, whole once the pass has ended."""

    frame_times: list[int] = field(default_factory=list)
    """Presentation times in the video stream's time base, as the file says them."""
    still_times: list[int] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


def decode(
    plan: PassPlan, stills: StillWriter, sound: SoundMeter | None, on_pictures: Callable[[Pictures], None]
) -> Delivered:
    """Run the pass: `on_pictures` gets batches of shape (n, frame_bytes) in this thread.

    Raises:
        ToolError: ffmpeg failed.
        OutputError: A still could not be written.
    """
    delivered = Delivered()
    with open_process(pass_arguments(plan), extra_pipes=4) as running:
        batches: queue.Queue[Pictures | None] = queue.Queue(QUEUED_BATCHES)
        stopped = threading.Event()
        sinks = [
            (running.pipes[0], stills.drain),
            (running.pipes[1], sound.drain if sound is not None else _discard),
            (running.pipes[2], lambda pipe: _read_times(pipe, delivered.frame_times)),
            (running.pipes[3], lambda pipe: _read_times(pipe, delivered.still_times)),
            (running.stdout, lambda pipe: _queue_pictures(pipe, plan.frame_bytes, batches, stopped)),
        ]
        threads = [
            threading.Thread(target=_guarded, args=(sink, pipe, delivered.errors), daemon=True)
            for pipe, sink in sinks
        ]
        for thread in threads:
            thread.start()
        try:
            for batch in _batches(batches, delivered.errors):
                on_pictures(batch)
            for thread in threads:
                thread.join()
            if delivered.errors:
                raise delivered.errors[0]
            running.finish()
        finally:
            stopped.set()
            running.stop()
            for thread in threads:
                thread.join()
    return delivered


def _batches(batches: queue.Queue[Pictures | None], errors: list[BaseException]) -> Iterator[Pictures]:
    while True:
        if errors:
            raise errors[0]
        try:
            batch = batches.get(timeout=0.5)
        except queue.Empty:
            continue
        if batch is None:
            return
        yield batch


def _guarded(sink: Callable[[IO[bytes]], None], pipe: IO[bytes], errors: list[BaseException]) -> None:
    """A sink's thread: its error is kept for the caller, its pipe read on so that ffmpeg never hangs."""
    try:
        sink(pipe)
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
        errors.append(error)
        _discard(pipe)


def _discard(pipe: IO[bytes]) -> None:
    try:
        while pipe.read(1 << 16):
            pass
    except (OSError, ValueError):  # closed under us when the pass is given up
        return


def _queue_pictures(
    pipe: IO[bytes], frame_bytes: int, batches: queue.Queue[Pictures | None], stopped: threading.Event
) -> None:
    while not stopped.is_set():
        block = bytearray(BATCH_FRAMES * frame_bytes)
        view = memoryview(block)
        filled = 0
        while filled < len(block):
            count = pipe.readinto(view[filled:])  # type: ignore[attr-defined]  # a buffered reader has it
            if not count:
                break
            filled += count
        whole = filled // frame_bytes
        if whole:
            _put(batches, np.frombuffer(block, np.uint8)[: whole * frame_bytes].reshape(whole, -1), stopped)
        if filled < len(block):
            break
    _put(batches, None, stopped)


def _put(batches: queue.Queue[Pictures | None], batch: Pictures | None, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            batches.put(batch, timeout=0.5)
        except queue.Full:
            continue
        return


def _read_times(pipe: IO[bytes], times: list[int]) -> None:
    """Collect the `pts:` of lines such as `frame:0    pts:2002    pts_time:0.083`."""
    times.extend(
        int(line.split(b"pts:", 1)[1].split(None, 1)[0]) for line in pipe if line.startswith(b"frame:")
    )
