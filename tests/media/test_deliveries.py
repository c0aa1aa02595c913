"""One cut in every delivery: what the finished files are, by ffprobe and by a meter that the product does not use."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bench.second_meter import second_opinion

from cinecore.render.deliver import Bench, Delivery, deliver
from cinecore.render.presets import DELIVERIES
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, Picture, Timeline

pytestmark = pytest.mark.media

RATE = FrameRate(Fraction(24000, 1001))
CUT = Timeline(
    RATE,
    320,
    180,
    (),
    (Picture(0, 140, Card(), "card 1"), Picture(140, 100, Card(), "card 2")),
    loudness_lufs=-16.0,
)


def loud_and_quiet() -> np.ndarray:
    """Ten seconds of noise with a loud end, and single samples at full scale."""
    pcm = np.random.default_rng(5).normal(0, 0.02, (CUT.samples, 2)).astype(np.float32)
    pcm[int(0.55 * len(pcm)) : int(0.85 * len(pcm))] *= 4.5
    pcm[20_000::30_011] = 1.0
    return pcm


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Delivery]:
    folder = tmp_path_factory.mktemp("deliveries")
    return {
        name: deliver(
            CUT, {}, loud_and_quiet(), folder / f"cut_{name}{preset.suffix}", Bench(folder), preset=preset
        )
        for name, preset in DELIVERIES.items()
    }


def streams(path: Path) -> dict[str, dict[str, str]]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    return {one["codec_type"]: one for one in found}


@pytest.mark.parametrize("name", DELIVERIES)
def test_each_delivery_is_as_loud_as_its_rule_says_by_another_meter(
    files: dict[str, Delivery], name: str
) -> None:
    preset, found = DELIVERIES[name], second_opinion(files[name].path)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= preset.true_peak_ceiling_dbtp
    reached = found.leq_m_db if preset.loudness_meter == "leq_m" else found.integrated_lufs
    assert reached == pytest.approx(preset.target(-16.0), abs=preset.loudness_tolerance_lu)
    short_term = files[name].measurement.short_term_max_lufs
    assert short_term is not None
    assert preset.short_term_at_most_lufs is None or short_term <= preset.short_term_at_most_lufs


def test_each_delivery_is_the_kind_of_file_that_it_promises(files: dict[str, Delivery]) -> None:
    kinds = {}
    for name, done in files.items():
        found = streams(done.path)
        video, audio = found["video"], found["audio"]
        kinds[name] = (video["codec_name"], video["profile"], video["pix_fmt"], audio["codec_name"])
        assert video["r_frame_rate"] == "24000/1001"
        assert [video[key] for key in ("color_space", "color_primaries", "color_transfer")] == ["bt709"] * 3
        assert (audio["sample_rate"], audio["channels"]) == ("48000", 2)
        assert int(video["nb_frames"]) == CUT.frames
    web = ("h264", "High", "yuv420p", "aac")
    assert kinds == {
        "web": web,
        "r128": web,
        "a85": web,
        "cinema": ("prores", "HQ", "yuv422p10le", "pcm_s24le"),
    }
    assert streams(files["cinema"].path)["audio"]["bits_per_raw_sample"] == "24"


def test_broadcast_deliveries_take_the_webs_pictures_as_they_are(files: dict[str, Delivery]) -> None:
    assert (files["web"].segments_rendered, files["web"].segments_reused) == (2, 0)
    assert (files["cinema"].segments_rendered, files["r128"].segments_rendered) == (2, 0)
    assert (files["a85"].segments_rendered, files["a85"].segments_reused) == (0, 2)


def test_equal_deliveries_are_equal_bytes(files: dict[str, Delivery], tmp_path: Path) -> None:
    again = deliver(
        CUT, {}, loud_and_quiet(), tmp_path / "again.mov", Bench(tmp_path), preset=DELIVERIES["cinema"]
    )
    assert again.segments_rendered == 2
    assert again.path.read_bytes() == files["cinema"].path.read_bytes()


def test_silence_stays_silent_for_everybody(tmp_path: Path) -> None:
    silent = np.zeros((CUT.samples, 2), np.float32)
    for name in ("r128", "cinema"):
        preset = DELIVERIES[name]
        done = deliver(CUT, {}, silent, tmp_path / f"{name}{preset.suffix}", Bench(tmp_path), preset=preset)
        assert done.measurement.integrated_lufs is None
        assert second_opinion(done.path).integrated_lufs is None


def test_a_cinemas_limit_is_no_reason_to_crush_a_sound(tmp_path: Path) -> None:
    clicks = np.zeros((CUT.samples, 2), np.float32)
    clicks[::24_000] = 0.9
    preset = DELIVERIES["cinema"]
    done = deliver(CUT, {}, clicks, tmp_path / "clicks.mov", Bench(tmp_path), preset=preset)
    assert done.measurement.leq_m_db is not None
    assert done.measurement.leq_m_db < 80
    assert done.measurement.true_peak_dbtp == pytest.approx(-1.2, abs=0.2)
