"""The one pass over films of every kind: its times, its stills, its shots and its sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.scenes import FPS, blended, encode, faded, remux, scene, solid

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.analysis.storage import load_analysis, save_analysis
from cinecore.errors import InputError
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import spawn_count

pytestmark = pytest.mark.media

CUTS = (30, 70, 118)
"""Where the plain film changes its shot."""

TONE = ("-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=6.5,volume=-6dB")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four scenes of 30, 40, 48 and 38 frames joined by hard cuts, with a tone of 6.5 s."""
    pictures = np.concatenate([scene(1, 30), scene(2, 40, pan=2), scene(3, 48), scene(4, 38)])
    folder = tmp_path_factory.mktemp("plain")
    return encode(folder / "plain.mp4", pictures, "-c:a", "aac", "-ac", "2", "-shortest", inputs=TONE)


def analysed(path: Path, folder: Path, **options: Fraction | int) -> FilmAnalysis:
    return analyse_film(probe(path), folder, **options)  # type: ignore[arg-type]  # each caller names its options


def cut_frames(analysis: FilmAnalysis) -> list[int]:
    return [shot.first_frame for shot in analysis.shots[1:]]


def test_hard_cuts_are_found_on_their_very_frame(plain: Path, tmp_path: Path) -> None:
    before = spawn_count()
    analysis = analysed(plain, tmp_path)
    assert cut_frames(analysis) == list(CUTS)
    assert len(analysis.frame_pts) == 156
    assert [shot.opens_with for shot in analysis.shots] == ["start", "hard", "hard", "hard"]
    assert spawn_count() - before == 2  # one probe, one decode


def test_shots_tile_the_film_and_hold_their_clean_inside(plain: Path, tmp_path: Path) -> None:
    analysis = analysed(plain, tmp_path)
    for shot, after in zip(analysis.shots, analysis.shots[1:], strict=False):
        assert shot.end_s == after.start_s
        assert shot.start_s <= shot.clean_start_s < shot.clean_end_s <= shot.end_s
    assert analysis.shots[-1].end_s == pytest.approx(156 / FPS, abs=1e-6)


@pytest.mark.parametrize("kind", ["mkv", "ts", "late_picture", "late_sound"])
def test_times_are_the_films_own_whatever_the_container_does(plain: Path, tmp_path: Path, kind: str) -> None:
    film = {
        "mkv": lambda: remux(plain, tmp_path / "film.mkv", "-c", "copy"),
        "ts": lambda: remux(plain, tmp_path / "film.ts", "-c", "copy", "-output_ts_offset", "700"),
        "late_picture": lambda: remux(
            plain, tmp_path / "v.mp4", "-map", "1:v", "-map", "0:a", "-c", "copy",
            before=("-i", f"file:{plain}", "-itsoffset", "0.5"),
        ),
        "late_sound": lambda: remux(
            plain, tmp_path / "a.mkv", "-map", "0:v", "-map", "1:a", "-c", "copy",
            before=("-i", f"file:{plain}", "-itsoffset", "1.5"),
        ),
    }[kind]()  # fmt: skip
    media = probe(film)
    analysis = analyse_film(media, tmp_path / "work")
    assert cut_frames(analysis) == list(CUTS)
    shift = float(media.video_offset)
    for cut in CUTS:
        assert float(analysis.frame_time(cut)) == pytest.approx(cut / FPS + shift, abs=0.0015)
    assert analysis.sound is not None
    heard = np.flatnonzero(analysis.sound.loudness_lufs > -30) * analysis.sound.step_s
    expected = 1.5 if kind == "late_sound" else 0.0
    # momentary loudness begins to rise up to 400 ms before the sound that it looks ahead to
    assert expected - 0.45 <= heard[0] <= expected + 0.05


def test_a_part_of_a_film_keeps_the_films_times(plain: Path, tmp_path: Path) -> None:
    stream = remux(plain, tmp_path / "film.ts", "-c", "copy")
    for film in (plain, stream):
        media = probe(film)
        analysis = analyse_film(media, tmp_path / "work", in_s=Fraction(2), out_s=Fraction(11, 2))
        offset = float(media.video_offset)
        assert float(analysis.frame_time(0)) == pytest.approx(2.0, abs=1 / FPS + 0.001)
        assert analysis.duration_s == pytest.approx(5.5, abs=1 / FPS + 0.001)
        starts = [shot.start_s for shot in analysis.shots[1:]]
        assert starts == pytest.approx([70 / FPS + offset, 118 / FPS + offset], abs=0.0015)
        assert analysis.sound is not None
        assert analysis.sound.loudness_lufs[10] == -70
        assert analysis.sound.loudness_lufs[30] > -30


def test_irregular_frame_times_are_kept_one_by_one(tmp_path: Path) -> None:
    pictures = np.concatenate([scene(5, 48), scene(6, 48)])
    film = encode(tmp_path / "cfr.mp4", pictures)
    dropped = remux(
        film, tmp_path / "vfr.mp4", "-vf", "select=not(mod(n\\,3))+lt(n\\,30)", "-fps_mode", "vfr",
        "-c:v", "libx264", "-preset", "ultrafast",
    )  # fmt: skip
    analysis = analysed(dropped, tmp_path / "work")
    kept = [frame for frame in range(96) if frame < 30 or frame % 3 == 0]
    assert [float(analysis.frame_time(i)) for i in range(len(kept))] == pytest.approx(
        [frame / FPS for frame in kept], abs=0.001
    )
    assert [shot.start_s for shot in analysis.shots] == pytest.approx([0.0, 2.0], abs=0.001)


def test_a_turned_film_is_measured_as_it_is_shown(plain: Path, tmp_path: Path) -> None:
    turned = remux(plain, tmp_path / "turned.mp4", "-c", "copy", "-metadata:s:v:0", "rotate=90")
    media = probe(turned)
    if media.video is None or media.video.rotation == 0:
        pytest.skip("this ffmpeg cannot write a rotation by metadata")
    analysis = analyse_film(media, tmp_path / "work")
    with Image.open(tmp_path / "work" / "stills" / analysis.stills[0].file) as still:
        assert still.height > still.width
    assert cut_frames(analysis) == list(CUTS)


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    analysis = analysed(encode(tmp_path / "mute.mp4", scene(7, 30)), tmp_path / "work")
    assert analysis.sound is None
    assert analysis.notices == ("The film has no sound.",)


def test_interlaced_and_stretched_pictures_are_measured(tmp_path: Path) -> None:
    film = encode(tmp_path / "progressive.mp4", np.concatenate([scene(8, 50), scene(9, 50)]))
    interlaced = remux(
        film, tmp_path / "fields.mpg", "-vf", "interlace,setdar=4/3", "-c:v", "mpeg2video", "-b:v", "4M",
        "-flags", "+ilme+ildct", "-r", "25",
    )  # fmt: skip
    analysis = analysed(interlaced, tmp_path / "work")
    assert len(analysis.shots) == 2
    assert analysis.shots[1].start_s == pytest.approx(50 / FPS, abs=2 / 12)
    with Image.open(tmp_path / "work" / "stills" / analysis.stills[0].file) as still:
        assert still.width / still.height == pytest.approx(4 / 3, rel=0.02)


def test_stills_bear_their_own_time_and_show_their_shot(plain: Path, tmp_path: Path) -> None:
    analysis = analysed(plain, tmp_path)
    assert len(analysis.stills) >= 11
    frame_times = {round(float(analysis.frame_time(i)), 6) for i in range(len(analysis.frame_pts))}
    for still in analysis.stills:
        assert still.time_s in frame_times
        shot = analysis.shots[still.shot]
        assert shot.start_s <= still.time_s < shot.end_s
        with Image.open(tmp_path / "stills" / still.file) as picture:
            assert picture.size == (320, 180)
            shown = float(np.asarray(picture.convert("L"), np.float32).mean() / 255)
        assert shown == pytest.approx(still.brightness, abs=0.04)
    assert sorted(path.name for path in (tmp_path / "stills").iterdir()) == [
        still.file for still in analysis.stills
    ]


def test_dissolves_fades_and_flashes_are_told_apart(tmp_path: Path) -> None:
    first, second, third, fourth = scene(11, 60), scene(12, 76), scene(13, 60), scene(14, 60)
    third[30:32] = 255 - (255 - third[30:32]) // 8  # a flash of two frames
    pictures = np.concatenate(
        [
            first[:44],
            blended(first[44:], second[:16]),  # 44..60
            second[16:56],  # 60..100
            faded(second[56:], opens=False),  # 100..120
            solid(14),  # 120..134
            third,  # 134..194
            fourth,  # 194..254
        ]
    )
    analysis = analysed(encode(tmp_path / "film.mp4", pictures), tmp_path / "work")
    assert [shot.opens_with for shot in analysis.shots] == ["start", "dissolve", "fade", "hard", "hard"]
    begins = [shot.first_frame for shot in analysis.shots]
    assert 44 <= begins[1] <= 60
    assert begins[2] == pytest.approx(119, abs=2)
    assert begins[3:] == [134, 194]
    clean = [(round(s.clean_start_s * FPS), round(s.clean_end_s * FPS)) for s in analysis.shots]
    assert clean[0][1] <= 46
    assert clean[1][0] >= 58
    assert clean[1][1] <= 104
    assert clean[3] == (134, 194)
    assert [
        (fence.kind, round(fence.start_s * FPS) <= 121, round(fence.end_s * FPS)) for fence in analysis.fences
    ] == [("black", True, 134)]


def test_cuts_are_found_in_the_dark(tmp_path: Path) -> None:
    lengths = [26 + 7 * (index % 4) for index in range(12)]
    pictures = np.concatenate([scene(20 + i, length, gain=0.1) for i, length in enumerate(lengths)])
    analysis = analysed(encode(tmp_path / "dark.mp4", pictures), tmp_path / "work")
    assert cut_frames(analysis) == [int(at) for at in np.cumsum(lengths)[:-1]]


def test_letterbox_bars_are_measured(tmp_path: Path) -> None:
    pictures = scene(40, 40)
    pictures[:, :24] = 0
    pictures[:, -24:] = 0
    analysis = analysed(encode(tmp_path / "wide.mp4", pictures), tmp_path / "work")
    assert analysis.picture_box == pytest.approx((0.0, 24 / 180, 1.0, 156 / 180), abs=0.012)


def test_a_pan_is_camera_and_a_moving_thing_is_motion(tmp_path: Path) -> None:
    pan = analysed(encode(tmp_path / "pan.mp4", scene(50, 48, pan=3, blur=6)), tmp_path / "work")
    still = analysed(encode(tmp_path / "still.mp4", scene(50, 48, blur=6)), tmp_path / "work")
    assert pan.shots[0].camera == pytest.approx(3 / 320, rel=0.1)
    assert still.shots[0].camera < 0.001
    assert pan.shots[0].motion < 0.35 * float(pan.change[1:].mean())


def test_loudness_agrees_with_the_meter_of_ffmpeg(plain: Path, tmp_path: Path) -> None:
    analysis = analysed(plain, tmp_path)
    assert analysis.sound is not None
    # lavfi's tone has an amplitude of 1/8 (-18.06 dB), 6 dB less, -3.01 dB as rms; up-mixing to two
    # channels keeps its power, and K-weighting at 1 kHz (+0.69) makes up for the -0.691
    assert analysis.sound.integrated_lufs == pytest.approx(-27.07, abs=0.1)


def test_what_is_stored_comes_back_and_has_equal_bytes(plain: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_analysis(analysed(plain, tmp_path / name), tmp_path / name)
    for file in ("analysis.json", "analysis.npz", "stills/still_000001.jpg"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    loaded = load_analysis(tmp_path / "one")
    assert loaded is not None
    again = analysed(plain, tmp_path / "two")
    assert (loaded.shots, loaded.stills, loaded.fences) == (again.shots, again.stills, again.fences)
    assert np.array_equal(loaded.frame_pts, again.frame_pts)
    assert loaded.time_base == again.time_base


def test_a_missing_still_or_a_broken_file_means_measuring_anew(plain: Path, tmp_path: Path) -> None:
    analysis = analysed(plain, tmp_path)
    assert load_analysis(tmp_path) is None
    save_analysis(analysis, tmp_path)
    assert load_analysis(tmp_path) is not None
    (tmp_path / "analysis.npz").write_bytes(b"broken")
    assert load_analysis(tmp_path) is None
    save_analysis(analysis, tmp_path)
    (tmp_path / "stills" / analysis.stills[-1].file).unlink()
    assert load_analysis(tmp_path) is None


def test_a_wrong_track_or_an_empty_part_is_refused(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sound track 3"):
        analysed(plain, tmp_path, audio_track=3)
    with pytest.raises(InputError, match="ends before it begins"):
        analysed(plain, tmp_path, in_s=Fraction(4), out_s=Fraction(3))
    with pytest.raises(InputError, match="past the film's end"):
        analysed(plain, tmp_path, in_s=Fraction(4000))
