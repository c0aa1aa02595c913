"""The mark at a report's end by which it is known as ours and untouched, and what it was made from.

It proves nothing to anybody else: it keeps us from replacing a file that a person wrote or changed.
"""

from __future__ import annotations

import re
from pathlib import Path

from cinecore.files import digest_bytes

MARK_BYTES = 120
"""More than the mark takes."""

MOST_BYTES = 64 << 20
"""A larger file is no report of ours."""

_MARK = re.compile(rb"<!-- cinecut-report ([0-9a-f]{32}) ([0-9a-f]{32}) -->\n\Z")


def signed(page: str, made_from: str) -> bytes:
    """The page as UTF-8 with its mark; `made_from` is 32 hex digits that say what it was made from."""
    body = page.encode("utf-8", "replace")
    mark = f"<!-- cinecut-report {made_from} {digest_bytes(made_from.encode(), body)} -->\n"
    return body + mark.encode("ascii")


def made_from(file: Path) -> str | None:
    """What a report was made from; None where the file is none of ours, or was changed since."""
    try:
        if not file.is_file() or not MARK_BYTES // 2 < file.stat().st_size <= MOST_BYTES:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    found = _MARK.search(data, max(0, len(data) - MARK_BYTES))
    if found is None:
        return None
    inputs = found[1].decode("ascii")
    is_whole = digest_bytes(inputs.encode(), data[: found.start()]).encode("ascii") == found[2]
    return inputs if is_whole else None
