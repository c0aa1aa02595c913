"""Several lengths and shapes: which trailers are meant, what they are called, where their work lies."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cinecore.errors import CineError
from cinecore.render.presets import DELIVERIES
from cinecut.pipeline.cuts import folders_within
from cinecut.places import trailer_file
from cinecut.settings import TrailerSettings, trailer_settings

FILM = Path("film.mp4")


def asked(**words: object) -> TrailerSettings:
    return trailer_settings(FILM, words)


def test_lengths_times_shapes_are_the_trailers_that_are_made() -> None:
    names = [cut.name for cut in asked(duration="30s, 1:00,7.5s", aspect="16:9,9:16").cuts]
    assert names == ["30s_16x9", "30s_9x16", "60s_16x9", "60s_9x16", "7.5s_16x9", "7.5s_9x16"]
    assert [cut.name for cut in asked(duration="30s,60s").cuts] == ["30s", "60s"]
    assert [cut.name for cut in asked(duration="30s", aspect="1:1,4:5").cuts] == ["30s_1x1", "30s_4x5"]


def test_one_length_and_one_shape_are_one_trailer_as_before() -> None:
    one = asked(duration="1:30", aspect="4:5")
    assert (one.cuts, one.duration_s, one.aspect) == ((), Fraction(90), "4:5")
    assert asked().cuts == ()
    several = asked(duration="30s,60s", aspect="1:1,4:5")
    assert (several.duration_s, several.aspect) == (None, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"duration": "60s,60s"}, "60s is there twice"),
        ({"duration": "60s,1:00"}, "1:00 is there twice"),
        ({"duration": "60s,soon"}, "90s"),
        ({"duration": "60s,"}, "90s"),
        ({"duration": "60s,auto"}, "auto alone"),
        ({"duration": ",".join(f"{n}s" for n in range(10, 50))}, "at most 12 at once, not 40"),
        ({"aspect": "3:7"}, "one of 16:9, 9:16, 1:1, 4:5"),
        ({"aspect": "1:1,1:1"}, "1:1 is there twice"),
        ({"duration": "10s,20s,30s,40s", "aspect": "1:1,4:5,9:16,16:9"}, "16 trailers in one run"),
        ({"duration": "10s,20s", "versions": "7"}, "14 trailers in one run"),
        ({"duration": "10s,20s", "output": "one.mp4"}, "--output names one file"),
        ({"deliver": "dcp"}, "one of web, cinema, r128, a85"),
        ({"captions": "yes"}, "one of none, files, burnt"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_message(words: dict[str, object], said: str) -> None:
    with pytest.raises(CineError) as caught:
        asked(**words)
    assert said in str(caught.value)
    assert caught.value.exit_status == 2


def test_each_trailer_of_several_has_a_name_of_its_own(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    places = {
        trailer_file(film, "war", cut=cut, version=letter, preset=preset).path.name
        for cut in ("", "60s", "60s_9x16")
        for letter in ("", "A")
        for preset in DELIVERIES.values()
    }
    assert len(places) == 3 * 2 * 4
    assert "film_trailer_war_60s_9x16.mp4" in places
    assert "film_trailer_war_60s_9x16_cinema_A.mov" in places


def test_a_name_that_is_asked_for_has_the_deliverys_ending(tmp_path: Path) -> None:
    cinema = DELIVERIES["cinema"]
    assert trailer_file(FILM, "war", tmp_path / "cut", preset=cinema).path == tmp_path / "cut.mov"
    with pytest.raises(CineError, match=r"\.mov"):
        trailer_file(FILM, "war", tmp_path / "cut.mp4", preset=cinema)


def test_a_manifest_of_a_length_and_shape_is_known_by_its_folder_alone(tmp_path: Path) -> None:
    def within(folder: str) -> tuple[str, ...]:
        return folders_within(tmp_path / folder / "TRAILER_MANIFEST.json", tmp_path)

    assert within("cut_60s_9x16") == ("cut_60s_9x16",)
    assert within("cut_7.5s/version_B") == ("cut_7.5s", "version_B")
    for other in (
        "cut_",
        "cut_60",
        "cut_9x17",
        "cut_060s",
        "cut_1e3s",
        "cut_60s/cut_30s",
        "x/cut_60s",
        "cut_..s",
    ):
        assert within(other) == ()
