"""One's own panels timed to one's own lines: a storyboard reel, spoken, captioned, with a bed under it.

Deliberately not here: reading scripts, dealing panels (`services.panels`), and joining (`stitch.py`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageOps

from cinecore.errors import InputError
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import Filter, filter_, print_chain
from cinecore.ffmpeg.run import run
from cinecore.files import digest_bytes, write_error
from cinecore.ports import Progress, ProgressListener, SpeechMaker, silent
from cinecore.render.presets import WEB, DeliveryPreset
from cinecore.timebase import FrameRate
from cinecore.work.fingerprint import fingerprint
from cinecore.work.store import Store
from vidpipe.pipeline.stitch import Stitched, StitchPart, stitch
from vidpipe.schemas.script import Script, ScriptScene
from vidpipe.schemas.storyboard import LONGEST_SCENE_S, SHORTEST_SCENE_S, SceneSpec, Shot
from vidpipe.services.beats import is_timed, lines_in_time, script_beats
from vidpipe.services.line_timing import SpokenLine
from vidpipe.services.panels import PanelTime, deal_panels, natural_key
from vidpipe.services.pictures import FORMATS, open_picture

PANELS_AT_MOST = 2_000

PUSH = 0.05
"""Part of the picture by which a slow push narrows it over a panel."""

FITS = ("letterbox", "fill")

PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"})

_PANEL_CRF = 8
"""Of the clips in between: well under what the delivery's own coding loses."""


@dataclass(frozen=True)
class Animatic:
    """A finished reel, and when each panel is seen in it (before crossfades)."""

    stitched: Stitched
    boards: tuple[Path, ...]
    """In the order in which they are seen."""
    panels: tuple[PanelTime, ...]
    notices: tuple[str, ...]


def make_animatic(
    boards: Sequence[Path],
    script: Script,
    output: Path,
    work_dir: Path,
    *,
    width: int,
    height: int,
    fps: int | Fraction = 24,
    fit: str = "letterbox",
    pushes: bool = True,
    maker: SpeechMaker | None = None,
    crossfade_s: float = 0.0,
    seed: int = 0,
    title: str | None = None,
    mood: str = "",
    has_captions: bool = True,
    listen: ProgressListener = silent,
    jobs: int = 1,
    preset: DeliveryPreset = WEB,
) -> Animatic:
    """The reel of all panels in the natural order of their names, each held as long as its lines take plus air.

    `boards` are pictures or folders of them. `fit` says what becomes of pictures of another shape: `letterbox`
    shows all of them between bars, `fill` fills the frame and cuts their edges off.

    Raises:
        InputError: No panels, one that cannot be read as a picture, or a script without scenes.
        ToolError: A program failed, or the file misses a promise; an earlier output stays as it was.
        OutputError: The place cannot be written.
    """
    if fit not in FITS:
        raise InputError("There is no such way to fit a picture.", fit, f"Choose {' or '.join(FITS)}.")
    paths = ordered_boards(boards)
    if not script.scenes:
        raise InputError("There is nothing in this script to time panels to.", script.title, "Write a scene.")
    stills = Store(work_dir / "boards", ".png")
    prepared = [
        _prepared(path, stills, (width, height), fit) for path in paths
    ]  # all read before anything is made
    rate = FrameRate(Fraction(fps))
    scene_beats, notices = script_beats(script, maker, work_dir / "speech")
    dealt = deal_panels(
        [[beat.seconds for beat in scene] for scene in scene_beats],
        len(paths),
        may_stretch=not is_timed(script),
    )
    lines = lines_in_time(scene_beats, dealt.beats_s)
    parts: list[StitchPart] = []
    clips = Store(work_dir / "panels", ".mp4")
    for panel in dealt.panels:
        start = rate.frames_nearest(Fraction(str(round(panel.start_s, 6))))
        end = max(start + 2, rate.frames_nearest(Fraction(str(round(panel.end_s, 6)))))
        clip = _panel_clip(prepared[panel.panel], clips, end - start, rate, pushes=pushes)
        listen(Progress("panels", panel.panel + 1, len(dealt.panels), "panels"))
        begin_s = float(rate.seconds(start))
        own = tuple(
            SpokenLine(
                line.path,
                max(0.0, round(line.start_s - begin_s, 3)),
                max(0.0, round(line.end_s - begin_s, 3)),
                line.text,
                line.speaker,
                None,
                line.kind,
            )
            for line in lines
            if panel.start_s <= line.start_s < panel.end_s
        )
        parts.append(StitchPart(clip, _spec(panel, script.scenes[panel.scene]), own))
    stitched = stitch(
        parts,
        output,
        work_dir / "stitch",
        width=width,
        height=height,
        fps=fps,
        crossfade_s=crossfade_s,
        seed=seed,
        title=title if title is not None else script.title,
        mood=mood,
        has_captions=has_captions,
        listen=listen,
        jobs=jobs,
        preset=preset,
    )
    said = tuple(dict.fromkeys((*dealt.notices, *notices, *stitched.notices)))
    return Animatic(stitched, tuple(paths), dealt.panels, said)


def ordered_boards(boards: Sequence[Path]) -> list[Path]:
    """Every picture that is named, or lies in a folder that is named, `panel 10` behind `panel 9`.

    Raises:
        InputError: None at all, too many, or a folder that cannot be read.
    """
    found: list[Path] = []
    for path in boards:
        if not path.is_dir():
            found.append(path)
            continue
        try:
            inside = [entry for entry in path.iterdir() if entry.suffix.lower() in PICTURE_ENDINGS]
        except OSError as error:
            raise InputError(
                f"Cannot read this folder: {error.strerror}.", path, "Check its rights."
            ) from error
        if not inside:
            raise InputError(
                "There are no pictures in this folder.", path, f"Put panels there: {', '.join(FORMATS)}."
            )
        found += inside
    if not found:
        raise InputError("There are no panels.", None, "Name pictures, or a folder of them.")
    if len(found) > PANELS_AT_MOST:
        raise InputError(
            f"{len(found)} panels are too many for one reel.", None, f"Give {PANELS_AT_MOST} at most."
        )
    return sorted(found, key=natural_key)


def _prepared(path: Path, stills: Store, size: tuple[int, int], fit: str) -> Path:
    """The panel upright and of the reel's size, in the work folder."""
    picture = open_picture(path)
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    if fit == "fill":
        placed = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    else:
        inside = ImageOps.contain(picture, size, Image.Resampling.LANCZOS)
        placed = Image.new("RGB", size)
        placed.paste(inside, ((size[0] - inside.width) // 2, (size[1] - inside.height) // 2))
    output = io.BytesIO()
    placed.save(output, "PNG", compress_level=1)
    data = output.getvalue()

    def write(partial: Path) -> None:
        try:
            partial.write_bytes(data)
        except OSError as error:
            raise write_error(error, partial) from error

    return stills.make(digest_bytes(data), write)[0]


def _panel_clip(still: Path, clips: Store, frames: int, rate: FrameRate, *, pushes: bool) -> Path:
    """The panel as a clip of so many frames, pushed in slowly if it should be."""
    chain = [
        filter_("scale", out_color_matrix="bt709", out_range="tv"),
        filter_("format", pix_fmts="yuv420p"),
        # decoded once and held: read again for each frame, the still costs more than all the rest
        filter_("loop", loop=-1, size=1),
        filter_("setpts", expr=f"N/({rate})/TB"),
    ]
    if pushes and frames > 1:
        # sub-pixel corners: a crop that moves by whole pixels would tremble
        left, right = f"W*{PUSH / 2}*on/{frames - 1}", f"W-W*{PUSH / 2}*on/{frames - 1}"
        top, bottom = f"H*{PUSH / 2}*on/{frames - 1}", f"H-H*{PUSH / 2}*on/{frames - 1}"
        corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
        places = [
            pair for number, (x, y) in enumerate(corners) for pair in ((f"x{number}", x), (f"y{number}", y))
        ]
        chain.append(Filter("perspective", (*places, ("interpolation", "cubic"), ("eval", "frame"))))
    chain += [
        filter_("setsar", sar=1),
        filter_("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv"),
    ]
    command = [
        *PREAMBLE,
        *("-f", "image2", "-pattern_type", "none", "-framerate", str(rate)),
        *local_input(still),
        *("-frames:v", str(frames), "-vf", print_chain(chain)),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", str(_PANEL_CRF), "-threads", "1"),
        *("-pix_fmt", "yuv420p", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
        *("-f", "mp4"),
    ]
    name = fingerprint(
        command=[part for part in command if part != f"file:{still.absolute()}"],
        still=still.stem,
        ffmpeg=binaries.find("ffmpeg").version,
    )

    def encode(partial: Path) -> None:
        run([*command, f"file:{partial}"])

    return clips.make(name, encode)[0]


def _spec(panel: PanelTime, scene: ScriptScene) -> SceneSpec:
    """What the bed and the surroundings know of a panel."""
    heading = scene.heading[:300]
    length = min(LONGEST_SCENE_S, max(SHORTEST_SCENE_S, panel.end_s - panel.start_s))
    return SceneSpec(
        scene_index=panel.panel,
        heading=heading,
        description=" ".join(scene.actions)[:4000],
        duration_s=length,
        start_frame_prompt="",
        end_frame_prompt="",
        motion_prompt="",
        shot=Shot(setting=heading, interior=heading.upper().startswith(("INT", "I/E"))),
    )
