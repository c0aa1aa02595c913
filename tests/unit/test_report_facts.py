"""What a report is told: places, stills within their budget, figures beside promises, and whose file it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.reports import CLIPS, FILM_S, film_with_stills, jpeg, manifest, measured, told

from cinecore.analysis.film import Still
from cinecut.manifest.layout import lay_out
from cinecut.report import drawing, stills, words
from cinecut.report.gather import RUNNERS_UP_SHOWN, gather
from cinecut.report.measures import Promised
from cinecut.report.render import render_page
from cinecut.report.signature import made_from, signed

INPUTS = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("seconds", "decimals", "said"),
    [
        (0, 2, "0:00.00"),
        (59.996, 2, "1:00.00"),
        (59.994, 2, "0:59.99"),
        (3599.6, 0, "1:00:00"),
        (3725.25, 2, "1:02:05.25"),
        (-1, 2, "0:00.00"),
        (7, 0, "0:07"),
    ],
)
def test_a_clock_never_shows_sixty_seconds(seconds: float, decimals: int, said: str) -> None:
    assert words.clock(seconds, decimals) == said


@pytest.mark.parametrize("whole_s", [0.4, 6, 12, 60, 90, 150, 596, 5400, 36_000])
def test_a_ruler_has_enough_ticks_and_none_over_its_end(whole_s: float) -> None:
    ticks = drawing.ticks(whole_s)
    assert 1 <= len(ticks) <= 18
    assert len(ticks) >= min(4, whole_s / 0.5)
    places = [float(place.rstrip("%")) for place, _ in ticks]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] < 99
    assert len({word for _, word in ticks}) == len(ticks)


def test_places_stay_inside_whatever_lies_outside() -> None:
    assert drawing.placed(-5, 400, 100) == "left:0.000%;width:100.000%"
    assert drawing.placed(200, 300, 100) == "left:100.000%;width:0.000%"
    assert drawing.placed(10, 5, 100) == "left:10.000%;width:0.000%"
    assert drawing.percent(1, 0) == "0.000%"


def test_a_curve_fills_its_place_from_edge_to_edge() -> None:
    path = drawing.area([0.0, 1.0])
    assert path == "M0 100 L0.0 100.0 L250.0 100.0 L750.0 0.0 L1000.0 0.0 L1000 100 Z"
    assert drawing.area([]) == ""


def test_clips_lie_where_the_layout_has_them() -> None:
    facts = gather(told())
    layout = lay_out(manifest(), told().layout.rate)
    for clip in facts.clips:
        item = layout.item_of_clip(clip.number - 1)
        assert clip.trailer_start_s == pytest.approx(item.start / 24)
        assert clip.trailer_end_s == pytest.approx(item.end / 24)
    assert facts.clips[1].trailer_start_s == pytest.approx(2.0), "half the dissolve belongs to each"
    assert facts.clips[1].cut_s == pytest.approx(2.5)
    assert facts.cards[0].trailer_end_s == pytest.approx(facts.trailer_s) == pytest.approx(9.0)
    assert [(span.act, span.start_s) for span in facts.acts][:2] == [("act1", 0.0), ("act2", 2.5)]


def test_a_line_is_marked_where_it_is_heard_in_the_trailer() -> None:
    heard = gather(told()).clips[0].lines[0]
    assert (heard.trailer_start_s, heard.trailer_end_s) == (0.5, 2.0)
    marks = drawing.marks(gather(told()))
    assert [mark.words for mark in marks["heard"]] == ["We should not be here.", "It was too late."]
    assert marks["heard"][0].place == drawing.placed(0.5, 5.0, 9.0), "room for words until the next begins"
    assert marks["heard"][0].share == drawing.percent(1.5, 4.5)


def test_cuts_are_on_the_beat_only_where_they_are() -> None:
    clips = gather(told()).clips
    assert [clip.is_on_beat for clip in clips] == [True, True, True]
    late = manifest(bpm_grid={"bpm": 120, "offset_s": 0.12})
    facts = gather(told(manifest=late))
    assert [clip.is_on_beat for clip in facts.clips] == [False, False, False]
    assert next(row for row in facts.planned if row.name == "Cuts on the beat").is_met is False
    assert gather(told(manifest=manifest(bpm_grid=None))).clips[0].is_on_beat is None


def test_zones_end_where_footage_may_not_be_shown_any_more() -> None:
    zones = [(zone.kind, zone.start_s, zone.end_s) for zone in gather(told()).zones]
    assert zones == [("BEGINNING", 0, 80), ("ESCALATION", 80, 175), ("CLIMAX", 175, 200)]


def test_of_many_runners_up_some_are_shown_and_the_rest_are_counted(tmp_path: Path) -> None:
    others = [{"source_start_s": at, "source_end_s": at + 2, "score": 0.3} for at in range(20, 60, 2)]
    cut = manifest(clips=[{**CLIPS[0], "alternates": others}])
    clip = gather(told(tmp_path / "stills", manifest=manifest(clips=cut.clips, titles=[]))).clips[0]
    assert len(clip.runners_up) == RUNNERS_UP_SHOWN
    assert clip.more_runners_up == len(others) - RUNNERS_UP_SHOWN
    assert [other.command for other in clip.runners_up][:2] == [
        "cinecut swap 1 1 film.mkv",
        "cinecut swap 1 2 film.mkv",
    ]


def test_curves_span_the_film_and_lie_in_their_lanes(tmp_path: Path) -> None:
    curves = {curve.name: curve for curve in gather(told(tmp_path / "stills")).curves}
    assert {"Tension", "Motion", "Loudness", "Dialogue", "Light"} <= set(curves)
    for curve in curves.values():
        assert len(curve.values) == len(curves["Motion"].values)
        assert all(0 <= value <= 1 for value in curve.values)
    talk = curves["Dialogue"].values
    assert talk.index(max(talk)) == pytest.approx(len(talk) * 13.2 / FILM_S, abs=2)


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, set()),
        ({"duration_s": 9.6}, {"Length"}),
        ({"integrated_lufs": -15.6}, {"Loudness"}),
        ({"true_peak_dbtp": -0.9}, {"True peak"}),
        ({"width": 638}, {"Picture"}),
        ({"rate": "25"}, {"Frame rate"}),
        ({"is_constant_rate": False}, {"Frame rate"}),
        ({"pixel_format": "yuv444p"}, {"Pixel format"}),
        ({"color": ("bt601", "bt709", "bt709", "tv")}, {"Colour tags"}),
        ({"audio_skew_ms": -9.0}, {"Sound starts after picture"}),
        ({"is_moov_first": False}, {"Index before the data"}),
        ({"audio_sample_rate": 44_100}, {"Sound codec"}),
        ({"integrated_lufs": None, "true_peak_dbtp": None}, set()),
    ],
)
def test_each_promise_that_a_file_misses_is_named(changes: dict[str, object], missed: set[str]) -> None:
    rows = gather(told(measured=measured(**changes))).measured
    assert {row.name for row in rows if row.is_met is False} == missed


def test_a_preview_is_held_to_no_loudness_and_no_size() -> None:
    rough = gather(
        told(measured=measured(integrated_lufs=-9.0, width=384), promised=Promised(is_rough=True), size=None)
    )
    assert [row.name for row in rough.measured if row.is_met is False] == []


def test_a_still_is_the_one_nearest_to_the_middle(tmp_path: Path) -> None:
    shelf = stills.StillShelf([Still(at, 0, f"{at:g}.jpg", 1, 1) for at in (1.0, 5.0, 5.9, 9.0)], tmp_path)
    assert shelf.nearest(4.0, 8.0) == tmp_path / "5.9.jpg"
    assert shelf.nearest(6.5, 8.9) == tmp_path / "9.jpg", "none is inside: the nearer neighbour"
    assert shelf.nearest(0.0, 0.5) == tmp_path / "1.jpg"
    assert shelf.nearest(50.0, 60.0) == tmp_path / "9.jpg"
    assert stills.StillShelf([], tmp_path).nearest(0, 1) is None


def test_stills_step_down_until_they_fit_their_budget(tmp_path: Path) -> None:
    noisy = []
    for number in range(6):
        noisy.append(tmp_path / f"{number}.jpg")
        noisy[-1].write_bytes(jpeg((0, 0, 0), (480, 270), noise_seed=number))
    first, made = stills.on_first_rung(noisy, noisy)
    assert first == stills.RUNGS[0]
    whole = sum(len(picture.uri) for picture in made.values())
    smaller, fitting = stills.on_first_rung(noisy, noisy, budget_bytes=whole // 3)
    assert smaller in stills.RUNGS[1:-1]
    assert sum(len(picture.uri) for picture in fitting.values()) <= whole // 3
    last, _ = stills.on_first_rung(noisy, noisy, budget_bytes=10)
    assert last == stills.RUNGS[-1]


def test_a_still_twice_in_the_page_counts_twice(tmp_path: Path) -> None:
    path = tmp_path / "one.jpg"
    path.write_bytes(jpeg((0, 0, 0), (480, 270), noise_seed=1))
    _, made = stills.on_first_rung([path], [])
    once = sum(len(picture.uri) for picture in made.values())
    rung, _ = stills.on_first_rung([path] * 10, [], budget_bytes=5 * once)
    assert rung != stills.RUNGS[0]


def test_pictures_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    good, bad, gone, png = (tmp_path / name for name in ("good.jpg", "bad.jpg", "gone.jpg", "png.jpg"))
    good.write_bytes(jpeg((200, 10, 10), (64, 36)))
    bad.write_bytes(b"\xff\xd8 no picture")
    png.write_bytes(b"\x89PNG\r\n\x1a\n")
    made = stills.small_pictures([(path, 48) for path in (good, bad, gone, png)], 70)
    assert list(made) == [(good, 48)]
    assert (made[good, 48].width, made[good, 48].height) == (48, 27)


def test_a_ribbon_of_a_picture_is_cut_to_what_a_page_can_show(tmp_path: Path) -> None:
    path = tmp_path / "wide.jpg"
    path.write_bytes(jpeg((0, 90, 0), (900, 30)))
    small = stills.small_pictures([(path, 100)], 70)[path, 100]
    assert (small.width, small.height) == (100, 25)


def test_a_page_for_a_two_minute_trailer_stays_under_three_megabytes(tmp_path: Path) -> None:
    analysis = film_with_stills(tmp_path / "stills", every_s=6.0, size=(448, 252))
    for number, still in enumerate(analysis.stills):
        (tmp_path / "stills" / still.file).write_bytes(jpeg((0, 0, 0), (448, 252), noise_seed=number))
    clips = [
        {
            **CLIPS[1],
            "source_start_s": 4.0 * at,
            "source_end_s": 4.0 * at + 2,
            "alternates": [
                {"source_start_s": 4.0 * at + 2 + k / 2, "source_end_s": 4.0 * at + 4, "score": 0.5}
                for k in range(3)
            ],
        }
        for at in range(60)
    ]
    given = replace(
        told(manifest=manifest(clips=clips, titles=[])), analysis=analysis, stills=tmp_path / "stills"
    )
    page = render_page(gather(given))
    assert len(page.encode()) < 3_000_000
    assert page.count("<img ") == 60 * 2 + 180, "even noise leaves every still in the page"


def test_a_report_is_known_as_ours_until_a_letter_of_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.report.html"
    assert made_from(file) is None
    data = signed("<!DOCTYPE html>\n<p>Ä page</p>\n", INPUTS)
    file.write_bytes(data)
    assert made_from(file) == INPUTS
    for changed in (
        data.replace(b"page", b"Page"),
        data[:-1],
        data + b"\n",
        data.replace(INPUTS.encode(), b"f" * 32),
        b"",
        b"<html></html>" * 20,
    ):
        file.write_bytes(changed)
        assert made_from(file) is None, changed[-90:]
    assert made_from(tmp_path) is None
