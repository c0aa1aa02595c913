"""The credits file beside a trailer: whose its music is, where the licence wants that said."""

from __future__ import annotations

import contextlib
from pathlib import Path

from cinecore.errors import CineError
from cinecore.files import digest_bytes, write_text
from cinecut.manifest.schema import Manifest
from cinecut.pipeline.found_music import credits_text
from cinecut.pipeline.run import Run
from cinecut.places import name_for

SUFFIX = "_credits.txt"


def credits_file(trailer: Path) -> Path:
    """Where a trailer's credits lie: beside it."""
    return trailer.with_name(name_for(trailer.stem, SUFFIX))


def keep_credits(run: Run, assembled: Manifest, trailer: Path) -> Path | None:
    """The file with the credits that the music needs, written; None where it needs none or cannot be written.

    Those of an older cut that needs none any more are removed. What keeps the file from being written is a notice with the words that should be in it: no trailer fails for it.
    """
    path, text = credits_file(trailer), credits_text(assembled)
    if not text:
        if run.ledger.is_ours(path):
            with contextlib.suppress(OSError):
                path.unlink()
        return None
    digest = digest_bytes(text.encode())
    if run.ledger.is_ours(path, digest):
        return path
    try:
        run.ledger.refuse_foreign(path, may_overwrite=run.settings.overwrite)
        run.ledger.expect(path)
        write_text(path, text)
        run.ledger.enter(path, digest)
    except CineError as error:
        words = "; ".join(text.splitlines())
        run.notice(f"The credits could not be written ({error.happened}): {words}")
        return None
    return path
