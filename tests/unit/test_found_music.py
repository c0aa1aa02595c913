"""Music found on Jamendo, asked of a real server on the loopback: kept for good, credited, and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jamendo import BY, BY_ND, Service, serving

from cinecut.manifest.schema import Clip, Manifest, MusicBed
from cinecut.manifest.vibe import load_vibe
from cinecut.pipeline.found_music import attribution, credits_text, with_found_music
from cinecut.settings import TrailerSettings


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    with serving(monkeypatch, tmp_path / "cache") as held:
        yield held


def found(seed: int = 0, music: str | None = "jamendo") -> tuple[str | None, str]:
    """What the settings' music becomes for a drama, and what is said."""
    settings, notice = with_found_music(
        TrailerSettings(film=None, music=music, seed=seed), load_vibe("drama")
    )
    return settings.music, notice


def test_a_track_is_found_downloaded_and_credited(service: Service) -> None:
    service.add(7)
    music, notice = found()
    assert notice == ""
    assert music is not None
    assert Path(music).read_bytes() == service.sound
    owner = attribution(Path(music))
    assert owner is not None
    assert (owner.title, owner.artist, owner.licence) == ("Piece 7", "Some Body", BY)
    assert owner.address == "https://www.jamendo.com/track/7"
    (asked,) = service.asked
    assert asked["fuzzytags"] == ["drama emotional piano"]
    assert asked["vocalinstrumental"] == ["instrumental"]


def test_what_was_found_is_found_again_without_a_network(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.add(7)
    first, _ = found()
    monkeypatch.setenv("JAMENDO_ADDRESS", "http://127.0.0.1:9")
    monkeypatch.delenv("JAMENDO_CLIENT_ID")
    assert found() == (first, "")
    assert service.downloads == 1


def test_another_seed_takes_another_track(service: Service) -> None:
    service.add(7)
    service.add(8)
    assert found(0)[0] != found(1)[0]


def test_only_tracks_that_may_be_downloaded_and_edited_are_taken(service: Service) -> None:
    service.add(1, audiodownload_allowed=False)
    service.add(2, license_ccurl=BY_ND)
    service.add(3, license_ccurl="")
    service.add(4, audiodownload="file:///etc/passwd")
    service.add(5, duration=2000)
    service.add(6, artist_name=None)
    assert found()[0] is None
    service.add(7)
    assert Path(found()[0] or "").name == "jamendo_7.mp3"


def test_without_a_network_the_score_is_composed_and_one_notice_says_why(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAMENDO_ADDRESS", "http://127.0.0.1:9")
    assert found() == (
        None,
        "No music from Jamendo: It cannot be reached. Is there a network? The score is composed instead.",
    )


def test_a_wrong_key_and_no_key_are_told_apart(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAMENDO_CLIENT_ID", "wrong")
    music, notice = found()
    assert music is None
    assert "does not know this key. Check JAMENDO_CLIENT_ID." in notice
    monkeypatch.delenv("JAMENDO_CLIENT_ID")
    music, notice = found()
    assert music is None
    assert "No Jamendo key is set." in notice
    assert len(service.asked) == 1


def test_no_result_is_said(service: Service) -> None:
    music, notice = found()
    assert music is None
    assert "no track for this vibe that may be downloaded and edited" in notice


@pytest.mark.parametrize("reply", [b"<html>", b"[]", b'{"headers": {"status": "success"}}', b""])
def test_an_answer_that_is_no_answer_is_said_and_stops_nothing(service: Service, reply: bytes) -> None:
    service.says = reply
    music, notice = found()
    assert music is None
    assert "something else than tracks" in notice


def test_a_download_that_breaks_leaves_nothing_behind_and_is_tried_anew(
    service: Service, tmp_path: Path
) -> None:
    service.add(7)
    service.breaks = True
    music, notice = found()
    assert music is None
    assert "The download broke off." in notice
    assert list((tmp_path / "cache" / "cinecut" / "music").iterdir()) == []
    service.breaks = False
    assert found()[1] == ""


def test_other_music_asks_nobody(service: Service) -> None:
    for music in (None, "none", "/music/own.ogg"):
        assert found(music=music) == (music, "")
    assert service.asked == []


def test_credits_name_piece_artist_licence_and_page_and_only_where_there_is_a_licence() -> None:
    bed = MusicBed(
        kind="file",
        path="/m.mp3",
        title="Piece 7",
        artist="Some Body",
        licence=BY,
        address="https://www.jamendo.com/track/7",
    )
    clip = Clip(source_start_s=1, source_end_s=2, beat_type="breath", act="act1", narrative_zone="BEGINNING")
    bare = Manifest(source_file="f", vibe="drama", clips=(clip,))
    text = credits_text(bare.model_copy(update={"music_bed": bed}))
    for words in ('"Piece 7" by Some Body', BY, "https://www.jamendo.com/track/7", "edited"):
        assert words in text
    own = MusicBed(kind="file", path="/own.mp3", title="own")
    assert credits_text(bare.model_copy(update={"music_bed": own})) == ""
    assert credits_text(bare) == ""
