"""Film sound and sound files as PCM, sample for sample where a player would play them; no levels are changed.

`start_s` counts as a player does: presentation time less the container's start. A track that begins
later, ends earlier or has holes yields silence there, so that nothing after a hole moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from cinecore.audio.wave import Pcm, silence
from cinecore.errors import Cancelled, InputError, KilledError, ToolError
from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.graph import Filter, Graph, filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import open_process, run
from cinecore.media import AudioStream, MediaFile
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import AudioCue, FilmSound

PREROLL_S = Fraction(1, 2)
"""Decoded before each stretch and thrown away: AAC, MP3, Vorbis and Opus need some earlier packets."""

MERGE_GAP_SAMPLES = 2 * SAMPLE_RATE
"""Stretches nearer than this are read as one: opening an input costs more than decoding 2 s of sound."""

INPUTS_PER_SPAWN = 40
"""Inputs of one ffmpeg; each holds one file handle and some MiB."""

UNSEEKABLE = frozenset({"avi", "mp3", "aac", "ac3", "eac3", "dts", "mpegvideo"})
"""Containers whose sound lands up to 12 ms off after a seek (measured: MP3 in AVI): read from the start."""

_FRAME_BYTES = 8
_BLOCK_BYTES = _FRAME_BYTES * SAMPLE_RATE


@dataclass(frozen=True)
class _Stretch:
    """Samples `[start, end)` of one track, counted from the container's start."""

    track: int
    takes_center: bool
    start: int
    end: int


def read_film_sounds(
    media: MediaFile,
    cues: Sequence[AudioCue],
    *,
    cancelled: Callable[[], bool] | None = None,
) -> list[Pcm]:
    """What each cue takes from the film: one array of exactly `cue.length` samples a cue, in order.

    Every cue's sound must be a `FilmSound` of this film; gains and fades are not applied.

    Raises:
        InputError: A cue names no sound of a film, or a sound track that this film lacks.
        ToolError: ffmpeg failed, or gave another number of samples than asked.
        Cancelled: `cancelled` said so.
    """
    wanted = [_wanted(media, cue) for cue in cues]
    stretches = _merged(wanted)
    read: dict[_Stretch, Pcm] = {}
    if UNSEEKABLE & set(media.container.split(",")):
        for track, takes_center in sorted({(item.track, item.takes_center) for item in stretches}):
            part = [item for item in stretches if (item.track, item.takes_center) == (track, takes_center)]
            read |= dict(zip(part, _read_through(media, part, cancelled), strict=True))
    else:
        for first in range(0, len(stretches), INPUTS_PER_SPAWN):
            part = stretches[first : first + INPUTS_PER_SPAWN]
            read |= dict(zip(part, _read(media, part, cancelled), strict=True))
    sounds: list[Pcm] = []
    for want in wanted:
        home = next(
            stretch
            for stretch in stretches
            if (stretch.track, stretch.takes_center) == (want.track, want.takes_center)
            and stretch.start <= want.start
            and want.end <= stretch.end
        )
        sounds.append(read[home][want.start - home.start : want.end - home.start].copy())
    return sounds


def _wanted(media: MediaFile, cue: AudioCue) -> _Stretch:
    sound = cue.sound
    if not isinstance(sound, FilmSound):
        raise InputError(
            "This sound does not come from a film.", type(sound).__name__, "Read it with its maker."
        )
    if not 0 <= sound.track < len(media.audio):
        raise InputError(
            f"The film has no sound track {sound.track + 1} (it has {len(media.audio)}).",
            media.path,
            "Choose another with --audio-track.",
        )
    start = round_half_up(sound.start_s * SAMPLE_RATE)
    takes_center = sound.prefers_center and media.audio[sound.track].has_center
    return _Stretch(sound.track, takes_center, start, start + cue.length)


def _merged(wanted: Sequence[_Stretch]) -> list[_Stretch]:
    """The stretches to read: sorted, neighbours joined, never across tracks or kinds."""
    ordered = sorted(wanted, key=lambda item: (item.track, item.takes_center, item.start, item.end))
    merged: list[_Stretch] = []
    for item in ordered:
        last = merged[-1] if merged else None
        if (
            last
            and (last.track, last.takes_center) == (item.track, item.takes_center)
            and item.start <= last.end + MERGE_GAP_SAMPLES
        ):
            merged[-1] = _Stretch(last.track, last.takes_center, last.start, max(last.end, item.end))
        else:
            merged.append(item)
    return merged


def _read(media: MediaFile, stretches: Sequence[_Stretch], cancelled: Callable[[], bool] | None) -> list[Pcm]:
    """One spawn of ffmpeg: an input a stretch, cut to exact samples, joined on one pipe."""
    # the file's own times: without this, ffmpeg shifts MPEG-TS and MPEG-PS by what their picture is early
    arguments: list[str] = [*PREAMBLE, "-copyts"]
    graph = Graph()
    for number, stretch in enumerate(stretches):
        stream = media.audio[stretch.track]
        seek = _seek_s(stretch.start, PREROLL_S + media.seek_lead_s)
        arguments += ["-vn", "-sn", "-dn", *local_input(media.path, start_s=seek)]
        skip = stretch.start - round_half_up(seek * SAMPLE_RATE)
        from_seek = filter_("asetpts", expr=f"PTS-({decimal(media.start + seek)})/TB")
        filters = [from_seek, *_to_stereo(stream, takes_center=stretch.takes_center)]
        length = stretch.end - stretch.start
        filters += [
            *([filter_("adelay", delays=f"{-skip}S", all=1)] if skip < 0 else []),
            filter_("apad", whole_len=max(0, skip) + length),
            filter_("atrim", start_sample=max(0, skip), end_sample=max(0, skip) + length),
            filter_("asetpts", expr="N/SR/TB"),
        ]
        graph.add(f"{number}:{stream.index}", filters, f"s{number}")
    graph.add(
        tuple(f"s{number}" for number in range(len(stretches))),
        [filter_("concat", n=len(stretches), v=0, a=1)],
        "all",
    )
    arguments += [
        "-filter_complex",
        str(graph),
        "-map",
        "[all]",
        "-f",
        "f32le",
        "-c:a",
        "pcm_f32le",
        "pipe:1",
    ]
    samples = _samples(run(arguments, cancelled=cancelled))
    lengths = [stretch.end - stretch.start for stretch in stretches]
    if len(samples) != sum(lengths):
        raise ToolError(
            f"ffmpeg gave {len(samples)} samples of the film's sound where {sum(lengths)} were asked.",
            media.path,
            "The sound track may be damaged; try another with --audio-track.",
        )
    edges = np.cumsum([0, *lengths])
    return [samples[edges[i] : edges[i + 1]] for i in range(len(lengths))]


def _read_through(
    media: MediaFile, stretches: Sequence[_Stretch], cancelled: Callable[[], bool] | None
) -> list[Pcm]:
    """One decode from the film's start; only the stretches are kept."""
    first = stretches[0]
    stream = media.audio[first.track]
    last = max(item.end for item in stretches)
    chain = [
        *_to_stereo(stream, takes_center=first.takes_center),
        filter_("apad", whole_len=max(1, last)),
        filter_("atrim", end_sample=max(1, last)),
    ]
    arguments = [*PREAMBLE, "-vn", "-sn", "-dn", *local_input(media.path), "-map", f"0:{stream.index}"]
    arguments += ["-af", print_chain(chain), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    kept = [silence(item.end - item.start) for item in stretches]
    position = 0
    with open_process(arguments) as running:
        while block := running.stdout.read(_BLOCK_BYTES):
            if cancelled is not None and cancelled():
                raise Cancelled
            sound = _samples(block)
            for item, target in zip(stretches, kept, strict=True):
                begin, end = max(position, item.start), min(position + len(sound), item.end)
                if begin < end:
                    target[begin - item.start : end - item.start] = sound[begin - position : end - position]
            position += len(sound)
        running.finish()
    return kept


def _seek_s(start: int, preroll_s: Fraction) -> Fraction:
    """Where to seek for sample `start`: `preroll_s` before it, on a whole millisecond."""
    early = Fraction(start, SAMPLE_RATE) - preroll_s
    return max(Fraction(0), Fraction(early.numerator * 1000 // early.denominator, 1000))


def _to_stereo(stream: AudioStream, *, takes_center: bool) -> list[Filter]:
    """48 kHz float stereo on the container's clock, holes filled with silence.

    Float is asked for before the down-mix: swresample lowers the whole sum only for integer samples.
    """
    on_clock = filter_("aresample", sample_rate=SAMPLE_RATE, async_=1, min_hard_comp=0.02, first_pts=0)
    is_float = filter_("aformat", sample_fmts="fltp")
    if takes_center:
        shape = [filter_("pan", args="stereo|c0=FC|c1=FC")]
    elif stream.channels == 1:
        shape = [filter_("pan", args="stereo|c0=c0|c1=c0")]
    else:
        shape = []
    stereo = filter_("aformat", sample_fmts="flt", channel_layouts="stereo", sample_rates=SAMPLE_RATE)
    return [on_clock, is_float, *shape, stereo]


def read_sound_file(
    path: Path,
    *,
    start_s: Fraction = Fraction(0),
    length: int | None = None,
    shortest_s: float = 0.0,
    cancelled: Callable[[], bool] | None = None,
) -> Pcm:
    """A sound file (or the first sound track of any file) from `start_s`, `length` samples or to its end.

    Where the file ends before `length` samples are full, the array is shorter: nothing is padded.

    Raises:
        InputError: Not there, not readable, without sound, silent throughout, or shorter than
            `shortest_s` seconds.
    """
    media = probe(path, needs_video=False)
    if not media.audio:
        raise InputError("There is no sound in this file.", path, "Give a sound file, or --music none.")
    stream = media.audio[0]
    limit = [] if length is None else [filter_("atrim", end_sample=length)]
    chain = [*_to_stereo(stream, takes_center=False), *limit]
    arguments = [*PREAMBLE, "-vn", *local_input(path, start_s=start_s), "-map", f"0:{stream.index}"]
    arguments += ["-af", print_chain(chain), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    try:
        sound = _samples(run(arguments, cancelled=cancelled))
    except KilledError:
        raise
    except ToolError as error:
        last = error.tail.splitlines()[-1] if error.tail else "no reason given"
        raise InputError(
            "ffmpeg cannot decode this sound file.", path, f"Try playing or converting it ({last})."
        ) from error
    if len(sound) < max(1, shortest_s * SAMPLE_RATE):
        raise InputError(
            f"This sound file is too short: {len(sound) / SAMPLE_RATE:.1f} s where {shortest_s:.1f} s are needed.",
            path,
            "Give a longer one.",
        )
    if float(np.abs(sound).max()) < 10 ** (-70 / 20):
        raise InputError("This sound file is silent.", path, "Give another one, or --music none.")
    return sound


def _samples(data: bytes) -> Pcm:
    """Raw float bytes as (samples, 2); broken files can hold values that are no numbers."""
    whole = len(data) // _FRAME_BYTES * _FRAME_BYTES
    sound = np.frombuffer(data[:whole], "<f4").reshape(-1, 2).astype(np.float32)
    if not np.isfinite(sound).all():
        sound = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
    return sound
