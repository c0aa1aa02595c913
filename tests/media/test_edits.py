"""Edits of a real run: a swap, a plan round it, and nothing that a person made is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.durability.small_film import PLAIN, Place, make_film, new_place

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("small") / "film.mp4")


def review(place: Place, *options: str) -> tuple[dict, dict]:
    ended = place.here("--review", "--vision", "none", "--spoilers", "full", *PLAIN, *options)
    assert ended.status == 0, ended
    return ended.said, json.loads((place.work / "TRAILER_MANIFEST.json").read_text("utf-8"))


def test_a_swap_is_kept_and_replanned_around_and_what_was_edited_is_never_lost(
    small: Path, tmp_path: Path
) -> None:
    from cinecut.compose import swap_clip
    from cinecut.settings import TrailerSettings

    place = new_place(tmp_path, "edits", small)
    _, planned = review(place)
    number = next(n for n, clip in enumerate(planned["clips"], 1) if clip["alternates"])
    swapped = swap_clip(TrailerSettings(place.film), number, 1)
    edited = swapped.manifest.read_bytes()
    said, kept = review(place)
    assert swapped.manifest.read_bytes() == edited
    assert any("edits" in notice for notice in said["notices"])
    said, again = review(place, "--replan", "--seed", "5")
    (clip,) = [clip for clip in again["clips"] if clip["locked"]]
    own = kept["clips"][number - 1]
    assert [clip[name] for name in ("source_start_s", "source_end_s", "act")] == [
        own[name] for name in ("source_start_s", "source_end_s", "act")
    ]
    assert [path.read_bytes() for path in place.work.glob("TRAILER_MANIFEST.*.json")] == [edited]
    bytes_then = swapped.manifest.read_bytes()
    review(place, "--replan", "--seed", "5")
    assert swapped.manifest.read_bytes() == bytes_then
    # planned anew without --replan: the plan that holds the person's clip is set aside, not overwritten
    review(place, "--seed", "6")
    assert {path.read_bytes() for path in place.work.glob("TRAILER_MANIFEST.*.json")} == {edited, bytes_then}
