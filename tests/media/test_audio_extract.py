"""Film sound to the sample: clicks at known places, through the containers and codecs that films come in."""

from __future__ import annotations

import subprocess
from fractions import Fraction

import numpy as np
import pytest

from cinecore.audio.extract import read_film_sounds, read_sound_file
from cinecore.audio.mix import mix
from cinecore.audio.palette import Palette
from cinecore.audio.score import ScorePlan, ScoreSection
from cinecore.audio.sources import effect_sound, score_sound, sound_source
from cinecore.audio.wave import wav_bytes, write_wav
from cinecore.errors import InputError
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import spawn_count
from cinecore.timebase import FrameRate
from cinecore.timeline import AudioCue, BeatGrid, Card, FilmSound, FilmSource, Picture, Stem, Timeline

pytestmark = pytest.mark.media

SECOND = 48_000
CLICKS_S = (1.0, 3.2, 5.5, 8.75, 12.125, 15.9)
_random = np.random.default_rng(1)
BURST = (_random.standard_normal(480) * 0.3 * np.exp(-np.arange(480) / 100)).astype(np.float32)


def clicks(seconds: int = 17) -> np.ndarray:
    sound = np.zeros((seconds * SECOND, 2), np.float32)
    for at in CLICKS_S:
        begin = round(at * SECOND)
        sound[begin : begin + 480] += BURST[:, None]
    return sound


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sound")
    write_wav(place / "clicks.wav", clicks())
    return place


def make(folder, name: str, *codecs: str, before: tuple[str, ...] = ()) -> object:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=24:d=17"]
    command += [*before, "-i", str(folder / "clicks.wav"), "-map", "0:v", "-map", "1:a"]
    if "-c:v" not in codecs:
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-g", "48"]
    subprocess.run([*command, *codecs, str(folder / name)], check=True, stdin=subprocess.DEVNULL)
    return probe(folder / name)


def cue(start_s: Fraction, length: int, *, prefers_center: bool = False) -> AudioCue:
    return AudioCue(Stem.DIALOGUE, 0, length, FilmSound("film", start_s, 0, prefers_center))


def click_offset_ms(sound: np.ndarray, expected: int) -> float:
    likeness = np.abs(np.correlate(sound[:, 0], BURST, "valid"))
    return (int(likeness.argmax()) - expected) / 48


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("aac.mp4", ("-c:a", "aac")),
        ("aac44.mp4", ("-c:a", "aac", "-ar", "44100")),
        ("late start.mkv", ("-c:a", "aac", "-output_ts_offset", "7.3")),
        ("pcm.mov", ("-c:a", "pcm_s16le")),
        ("mp3.mkv", ("-c:a", "libmp3lame")),
        ("vorbis.mkv", ("-c:a", "libvorbis")),
        ("aac.ts", ("-c:a", "aac")),
        ("mp2.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2")),
    ],
)
def test_each_stretch_starts_on_its_sample_whatever_the_container(folder, name, codecs):
    """The picture's first frame says where second 0 of the source lies: muxers shift both alike."""
    media = make(folder, name, *codecs)
    before = spawn_count()
    cues = [cue(Fraction(str(at)) - Fraction(1, 10) + media.video_offset, 9600) for at in CLICKS_S]
    sounds = read_film_sounds(media, cues)
    assert spawn_count() == before + 1
    offsets = [click_offset_ms(sound, 4800) for sound in sounds]
    assert np.abs(offsets).max() <= 1.0, offsets
    assert all(len(sound) == 9600 for sound in sounds)


def test_a_container_that_seeks_badly_is_read_from_its_start(folder):
    """MP3 in AVI lands up to 12 ms off after a seek; read through, every click has the same offset."""
    media = make(folder, "mp3.avi", "-c:a", "libmp3lame", "-c:v", "mpeg4")
    sounds = read_film_sounds(media, [cue(Fraction(str(at)) - Fraction(1, 10), 9600) for at in CLICKS_S])
    offsets = [click_offset_ms(sound, 4800) for sound in sounds]
    assert max(offsets) - min(offsets) <= 0.1
    assert abs(offsets[0]) <= 25  # the encoder's delay, which AVI has no place to note and players show too


@pytest.mark.parametrize("ending", ["mp4", "ts"])
def test_before_the_track_begins_and_after_it_ends_there_is_silence(folder, ending):
    media = make(folder, f"late.{ending}", "-c:a", "aac", "-t", "15", before=("-itsoffset", "4", "-ss", "4"))
    early, across, late = read_film_sounds(
        media, [cue(Fraction(0), SECOND), cue(Fraction(3), 3 * SECOND), cue(Fraction(29, 2), 10 * SECOND)]
    )
    assert not early.any()
    assert click_offset_ms(across, round(2.5 * SECOND)) == pytest.approx(0, abs=1.0)
    assert not late[SECOND:].any()


def test_a_hole_in_the_track_moves_nothing_behind_it(folder):
    """Two seconds of packets are dropped from the middle: later clicks stay where they were."""
    source = folder / "whole.mkv"
    make(folder, "whole.mkv", "-c:a", "pcm_s16le")
    holed = folder / "holed.mkv"
    drop = "noise=drop=between(pts*tb\\,6\\,8)"
    subprocess.run(
        [
            "ffmpeg",
            "-nostdin",
            "-v",
            "error",
            "-y",
            "-i",
            str(source),
            "-c",
            "copy",
            "-bsf:a",
            drop,
            str(holed),
        ],
        check=True,
    )
    whole = read_film_sounds(probe(holed), [cue(Fraction(0), 16 * SECOND)])[0]
    assert not whole[round(6.2 * SECOND) : round(7.8 * SECOND)].any()
    for at in CLICKS_S:
        begin = round((at - 0.1) * SECOND)
        assert abs(click_offset_ms(whole[begin : begin + 9600], 4800)) <= 1.0


def test_forty_stretches_take_one_spawn_and_agree_with_one_long_read(folder):
    media = make(folder, "many.mkv", "-c:a", "aac")
    whole = read_film_sounds(media, [cue(Fraction(0), 16 * SECOND)])[0]
    random = np.random.default_rng(4)
    starts = [Fraction(int(at), 1000) for at in random.integers(0, 15_000, 40)]
    before = spawn_count()
    sounds = read_film_sounds(media, [cue(start, 24_000) for start in starts])
    assert spawn_count() == before + 1
    for start, sound in zip(starts, sounds, strict=True):
        begin = round(start * SECOND)
        expected = whole[begin : begin + 24_000]
        assert np.abs(sound[: len(expected)] - expected).max() < 1e-4


def surround(folder) -> object:
    """5.1 with a tone of its own on each channel: centre 440 Hz, front left 1000, low effects 60, back left 3000."""
    parts = ";".join(
        f"sine=f={hertz}:d=4:r=48000[{name}]"
        for name, hertz in (("a", 1000), ("b", 1500), ("c", 440), ("d", 60), ("e", 3000), ("f", 4000))
    )
    places = "|".join(f"{n}.0-{name}" for n, name in enumerate(("FL", "FR", "FC", "LFE", "BL", "BR")))
    graph = f"{parts};[a][b][c][d][e][f]join=inputs=6:channel_layout=5.1:map={places}[s];testsrc2=s=64x36:r=24:d=4[v]"
    target = folder / "surround.mkv"
    subprocess.run(
        [
            "ffmpeg",
            "-nostdin",
            "-v",
            "error",
            "-y",
            "-filter_complex",
            graph,
            "-map",
            "[v]",
            "-map",
            "[s]",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-c:a",
            "flac",
            str(target),
        ],
        check=True,
    )
    return probe(target)


def test_the_centre_channel_is_taken_alone_and_the_down_mix_keeps_it(folder):
    media = surround(folder)
    centre, whole = read_film_sounds(
        media, [cue(Fraction(1), SECOND, prefers_center=True), cue(Fraction(1), SECOND)]
    )

    def amplitude(sound: np.ndarray, channel: int, hertz: int) -> float:
        return float(np.abs(np.fft.rfft(sound[:, channel]))[hertz] / SECOND * 2)

    assert amplitude(centre, 0, 440) == pytest.approx(0.125, rel=0.02)
    assert np.array_equal(centre[:, 0], centre[:, 1])
    assert amplitude(centre, 0, 1000) < 1e-4
    assert amplitude(whole, 0, 1000) == pytest.approx(0.125, rel=0.02)
    assert amplitude(whole, 1, 1000) < 1e-4
    assert amplitude(whole, 0, 440) == pytest.approx(0.125 * 0.7071, rel=0.02)
    assert amplitude(whole, 1, 440) == pytest.approx(0.125 * 0.7071, rel=0.02)


def test_one_channel_goes_to_both_sides_at_full_level(folder):
    media = make(folder, "mono.mov", "-c:a", "pcm_s16le", "-ac", "1")
    sound = read_film_sounds(media, [cue(Fraction(9, 10), 9600)])[0]
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert np.abs(sound).max() == pytest.approx(float(np.abs(BURST).max()), rel=0.05)


def test_a_sound_track_that_is_not_there_is_refused(folder):
    media = make(folder, "one.mkv", "-c:a", "pcm_s16le")
    with pytest.raises(InputError, match="no sound track 3"):
        read_film_sounds(media, [AudioCue(Stem.DIALOGUE, 0, 100, FilmSound("film", Fraction(0), 2))])


def test_a_users_music_is_read_and_bad_files_get_a_clear_word(folder):
    sound = read_sound_file(folder / "clicks.wav", start_s=Fraction(3), length=SECOND)
    assert len(sound) == SECOND
    assert abs(click_offset_ms(sound, 9600)) <= 0.05
    (folder / "broken.mp3").write_bytes(b"\x00" * 5000)
    (folder / "silent.wav").write_bytes(wav_bytes(np.zeros((SECOND, 2), np.float32)))
    with pytest.raises(InputError, match="no such file"):
        read_sound_file(folder / "missing.mp3")
    with pytest.raises(InputError, match="cannot read"):
        read_sound_file(folder / "broken.mp3")
    with pytest.raises(InputError, match="silent"):
        read_sound_file(folder / "silent.wav")
    with pytest.raises(InputError, match=r"17\.0 s where 30\.0 s"):
        read_sound_file(folder / "clicks.wav", shortest_s=30)


def test_a_whole_timeline_is_mixed_from_film_score_and_effects(folder):
    media = make(folder, "film.mp4", "-c:a", "aac")
    grid = BeatGrid(Fraction(120))
    score = ScorePlan(8 * SECOND, grid, (ScoreSection("drive", 0, 8 * SECOND),), Palette())
    cues = (
        AudioCue(Stem.MUSIC, 0, 8 * SECOND, score_sound(score), gain_db=-12),
        AudioCue(Stem.AMBIENCE, 2 * SECOND, SECOND, FilmSound("film", Fraction(5))),
        AudioCue(Stem.EFFECTS, 6 * SECOND, SECOND, effect_sound("hit", 3)),
    )
    timeline = Timeline(
        FrameRate(Fraction(24)),
        64,
        36,
        (FilmSource("film", media.path, "0"),),
        (Picture(0, 192, Card()),),
        cues=cues,
    ).validate()
    result = mix(timeline, sound_source(timeline, {"film": media}))
    assert len(result.pcm) == 8 * SECOND
    assert abs(click_offset_ms(result.stems[Stem.AMBIENCE][2 * SECOND : 3 * SECOND], SECOND // 2)) <= 1.0
    assert np.abs(result.stems[Stem.EFFECTS][6 * SECOND : 6 * SECOND + 960]).max() > 0.2
    assert not result.stems[Stem.EFFECTS][: 6 * SECOND].any()
    with pytest.raises(InputError, match="not opened"):
        sound_source(timeline, {})
