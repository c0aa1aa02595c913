"""Films with odd rates, tracks, pictures and containers: a whole trailer of the frames that its manifest names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.frame_code import read_frames
from tests.command_line import BLIND, cinecut
from tests.media.coded_film import COPY, HEIGHT, QUICK, SHOT_FRAMES, WIDTH, coded_film
from tests.media.scenes import remux

from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecore.timebase import FrameRate
from cinecut.manifest.io import read_manifest
from cinecut.manifest.layout import lay_out

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that all others are made from: every frame says which it is."""
    return coded_film(tmp_path_factory.mktemp("base") / "base.mkv", SHOT_FRAMES)


@pytest.fixture(scope="module")
def long_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twice the frames a shot, for films that use them up twice as fast."""
    return coded_film(tmp_path_factory.mktemp("base") / "long.mkv", 2 * SHOT_FRAMES)


def at_rate(rate: str) -> tuple[str, ...]:
    """The same frames at another rate."""
    return ("-vf", f"setpts=N/({rate})/TB,fps={rate}", "-af", "anull", *QUICK, "-shortest", "-c:a", "aac")


@dataclass(frozen=True)
class Odd:
    """A film made from the base, and what its trailer must be."""

    name: str
    words: tuple[str, ...]
    size: tuple[int, int] = (WIDTH, HEIGHT)
    rate: str = "24"
    before: tuple[str, ...] = ()
    is_coded: bool = True
    """Whether the trailer's frames can be read back as frames of this film."""
    notice: str = ""
    options: tuple[str, ...] = ()


HDR = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-c:a", "copy")

FILMS = (
    *(
        Odd(f"rate {rate.replace('/', ' by ')}.mkv", at_rate(rate), rate=rate)
        for rate in ("24000/1001", "25", "30000/1001", "30", "50", "60000/1001")
    ),
    Odd("no sound.mp4", ("-an", "-c:v", "copy"), notice="The film has no sound."),
    Odd("silence.mkv", ("-c:v", "copy", "-af", "volume=0"), notice="The film's sound is silent."),
    Odd("mono.mkv", ("-c:v", "copy", "-c:a", "aac", "-ac", "1", "-ar", "22050")),
    Odd("surround.mkv", ("-c:v", "copy", "-c:a", "ac3", "-ac", "6")),
    Odd(
        "many tracks.mkv",
        ("-map", "0:v", *("-map", "0:a") * 5, "-c:v", "copy", "-c:a", "aac", "-ac", "1"),
        options=("--audio-track", "5"),
    ),
    Odd("turned.mp4", (*COPY, "-metadata:s:v", "rotate=90"), (HEIGHT, WIDTH), is_coded=False),
    Odd("anamorphic.mkv", ("-vf", "setsar=4/3", *QUICK, "-c:a", "copy"), (342, HEIGHT)),
    Odd(
        "interlaced.mkv",
        ("-vf", "fieldorder=tff,setfield=tff", *QUICK, "-flags", "+ilme+ildct", "-c:a", "copy"),
        is_coded=False,
    ),
    Odd("ten bit.mkv", ("-pix_fmt", "yuv420p10le", *QUICK, "-c:a", "copy")),
    Odd(
        "pq.mkv",
        (
            *HDR,
            *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
            "-x265-params",
            "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
        ),
    ),
    Odd(
        "hlg.mkv",
        (
            *HDR,
            *("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"),
            "-x265-params",
            "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
        ),
    ),
    Odd("starts late.ts", (*COPY, "-output_ts_offset", "100")),
    Odd("rare keyframes.ts", (*QUICK, "-g", "250", "-c:a", "copy")),
    Odd("program stream.mpg", ("-c:v", "mpeg2video", "-q:v", "3", "-g", "24", "-bf", "2", "-c:a", "mp2")),
    Odd("edit list.mp4", COPY, before=("-ss", "1.3")),
    Odd(
        "open groups.mkv", (*QUICK[:2], "-preset", "fast", "-bf", "3", "-x264-params", "open-gop=1:keyint=48")
    ),
    Odd(
        "variable rate.mkv",
        ("-vf", "select='not(lt(mod(t,6),2)*mod(n,2))'", *QUICK, "-fps_mode", "vfr", "-c:a", "copy"),
    ),
)
"""`edit list.mp4` keeps packets from before its start, which the container says are not to be shown."""

LIKE_ANOTHER = {
    *("rate 30000 by 1001.mkv", "rate 30.mkv", "rate 50.mkv"),  # as 24000/1001, 25, and 60000/1001
    *("hlg.mkv", "mono.mkv"),  # as pq, and the fifth of many tracks
}
"""Made in the sweeps."""


def sifted() -> list[Any]:
    """The films, each under its name."""
    return [
        pytest.param(
            odd,
            id=odd.name.rpartition(".")[0].replace(" ", "-"),
            marks=[pytest.mark.sweep] if odd.name in LIKE_ANOTHER else [],
        )
        for odd in FILMS
    ]


@pytest.mark.parametrize("odd", sifted())
def test_an_odd_film_gives_a_whole_trailer_of_the_frames_its_manifest_names(
    odd: Odd, base: Path, long_base: Path, tmp_path: Path
) -> None:
    source = long_base if Fraction(odd.rate) > 40 else base
    film = remux(source, tmp_path / odd.name, *odd.words, before=odd.before)
    done = cinecut(film, *BLIND, *odd.options)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    rate = FrameRate(Fraction(odd.rate))
    assembled = read_manifest(Path(said["work_dir"]) / "ASSEMBLY_MANIFEST.json")
    layout = lay_out(assembled, rate)
    measured = said["measured"]
    assert (measured["width"], measured["height"]) == odd.size
    assert measured["pixel_format"] == "yuv420p"
    assert Fraction(measured["rate"]) == rate.fps
    assert measured["frames"] == layout.frames
    assert abs(measured["duration_s"] - 6) <= 0.5
    assert abs(measured["integrated_lufs"] + 14) <= 0.3
    assert measured["true_peak_dbtp"] <= -1
    assert measured["color"] == ["bt709", "bt709", "bt709", "tv"]
    assert odd.notice in " ".join(said["notices"])
    if odd.is_coded:
        wrong, readable = misplaced(film, Path(said["output"]), assembled, layout, rate)
        assert wrong == []
        assert readable > 0.3 * layout.frames


def misplaced(
    film: Path, trailer: Path, assembled: Any, layout: Any, rate: FrameRate
) -> tuple[list[str], int]:
    """Frames that are not the film frame shown at that time, and how many could be read at all."""
    answer = run_ffmpeg(
        [
            *("-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"),
            *("-of", "csv=p=0", f"file:{film}"),
        ],
        program="ffprobe",
    )
    words = [word.split(",")[0] for word in answer.decode().split()]
    times = [float(word) for word in words if word != "N/A"]
    if words[-1] == "N/A":  # in a program stream the last frame comes out without a time
        times.append(times[-1] + 1 / float(rate.fps))
    start = float(probe(film).start)
    shown_at = np.array(sorted(times)) - start
    numbers = read_frames(film)
    # packets from before an edit list's start are decoded by neither
    assert len(numbers) == len(shown_at)
    seen = read_frames(trailer)
    wrong, readable, into = [], 0, 0
    for item in layout.items:
        mixed = {*range(into), *range(item.frames - item.transition_frames, item.frames)}
        into = item.transition_frames
        if item.kind != "clip":
            continue
        begin = assembled.clips[item.index].source_start_s
        for number in set(range(item.frames)) - mixed:
            is_at = begin + number / float(rate.fps)
            shown = seen[item.start + number]
            # one half frame either side: a time in a manifest has six decimals, one in a container fewer
            low, high = np.searchsorted(
                shown_at, [is_at - 0.4 / float(rate.fps), is_at + 0.4 / float(rate.fps)]
            )
            meant = {numbers[k] for k in range(max(0, int(low) - 1), min(len(numbers), int(high) + 1))}
            nearest = numbers[int(np.abs(shown_at - is_at).argmin())]
            if shown is None or nearest is None:  # ten-bit colours leave some codes of the film itself unread
                continue
            readable += 1
            is_exact = len(set(np.round(np.diff(shown_at), 2))) <= 2
            if shown != nearest if is_exact else shown not in meant:
                wrong.append(f"frame {item.start + number} shows {shown}, not {nearest}")
    return wrong, readable
