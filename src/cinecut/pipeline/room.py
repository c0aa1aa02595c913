"""How much disk a run will fill, said and held against what is free before hours are spent.

The estimate is a formula over what the film's header says; a test holds it to a factor of two against what
runs really fill. Deliberately not here: freeing anything, and a disk that fills up in spite of it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinecore.analysis.decode import PREVIEW_STILL_LINES, STILL_LINES, STILL_SPACING_S
from cinecore.errors import OutputError
from cinecore.files import free_bytes
from cinecore.media import MediaFile
from cinecore.render.presets import DELIVERIES, PREVIEW
from cinecut.pipeline.run import Run
from cinecut.settings import SHORTEST_S, TrailerSettings

BLOCK_BYTES = 4096
"""What a disk hands out at a time: a file fills half of its last one for nothing."""

STILL_BYTES_A_PIXEL = 0.09
"""JPEGs of the analysis: 0.05 (dark, smooth) to 0.12 (drawn, fine) on the films it was measured on."""

STILL_HEADER_BYTES = 600
TABLE_BYTES_A_FRAME = 64
"""`analysis.json` and `analysis.npz`: 50 to 64 a frame of the film."""

VIDEO_BITS_A_PIXEL = (0.2, 0.6)
"""The trailer's x264 at its usual quality: 0.12 to 0.25 of films that were encoded well, up to 1 of grain."""

PRORES_BITS_A_PIXEL = 3.6
"""ProRes 422 HQ as its maker gives it: 220 Mbit/s at 1080p and 29.97 frames a second."""

BITS_KEPT = 0.7
"""How much of the film's own bits a pixel the trailer takes, between those two."""

MIX_BYTES_A_SECOND = 48000 * 2 * 3
"""The mix as it is handed over: 48 kHz, stereo, 24 bits."""

AUDIO_BYTES_A_SECOND = 256_000 // 8
CARD_BYTES_A_PIXEL = 1.1
"""Drawn title cards, about two of the trailer's size."""

FIXED_BYTES = 600_000
"""Manifests, descriptions, checkpoint; the grade as a table is written when the scraps are gone."""

USUAL_SECONDS = Fraction(120)
"""A trailer's length where none is asked for, in a long film."""

USUAL_PART = Fraction(15, 100)
"""And in a short one: a quarter of what may be shown, which is about 60 % of the film."""

WORTH_SAYING_S = 300
"""Films shorter than this are done before anybody has read the line."""

CLEARLY = 2
"""The estimate may be wrong by this factor: less room than so many times less is a certain failure."""


@dataclass(frozen=True)
class DiskNeed:
    """What a whole run is expected to write, and where."""

    work_dir: Path
    output_folder: Path
    analysis_bytes: int
    """Stills and tables of the pass over the film, kept in the work folder."""
    rendering_bytes: int
    """Segments, cards, mix and joined picture, at their most, in the work folder."""
    trailer_bytes: int
    """The trailer, beside whatever lies under its name until it is whole."""
    is_one_disk: bool
    work_free_bytes: int | None
    """None where the disk does not tell."""
    output_free_bytes: int | None

    def demands(self) -> tuple[tuple[Path, int, int | None], ...]:
        """Each disk that is written: a folder on it, the bytes needed, the bytes free."""
        work = self.analysis_bytes + self.rendering_bytes
        if self.is_one_disk:
            return ((self.work_dir, work + self.trailer_bytes, self.work_free_bytes),)
        return (
            (self.work_dir, work, self.work_free_bytes),
            (self.output_folder, self.trailer_bytes, self.output_free_bytes),
        )

    def in_words(self, begin: str = "This will need") -> str:
        """`This will need about 310 MB in 'FOLDER' (free: 12 GB).`"""
        parts = [
            f"about {size_in_words(need)} in {str(folder)!r}"
            + ("" if free is None else f" (free: {size_in_words(free)})")
            for folder, need, free in self.demands()
        ]
        return f"{begin} {' and '.join(parts)}."


def disk_need(media: MediaFile, settings: TrailerSettings, work_dir: Path, output_folder: Path) -> DiskNeed:
    """What a run from nothing is expected to fill, from the film's length, size and rate alone."""
    assert media.video is not None  # noqa: S101 - probing refused films without pictures
    width, height = media.video.display_size
    lines = min(PREVIEW_STILL_LINES if settings.preview else STILL_LINES, height)
    still_pixels = lines * lines * width / height
    still = STILL_HEADER_BYTES + STILL_BYTES_A_PIXEL * still_pixels + BLOCK_BYTES / 2
    rate = float(media.video.average_rate.fps)
    seconds = float(part_seconds(media, settings))
    analysis = seconds / float(STILL_SPACING_S) * still + seconds * rate * TABLE_BYTES_A_FRAME
    usual = max(SHORTEST_S, min(USUAL_SECONDS, Fraction(seconds) * USUAL_PART))
    lengths = [cut.duration_s for cut in settings.cuts] or [settings.duration_s]
    length = float(sum(one or usual for one in lengths))
    least, most = VIDEO_BITS_A_PIXEL
    own_bits = media.size_bytes * 8 / max(1.0, float(media.duration)) / (rate * width * height)
    preset = PREVIEW if settings.preview else DELIVERIES[settings.deliver]
    delivered = preset.lines_at_most or height
    if delivered < height:
        width, height = round(width * delivered / height), delivered
    bits = (
        PRORES_BITS_A_PIXEL if preset.video_codec == "prores" else min(most, max(least, BITS_KEPT * own_bits))
    )
    picture = length * rate * width * height * bits / 8
    # the segments and the picture joined from them lie there side by side for a while
    rendering = 2 * picture + length * MIX_BYTES_A_SECOND + CARD_BYTES_A_PIXEL * width * height + FIXED_BYTES
    place, target = _nearest(work_dir), _nearest(output_folder)
    return DiskNeed(
        work_dir,
        output_folder,
        round(analysis),
        round(rendering),
        round(
            picture + length * (AUDIO_BYTES_A_SECOND if preset.audio_codec == "aac" else MIX_BYTES_A_SECOND)
        ),
        is_one_disk=place.stat().st_dev == target.stat().st_dev,
        work_free_bytes=_free(place),
        output_free_bytes=_free(target),
    )


def part_seconds(media: MediaFile, settings: TrailerSettings) -> Fraction:
    """Seconds of the film that `--in` and `--out` leave."""
    begin = settings.in_s or Fraction(0)
    end = min(media.duration, settings.out_s) if settings.out_s is not None else media.duration
    return max(Fraction(0), end - begin)


def require_room(run: Run, need: DiskNeed, *, is_analysed: bool) -> None:
    """Nothing, if what is to come may fit; said in one line before a long run, and where it is tight.

    What the coming work replaces or uses again counts as room.

    Raises:
        OutputError: It clearly does not fit.
    """
    kept = 0 if is_analysed else filled_bytes(run.work_dir / "analysis")
    kept += filled_bytes(run.work_dir / "segments")
    is_tight = False
    for folder, bytes_needed, free in need.demands():
        wanted = bytes_needed - (need.analysis_bytes if is_analysed and folder == need.work_dir else 0)
        wanted -= kept if folder == need.work_dir else 0
        if free is None or wanted <= free:
            continue
        if wanted > CLEARLY * free:
            raise OutputError(
                f"The disk is too full: about {size_in_words(wanted)} will be needed, "
                f"{size_in_words(free)} are free.",
                folder,
                "Free some space (`cinecut clean` helps), or choose another disk with --work-dir or --output.",
            )
        is_tight = True
    if is_tight:
        run.notice(f"The disk may become too full. {need.in_words()}")
    if not is_analysed and (is_tight or part_seconds(run.media, run.settings) >= WORTH_SAYING_S):
        run.say(need.in_words())


def filled_bytes(folder: Path) -> int:
    """Bytes of the disk that the files below a folder fill; 0 where there is none."""
    return sum(
        status.st_blocks * 512 if hasattr(status, "st_blocks") else status.st_size
        for status in (path.lstat() for path in sorted(folder.rglob("*")) if path.is_file())
    )


def size_in_words(size_bytes: int) -> str:
    """`1 MB`, `310 MB`, `1.2 GB`: no more digits than an estimate deserves."""
    for unit, name in ((10**9, "GB"), (10**6, "MB")):
        if size_bytes >= unit:
            figure = size_bytes / unit
            return f"{figure:.1f} {name}" if figure < 10 else f"{float(f'{figure:.2g}'):.0f} {name}"
    return "less than 1 MB"


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    for place in (folder.absolute(), *folder.absolute().parents):
        if place.is_dir():
            return place
    return Path("/")


def _free(folder: Path) -> int | None:
    """Bytes free there; None where the file system does not count them."""
    try:
        return free_bytes(folder)
    except (OSError, ZeroDivisionError):
        return None
