"""Settling the music before anything is planned, since its tempo is the grid; and editing it to the plan after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinecore.audio.music_edit import Cut, edit_to_cut
from cinecore.audio.piece import Piece, read_piece
from cinecore.errors import InputError
from cinecore.files import digest_file
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.layout import Layout, lay_out
from cinecut.manifest.schema import Act, Manifest, MusicBed, MusicEdit
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.pipeline.found_music import attribution, cached_music_folder

EDITOR = "edit/1"
"""Raised when the same file would be edited or heard in another way."""

LEVEL_OF_ACT_DB: dict[Act, float] = {
    "cold_open": -9.0,
    "act1": -5.0,
    "beat_drop": -2.0,
    "act2": -1.5,
    "breath": 0.0,
    "act3": 0.0,
    "title_card": -1.0,
    "button": -3.0,
}
"""How full the music of each act is, against the fullest of the piece: as the composed score grows."""


@dataclass(frozen=True)
class Music:
    """What plays, and the grid it sets in trailer time."""

    bed: MusicBed
    grid: BeatGrid
    notices: tuple[str, ...] = ()
    piece: Piece | None = None
    """What an edit of the file needs; None where no file plays."""


def music_digest(choice: str | None) -> str:
    """What a fingerprint must know of the choice: the file's digest, or the word."""
    if choice in {None, "none", "jamendo"}:
        return choice or "composed"
    return f"{EDITOR} {digest_file(Path(str(choice)))}"


def settle_music(choice: str | None, vibe: VibeProfile, seed: int) -> Music:
    """The composed bed at the vibe's tempo, no music (the same grid still paces the cuts), or the user's file.

    A file's grid has its tempo; beat 0 of the trailer is one of its downbeats.

    Raises:
        InputError: The file cannot be read as music.
    """
    composed = BeatGrid(vibe.bpm_exact)
    if choice is None:
        return Music(MusicBed(kind="composed", seed=seed, title=f"{vibe.name} score"), composed)
    if choice == "none":
        return Music(MusicBed(kind="none"), composed)
    from cinecore.audio.music_file import hear_music

    path = Path(choice)
    if str(path.absolute()).encode("utf-8", "replace").decode() != str(path.absolute()):
        raise InputError(
            "The music's name holds bytes that are no letters: a manifest cannot name it.",
            path,
            "Give the file another name.",
        )
    heard = hear_music(path)
    piece = read_piece(heard.mono, (vibe.bpm_low, vibe.bpm_high), vibe.bpm)
    known = attribution(path)
    bed = MusicBed(
        kind="file",
        path=str(path.absolute()),
        start_s=round(piece.bars[0].start_s, 6) if piece.bars else 0.0,
        title=known.title if known else path.stem,
        artist=known.artist if known else "",
        licence=known.licence if known else "",
        address=known.address if known else "",
    )
    notices = tuple(_remarks(path.name, piece, is_whole=heard.is_whole, heard_s=heard.seconds))
    return Music(bed, piece.beats or composed, notices, piece)


def _remarks(name: str, piece: Piece, *, is_whole: bool, heard_s: float) -> Iterator[str]:
    """What a person should know of their music."""
    if piece.beats is None:
        yield f"No clear beat was found in {name!r}; cuts keep to the vibe's tempo."
    elif not piece.has_one_tempo:
        yield f"The tempo of {name!r} changes: a stretch at {float(piece.beats.bpm):.0f} BPM is used."
    if not is_whole:
        yield f"{name!r} is long: its first {heard_s / 60:.0f} minutes are used."


def with_music_edits(manifest: Manifest, music: Music, rate: FrameRate) -> Manifest:
    """The manifest with its music file edited to the cut, and a notice where the piece must repeat itself."""
    piece = music.piece
    if piece is None or not piece.bars:
        return manifest
    layout = lay_out(manifest, rate)
    spans = edit_to_cut(piece.bars, piece.drop_bar, _cut(layout, piece, music.grid))
    edits = tuple(
        MusicEdit(
            time_s=round(float(span.time_s), 6),
            source_start_s=round(span.source_s, 6),
            crossfade_s=piece.crossfade_s,
            reason=span.reason,
        )
        for span in spans
    )
    bed = music.bed.model_copy(update={"edits": edits, "start_s": edits[0].source_start_s})
    notices = manifest.notices
    if piece.seconds < float(layout.duration_s):
        name = Path(bed.path or "").name
        notices = (*notices, f"{name!r} is shorter than the trailer: parts of it are heard more than once.")
    return manifest.model_copy(update={"music_bed": bed, "notices": notices})


def _cut(layout: Layout, piece: Piece, grid: BeatGrid) -> Cut:
    """What the piece is edited to: full from act 3 on, silent in the breath before it."""
    acts, rate = layout.act_spans, layout.rate
    levels = tuple(
        sorted((float(rate.seconds(span.start)), LEVEL_OF_ACT_DB[act]) for act, span in acts.items())
    )
    climax, breath = acts.get("act3"), acts.get("breath")
    drop_s: Fraction | None = None
    if climax is not None and climax.start > 0:
        at = rate.seconds(climax.start)
        drop_s = grid.beat_s(grid.nearest_beat(at)) if piece.beats is not None else at
    stop_s = None if breath is None or not breath.length else float(rate.seconds(breath.start))
    return Cut(float(layout.duration_s), piece.bar_s, levels, drop_s, stop_s)


def with_own_music(manifest: Manifest, path: Path, film: Path) -> Manifest:
    """The manifest with the whole path of its music, which lies beside the manifest, above it, beside the film or
    among what was downloaded.

    Raises:
        InputError: It lies elsewhere (a manifest may come from anyone, so the person must name it), or is no file.
    """
    bed = manifest.music_bed
    if bed is None or bed.kind != "file":
        return manifest
    own = path.absolute().parent
    allowed = (own, own.parent, film.absolute().parent, cached_music_folder())
    folders = [folder.resolve() for folder in allowed]
    try:
        music = (own / (bed.path or "")).resolve()
        is_elsewhere, is_file = music.parent not in folders, music.is_file()
    except (OSError, RuntimeError):  # a name that no disk takes, links in a ring
        is_elsewhere, is_file = False, False
    if is_elsewhere:
        raise InputError(
            "The manifest names music outside the film's folder.",
            bed.path,
            "Name it with --music to allow it.",
        )
    if not is_file:
        raise InputError(
            "The manifest's music is not there.",
            bed.path,
            "Put the file beside the manifest, or name another with --music.",
        )
    return manifest.model_copy(update={"music_bed": bed.model_copy(update={"path": str(music)})})
