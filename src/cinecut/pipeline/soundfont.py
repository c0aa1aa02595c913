"""Which SoundFont plays a trailer's composed music, as fingerprints, manifests and people are told of it."""

from __future__ import annotations

from cinecore.audio.score import PlayedBy
from cinecore.audio.soundfont import SoundFont
from cinecore.audio.soundfont_places import AUTO, NONE, find_soundfont
from cinecut.manifest.schema import Manifest
from cinecut.pipeline.found_music import JAMENDO
from cinecut.pipeline.run import Run
from cinecut.settings import TrailerSettings

DIGEST_LETTERS = 12
"""Enough to tell one file from another; the whole digest is in the recipe of the sound."""


def refuse_broken_soundfont(settings: TrailerSettings) -> None:
    """Nothing, unless a SoundFont is named that cannot play: said before an hour of analysis, not after.

    Raises:
        InputError: It cannot be read, is no SoundFont, compressed, or not whole.
    """
    if settings.soundfont not in {AUTO, NONE} and settings.music in {None, JAMENDO} and not settings.preview:
        find_soundfont(settings.soundfont)


def chosen_soundfont(run: Run, manifest: Manifest) -> SoundFont | None:
    """The SoundFont that plays the manifest's composed bed, if there is one; what is broken by the way is a notice.

    Raises:
        InputError: The one that is named cannot be used.
    """
    bed = manifest.music_bed
    if bed is None or bed.kind != "composed" or run.settings.preview:
        return None
    font, notice = find_soundfont(run.settings.soundfont)
    run.notice(notice)
    return font


def soundfont_parts(run: Run, manifest: Manifest) -> dict[str, object]:
    """For fingerprints: the SoundFont by content; nothing where none plays."""
    font = chosen_soundfont(run, manifest)
    return {} if font is None else {"soundfont": font.digest}


def with_soundfont_named(run: Run, manifest: Manifest) -> Manifest:
    """The assembled manifest with the SoundFont that plays its bed, by name and digest: told, never read."""
    bed = manifest.music_bed
    if bed is None:
        return manifest
    font = chosen_soundfont(run, manifest)
    told = "" if font is None else f"{font.name} ({font.path.name}, digest {font.digest[:DIGEST_LETTERS]})"
    return manifest.model_copy(update={"music_bed": bed.model_copy(update={"soundfont": told})})


def played_by(run: Run, manifest: Manifest) -> PlayedBy | None:
    """What the score's recipe says of it."""
    font = chosen_soundfont(run, manifest)
    return None if font is None else PlayedBy(str(font.path.absolute()), font.digest)
