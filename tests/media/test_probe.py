"""What a file is, told from films made here to be awkward; what is no film is refused, whatever it is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from cinecore.errors import InputError
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.media import AudioStream
from cinecore.timebase import FrameRate

pytestmark = pytest.mark.media

FAST = ("-c:v", "libx264", "-preset", "ultrafast")
TONE = ("-f", "lavfi", "-i", "sine=d=1:r=48000")


def picture(size: str = "64x48", rate: str = "25", seconds: float = 1) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")


def make(path: Path, *arguments: str) -> Path:
    run([*PREAMBLE, *arguments, f"file:{path}"])
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of picture and tone."""
    return make(tmp_path_factory.mktemp("plain") / "plain.mp4", *picture(), *TONE, *FAST)


def test_a_plain_film_is_told_in_full(plain: Path) -> None:
    media = probe(plain)
    assert media.video is not None
    video = media.video
    assert (video.codec, video.coded_width, video.coded_height) == ("h264", 64, 48)
    assert (video.average_rate, video.declared_rate) == (FrameRate(Fraction(25)), FrameRate(Fraction(25)))
    assert (video.rotation, video.sample_aspect, video.bit_depth, video.frame_count) == (0, 1, 8, 25)
    assert (video.is_hdr, video.is_interlaced, video.is_still) == (False, False, False)
    assert (media.start, media.video_offset) == (0, 0)
    assert media.duration == pytest.approx(1, abs=0.03)
    assert media.size_bytes == plain.stat().st_size
    assert len(media.audio) == 1
    assert (media.audio[0].codec, media.audio[0].channels, media.audio[0].sample_rate) == ("aac", 1, 48000)
    assert media.subtitles == ()


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001", "24", "50"])
def test_a_rate_is_the_exact_fraction(tmp_path: Path, rate: str) -> None:
    media = probe(make(tmp_path / "a.mp4", *picture(rate=rate), *FAST))
    assert media.video is not None
    assert media.video.average_rate.fps == media.video.declared_rate.fps == Fraction(rate)


@pytest.mark.parametrize(("turned", "clockwise"), [("90", 270), ("-90", 90), ("180", 180)])
def test_a_turned_film_is_told_with_the_size_that_is_seen(
    tmp_path: Path, plain: Path, turned: str, clockwise: int
) -> None:
    # ffmpeg 5.1 writes the matrix of `rotate`, which counts against the clock
    path = make(
        tmp_path / "a.mp4", "-i", f"file:{plain}", "-c", "copy", "-metadata:s:v:0", f"rotate={turned}"
    )
    media = probe(path)
    assert media.video is not None
    assert media.video.rotation in {clockwise, (360 - clockwise) % 360}
    shown = run(
        [*PREAMBLE, "-i", f"file:{path}", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    )
    width, height = media.video.display_size
    assert len(shown) == width * height
    assert (width, height) == ((64, 48) if clockwise == 180 else (48, 64))


def test_stretched_pixels_are_told_with_the_size_that_is_seen(tmp_path: Path) -> None:
    media = probe(make(tmp_path / "a.mp4", *picture("720x576"), "-vf", "setsar=64/45", *FAST))
    assert media.video is not None
    assert media.video.sample_aspect == Fraction(64, 45)
    assert media.video.display_size == (1024, 576)


def test_fields_are_told_from_frames(tmp_path: Path) -> None:
    fields = make(
        tmp_path / "a.mkv", *picture(), "-vf", "setfield=tff", "-flags", "+ilme+ildct", "-c:v", "mpeg2video"
    )
    media = probe(fields)
    assert media.video is not None
    assert media.video.is_interlaced
    assert media.video.field_order in {"tt", "tb"}, "the upper field is shown first"


def test_a_variable_rate_shows_in_two_rates_that_differ(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.mp4",
        *picture(rate="30"),
        "-vf",
        "select='not(mod(n,3))+eq(n,1)'",
        "-vsync",
        "vfr",
        *FAST,
    )
    media = probe(path)
    assert media.video is not None
    assert media.video.average_rate != media.video.declared_rate


@pytest.mark.parametrize(
    ("transfer", "is_hdr"), [("smpte2084", True), ("arib-std-b67", True), ("bt709", False)]
)
def test_ten_bits_and_the_transfer_are_told(tmp_path: Path, transfer: str, is_hdr: bool) -> None:
    tags = ("-color_trc", transfer, "-color_primaries", "bt2020", "-colorspace", "bt2020nc")
    media = probe(make(tmp_path / "a.mkv", *picture(), *FAST, "-pix_fmt", "yuv420p10le", *tags))
    assert media.video is not None
    assert (media.video.pixel_format, media.video.bit_depth) == ("yuv420p10le", 10)
    assert (media.video.color_transfer, media.video.is_hdr) == (transfer, is_hdr)
    assert (media.video.color_primaries, media.video.color_space) == ("bt2020", "bt2020nc")


def test_a_film_that_does_not_start_at_zero_is_told_with_its_start(tmp_path: Path) -> None:
    media = probe(make(tmp_path / "a.ts", *picture(), *TONE, *FAST, "-output_ts_offset", "10"))
    assert media.video is not None
    assert 10 <= media.start < 12
    assert media.start == min(media.video.start, media.audio[0].start)
    assert media.video_offset == media.video.start - media.start
    assert media.duration == pytest.approx(1, abs=0.1)


def test_films_without_an_index_are_opened_a_keyframe_early(tmp_path: Path, plain: Path) -> None:
    assert probe(plain).seek_lead_s == 0
    often = make(tmp_path / "often.ts", *picture(seconds=3), *TONE, *FAST, "-g", "25")
    assert 1 <= probe(often).seek_lead_s <= 1.5
    once = make(
        tmp_path / "once.mpg",
        *picture(seconds=3),
        "-c:v",
        "mpeg2video",
        "-g",
        "600",
        "-sc_threshold",
        "1000000000",
    )
    assert 2.4 <= probe(once).seek_lead_s <= 3.5


def test_a_cover_is_never_taken_for_the_film(tmp_path: Path, plain: Path) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (300, 200), "red").save(cover)
    with_cover = ("-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic")
    path = make(tmp_path / "a.mp4", "-i", f"file:{plain}", "-i", f"file:{cover}", *with_cover)
    media = probe(path)
    assert media.video is not None
    assert media.video.codec == "h264"
    song = make(tmp_path / "song.mp3", *TONE, "-i", f"file:{cover}", "-map", "0", "-map", "1", "-c:v", "copy")
    with pytest.raises(InputError, match="no moving pictures"):
        probe(song)
    assert probe(song, needs_video=False).audio[0].codec == "mp3"


def test_every_sound_track_is_told_with_its_channels_and_language(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.mkv",
        *picture(),
        *("-f", "lavfi", "-i", "anoisesrc=d=1:r=48000:a=0.1,aformat=channel_layouts=5.1"),
        *TONE,
        *("-map", "0", "-map", "1", "-map", "2", *FAST, "-c:a:0", "ac3", "-c:a:1", "aac"),
        *(
            "-metadata:s:a:0",
            "language=eng",
            "-metadata:s:a:1",
            "language=deu",
            "-metadata:s:a:1",
            "title=Kommentar",
        ),
        *("-disposition:a:0", "default", "-disposition:a:1", "0"),
    )
    surround, mono = probe(path).audio
    assert (surround.channels, surround.has_center, surround.language, surround.is_default) == (
        6,
        True,
        "eng",
        True,
    )
    assert (mono.channels, mono.has_center, mono.language, mono.title) == (1, False, "deu", "Kommentar")
    assert not mono.is_default
    assert surround.index < mono.index


@pytest.mark.parametrize(
    ("layout", "channels", "has_center"),
    [("mono", 1, False), ("stereo", 2, False), ("2.1", 3, False), ("quad", 4, False), ("5.1(side)", 6, True)],
)
def test_only_a_layout_with_a_centre_has_one(layout: str, channels: int, has_center: bool) -> None:
    assert AudioStream(1, "aac", channels, layout, 48000, Fraction(0), None).has_center == has_center


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    assert probe(make(tmp_path / "a.mp4", *picture(), *FAST)).audio == ()


def test_subtitles_inside_are_told_text_from_pictures(tmp_path: Path) -> None:
    lines = tmp_path / "a.srt"
    lines.write_text("1\n00:00:00,100 --> 00:00:00,900\nHello.\n")
    path = make(
        tmp_path / "a.mkv",
        *(*picture(), "-i", f"file:{lines}", "-map", "0", "-map", "1", "-map", "1", *FAST),
        *(
            "-c:s:0",
            "srt",
            "-c:s:1",
            "ass",
            "-metadata:s:s:0",
            "language=eng",
            "-metadata:s:s:1",
            "language=fre",
        ),
        *("-disposition:s:0", "default+hearing_impaired", "-disposition:s:1", "forced"),
    )
    first, second = probe(path).subtitles
    assert (first.codec, first.is_text, first.language) == ("subrip", True, "eng")
    assert (second.codec, second.is_text, second.language) == ("ass", True, "fre")
    assert (first.is_default, first.is_for_the_deaf, first.is_forced) == (True, True, False)
    assert (second.is_default, second.is_for_the_deaf, second.is_forced) == (False, False, True)


@pytest.mark.parametrize(
    "name",
    [
        "-i.mp4",
        "it's a film: the 100% cut.mp4",
        'say "yes"; [really], \\now = %d %03d.mp4',
        "two\nlines.mp4",
        "film 🎬 語.mp4",
        "http:film.mp4",
        "concat:a|b.mp4",
        "{pipe0}.mp4",
        " blank .mp4",
        "no suffix",
    ],
)
def test_a_film_may_be_called_anything(
    tmp_path: Path, plain: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(plain.read_bytes())
    assert probe(tmp_path / name).audio
    monkeypatch.chdir(tmp_path)
    assert probe(Path(name)).audio, "also by its name alone"


def test_a_name_that_is_not_utf8_may_be_opened(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / os.fsdecode(b"film \xff.mp4")
    path.write_bytes(plain.read_bytes())
    assert probe(path).video is not None


M3U8 = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n{target}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("name", ["list.m3u8", "film.mp4", "film.mkv"])
@pytest.mark.parametrize(
    "text",
    [
        M3U8,
        "ffconcat version 1.0\nfile '{target}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_a_list_of_films_is_no_film_whatever_it_is_called(
    tmp_path: Path, plain: Path, name: str, text: str
) -> None:
    part = tmp_path / "part.ts"
    run([*PREAMBLE, "-i", f"file:{plain}", "-c", "copy", f"file:{part}"])
    (tmp_path / name).write_text(text.format(target="part.ts"))
    with pytest.raises(InputError):
        probe(tmp_path / name)


def test_an_address_is_never_asked(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(M3U8.format(target="http://127.0.0.1:9/part.ts"))
    with pytest.raises(InputError):
        probe(path)


@pytest.mark.parametrize("kind", ["text", "subtitles", "png", "jpeg", "gif", "tiff", "empty", "noise", "zip"])
@pytest.mark.parametrize("suffix", ["", ".mp4"])
def test_what_is_no_film_is_refused_with_a_reason(tmp_path: Path, kind: str, suffix: str) -> None:
    own = {"text": ".txt", "subtitles": ".srt", "jpeg": ".jpg", "empty": ".mkv", "noise": ".avi"}
    path = tmp_path / f"film{suffix or own.get(kind, f'.{kind}')}"
    content = {
        "text": b"Once upon a time.\n" * 50,
        "subtitles": b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n",
        "empty": b"",
        "noise": bytes(range(256)) * 40,
        "zip": b"PK\x03\x04" + bytes(200),
    }
    if kind in content:
        path.write_bytes(content[kind])
    else:
        with path.open("wb") as stream:
            Image.new("RGB", (64, 48), "red").save(stream, format=kind.upper())
    with pytest.raises(InputError) as caught:
        probe(path)
    assert caught.value.which == path
    assert caught.value.advice


def test_a_film_cut_short_is_refused_where_nothing_can_be_read(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(plain.read_bytes()[: plain.stat().st_size // 2])
    with pytest.raises(InputError, match="cannot read this file as a film") as caught:
        probe(path)
    assert "moov atom not found" in caught.value.advice or "Invalid data" in caught.value.advice


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        probe(tmp_path / "none.mp4")
    with pytest.raises(InputError, match="not a file"):
        probe(tmp_path)
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(InputError, match="not a file"):
        probe(tmp_path / "pipe.mp4")
    (tmp_path / "film").write_bytes(b"x")
    with pytest.raises(InputError, match="no such file"):
        probe(tmp_path / "film" / "inside.mp4")
    with pytest.raises(InputError, match="name too long"):
        probe(tmp_path / ("x" * 300))
    (tmp_path / "circle.mp4").symlink_to(tmp_path / "circle.mp4")
    with pytest.raises(InputError):
        probe(tmp_path / "circle.mp4")


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="this system has no file that is there and unreadable"
)
def test_what_cannot_be_read_is_said_to_be_so() -> None:
    with pytest.raises(InputError, match="Cannot read this file"):
        probe(Path("/proc/self/mem"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user to whom a file is shut")
def test_a_shut_file_is_said_to_be_so(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "shut.mp4"
    path.write_bytes(plain.read_bytes())
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    code = (
        "import os, sys; from pathlib import Path; from cinecore.ffmpeg.probe import probe\n"
        "from cinecore.errors import InputError; import cinecore.ffmpeg.binaries\n"
        "os.setuid(65534)\n"
        "try: probe(Path(sys.argv[1]))\n"
        "except InputError as error: print(error.happened)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Cannot read this file: Permission denied" in answer.stdout, answer.stderr


@pytest.mark.shared
def test_real_films_are_told_as_they_are(media_folder: Path) -> None:
    bunny = probe(media_folder / "video/big_buck_bunny_448x252.mp4")
    assert bunny.video is not None
    assert (bunny.video.average_rate.snapped().fps, bunny.video.display_size) == (24, (448, 252))
    assert bunny.duration == pytest.approx(596.5, abs=0.2)
    for path in sorted((media_folder / "video").iterdir()):
        media = probe(path)
        assert media.video is not None, path
        assert media.duration > 0, path
        assert json.loads(json.dumps(media.tags)) == media.tags
