"""Small text files beside a trailer, such as captions and credits: ours are kept true or removed, a stranger's never touched."""

from __future__ import annotations

import contextlib
from pathlib import Path

from cinecore.files import digest_bytes, write_text
from cinecut.pipeline.run import Run


def keep_text(run: Run, path: Path, text: str) -> None:
    """A file of ours with this text, written where it is not there yet.

    Raises:
        OutputError: A file that was not made here is in the way, or it cannot be written.
    """
    digest = digest_bytes(text.encode())
    if run.ledger.is_ours(path, digest):
        return
    run.ledger.refuse_foreign(path, may_overwrite=run.settings.overwrite)
    run.ledger.expect(path)
    write_text(path, text)
    run.ledger.enter(path, digest)


def remove_ours(run: Run, path: Path) -> None:
    """Away with a file of an older cut, if we made it."""
    if run.ledger.is_ours(path):
        with contextlib.suppress(OSError):
            path.unlink()
