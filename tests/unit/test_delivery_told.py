"""What was delivered is told: for whom, how loud on its own meter, flashes, colour, captions, each beside its promise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from cinecore.render.presets import DELIVERIES
from cinecore.timebase import FrameRate
from cinecut.manifest.schema import Clip, Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.report.facts import Measured
from cinecut.report.measures import Promised, measured_rows

RATE = FrameRate(Fraction(24))
FILE: dict[str, Any] = {
    "frames": 240,
    "rate": "24",
    "duration_s": 10.0,
    "width": 640,
    "height": 360,
    "pixel_format": "yuv420p",
    "codec": "h264",
    "profile": "High",
    "color": ("bt709", "bt709", "bt709", "tv"),
    "is_constant_rate": True,
    "is_moov_first": True,
    "audio_codec": "aac",
    "audio_sample_rate": 48_000,
    "audio_skew_ms": 0.0,
    "length_skew_ms": 0.0,
    "integrated_lufs": -18.1,
    "true_peak_dbtp": -2.4,
    "short_term_max_lufs": -15.0,
    "leq_m_db": None,
    "black": [],
    "frozen": [],
    "flashes": [],
}


def rows(delivery: str, captions: tuple[str, ...] = (), **changes: object) -> dict[str, Measured]:
    clip = Clip(
        source_start_s=0,
        source_end_s=4,
        beat_type="breath",
        act="act1",
        narrative_zone="BEGINNING",
    )
    found = measured_rows(
        {**FILE, **changes},
        load_vibe("drama"),  # −18 LUFS
        Manifest(source_file="f.mp4", vibe="drama", clips=(clip,)),
        (640, 360),
        RATE,
        Promised.of(DELIVERIES[delivery]),
        captions,
    )
    return {row.name: row for row in found}


def missed(told: dict[str, Measured]) -> set[str]:
    return {name for name, row in told.items() if row.is_met is False}


def test_each_delivery_is_held_to_its_own_figures() -> None:
    web = rows("web", ("film.srt", "film.vtt"))
    assert missed(web) == set()
    assert (web["Delivery"].value, web["Captions"].value) == ("web", "film.srt, film.vtt")
    assert (web["Flashes"].value, web["Flashes"].is_met) == ("none", True)
    assert web["Colour tags"].is_met is True
    broadcast = rows("r128", integrated_lufs=-23.1)
    assert missed(broadcast) == {"Loudest three seconds"}
    assert missed(rows("r128", integrated_lufs=-23.1, short_term_max_lufs=-18.2)) == set()
    assert missed(rows("a85", integrated_lufs=-24.1, true_peak_dbtp=-1.5)) == {"True peak"}


def test_a_cinemas_loudness_is_told_on_a_cinemas_meter() -> None:
    prores = {"codec": "prores", "profile": "HQ", "pixel_format": "yuv422p10le", "audio_codec": "pcm_s24le"}
    cinema = rows("cinema", leq_m_db=84.6, **prores)
    assert missed(cinema) == set()
    assert "dB Leq(m)" in cinema["Loudness"].value
    assert missed(rows("cinema", leq_m_db=85.2, **prores)) == {"Loudness"}
    assert missed(rows("cinema", leq_m_db=84.6)) == {"Pixel format", "Video codec", "Sound codec"}
    assert rows("cinema", integrated_lufs=None, leq_m_db=None, **prores)["Loudness"].value == "silent"


@pytest.mark.parametrize("lacks", ["flashes", "short_term_max_lufs", "leq_m_db"])
def test_a_record_of_an_earlier_version_is_still_told(lacks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FILE, lacks)
    assert missed(rows("web")) == set()


def test_flashes_are_told_with_their_places() -> None:
    told = rows("web", flashes=[{"start_s": 3.0, "end_s": 4.0}])
    assert told["Flashes"].is_met is False
    assert "3" in told["Flashes"].value
