"""A timeline and its mixed sound made into one finished file, measured before it takes its name.

Picture in segments side by side, joined by stream copy; sound encoded once over the whole length.
Choosing, mixing and judging a result's worth happen elsewhere; keeping its promises happens here.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from cinecore.failpoints import hit
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.command import PREAMBLE, decimal
from cinecore.ffmpeg.run import run
from cinecore.files import publish, write_error, write_json, write_text
from cinecore.language.captions import Caption
from cinecore.ports import Progress, ProgressListener, silent
from cinecore.render.burnt_captions import (
    BURNT_VERSION,
    BurntCaptions,
    ass_of_frames,
    fonts_folder,
    frames_of_low_cards,
)
from cinecore.render.cards import CardArt, card_art
from cinecore.render.check import check
from cinecore.render.compile import segment_command
from cinecore.render.encoders import MUXERS, timescale
from cinecore.render.measure import Measurement
from cinecore.render.presets import WEB, DeliveryPreset
from cinecore.render.segments import FilmInput, Segment, split_into_segments
from cinecore.render.sound import Sound, add_sound
from cinecore.settings import available_memory_bytes
from cinecore.timeline import Card, Timeline
from cinecore.work.fingerprint import fingerprint
from cinecore.work.leftovers import scraps_prefix, unfinished
from cinecore.work.pool import map_in_order
from cinecore.work.store import Store

PICTURES_HELD = 130
"""What one segment's decoders, filters and encoder hold together: 392 MiB at 1080p."""

DELIVERIES_KEPT = 4
"""Deliveries whose segments stay on the disk."""


@dataclass(frozen=True)
class Delivery:
    """A finished file and what was measured in it."""

    path: Path
    measurement: Measurement
    segments_rendered: int
    segments_reused: int


@dataclass(frozen=True)
class Bench:
    """Folders that rendering may use: kept segments and cards, and a place for this run's scraps."""

    folder: Path

    def segments(self, suffix: str = ".mp4") -> Store:
        """Encoded segments by fingerprint, in the container of that suffix."""
        return Store(self.folder / "segments", suffix)

    @property
    def cards(self) -> Path:
        """Drawn cards."""
        return self.folder / "cards"


def deliver(
    timeline: Timeline,
    films: Mapping[str, FilmInput],
    mix: Sound | Callable[[], Sound],
    output: Path,
    bench: Bench,
    *,
    preset: DeliveryPreset = WEB,
    jobs: int = 1,
    listen: ProgressListener = silent,
    on_whole: Callable[[Path], None] | None = None,
    takes_name: Callable[[Measurement], bool] = lambda _: True,
    captions: Sequence[Caption] = (),
) -> Delivery:
    """Render, join, add the sound, measure; `output` is replaced only by a file that keeps its promises.

    `mix` is the whole sound, float32 (samples, 2) at 48 kHz, not yet brought to loudness, or what gives it: that is
    called once the pictures are there, so that a sound may be made beside them. `on_whole` is handed
    the whole and measured file before it takes the output's name: who remembers it then knows it afterwards. Where
    `takes_name` says no to what was measured, the output stays as it was.
    `captions`, in the timeline's own time, are drawn into the pictures.

    Raises:
        ToolError: A program failed, or the file does not measure up; the message has the figure.
        OutputError: The place cannot be written.
    """
    timeline.validate()
    parts, made = _render_segments(timeline, films, bench, preset, jobs, listen, captions)
    try:
        scraps = Path(tempfile.mkdtemp(prefix=scraps_prefix("conform"), dir=bench.folder))
    except OSError as error:
        raise write_error(error, bench.folder) from error
    # beside the output, so that the last step is a rename and not a copy that can tear
    temporary = unfinished(output, bench.folder)
    try:
        picture = _join(parts, timeline, scraps, preset)
        sound = mix() if callable(mix) else mix
        measurement = add_sound(timeline, picture, sound, temporary, scraps, preset, listen)
        check(timeline, measurement, preset)
        if takes_name(measurement):
            if on_whole is not None:
                on_whole(temporary)
            publish(temporary, output)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
        shutil.rmtree(scraps, ignore_errors=True)
    return Delivery(output, measurement, made, len(parts) - made)


def _render_segments(
    timeline: Timeline,
    films: Mapping[str, FilmInput],
    bench: Bench,
    preset: DeliveryPreset,
    jobs: int,
    listen: ProgressListener,
    captions: Sequence[Caption],
) -> tuple[list[tuple[Path, Segment]], int]:
    segments = split_into_segments(
        timeline,
        may_split_shots=all(film.is_one_to_one for film in films.values()),
        aimed_at=preset.segments_aimed_at,
    )
    arts = _draw_cards(timeline, bench)
    said = _said_in(segments, timeline, captions)
    store = bench.segments(preset.suffix)
    total = timeline.frames
    done: dict[int, int] = {}

    def one(item: tuple[int, Segment], cancelled: Callable[[], bool]) -> tuple[str, Path, bool]:
        number, segment = item
        name = segment_name(segment, timeline, films, arts, preset, bench, said[number])

        def encode(path: Path) -> None:
            def heard(frame: int) -> None:
                done[number] = frame
                listen(Progress("conform", min(total, sum(done.values())), total, "frames"))

            burnt = _burnt(said[number], bench)
            run(
                segment_command(segment, films, arts, preset, path, burnt),
                on_frame=heard,
                cancelled=cancelled,
            )

        path, is_new = store.make(name, encode)
        done[number] = segment.frames
        listen(Progress("conform", min(total, sum(done.values())), total, "frames"))
        return name, path, is_new

    results = map_in_order(one, list(enumerate(segments)), jobs=min(jobs, _jobs_that_fit(timeline)))
    _keep_recent(bench, [name for name, _, _ in results])
    parts = [(path, segment) for (_, path, _), segment in zip(results, segments, strict=True)]
    return parts, sum(is_new for _, _, is_new in results)


def _said_in(segments: Sequence[Segment], timeline: Timeline, captions: Sequence[Caption]) -> list[str]:
    """For each segment the ASS file of what is said in it; empty where nothing is."""
    if not captions:
        return [""] * len(segments)
    hidden = frames_of_low_cards(timeline)
    starts = [0, *accumulate(segment.frames for segment in segments)]
    return [
        ass_of_frames(captions, timeline, start, segment.frames, hidden)
        for start, segment in zip(starts, segments, strict=False)
    ]


def _burnt(said: str, bench: Bench) -> BurntCaptions | None:
    if not said:
        return None
    file, _ = Store(bench.cards, ".ass").make(fingerprint(captions=said), lambda path: write_text(path, said))
    return BurntCaptions(file, fonts_folder())


def _jobs_that_fit(timeline: Timeline) -> int:
    """How many segments may be rendered side by side without filling more than half of the free memory."""
    free = available_memory_bytes()
    if free is None:
        return 1
    a_job = PICTURES_HELD * timeline.width * timeline.height * 3 // 2
    return max(1, free // 2 // a_job)


def segment_name(
    segment: Segment,
    timeline: Timeline,
    films: Mapping[str, FilmInput],
    arts: Mapping[Card, CardArt],
    preset: DeliveryPreset,
    bench: Bench,
    said: str = "",
) -> str:
    """The fingerprint of a segment's bytes: the very command that makes it, and what it reads (`said` is drawn over it).

    A film counts by its identity, not its place; cards are named by their own fingerprint. A change in how
    commands are built is a change of the name: nothing old can pass for new.
    """
    command = segment_command(segment, films, arts, preset, Path("segment.mp4"))
    places = {
        f"file:{films[source.key].media.path.absolute()}": source.identity for source in timeline.sources
    }
    folder = str(bench.cards.absolute())
    drawn = {"captions": (BURNT_VERSION, said)} if said else {}
    return fingerprint(
        **drawn,
        command=[places.get(argument, argument.replace(folder, "cards")) for argument in command],
        ffmpeg=binaries.find("ffmpeg").version,
    )


def _keep_recent(bench: Bench, names: list[str]) -> None:
    """Keep the segments of the last few deliveries: going back to another vibe or cut costs nothing."""
    path = bench.folder / "segments.json"
    try:
        document = json.loads(path.read_text("ascii"))
        earlier = [list(map(str, item)) for item in document if isinstance(item, list) and item != names]
    except (OSError, ValueError, TypeError):
        earlier = []
    kept = [names, *earlier][:DELIVERIES_KEPT]
    write_json(path, kept)
    wanted = [name for delivery in kept for name in delivery]
    for suffix in MUXERS:
        bench.segments(suffix).keep_only(wanted)


def _draw_cards(timeline: Timeline, bench: Bench) -> dict[Card, CardArt]:
    cards = [picture.content for picture in timeline.pictures if isinstance(picture.content, Card)]
    return {
        card: card_art(card, timeline.width, timeline.height, float(timeline.rate.fps), bench.cards)
        for card in cards
        if card.lines
    }


def _join(
    parts: Sequence[tuple[Path, Segment]], timeline: Timeline, scraps: Path, preset: DeliveryPreset
) -> Path:
    """The segments as one picture-only file, packets untouched."""
    listing = scraps / "segments.txt"
    # An MP4 tells its length in whole milliseconds, which moves later segments by up to 0.5 ms each: the
    # exact length is written beside each name. Names are digests made by us: nothing needs quoting.
    lines = [
        f"file '../segments/{path.name}'\nduration {decimal(timeline.rate.seconds(segment.frames))}\n"
        for path, segment in parts
    ]
    try:
        hit("scraps.open", listing)
        listing.write_text("ffconcat version 1.0\n" + "".join(lines), encoding="ascii")
    except OSError as error:
        raise write_error(error, listing) from error
    joined = scraps / f"picture{preset.suffix}"
    run(
        [
            *PREAMBLE,
            # run beside the list: from a folder called `what?`, ffmpeg would look for the segments in vain,
            # as it takes what follows a question mark in the list's own name for a query
            *("-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", f"file:{listing.name}"),
            *(
                "-map",
                "0:v:0",
                "-c",
                "copy",
                "-fflags",
                "+bitexact",
                "-video_track_timescale",
                timescale(timeline.rate),
            ),
            f"file:{joined.name}",
        ],
        cwd=scraps,
    )
    return joined
