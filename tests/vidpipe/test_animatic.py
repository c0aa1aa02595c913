"""One's own panels timed to one's own lines; pictures from anyone read safely or refused in one sentence."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.vidpipe.small_clips import name_of, pictures

from cinecore.audio.speech_sound import write_line
from cinecore.errors import InputError
from cinecore.ports import VoiceHint
from cinecore.render.presets import PREVIEW
from cinecore.timebase import SAMPLE_RATE, FrameRate
from cinecore.work.store import Store
from vidpipe.pipeline.animatic import Animatic, _panel_clip, _prepared, make_animatic, ordered_boards
from vidpipe.services.panels import deal_panels
from vidpipe.services.pictures import open_picture, read_picture
from vidpipe.services.scripts import read_script

SIZE = (160, 90)
PLAY = """Title: The kite

INT. LIGHTHOUSE - NIGHT

An old keeper polishes the lamp.

KEEPER
Another storm, old friend.

EXT. BEACH - DAY

GIRL
Can you mend it?

KEEPER
I have thread and patience.
"""


class Humming:
    """Speaks every line as a tone of one second."""

    identity = "humming 1"

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:  # noqa: ARG002 - the port's shape
        tone = 0.3 * np.sin(2 * np.pi * 500 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
        return write_line(tone.astype(np.float32), SAMPLE_RATE, text, output)


def board(folder: Path, name: str, color: str, size: tuple[int, int] = SIZE) -> Path:
    path = folder / name
    Image.new("RGB", size, color).save(path)
    return path


def reel(boards: list[Path], script: str, folder: Path, **more: object) -> Animatic:
    path = folder / ("script.srt" if "-->" in script else "script.fountain")
    path.write_text(script)
    wishes: dict[str, object] = {
        "width": SIZE[0],
        "height": SIZE[1],
        "mood": "none",
        "maker": Humming(),
        "preset": PREVIEW,
    }
    return make_animatic(boards, read_script(path), folder / "reel.mp4", folder / "work", **(wishes | more))


def colors(made: Animatic) -> list[str]:
    """The colour seen in the middle of each panel's time."""
    shown = pictures(made.stitched.output, SIZE)
    return [
        name_of(shown[round((panel.start_s + panel.end_s) / 2 * 24)].mean((0, 1))) for panel in made.panels
    ]


class TestReel:
    pytestmark = pytest.mark.media

    def test_panels_come_in_their_natural_order_each_as_long_as_its_lines(self, tmp_path: Path) -> None:
        folder = tmp_path / "boards"
        folder.mkdir()
        for number, color in ((1, "red"), (2, "blue"), (10, "yellow"), (9, "green")):
            board(folder, f"Panel {number}.png", color)
        (folder / "notes.txt").write_text("not a panel")
        made = reel([folder], PLAY, tmp_path)
        assert colors(made) == ["red", "blue", "green", "yellow"]
        assert [panel.scene for panel in made.panels] == [0, 0, 1, 1]
        assert made.stitched.captions is not None
        read = pysubs2.load(str(made.stitched.captions))
        assert [event.text for event in read] == [
            "Another storm, old friend.",
            "Can you mend it?",
            "I have thread and patience.",
        ]
        for panel, event in zip(made.panels[1:], read, strict=True):
            assert panel.start_s + 0.3 < event.start / 1000 < event.end / 1000 < panel.end_s - 0.3
        lengths = [panel.end_s - panel.start_s for panel in made.panels]
        assert lengths == pytest.approx([2.0 + 2 / 3 - 2 / 3, 1.7, 1.7, 2.7], abs=0.03)
        assert made.stitched.measurement.duration_s == pytest.approx(sum(lengths), abs=0.05)
        assert made.notices == ()

    def test_more_panels_than_lines_share_their_time_and_it_is_said(self, tmp_path: Path) -> None:
        many = reel([board(tmp_path, f"{n:02}.png", "red") for n in range(6)], PLAY, tmp_path)
        assert len(many.panels) == 6
        assert "6 panels for 4 lines and actions" in many.notices[0]
        assert min(panel.end_s - panel.start_s for panel in many.panels) > 0.79
        assert many.stitched.captions is not None
        read = pysubs2.load(str(many.stitched.captions))
        assert all(before.end < after.start for before, after in pairwise(read))

    def test_lines_with_times_of_their_own_keep_them(self, tmp_path: Path) -> None:
        script = "1\n00:00:01,500 --> 00:00:02,500\nFirst line.\n\n2\n00:00:04,000 --> 00:00:05,000\nSecond line.\n"
        made = reel([board(tmp_path, "a.png", "red"), board(tmp_path, "b.png", "blue")], script, tmp_path)
        assert made.stitched.captions is not None
        assert [event.start for event in pysubs2.load(str(made.stitched.captions))] == [1500, 4000]
        assert made.panels[-1].end_s < 7

    def test_pictures_of_another_shape_stand_between_bars_or_fill_the_frame(self, tmp_path: Path) -> None:
        upright = board(tmp_path, "a.png", "white", (300, 600))
        seen = {}
        for fit in ("letterbox", "fill"):
            with Image.open(_prepared(upright, Store(tmp_path / "boards", ".png"), SIZE, fit)) as still:
                assert still.size == SIZE
                pixels = np.asarray(still).astype(float)
            seen[fit] = [name_of(pixels[45, column]) for column in (4, 80, 156)]
        assert seen == {"letterbox": ["black", "white", "black"], "fill": ["white"] * 3}
        with pytest.raises(InputError, match="no such way to fit"):
            reel([upright], PLAY, tmp_path, fit="stretch")

    def test_a_slow_push_makes_the_picture_larger_without_a_jump(self, tmp_path: Path) -> None:
        picture = Image.new("RGB", SIZE, "black")
        picture.paste("white", (60, 30, 100, 60))
        picture.save(tmp_path / "a.png")
        clips, rate = Store(tmp_path / "panels", ".mp4"), FrameRate(Fraction(24))
        pushed, still = (
            (
                pictures(_panel_clip(tmp_path / "a.png", clips, 48, rate, pushes=pushes), SIZE).mean(3) / 255
            ).sum((1, 2))
            for pushes in (True, False)
        )
        assert len(pushed) == len(still) == 48
        assert pushed[-1] > 1.06 * pushed[0]
        assert float(np.abs(np.diff(pushed)).max()) < 0.01 * pushed[0]
        assert still[-1] == pytest.approx(still[0], rel=0.01)

    def test_one_panel_that_is_no_picture_is_said_before_anything_is_made(self, tmp_path: Path) -> None:
        good = board(tmp_path, "a.png", "red")
        (tmp_path / "reel.mp4").write_bytes(b"made before")
        page = tmp_path / "b.png"
        page.write_text("<!DOCTYPE html><html>Sign in</html>")
        with pytest.raises(InputError, match="web page or markup") as caught:
            reel([good, page], PLAY, tmp_path)
        assert caught.value.which == page
        assert (tmp_path / "reel.mp4").read_bytes() == b"made before"

    def test_the_same_panels_and_lines_have_the_same_bytes(self, tmp_path: Path) -> None:
        made, script = [], "INT. ROOM\n\nMARA\nHello."
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            made.append(reel([board(folder, "a.png", "red")], script, folder).stitched.output.read_bytes())
        assert made[0] == made[1]


class TestDealing:
    @given(
        st.lists(st.lists(st.floats(0.5, 20), min_size=1, max_size=6), min_size=1, max_size=8),
        st.integers(1, 40),
    )
    def test_every_panel_is_seen_once_in_order_and_no_time_is_without_one(
        self, scenes: list[list[float]], count: int
    ) -> None:
        dealt = deal_panels(scenes, count)
        total = sum(sum(scene) for scene in dealt.beats_s)
        assert [panel.panel for panel in dealt.panels] == list(range(count))
        assert dealt.panels[0].start_s == 0
        assert dealt.panels[-1].end_s == pytest.approx(total)
        assert all(before.end_s == pytest.approx(after.start_s) for before, after in pairwise(dealt.panels))
        assert all(panel.end_s > panel.start_s for panel in dealt.panels)
        assert [panel.scene for panel in dealt.panels] == sorted(panel.scene for panel in dealt.panels)
        if count >= len(scenes):
            assert {panel.scene for panel in dealt.panels} == set(range(len(scenes)))

    def test_fewer_panels_than_scenes_stand_for_several_each_and_it_is_said(self) -> None:
        dealt = deal_panels([[2.0], [3.0], [1.0, 1.0], [4.0]], 2)
        assert [(panel.scene, panel.start_s, panel.end_s) for panel in dealt.panels] == [
            (0, 0, 5),
            (2, 5, 11),
        ]
        assert dealt.notices == ("There are 2 panels for 4 scenes; some panels stand for several scenes.",)

    def test_as_many_panels_as_scenes_are_one_each(self) -> None:
        dealt = deal_panels([[2.0, 9.0], [3.0], [1.0]], 3)
        assert [panel.scene for panel in dealt.panels] == [0, 1, 2]
        assert [panel.end_s for panel in dealt.panels] == [11, 14, 15]

    def test_a_cut_falls_between_lines_while_there_are_enough(self) -> None:
        dealt = deal_panels([[1.0, 4.0, 1.0, 2.0]], 2)
        assert [panel.end_s for panel in dealt.panels] == [5.0, 8.0]

    def test_no_panels_and_folders_without_any_are_said(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no panels"):
            ordered_boards([])
        with pytest.raises(InputError, match="no pictures in this folder"):
            ordered_boards([tmp_path])


def png(width: int, height: int) -> bytes:
    """A small file that claims to be a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    output = io.BytesIO()
    picture.save(output, kind, **more)
    return output.getvalue()


class TestPictures:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"<!DOCTYPE html><html>Sign in</html>", "web page or markup"),
            (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'/>", "web page or markup"),
            (b"hello", "not a picture"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not a picture"),
            (b"", "empty"),
            (png(50_000, 50_000), "too large"),
            (png(10_000, 9_500), "too large"),
            (png(60_000, 40), "60000 x 40 pixels"),
            (encoded(Image.effect_noise((300, 200), 50).convert("RGB"), "PNG")[:9_000], "cut short"),
            (encoded(Image.effect_noise((300, 200), 50).convert("RGB"), "JPEG")[:5_000], "cut short"),
        ],
        ids=["page", "svg", "text", "eps", "empty", "bomb", "nearly", "wide", "torn-png", "torn-jpeg"],
    )
    def test_what_is_no_usable_picture_is_one_clear_error(
        self, data: bytes, words: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "picture.png"
        path.write_bytes(data)
        with pytest.raises(InputError, match=words) as caught:
            read_picture(path)
        assert caught.value.which == path
        assert caught.value.advice
        assert path.read_bytes() == data

    def test_a_missing_file_and_a_folder_are_said(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no such picture"):
            read_picture(tmp_path / "nothing.png")
        with pytest.raises(InputError, match="not a file"):
            read_picture(tmp_path)

    def test_a_photograph_lying_on_its_side_is_turned_upright(self, tmp_path: Path) -> None:
        picture = Image.new("RGB", (90, 160), "red")
        picture.paste("blue", (0, 0, 90, 80))  # its upper half; turned right by 90 degrees that lies right
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(tmp_path / "a.jpg", exif=exif, quality=95)
        upright = open_picture(tmp_path / "a.jpg")
        assert upright.size == (160, 90)
        pixels = np.asarray(upright).astype(float)
        assert (name_of(pixels[45, 10]), name_of(pixels[45, 150])) == ("red", "blue")

    def test_a_large_picture_is_made_smaller_and_carries_nothing_but_pixels(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x010E] = "where I live"
        Image.new("RGB", (6000, 1500), "green").save(tmp_path / "a.jpg", exif=exif, comment=b"secret")
        data = read_picture(tmp_path / "a.jpg")
        assert b"where I live" not in data
        assert b"secret" not in data
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (4096, 1024))
        assert read_picture(tmp_path / "a.jpg") == data

    @pytest.mark.parametrize(
        ("picture", "ending", "mode", "pixel"),
        [
            (Image.new("I;16", (4, 4), 32768), "png", "RGB", (127, 127, 127)),
            (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "jpg", "RGB", (254, 0, 0)),
            (Image.new("LA", (4, 4), (200, 0)), "png", "RGBA", (200, 200, 200, 0)),
            (Image.new("1", (4, 4), 1), "png", "RGB", (255, 255, 255)),
            (Image.new("RGB", (4, 4), "blue"), "gif", "RGB", (0, 0, 255)),
            (Image.new("RGBA", (4, 4), (1, 2, 3, 128)), "webp", "RGBA", (1, 2, 3, 128)),
        ],
        ids=["sixteen-bits", "print", "see-through", "one-bit", "palette", "webp"],
    )
    def test_every_kind_of_picture_becomes_eight_bits_of_colour(
        self, picture: Image.Image, ending: str, mode: str, pixel: tuple[int, ...], tmp_path: Path
    ) -> None:
        path = tmp_path / f"a.{ending}"
        picture.save(path, **({"lossless": True, "exact": True} if ending == "webp" else {}))
        made = open_picture(path)
        assert made.mode == mode
        found = made.getpixel((1, 1))
        assert isinstance(found, tuple)
        assert all(abs(one - other) <= 3 for one, other in zip(found, pixel, strict=True))
