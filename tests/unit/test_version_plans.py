"""Versions of one trailer on paper: another hook, another order, other footage, the same film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.synthetic_film import make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecut.manifest.io import manifest_bytes
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.versions import Earlier, seed_of_version
from cinecut.pipeline.cuts import folders_within
from cinecut.places import trailer_file

RATE = rate_of()


def versions(film, vibe: str, asked_s: float) -> list[Manifest]:
    brief = Brief("a film.mp4", *film, (), load_vibe(vibe), RATE, asked_s)
    made: list[Manifest] = []
    for number in range(3):
        earlier = tuple(Earlier.of(one) for one in made)
        made.append(plan_trailer(replace(brief, seed=seed_of_version(0, number), earlier=earlier)))
    return made


def in_common(one: Manifest, two: Manifest) -> float:
    """Share of the first's footage that the second shows too."""
    both = sum(
        max(0.0, min(a.source_end_s, b.source_end_s) - max(a.source_start_s, b.source_start_s))
        for a in one.clips
        for b in two.clips
    )
    return both / sum(clip.source_end_s - clip.source_start_s for clip in one.clips)


@pytest.mark.parametrize(("vibe", "asked_s"), [("drama", 60.0), ("action", 45.0), ("comedy", 20.0)])
def test_versions_have_other_hooks_and_mostly_other_footage_and_hold_every_bar(
    vibe: str, asked_s: float
) -> None:
    film = make_film(900, seed=11, lines_a_minute=8, credits_s=54)
    made = versions(film, vibe, asked_s)
    for number, one in enumerate(made):
        bars = broken_bars(one, *film, RATE, allows_montage=load_vibe(vibe).allows_montage, asked_s=asked_s)
        assert list(bars) == []
        for other in made[:number]:
            assert in_common(one, other) < 0.5
            hooks = sorted((one.clips[0].source_start_s, other.clips[0].source_start_s))
            assert hooks[1] - hooks[0] > 2.0
            assert one.music_bed is not None
            assert other.music_bed is not None
            assert one.music_bed.seed != other.music_bed.seed
    assert [manifest_bytes(one) for one in versions(film, vibe, asked_s)] == [
        manifest_bytes(one) for one in made
    ]


def test_the_first_version_is_the_trailer_that_one_alone_would_be() -> None:
    film = make_film(400, seed=5, lines_a_minute=8, credits_s=30)
    alone = plan_trailer(Brief("a film.mp4", *film, (), load_vibe("drama"), RATE, 30.0))
    assert versions(film, "drama", 30.0)[0] == alone


def test_each_version_has_its_letter_in_its_name(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    assert trailer_file(film, "drama", version="B").path.name == "film_trailer_drama_B.mp4"
    assert trailer_file(film, "drama", tmp_path / "mine.mp4", version="C").path == tmp_path / "mine_C.mp4"
    assert trailer_file(film, "drama", tmp_path, version="A").path == tmp_path / "film_trailer_drama_A.mp4"
    long = trailer_file(tmp_path / ("f" * 250 + ".mkv"), "drama", version="B").path.name
    assert long.endswith("_trailer_drama_B.mp4")
    assert len(long) <= 255


def test_a_manifest_of_a_version_is_known_by_its_folder_alone(tmp_path: Path) -> None:
    assert folders_within(tmp_path / "version_B/TRAILER_MANIFEST.json", tmp_path) == ("version_B",)
    for other in (".", "x/version_B", "version_Z"):
        assert folders_within(tmp_path / other / "TRAILER_MANIFEST.json", tmp_path) == ()
