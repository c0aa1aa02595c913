"""Files made wrong on purpose are measured as such: nothing that a viewer would notice passes as right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run
from cinecore.files import write_json
from cinecore.render.measure import is_moov_first, measure

pytestmark = pytest.mark.media

TAGS = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")
FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *TAGS)
SOUND = ("-c:a", "aac", "-ar", "48000", "-b:a", "192k")
FRONT = ("-movflags", "+faststart")
SECONDS = 4


def moving(seconds: float = SECONDS, rate: str = "25") -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s=96x64:r={rate}:d={seconds}")


def tone(db: float = -20, seconds: float = SECONDS) -> tuple[str, ...]:
    return (
        "-f",
        "lavfi",
        "-i",
        f"sine=f=997:r=48000:d={seconds},volume={db + 18.06:.2f}dB,pan=stereo|c0=c0|c1=c0",
    )


def make(path: Path, *arguments: str) -> Path:
    run([*PREAMBLE, *arguments, f"file:{path}"])
    return path


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds as they should be."""
    return make(tmp_path_factory.mktemp("right") / "a.mp4", *moving(), *tone(), *FAST, *SOUND, *FRONT)


def test_a_file_as_it_should_be_is_measured_as_right(right: Path) -> None:
    found = measure(right)
    assert (found.frames, found.rate, found.duration_s) == (100, "25", 4.0)
    assert (found.width, found.height, found.pixel_format) == (96, 64, "yuv420p")
    assert found.color == ("bt709", "bt709", "bt709", "tv")
    assert found.is_constant_rate
    assert found.is_moov_first
    assert (found.codec, found.audio_codec, found.audio_sample_rate) == ("h264", "aac", 48000)
    assert abs(found.audio_skew_ms) < 1
    assert abs(found.length_skew_ms) < 25
    assert (found.black, found.frozen) == ((), ())
    assert found.integrated_lufs == pytest.approx(-20, abs=0.3)
    assert found.true_peak_dbtp == pytest.approx(-19.4, abs=0.9), "AAC lifts the first peak of a tone"


@pytest.mark.parametrize("rate", ["24000/1001", "60000/1001"])
def test_fractional_rates_are_measured_exactly(tmp_path: Path, rate: str) -> None:
    found = measure(make(tmp_path / "a.mp4", *moving(rate=rate), *FAST, *FRONT))
    assert (found.rate, found.is_constant_rate) == (rate, True)


def test_the_wrong_pixel_format_and_missing_tags_are_seen(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.mp4", *moving(1), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"
    )
    found = measure(path)
    assert found.pixel_format == "yuv444p"
    assert found.color != ("bt709", "bt709", "bt709", "tv")
    assert found.audio_codec == ""
    assert (found.integrated_lufs, found.true_peak_dbtp) == (None, None)


def test_an_index_at_the_end_is_seen(tmp_path: Path, right: Path) -> None:
    last = make(tmp_path / "a.mp4", "-i", f"file:{right}", "-c", "copy")
    assert is_moov_first(right)
    assert not is_moov_first(last)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "short").write_bytes(b"\0\0\0")
    (tmp_path / "loop").write_bytes(b"\0\0\0\0free" * 10)
    assert [is_moov_first(tmp_path / name) for name in ("empty", "short", "loop")] == [False] * 3


def test_a_variable_rate_is_seen(tmp_path: Path) -> None:
    gaps = ("-vf", "select='not(eq(mod(n,10),3))'", "-vsync", "vfr")
    found = measure(make(tmp_path / "a.mp4", *moving(2), *gaps, *FAST))
    assert not found.is_constant_rate
    assert found.frames == 45


def test_a_single_missing_frame_is_seen(tmp_path: Path) -> None:
    one = ("-vf", "select='not(eq(n,20))'", "-vsync", "vfr")
    found = measure(make(tmp_path / "a.mp4", *moving(2), *one, *FAST))
    assert (found.frames, found.is_constant_rate) == (49, False)


def test_a_black_stretch_is_found_where_it_lies(tmp_path: Path) -> None:
    black = ("-vf", "drawbox=c=black:t=fill:enable='between(n,30,54)'")
    found = measure(make(tmp_path / "a.mp4", *moving(), *black, *FAST))
    assert len(found.black) == 1
    assert found.black[0].start_s == pytest.approx(1.2, abs=0.05)
    assert found.black[0].end_s == pytest.approx(2.2, abs=0.05)


def test_black_to_the_very_end_is_found(tmp_path: Path) -> None:
    black = ("-vf", "drawbox=c=black:t=fill:enable='gte(n,75)'")
    found = measure(make(tmp_path / "a.mp4", *moving(), *black, *FAST))
    assert [(stretch.start_s, stretch.end_s) for stretch in found.black] == [
        (pytest.approx(3, abs=0.05), pytest.approx(4, abs=0.05))
    ]


def test_a_dark_night_is_not_black(tmp_path: Path) -> None:
    night = ("-vf", "lutyuv=y=val*0.12+20")
    assert measure(make(tmp_path / "a.mp4", *moving(1), *night, *FAST)).black == ()


def test_a_frozen_stretch_is_found_where_it_lies(tmp_path: Path) -> None:
    held = ("-vf", "noise=alls=80:allf=t,loop=loop=37:size=1:start=25,setpts=N/25/TB", "-frames:v", "100")
    found = measure(make(tmp_path / "a.mp4", *moving(), *held, *FAST))
    assert len(found.frozen) == 1
    # the encoder refines a held frame for a while before it stands still
    assert 0.95 <= found.frozen[0].start_s <= 1.5
    assert found.frozen[0].end_s == pytest.approx(2.5, abs=0.06)


@pytest.mark.parametrize(("db", "lufs"), [(-6, -6), (-3, -3), (-40, -40)])
def test_a_sound_too_loud_or_too_quiet_is_measured(
    tmp_path: Path, right: Path, db: float, lufs: float
) -> None:
    path = make(
        tmp_path / "a.mp4",
        "-i",
        f"file:{right}",
        *tone(db),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        *SOUND,
    )
    found = measure(path)
    assert found.integrated_lufs == pytest.approx(lufs, abs=0.3)
    assert found.true_peak_dbtp == pytest.approx(db + 0.6, abs=0.9)


def test_silence_has_no_loudness_and_can_be_written_down(tmp_path: Path, right: Path) -> None:
    silence = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", str(SECONDS))
    path = make(
        tmp_path / "a.mp4",
        "-i",
        f"file:{right}",
        *silence,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        *SOUND,
    )
    found = measure(path)
    assert found.integrated_lufs is None
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp < -100
    write_json(tmp_path / "a.json", found.as_json())
    assert json.loads((tmp_path / "a.json").read_text())["integrated_lufs"] is None


@pytest.mark.parametrize("late_s", [0.1, 0.5])
def test_sound_that_starts_late_is_measured(tmp_path: Path, right: Path, late_s: float) -> None:
    shifted = ("-itsoffset", str(late_s), "-i", f"file:{right}", "-map", "0:v", "-map", "1:a", "-c", "copy")
    found = measure(make(tmp_path / "a.mp4", "-i", f"file:{right}", *shifted))
    assert found.audio_skew_ms == pytest.approx(late_s * 1000, abs=25)


def test_sound_that_ends_early_is_measured(tmp_path: Path, right: Path) -> None:
    short = ("-map", "0:v", "-map", "1:a", "-c:v", "copy", *SOUND)
    found = measure(make(tmp_path / "a.mp4", "-i", f"file:{right}", *tone(seconds=3), *short))
    assert found.length_skew_ms == pytest.approx(-1000, abs=50)


def test_a_file_without_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no picture"):
        measure(make(tmp_path / "a.m4a", *tone(), *SOUND))


def test_a_file_that_is_no_film_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(bytes(1000))
    with pytest.raises(ToolError):
        measure(tmp_path / "a.mp4")
