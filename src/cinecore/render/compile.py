"""A segment of the timeline turned into one ffmpeg command; pure, nothing is run here.

Exact source frames: each shot is an input of its own, opened half a frame before its first frame
(so that rounding in a container's time base cannot skip or add one) and laid on the trailer's ticks by
presentation time, whatever rate the file declares: headers of films with a variable rate tell stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.graph import Filter, Graph, filter_
from cinecore.media import VideoStream
from cinecore.render.burnt_captions import BurntCaptions
from cinecore.render.cards import CardArt
from cinecore.render.encoders import picture_arguments
from cinecore.render.flashes import calming_filters
from cinecore.render.framing import crop_filters
from cinecore.render.grade import grade_filter
from cinecore.render.lut import lut_filters
from cinecore.render.presets import DeliveryPreset
from cinecore.render.segments import Fade, FilmInput, Segment, SegmentShot
from cinecore.timeline import Card, FilmFrames, Framing

SEEK_MARGIN_VARIABLE_S = Fraction(4, 1000)
"""For films of variable rate: below the shortest frame in use (8 ms at 120 fps), above 1 ms time bases."""

LEAST_BARS = 4
"""Pixels of black beside a picture of another shape under which it is rather stretched: sizes are rounded."""

SD_BELOW_LINES = 720
"""Untagged pictures below this height are BT.601, as players take them."""


def segment_command(
    segment: Segment,
    films: Mapping[str, FilmInput],
    cards: Mapping[Card, CardArt],
    preset: DeliveryPreset,
    output: Path,
    captions: BurntCaptions | None = None,
) -> list[str]:
    """The arguments (without the program) that encode one segment into `output`, with captions drawn over all of it."""
    # the file's own times: without this, ffmpeg shifts some films (MPEG-TS, MPEG-PS) by what their sound is early
    arguments: list[str] = [*PREAMBLE, "-copyts"]
    graph = Graph()
    labels: list[str] = []
    inputs = 0
    for number, shot in enumerate(segment.shots):
        label = f"v{number}"
        labels.append(label)
        content = shot.content
        if isinstance(content, FilmFrames):
            film = films[content.source]
            arguments += ["-threads", "1", *_film_input(segment, shot, content, film)]
            filters = _film_filters(segment, shot, content, film)
            graph.add(f"{inputs}:{film.video.index}", filters, label)
            inputs += 1
        elif content.lines:
            arguments += ["-threads", "1", *local_input(cards[content].film)]
            graph.add(f"{inputs}:v", _card_filters(segment, shot), label)
            inputs += 1
        else:
            graph.add("", _plain_filters(segment, shot, content.kind), label)
    joined = _join(graph, segment, labels)
    graph.add(
        joined,
        [
            *_numbered(segment),
            filter_("trim", end_frame=segment.frames),
            *calming_filters(segment.calmed),
            *_said(captions),
            filter_("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv"),
        ],
        "out",
    )
    return [
        *arguments,
        "-filter_complex_threads",
        "1",
        "-filter_complex",
        str(graph),
        "-map",
        "[out]",
        *picture_arguments(segment.rate, preset),
        f"file:{output}",
    ]


def _said(captions: BurntCaptions | None) -> list[Filter]:
    if captions is None:
        return []
    return [filter_("ass", filename=str(captions.file), fontsdir=str(captions.fonts))]


def _film_input(segment: Segment, shot: SegmentShot, content: FilmFrames, film: FilmInput) -> list[str]:
    opened, _ = _opened(content, film)
    # one second more than needed: decoding stops by count, the limit only keeps a reader from running on
    length = content.start_s - opened + segment.rate.seconds(shot.frames) + 1
    # a held keyframe lies before the shot that it is shown in
    rough = ["-skip_frame", "nokey", "-noaccurate_seek"] if film.keyframes_only else []
    return [*rough, *local_input(film.media.path, start_s=opened, length_s=length)]


def _opened(content: FilmFrames, film: FilmInput) -> tuple[Fraction, Fraction]:
    """Seconds of the film at which it is opened, and at which the first frame to be used may lie."""
    source_frame = Fraction(1) / film.video.average_rate.fps
    margin = source_frame / 2 if film.is_one_to_one else min(source_frame / 2, SEEK_MARGIN_VARIABLE_S)
    first = max(Fraction(0), content.start_s - margin)
    return max(Fraction(0), first - film.media.seek_lead_s), first


def _film_filters(segment: Segment, shot: SegmentShot, content: FilmFrames, film: FilmInput) -> list[Filter]:
    video = film.video
    opened, first = _opened(content, film)
    begin = film.media.start
    filters: list[Filter] = []
    if first > opened and not film.keyframes_only:
        filters.append(filter_("trim", start=decimal(begin + first)))
    if video.is_interlaced:
        filters.append(filter_("bwdif", mode="send_frame"))
    look = _to_delivery_format(segment, video, content.framing, is_still=film.keyframes_only)
    if not segment.grade.is_neutral:
        look.append(grade_filter(segment.grade))
    if segment.lut is not None:
        look += lut_filters(segment.lut)
    look += calming_filters(content.calmed)
    # a held picture is made ready once, not once for every frame that it is held
    before, after = (look, []) if film.keyframes_only else ([], look)
    filters += [
        *before,
        # a clip's first frame becomes tick 0, and every later one its own
        filter_("setpts", expr=f"PTS-({decimal(begin + content.start_s)})/TB"),
        filter_("fps", fps=str(segment.rate), start_time=0),
        filter_("trim", end_frame=shot.frames),
        # a film that ends a frame early (a broken tail) holds its last frame rather than losing sync
        filter_("tpad", stop_mode="clone", stop=shot.frames),
        filter_("trim", end_frame=shot.frames),
        *_numbered(segment),
        *after,
    ]
    return [*filters, *_fades(shot)]


def _numbered(segment: Segment) -> list[Filter]:
    """One frame a tick of the output rate, counted from zero; `fps` declares the rate that xfade asks for."""
    return [
        filter_("settb", expr=f"1/({segment.rate})"),
        filter_("setpts", expr="N"),
        filter_("fps", fps=str(segment.rate)),
    ]


def _to_delivery_format(
    segment: Segment, video: VideoStream, framing: Framing | None, *, is_still: bool
) -> list[Filter]:
    """Size, square pixels, 8-bit 4:2:0, BT.709 and the part that is shown, doing only what this film needs."""
    filters: list[Filter] = []
    if video.is_hdr:
        filters += _tone_map()
    is_full_range = video.color_range == "pc" or video.pixel_format.startswith("yuvj")
    if framing is None:
        width, height = _inside(segment, video)
    else:  # the whole picture at the scale at which the part that is shown fills the output
        width, height = round(segment.width / framing.width), round(segment.height / framing.height)
    coded = (video.coded_width, video.coded_height)
    wanted = (segment.width, segment.height) if framing is None else (width, height)
    is_sized = coded == wanted and not video.rotation
    if not is_sized or is_full_range:
        options: dict[str, str | int] = {"w": width, "h": height, "flags": "bicubic"}
        if is_full_range:
            options |= {"in_range": "pc", "out_range": "tv"}
        filters.append(filter_("scale", **options))
    filters += [filter_("setsar", sar=1), filter_("format", pix_fmts="yuv420p")]
    if framing is not None:
        out = (segment.width, segment.height)
        return [
            *filters,
            *crop_filters(framing, (width, height), out, is_still=is_still),
            *_to_bt709(video),
        ]
    filters += _to_bt709(video)
    if (width, height) != (segment.width, segment.height):
        left, top = (segment.width - width) // 4 * 2, (segment.height - height) // 4 * 2
        filters.append(filter_("pad", w=segment.width, h=segment.height, x=left, y=top))
    return filters


def _to_bt709(video: VideoStream) -> list[Filter]:
    matrix = _matrix(video)
    if matrix == "bt709" or video.is_hdr:
        return []
    return [filter_("colormatrix", src=matrix, dst="bt709")]


def _inside(segment: Segment, video: VideoStream) -> tuple[int, int]:
    """The largest size of the film's own shape inside the output, even; all of it where they differ by rounding."""
    shown_width, shown_height = video.display_size
    scale = min(Fraction(segment.width, shown_width), Fraction(segment.height, shown_height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (shown_width, shown_height))
    if segment.width - width <= LEAST_BARS and segment.height - height <= LEAST_BARS:
        return segment.width, segment.height
    return width, height


def _matrix(video: VideoStream) -> str:
    """The YUV matrix the picture was made with; untagged ones as players guess."""
    known = {
        "bt709": "bt709",
        "bt470bg": "bt601",
        "smpte170m": "bt601",
        "smpte240m": "smpte240m",
        "fcc": "fcc",
        "bt2020nc": "bt2020",
        "bt2020c": "bt2020",
        "gbr": "bt709",
    }
    if video.color_space in known:
        return known[video.color_space]
    return "bt601" if video.coded_height < SD_BELOW_LINES else "bt709"


def _tone_map() -> list[Filter]:
    return [
        filter_("zscale", t="linear", npl=100),
        filter_("format", pix_fmts="gbrpf32le"),
        filter_("zscale", p="bt709"),
        filter_("tonemap", tonemap="hable", desat=0),
        filter_("zscale", t="bt709", m="bt709", r="tv"),
    ]


def _card_filters(segment: Segment, shot: SegmentShot) -> list[Filter]:
    """The entrance, then its last picture for as long as the card stands."""
    return [
        *_numbered(segment),
        filter_("tpad", stop_mode="clone", stop=shot.frames),
        filter_("trim", end_frame=shot.frames),
        *_numbered(segment),
        filter_("setsar", sar=1),
        filter_("format", pix_fmts="yuv420p"),
        *_fades(shot),
    ]


def _plain_filters(segment: Segment, shot: SegmentShot, kind: str) -> list[Filter]:
    color = "white" if kind == "white" else "black"
    return [
        filter_("color", c=color, s=f"{segment.width}x{segment.height}", r=str(segment.rate)),
        filter_("trim", end_frame=shot.frames),
        *_numbered(segment),
        filter_("setsar", sar=1),
        filter_("format", pix_fmts="yuv420p"),
        *_fades(shot),
    ]


def _fades(shot: SegmentShot) -> list[Filter]:
    filters: list[Filter] = []
    if shot.fade_in:
        filters += _fade("in", 0, shot.fade_in)
    if shot.fade_out:
        filters += _fade("out", shot.frames - shot.fade_out.frames, shot.fade_out)
    return filters


def _fade(direction: str, start: int, fade: Fade) -> list[Filter]:
    plain = filter_("fade", type=direction, start_frame=start, nb_frames=fade.frames)
    if fade.color == "black":
        return [plain]
    # `fade` reaches white in RGB only; the same matrix both ways leaves the other frames as they were ±1
    return [
        filter_("scale", in_color_matrix="bt709"),
        filter_("format", pix_fmts="gbrp"),
        Filter("fade", (*plain.options, ("color", fade.color))),
        filter_("scale", out_color_matrix="bt709", out_range="tv"),
        filter_("format", pix_fmts="yuv420p"),
    ]


def _join(graph: Graph, segment: Segment, labels: list[str]) -> str:
    """Bodies and crossfades one after the other, in one concatenation.

    ffmpeg's `xfade` is not used: in 5.1 it drops the frame after each transition (measured: 50 + 50 + 42
    frames with two overlaps of 8 gave 125, not 126). Here the last frames of one shot and the first of
    the next are cut out by count and laid over each other, so that every frame is accounted for.
    """
    parts: list[str] = []
    for number, shot in enumerate(segment.shots):
        head = segment.shots[number - 1].overlap_with_next if number else 0
        tail = shot.overlap_with_next
        body = shot.frames - head - tail
        pieces = [("h", 0, head), ("b", head, head + body), ("t", head + body, shot.frames)]
        wanted = [(f"{labels[number]}{name}", start, end) for name, start, end in pieces if end > start]
        _cut(graph, segment, labels[number], wanted)
        if head:
            parts.append(_crossfade(graph, segment, f"{labels[number - 1]}t", f"{labels[number]}h", head))
        if body:
            parts.append(f"{labels[number]}b")
    if len(parts) == 1:
        return parts[0]
    graph.add(tuple(parts), [filter_("concat", n=len(parts), v=1, a=0)], "joined")
    return "joined"


def _cut(graph: Graph, segment: Segment, label: str, pieces: list[tuple[str, int, int]]) -> None:
    """Runs of frames of one shot as streams of their own, each counted from zero."""
    if len(pieces) == 1:
        graph.add(label, [filter_("null")], pieces[0][0])
        return
    copies = tuple(f"{name}c" for name, _, _ in pieces)
    graph.add(label, [filter_("split", outputs=len(pieces))], copies)
    for copy, (name, start, end) in zip(copies, pieces, strict=True):
        graph.add(copy, [filter_("trim", start_frame=start, end_frame=end), *_numbered(segment)], name)


def _crossfade(graph: Graph, segment: Segment, under: str, over: str, frames: int) -> str:
    """`over` coming in over `under`, frame by frame, in the delivery's own colours."""
    label = f"{over}x"
    entrance = filter_("fade", type="in", start_frame=0, nb_frames=frames, alpha=1)
    graph.add(over, [filter_("format", pix_fmts="yuva420p"), entrance], f"{over}a")
    graph.add(
        (under, f"{over}a"),
        [filter_("overlay", format="yuv420"), filter_("trim", end_frame=frames), *_numbered(segment)],
        label,
    )
    return label
