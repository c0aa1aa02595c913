"""Mixes measured: levels under speech, edges, levelled lines; and WAV files byte by byte."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.audio.ducking import Balance
from cinecore.audio.loudness import gated_loudness, weighted
from cinecore.audio.mix import mix
from cinecore.audio.wave import wav_bytes, write_wav
from cinecore.errors import InputError, ToolError
from cinecore.timebase import FrameRate
from cinecore.timeline import AudioCue, Card, FileSound, MadeSound, Picture, Stem, Timeline

SECOND = 48_000
RECORDED = MadeSound("test", "{}")


def noise(seconds: float, level: float, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.standard_normal((round(seconds * SECOND), 2)) * level).astype(np.float32)


def speech(seconds: float, level: float, seed: int = 2) -> np.ndarray:
    """Noise in syllables: 180 ms on, 70 ms off."""
    sound = noise(seconds, level, seed)
    at = np.arange(len(sound)) % 12_000
    return sound * (at < 8_640).astype(np.float32)[:, None]


def timeline(*cues: AudioCue, seconds: int = 12) -> Timeline:
    rate = FrameRate(Fraction(24))
    return Timeline(rate, 64, 36, (), (Picture(0, seconds * 24, Card()),), (), cues)


def level_db(sound: np.ndarray, start_s: float, end_s: float) -> float:
    heard = weighted(sound)[round(start_s * SECOND) : round(end_s * SECOND)]
    return float(-0.691 + 10 * np.log10(np.mean(np.sum(heard**2, axis=1)) + 1e-12))


def mixed(music_level: float = 0.1, line_level: float = 0.05, balance: Balance | None = None):
    cues = (
        AudioCue(Stem.MUSIC, 0, 12 * SECOND, RECORDED),
        AudioCue(Stem.DIALOGUE, 4 * SECOND, 3 * SECOND, RECORDED),
        AudioCue(Stem.EFFECTS, 5 * SECOND, 2 * SECOND, RECORDED),
    )
    sounds = {
        Stem.MUSIC: noise(12, music_level),
        Stem.DIALOGUE: speech(3, line_level),
        Stem.EFFECTS: noise(2, 0.3, 5),
    }
    return mix(timeline(*cues), lambda cue: sounds[cue.stem], balance)


@pytest.mark.parametrize("music_level", [0.02, 0.1, 0.4])
@pytest.mark.parametrize("line_level", [0.02, 0.15])
def test_speech_sits_six_to_ten_db_over_everything_while_it_sounds(music_level, line_level):
    result = mixed(music_level, line_level)
    rest = result.stems[Stem.MUSIC] + result.stems[Stem.EFFECTS]
    speaking = level_db(result.stems[Stem.DIALOGUE], 4.0, 7.0)
    for start_s in (4.0, 4.5, 5.5, 6.4):
        assert speaking - level_db(rest, start_s, start_s + 0.5) > 6.0
    assert speaking - level_db(rest, 4.2, 4.9) < 14.0


def test_music_is_whole_until_just_before_a_line_and_again_half_a_second_after_it():
    result = mixed()
    music = result.stems[Stem.MUSIC]
    before = level_db(music, 1.0, 3.5)
    assert level_db(music, 3.5, 3.85) == pytest.approx(before, abs=0.3)
    assert level_db(music, 4.0, 4.05) < before - 6
    assert level_db(music, 7.5, 8.0) == pytest.approx(before, abs=0.3)
    assert level_db(music, 9.0, 11.0) == pytest.approx(before, abs=0.3)


def test_music_does_not_jump_up_between_words():
    duck = mixed().duck_db
    assert duck[402:690].max() < -3.0
    assert np.abs(np.diff(duck)).max() < 8.0


def test_without_speech_nothing_is_ducked():
    music = noise(12, 0.1)
    result = mix(timeline(AudioCue(Stem.MUSIC, 0, 12 * SECOND, RECORDED)), lambda _: music)
    assert result.duck_db.min() == 0
    inside = slice(SECOND, 11 * SECOND)
    ratio = result.pcm[inside] / music[inside]
    assert ratio.std() < 1e-4


def test_lines_are_levelled_against_each_other_within_twelve_db():
    cues = tuple(AudioCue(Stem.DIALOGUE, at * SECOND, 2 * SECOND, RECORDED) for at in (0, 4, 8))
    levels = dict(zip(cues, (0.2, 0.05, 0.003), strict=True))
    result = mix(timeline(*cues), lambda cue: speech(2, levels[cue]))
    loud = [gated_loudness(result.pcm[cue.start : cue.end]) for cue in cues]
    assert loud[0] == pytest.approx(-20, abs=0.3)
    assert loud[1] == pytest.approx(-20, abs=0.3)
    assert result.line_gains_db[2] == pytest.approx(12.0)
    assert loud[2] < -24


def test_a_loud_ambience_is_lowered_and_a_quiet_one_is_left_alone():
    cues = tuple(AudioCue(Stem.AMBIENCE, at * SECOND, 3 * SECOND, RECORDED) for at in (0, 6))
    levels = dict(zip(cues, (0.3, 0.005), strict=True))
    result = mix(timeline(*cues), lambda cue: noise(3, levels[cue]))
    assert gated_loudness(result.pcm[: 3 * SECOND]) == pytest.approx(-27, abs=0.3)
    assert result.line_gains_db[1] == 0


def test_a_cut_sound_gets_soft_edges_and_asked_fades_are_kept():
    recorded = FileSound(Path("a.wav"), "0")
    cues = (
        AudioCue(Stem.EFFECTS, SECOND, SECOND, recorded),
        AudioCue(Stem.EFFECTS, 4 * SECOND, 2 * SECOND, recorded, fade_in=SECOND),
    )
    result = mix(timeline(*cues), lambda cue: np.ones((cue.length, 2), np.float32))
    edge = result.pcm[SECOND : SECOND + 960, 0]
    assert edge[0] < 0.001
    assert edge[719] > 0.99
    assert np.abs(np.diff(result.pcm[:, 0])).max() < 0.003
    assert result.pcm[4 * SECOND + SECOND // 2, 0] == pytest.approx(0.5, abs=0.01)


def test_stems_add_up_to_the_mix_and_lie_where_their_cues_lie():
    result = mixed()
    total = sum(result.stems.values())
    assert np.abs(total - result.pcm).max() < 1e-5
    assert list(result.stems) == [Stem.DIALOGUE, Stem.MUSIC, Stem.EFFECTS]
    assert not result.stems[Stem.DIALOGUE][: 4 * SECOND].any()
    assert not result.stems[Stem.DIALOGUE][7 * SECOND :].any()
    half = result.scaled(-6.0206)
    assert np.abs(half.pcm * 2 - result.pcm).max() < 1e-4


def test_the_same_timeline_gives_the_same_samples():
    assert mixed().pcm.tobytes() == mixed().pcm.tobytes()


def test_a_sound_of_the_wrong_length_is_an_error_and_not_a_shift():
    cue = AudioCue(Stem.MUSIC, 0, SECOND, RECORDED)
    with pytest.raises(ToolError, match="48000 samples came back with 47999"):
        mix(timeline(cue), lambda _: np.zeros((SECOND - 1, 2), np.float32))


def test_a_wav_file_reads_back_as_it_was_written(tmp_path):
    sound = noise(0.5, 0.2)
    write_wav(tmp_path / "a.wav", sound)
    with wave.open(str(tmp_path / "a.wav")) as stream:
        assert (stream.getframerate(), stream.getnchannels(), stream.getsampwidth()) == (48_000, 2, 3)
        raw = np.frombuffer(stream.readframes(stream.getnframes()), np.uint8).reshape(-1, 3)
    steps = (raw.astype(np.int32) << np.array([8, 16, 24])).sum(axis=1, dtype=np.int32) >> 8
    assert np.abs(steps.reshape(-1, 2) / 8_388_607 - sound).max() < 1e-7
    assert wav_bytes(sound) == wav_bytes(sound.copy())
    with pytest.raises(InputError):
        wav_bytes(np.full((4, 2), np.nan, np.float32))


def test_music_swells_a_little_between_lines_that_lie_far_apart_and_nowhere_else():
    music = noise(20, 0.1)
    lines = (AudioCue(Stem.DIALOGUE, at * SECOND, 2 * SECOND, RECORDED) for at in (2, 6, 15))
    cues = (AudioCue(Stem.MUSIC, 0, 20 * SECOND, RECORDED), *lines)
    result = mix(timeline(*cues, seconds=20), lambda cue: music if cue.stem is Stem.MUSIC else speech(2, 0.1))
    assert result.swell_db[:835].max() == 0, "lines two seconds apart, and before the first"
    assert result.swell_db[1000:1300].min() == pytest.approx(Balance().swell_db, abs=0.01)
    assert 1.0 <= Balance().swell_db <= 2.0
    assert np.abs(np.diff(result.swell_db)).max() < 0.05, "gently"
    assert level_db(result.stems[Stem.MUSIC], 10, 13) - level_db(
        result.stems[Stem.MUSIC], 0, 1.5
    ) == pytest.approx(1.5, abs=0.3)


def test_what_hides_speech_in_its_own_band_gives_way_further_than_what_rumbles_below():
    at = np.arange(12 * SECOND) / SECOND

    def tone(hertz: float) -> np.ndarray:
        return np.repeat((0.3 * np.sin(2 * np.pi * hertz * at))[:, None], 2, axis=1).astype(np.float32)

    depths = {}
    for hertz in (60.0, 1000.0):
        cues = (
            AudioCue(Stem.MUSIC, 0, 12 * SECOND, RECORDED),
            AudioCue(Stem.DIALOGUE, 4 * SECOND, 3 * SECOND, RECORDED),
        )
        sounds = {Stem.MUSIC: tone(hertz), Stem.DIALOGUE: speech(3, 0.05)}
        result = mix(timeline(*cues), lambda cue, sounds=sounds: sounds[cue.stem])
        depths[hertz] = float(result.duck_db[450:650].mean())
    assert depths[1000.0] < depths[60.0] - 2.0


def test_music_stays_as_loud_under_speech_as_the_words_allow():
    """Bass, drums and a pad: by ear it lies the margin under the line, not far below it."""
    at = np.arange(12 * SECOND) / SECOND
    bass = 0.3 * np.sin(2 * np.pi * 70 * at) + 0.3 * np.sin(2 * np.pi * 55 * at) * (at % 0.5 < 0.1)
    music = (np.repeat(bass[:, None], 2, axis=1) + noise(12, 0.02)).astype(np.float32)
    cues = (
        AudioCue(Stem.MUSIC, 0, 12 * SECOND, RECORDED),
        AudioCue(Stem.DIALOGUE, 4 * SECOND, 3 * SECOND, RECORDED),
    )
    sounds = {Stem.MUSIC: music, Stem.DIALOGUE: speech(3, 0.05)}
    result = mix(timeline(*cues), lambda cue: sounds[cue.stem])
    over = level_db(result.stems[Stem.DIALOGUE], 4, 7) - level_db(result.stems[Stem.MUSIC], 4, 7)
    assert Balance().margin_db - 0.5 < over < Balance().margin_db + 1.5


def test_no_moment_of_a_long_line_is_left_to_loud_music():
    """A line of five seconds: the music is quiet under its first three and loud under its last two."""
    level = np.where(np.arange(12 * SECOND) < 7 * SECOND, 0.02, 0.3).astype(np.float32)
    cues = (
        AudioCue(Stem.MUSIC, 0, 12 * SECOND, RECORDED),
        AudioCue(Stem.DIALOGUE, 4 * SECOND, 5 * SECOND, RECORDED),
    )
    sounds = {Stem.MUSIC: noise(12, 1.0) * level[:, None], Stem.DIALOGUE: speech(5, 0.05)}
    result = mix(timeline(*cues), lambda cue: sounds[cue.stem])
    dialogue, music = result.stems[Stem.DIALOGUE], result.stems[Stem.MUSIC]
    for start_s in (4.0, 5.5, 7.1, 8.0):
        assert level_db(dialogue, 4, 9) - level_db(music, start_s, start_s + 0.9) > 5.0, start_s
