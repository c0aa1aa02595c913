"""Swapping an alternate in: the manifest alone, and every alternate held to every bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.synthetic_film import make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecore.errors import InputError
from cinecut.compose import swap_clip
from cinecut.manifest.io import edited_clips, read_manifest, write_manifest
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.swap import swap
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.settings import TrailerSettings

RATE = rate_of()
FILE = Path("TRAILER_MANIFEST.json")


@pytest.fixture(scope="module")
def film():
    return make_film(600, seed=4, lines_a_minute=8, credits_s=40)


@pytest.fixture(scope="module")
def manifest(film) -> Manifest:
    return plan_trailer(Brief("a film.mp4", *film, (), load_vibe("drama"), RATE, 45.0))


def swaps_of(manifest: Manifest) -> list[tuple[int, int]]:
    return [(n, k) for n, clip in enumerate(manifest.clips, 1) for k in range(1, len(clip.alternates) + 1)]


@pytest.mark.parametrize(("vibe", "seed"), [("drama", 4), ("action", 7), ("comedy", 9)])
def test_every_alternate_swapped_in_holds_every_bar(vibe: str, seed: int) -> None:
    film = make_film(500, seed=seed, lines_a_minute=10, credits_s=30, mean_shot_s=5.0)
    profile = load_vibe(vibe)
    manifest = plan_trailer(Brief("a film.mp4", *film, (), profile, RATE, 40.0))
    swaps = swaps_of(manifest)
    assert len(swaps) > len(manifest.clips)
    assert any(manifest.clips[n - 1].alternates[k - 1].lines for n, k in swaps)
    for n, k in swaps:
        changed = swap(manifest, n, k, FILE)
        broken = list(broken_bars(changed, *film, RATE, allows_montage=profile.allows_montage, asked_s=40.0))
        assert broken == [], (n, k)
        assert lay_out(changed, RATE).cuts == lay_out(manifest, RATE).cuts


def test_the_old_footage_becomes_the_alternate_and_back_again(manifest: Manifest) -> None:
    n, k = swaps_of(manifest)[1]
    old = manifest.clips[n - 1]
    once = swap(manifest, n, k, FILE)
    clip = once.clips[n - 1]
    assert (clip.source_start_s, clip.source_end_s) == (
        old.alternates[k - 1].source_start_s,
        old.alternates[k - 1].source_end_s,
    )
    assert clip.locked
    assert clip.alternates[k - 1].source_start_s == old.source_start_s
    assert edited_clips(manifest, once) == (n - 1,)
    assert [c for i, c in enumerate(once.clips) if i != n - 1] == [
        c for i, c in enumerate(manifest.clips) if i != n - 1
    ]
    twice = swap(once, n, k, FILE)
    assert twice.clips[n - 1].model_copy(update={"locked": False}) == old


def test_a_clip_that_was_locked_by_us_can_be_set_free(manifest: Manifest) -> None:
    locked = manifest.clips[2].model_copy(update={"locked": True})
    with_lock = manifest.model_copy(update={"clips": (*manifest.clips[:2], locked, *manifest.clips[3:])})
    assert edited_clips(with_lock, with_lock) == (2,)
    assert edited_clips(with_lock, manifest) == ()
    assert edited_clips(manifest, with_lock) == (2,)


@pytest.mark.parametrize(
    ("clip", "alternate", "says"), [(0, 1, "no clip 0"), (99, 1, "no clip 99"), (1, 9, "no alternate 9")]
)
def test_numbers_that_name_nothing_are_one_message(
    manifest: Manifest, clip: int, alternate: int, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        swap(manifest, clip, alternate, FILE)


def test_an_alternate_that_another_clip_shows_by_now_is_refused_naming_it(manifest: Manifest) -> None:
    first, second = manifest.clips[2], manifest.clips[3]
    stolen = second.model_copy(
        update={
            "source_start_s": first.alternates[0].source_start_s,
            "source_end_s": first.alternates[0].source_end_s,
        }
    )
    edited = manifest.model_copy(update={"clips": (*manifest.clips[:3], stolen, *manifest.clips[4:])})
    with pytest.raises(InputError, match="clip 4 shows the same footage"):
        swap(edited, 3, 1, FILE)


def test_a_swap_that_would_undo_the_order_of_zones_is_refused(manifest: Manifest) -> None:
    n, k = next((n, k) for n, k in swaps_of(manifest) if manifest.clips[n - 1].act == "act1")
    clip = manifest.clips[n - 1]
    far = clip.alternates[k - 1].model_copy(update={"narrative_zone": "CLIMAX"})
    alternates = (*clip.alternates[: k - 1], far, *clip.alternates[k:])
    clips = (
        *manifest.clips[: n - 1],
        clip.model_copy(update={"alternates": alternates}),
        *manifest.clips[n:],
    )
    with pytest.raises(InputError, match="it is of CLIMAX"):
        swap(manifest.model_copy(update={"clips": clips}), n, k, FILE)


def test_the_command_finds_the_manifest_of_a_film_or_takes_the_one_named(
    manifest: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    work = tmp_path / "a film_cinecut_work"
    work.mkdir()
    write_manifest(work / "TRAILER_MANIFEST.json", manifest)
    n, k = swaps_of(manifest)[0]
    for settings in (
        TrailerSettings(tmp_path / "a film.mp4"),
        TrailerSettings(None),
        TrailerSettings(None, manifest=work / "TRAILER_MANIFEST.json"),
    ):
        before = read_manifest(work / "TRAILER_MANIFEST.json")
        done = swap_clip(settings, n, k)
        after = read_manifest(done.manifest)
        assert after == swap(before, n, k, FILE)
    with pytest.raises(InputError, match="no manifest of this film"):
        swap_clip(TrailerSettings(tmp_path / "other.mp4"), n, k)
