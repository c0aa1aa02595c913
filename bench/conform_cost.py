"""What rendering costs: a 90 s 1080p trailer against decoding what it uses plus encoding it at the same preset.

All figures are CPU seconds (user + system, programs included) of one run, and their ratios. The measuring
pass is counted apart. Also: the same trailer again with one clip moved (same length).

    python -m bench.conform_cost [--size 1920x1080] [--seconds 90]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from bench.analysis_cost import cost

from cinecore.ffmpeg.command import local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.render.deliver import Bench, deliver
from cinecore.render.measure import measure
from cinecore.render.presets import WEB
from cinecore.render.segments import FilmInput
from cinecore.timebase import FrameRate
from cinecore.timeline import FilmFrames, FilmSource, Grade, Picture, Timeline, lay_pictures

CLIPS = 40
FILM_SECONDS = 240
RATE = FrameRate(Fraction(24000, 1001))


def make_film(path: Path, size: str) -> None:
    """Moving detail with a little grain, one hard cut every five seconds, keyframes as far apart as x264 puts them."""
    scenes = [
        "mandelbrot=s={s}:r={r}",
        "testsrc2=s={s}:r={r}",
        "life=s={s}:r={r}:mold=10:ratio=.1",
        "gradients=s={s}:r={r}",
    ]
    part = 5
    arguments: list[str] = ["-v", "error", "-y"]
    for number in range(8):
        source = scenes[number % len(scenes)].format(s=size, r=RATE)
        arguments += ["-f", "lavfi", "-t", str(part), "-i", source]
    chain = "".join(f"[{number}:v]format=yuv420p,noise=alls=2:allf=t[v{number}];" for number in range(8))
    chain += "".join(f"[v{number}]" for number in range(8)) + "concat=n=8:v=1:a=0[v]"
    once = path.with_name("once.mp4")
    run(
        [
            *arguments,
            "-filter_complex",
            chain,
            "-map",
            "[v]",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            str(once),
        ]
    )
    run(
        [
            "-v",
            "error",
            "-y",
            "-stream_loop",
            str(FILM_SECONDS // (8 * part) - 1),
            "-i",
            str(once),
            "-f",
            "lavfi",
            "-t",
            str(FILM_SECONDS),
            "-i",
            "anoisesrc=c=pink:a=0.1",
            "-c:v",
            "copy",
            "-c:a",
            "aac",
            "-shortest",
            str(path),
        ]
    )


def lay(film: Path, seconds: int) -> tuple[Timeline, FilmInput]:
    """Forty clips of equal length from all over the film, graded, hard cuts between."""
    media = probe(film)
    assert media.video is not None
    frames = RATE.frames_nearest(Fraction(seconds, CLIPS))
    step = RATE.frames_nearest(Fraction(FILM_SECONDS - 10, CLIPS))
    pictures = [
        Picture(
            0,
            frames,
            FilmFrames("film", media.video_offset + RATE.seconds(number * step + 7)),
            f"clip {number}",
        )
        for number in range(CLIPS)
    ]
    width, height = media.video.display_size
    source = FilmSource("film", film, "bench")
    timeline = Timeline(
        RATE, width, height, (source,), lay_pictures(pictures, ()), grade=Grade(-0.05, 1.15, 1.2, 0.0)
    )
    return timeline, FilmInput(media, is_one_to_one=True)


def decode_used(timeline: Timeline, film: FilmInput) -> None:
    """Seek to and decode every clip, and do nothing with it."""
    for picture in timeline.pictures:
        assert isinstance(picture.content, FilmFrames)
        source = local_input(
            film.media.path, start_s=picture.content.start_s, length_s=RATE.seconds(picture.frames)
        )
        run(["-v", "error", "-nostdin", "-threads", "1", *source, "-map", "0:v", "-f", "null", "-"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--seconds", type=int, default=90)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film_path = folder / "film.mp4"
        make_film(film_path, chosen.size)
        timeline, film = lay(film_path, chosen.seconds)
        sound = (np.random.default_rng(1).normal(0, 0.05, (timeline.samples, 2))).astype(np.float32)
        out = folder / "out.mp4"
        bench = Bench(folder / "work")

        def make(what: Timeline) -> Callable[[], object]:
            return lambda: deliver(what, {"film": film}, sound, out, bench, jobs=2)

        whole = cost(make(timeline))
        measuring = cost(lambda: measure(out))
        decoding = cost(lambda: decode_used(timeline, film))
        # what the encoder is really given: the same pictures all but lossless, not what a first encoding left of them
        fine = folder / "fine.mp4"
        finest = replace(WEB, name="fine", x264_preset="ultrafast", crf=4)
        deliver(timeline, {"film": film}, sound, fine, Bench(folder / "fine"), preset=finest, jobs=2)
        encoder = ["-c:v", "libx264", "-preset", WEB.x264_preset, "-crf", str(WEB.crf), "-threads", "1"]
        read = ["-v", "error", "-nostdin", "-threads", "1", "-i", str(fine), "-map", "0:v"]
        reading = cost(lambda: run([*read, "-f", "null", "-"]))
        encoding = cost(lambda: run([*read, *encoder, "-f", "null", "-"])) - reading
        middle = CLIPS // 2
        content = timeline.pictures[middle].content
        assert isinstance(content, FilmFrames)
        moved = replace(
            timeline.pictures[middle], content=replace(content, start_s=content.start_s + RATE.seconds(24))
        )
        pictures = (*timeline.pictures[:middle], moved, *timeline.pictures[middle + 1 :])
        edited = cost(make(replace(timeline, pictures=pictures)))
    render, again = whole - measuring, edited - measuring
    rows = {
        "render, measuring left out (CPU s)": render,
        "measuring pass (CPU s)": measuring,
        "decode what is used (CPU s)": decoding,
        "encode at the same preset (CPU s)": encoding,
        "render / (decode + encode)": render / (decoding + encoding),
        "one clip moved, rendered again / first render": again / render,
    }
    print(f"{chosen.seconds} s trailer, {CLIPS} clips, {chosen.size}, x264 {WEB.x264_preset} crf {WEB.crf}")
    for label, value in rows.items():
        print(f"{value:10.3f}  {label}")
    print(json.dumps({label: round(value, 3) for label, value in rows.items()}))


if __name__ == "__main__":
    main()
