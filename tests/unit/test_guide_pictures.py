"""What the guide shows is there, opens, is not large, and holds something to see."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("guide.md", "vidpipe.md")
LARGEST_BYTES = 300_000
"""A page with ten of them is still read over a telephone."""


def shown() -> list[tuple[str, Path]]:
    """Words and file of each picture."""
    return [
        (words, DOCS / name)
        for page in PAGES
        for words, name in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (DOCS / page).read_text("utf-8"))
    ]


@pytest.mark.parametrize(("words", "path"), shown(), ids=lambda part: getattr(part, "stem", ""))
def test_every_picture_of_the_guides_opens_and_has_words_for_those_who_do_not_see_it(
    words: str, path: Path
) -> None:
    assert words
    assert path.stat().st_size <= LARGEST_BYTES
    with Image.open(path) as picture:
        assert min(picture.size) >= 200
        assert np.asarray(picture.convert("L")).std() > 10


def test_five_vibes_are_shown_as_pictures_and_as_sound_and_no_picture_lies_about_unused() -> None:
    names = [path.name for _, path in shown()]
    assert sum(name.startswith("vibe_") for name in names) >= 5
    assert "vibes_sound.jpg" in names
    pages = "".join(
        page.read_text("utf-8")
        for page in (*DOCS.parent.glob("*.md"), *DOCS.parent.glob("samples/*.md"), *DOCS.rglob("*.md"))
    )
    assert not [path for path in (DOCS / "pictures").iterdir() if path.name not in pages]
