"""Music that others give away: found for a vibe, kept for good in the user's cache folder, named with its makers.

Asked for by `--music jamendo` alone: a key in the environment says how to ask, not that this trailer should. What
was found for a vibe and a seed is found again without a network; where nothing can be had, the score is composed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cinecore.errors import CineError
from cinecore.files import digest_bytes, write_json
from cinecore.settings import environment
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.settings import cache_folder

if TYPE_CHECKING:  # loaded when it is needed
    from cinecore.audio.jamendo import FoundTrack
    from cinecut.settings import TrailerSettings

JAMENDO = "jamendo"
SIDECAR_SUFFIX = ".json"

USUAL_TAGS = ("soundtrack", "cinematic")
TAGS: dict[str, tuple[str, ...]] = {
    "action": ("action", "epic", "rock"),
    "adventure": ("adventure", "epic", "orchestral"),
    "animation": ("playful", "children", "happy"),
    "comedy": ("funny", "playful", "quirky"),
    "crime": ("noir", "jazz", "suspense"),
    "documentary": ("documentary", "ambient", "piano"),
    "drama": ("drama", "emotional", "piano"),
    "family": ("happy", "acoustic", "ukulele"),
    "fantasy": ("fantasy", "epic", "celtic"),
    "history": ("orchestral", "classical", "epic"),
    "horror": ("horror", "dark", "scary"),
    "music": ("dance", "electronic", "pop"),
    "mystery": ("mysterious", "suspense", "dark"),
    "romance": ("romantic", "love", "piano"),
    "sci-fi": ("scifi", "space", "electronic"),
    "thriller": ("thriller", "suspense", "dark"),
    "war": ("war", "epic", "drums"),
    "western": ("western", "country", "guitar"),
}
"""What to ask for, by vibe; one of them is enough."""

SHORTEST_TRACK_S, LONGEST_TRACK_S = 60, 600


@dataclass(frozen=True)
class Attribution:
    """Whose a piece is."""

    title: str
    artist: str
    licence: str
    address: str


def cached_music_folder() -> Path:
    """Where downloaded music is kept; not made here."""
    return cache_folder() / "music"


def attribution(path: Path) -> Attribution | None:
    """Whose a downloaded file is, as the file beside it says; None for a person's own file."""
    if path.absolute().parent != cached_music_folder().absolute():
        return None
    try:
        found = json.loads(path.with_name(path.name + SIDECAR_SUFFIX).read_text("utf-8"))
        return Attribution(**{name: str(found[name]) for name in ("title", "artist", "licence", "address")})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def with_found_music(settings: TrailerSettings, vibe: VibeProfile) -> tuple[TrailerSettings, str]:
    """The settings with a downloaded file in place of the word `jamendo`, and what to say where there is none.

    `JAMENDO_CLIENT_ID` holds the person's key, `JAMENDO_ADDRESS` where the service is, if not at its own place.
    Never an error: without music that may be used the score is composed.
    """
    if settings.music != JAMENDO:
        return settings, ""
    known = _known_choice(vibe.name, settings.seed)
    if known is not None:
        return replace(settings, music=str(known)), ""
    try:
        path = _find(settings.seed, vibe)
    except CineError as error:
        why = " ".join(part for part in (error.happened, error.advice) if part)
        return replace(settings, music=None), f"No music from Jamendo: {why} The score is composed instead."
    return replace(settings, music=str(path)), ""


def with_known_music(settings: TrailerSettings, vibe: str) -> TrailerSettings:
    """The settings as a run would have them, as far as that is known without asking a network."""
    known = _known_choice(vibe, settings.seed) if settings.music == JAMENDO else None
    return settings if known is None else replace(settings, music=str(known))


def _choice_file(vibe: str, seed: int) -> Path:
    return cached_music_folder() / f"choice_{digest_bytes(vibe.encode())[:12]}_{seed}{SIDECAR_SUFFIX}"


def _known_choice(vibe: str, seed: int) -> Path | None:
    """The file that was found before for this vibe and seed."""
    try:
        name = str(json.loads(_choice_file(vibe, seed).read_text("utf-8"))["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    path = cached_music_folder() / Path(name).name
    return path if path.is_file() and attribution(path) is not None else None


def _find(seed: int, vibe: VibeProfile) -> Path:
    """A track for the vibe, downloaded with its attribution beside it.

    Raises:
        CineError: There is no key, no network, no such track, or no room.
    """
    from cinecore.audio.jamendo import ADDRESS, download_track, find_tracks

    variables = environment()
    tracks = find_tracks(
        variables.get("JAMENDO_CLIENT_ID", "").strip() or None,
        TAGS.get(vibe.name, USUAL_TAGS),
        (vibe.bpm_low, vibe.bpm_high),
        (SHORTEST_TRACK_S, LONGEST_TRACK_S),
        address=variables.get("JAMENDO_ADDRESS", "").strip().rstrip("/") or ADDRESS,
    )
    track: FoundTrack = tracks[seed % len(tracks)]
    folder = cached_music_folder()
    path = folder / f"jamendo_{track.number}.mp3"
    download_track(track, path)
    owner = Attribution(track.title, track.artist, track.licence, track.address)
    write_json(path.with_name(path.name + SIDECAR_SUFFIX), asdict(owner))
    write_json(_choice_file(vibe.name, seed), {"file": path.name})
    return path


def credits_text(manifest: Manifest) -> str:
    """What must be named beside the trailer for its music; empty where nothing must."""
    bed = manifest.music_bed
    if bed is None or bed.kind != "file" or not bed.licence:
        return ""
    lines = [
        f'Music: "{bed.title}" by {bed.artist}',
        f"Licence: {bed.licence}",
        *([f"Source: {bed.address}"] if bed.address else []),
        "The music was shortened and edited to the trailer's cut.",
    ]
    return "\n".join(lines) + "\n"
