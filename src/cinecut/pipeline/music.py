"""Settling the music before anything is planned: its tempo is the grid that lengths are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import digest_file
from cinecore.timeline import BeatGrid
from cinecut.manifest.schema import Manifest, MusicBed
from cinecut.manifest.vibe_profile import VibeProfile


@dataclass(frozen=True)
class Music:
    """What plays, and the grid it sets in trailer time."""

    bed: MusicBed
    grid: BeatGrid
    notices: tuple[str, ...] = ()


def music_digest(choice: str | None) -> str:
    """What a fingerprint must know of the choice: the file's digest, or the word."""
    return choice or "composed" if choice in {None, "none"} else digest_file(Path(str(choice)))


def settle_music(choice: str | None, vibe: VibeProfile, seed: int) -> Music:
    """The composed bed at the vibe's tempo, no music (the same grid still paces the cuts), or the user's file.

    A file's grid comes from its beats; it starts at its first beat, which is beat 0 of the trailer.

    Raises:
        InputError: The file cannot be read as music.
    """
    composed = BeatGrid(vibe.bpm_exact)
    if choice is None:
        return Music(MusicBed(kind="composed", seed=seed, title=f"{vibe.name} score"), composed)
    if choice == "none":
        return Music(MusicBed(kind="none"), composed)
    from cinecore.audio.beats import grid, track_beats
    from cinecore.audio.extract import read_sound_file

    path = Path(choice)
    if str(path.absolute()).encode("utf-8", "replace").decode() != str(path.absolute()):
        raise InputError(
            "The music's name holds bytes that are no letters: a manifest cannot name it.",
            path,
            "Give the file another name.",
        )
    beats = track_beats(read_sound_file(path), (vibe.bpm_low, vibe.bpm_high), vibe.bpm)
    found = grid(beats)
    if not beats.beat_times_s or beats.confidence < CLEAR_BEAT:
        notice = f"No clear beat was found in {path.name!r}; cuts keep to the vibe's tempo."
        return Music(MusicBed(kind="file", path=str(path.absolute())), composed, (notice,))
    bed = MusicBed(
        kind="file", path=str(path.absolute()), start_s=round(float(found.offset_s), 6), title=path.stem
    )
    return Music(bed, BeatGrid(found.bpm, Fraction(0), found.beats_per_bar))


def with_own_music(manifest: Manifest, path: Path, film: Path) -> Manifest:
    """The manifest with the whole path of its music, which lies beside the manifest, above it or beside the film.

    Raises:
        InputError: It lies elsewhere (a manifest may come from anyone, so the person must name it), or is no file.
    """
    bed = manifest.music_bed
    if bed is None or bed.kind != "file":
        return manifest
    own = path.absolute().parent
    folders = [folder.resolve() for folder in (own, own.parent, film.absolute().parent)]
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


CLEAR_BEAT = 0.1
"""Tracker confidence under which a grid would be a guess."""
