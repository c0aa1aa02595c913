"""The credits file beside a trailer: whose its music is, where the licence wants that said."""

from __future__ import annotations

from pathlib import Path

from cinecore.errors import OutputError
from cinecut.manifest.schema import Manifest
from cinecut.pipeline.beside import keep_text, remove_ours
from cinecut.pipeline.found_music import credits_text
from cinecut.pipeline.run import Run
from cinecut.places import name_for

SUFFIX = "_credits.txt"


def credits_file(trailer: Path) -> Path:
    """Where a trailer's credits lie: beside it."""
    return trailer.with_name(name_for(trailer.stem, SUFFIX))


def keep_credits(run: Run, assembled: Manifest, trailer: Path) -> Path | None:
    """The file with the credits that the music needs, written; None where it needs none or cannot be written.

    Those of an older cut that needs none any more are removed. What keeps the file from being written is a notice
    with the words that should be in it: no trailer fails for it.
    """
    path, text = credits_file(trailer), credits_text(assembled)
    if not text:
        remove_ours(run, path)
        return None
    try:
        keep_text(run, path, text)
    except OutputError as error:
        words = "; ".join(text.splitlines())
        run.notice(f"The credits could not be written ({error.happened}): {words}")
        return None
    return path
