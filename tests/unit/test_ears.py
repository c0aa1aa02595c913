"""Speech and music are heard in the film's sound: where they are, in the channel where they are, in any pieces."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from samples.spoken_track import SpokenTrack, make_spoken_track
from tests.synthetic_film import make_film

from cinecore.analysis.ears import Ears
from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecore.analysis.sound import SoundMeter
from cinecore.analysis.storage import load_analysis, save_analysis
from cinecore.audio.decimate import Decimator
from cinecore.audio.voice_activity import voice_weights
from cinecore.errors import SetupError

RATE = 48_000
Sound = npt.NDArray[np.float32]


@cache
def spoken() -> SpokenTrack:
    """Half a minute with a few lines of espeak-ng in it."""
    return make_spoken_track(5, 30.0, engines=("espeak-ng",))


def tones(seconds: float, *hertz: float) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    return sum((0.05 * np.sin(2 * np.pi * one * time) for one in hertz), np.zeros(len(time))).astype(
        np.float32
    )


def chords(seconds: float) -> Sound:
    """A slow tune in three voices with overtones, a new chord every 700 ms."""
    roots = (110.0, 130.8, 146.8, 98.0)
    parts = []
    for step in range(round(seconds / 0.7)):
        root = roots[step % 4] * 2
        parts.append(tones(0.7, *(root * ratio * over for ratio in (1, 1.25, 1.5) for over in (1, 2, 3))))
    return np.concatenate(parts)


def heard(sound: Sound, *, start_step: int = 0, block: int = 70_001) -> SoundCurves:
    """`sound` has shape (samples, channels)."""
    meter = SoundMeter(sound.shape[1], start_step=start_step)
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    meter.close()
    curves = meter.curves()
    assert curves is not None
    return curves


def share_heard(curves: SoundCurves, track: SpokenTrack) -> tuple[float, float]:
    """Mean probability inside the lines and well outside of them."""
    time = (np.arange(len(curves.voice)) + 0.5) * curves.voice_step_s
    inside = np.zeros(len(time), bool)
    near = np.zeros(len(time), bool)
    for line in track.lines:
        inside |= (time > line.start_s + 0.1) & (time < line.end_s - 0.1)
        near |= (time > line.start_s - 0.15) & (time < line.end_s + 0.25)
    return float(curves.voice[inside].mean()), float(curves.voice[~near].mean())


@pytest.mark.media
@pytest.mark.model
def test_speech_is_heard_in_the_lines_and_nowhere_else() -> None:
    inside, outside = share_heard(heard(spoken().sound[:, None]), spoken())
    assert inside > 0.9
    assert outside < 0.03


@pytest.mark.media
@pytest.mark.model
def test_the_centre_channel_is_listened_to_where_there_is_one() -> None:
    """A crowd in the other channels must not hide the words, nor may a second speaker there be taken for them."""
    words = spoken().sound
    other = make_spoken_track(6, 30.0, engines=("espeak-ng",)).sound
    silence = np.zeros_like(words)
    surround = np.stack([other, other, words, silence, other, other], axis=1)
    inside, outside = share_heard(heard(surround), spoken())
    assert inside > 0.9
    assert outside < 0.03


@pytest.mark.media
@pytest.mark.model
def test_an_empty_centre_channel_hides_no_words() -> None:
    words = spoken().sound
    silence = np.zeros_like(words)
    inside, _ = share_heard(
        heard(np.stack([words, words, silence, silence, silence, silence], axis=1)), spoken()
    )
    assert inside > 0.8


@pytest.mark.media
@pytest.mark.model
def test_a_part_of_a_film_is_heard_at_the_films_own_times() -> None:
    track = spoken()
    whole = heard(track.sound[:, None])
    later = heard(track.sound[:, None], start_step=123)
    begun = [float(np.flatnonzero(curves.voice > 0.5)[0]) * curves.voice_step_s for curves in (whole, later)]
    assert begun[1] - begun[0] == pytest.approx(12.3, abs=0.05)
    assert len(later.music) == len(later.onset)


@pytest.mark.model
def test_pieces_of_any_size_are_heard_alike() -> None:
    sound = (chords(7) + np.random.default_rng(1).normal(0, 0.01, round(7 * RATE)))[:, None].astype(
        np.float32
    )
    whole, pieces = heard(sound, block=len(sound)), heard(sound, block=997)
    assert whole.voice.tobytes() == pieces.voice.tobytes()
    assert whole.music.tobytes() == pieces.music.tobytes()


@pytest.mark.model
def test_chords_are_music_and_noise_is_not() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 10 * RATE).astype(np.float32)
    music = heard(np.concatenate([chords(10.5), noise])[:, None]).music
    assert music[20:80].min() > 0.5
    assert music[130:190].max() < 0.2


@pytest.mark.media
@pytest.mark.model
def test_speech_is_no_music_and_hides_none() -> None:
    words = spoken().sound
    tune = np.resize(chords(10.5), len(words)) * 0.5
    alone, over = heard(words[:, None]).music, heard((words + tune)[:, None]).music
    assert float((alone > 0.5).mean()) < 0.05
    assert float((over > 0.5).mean()) > 0.9


@pytest.mark.model
def test_silence_holds_neither_speech_nor_music() -> None:
    curves = heard(np.zeros((3 * RATE, 2), np.float32))
    assert curves.voice.max() < 0.1
    assert curves.music.max() < 0.01


def test_every_second_of_sound_is_heard_once() -> None:
    ears = Ears(1)
    ears.add(np.zeros((RATE * 5 + 123, 1), np.float32))
    voice, music = ears.close(51, 0.1)
    assert len(voice) == -(-(RATE * 5 + 123) // (3 * 512))
    assert len(music) == 51


def test_bringing_sound_to_16_khz_keeps_its_place_and_folds_nothing_back() -> None:
    for hertz, expected in ((1000.0, 0.05), (10_000.0, 0.0)):
        decimator = Decimator()
        line = tones(1.0, hertz)
        slow = np.concatenate([decimator.add(line[:30_001]), decimator.add(line[30_001:]), decimator.close()])
        assert len(slow) == 16_000
        kept = slow[200:-200]
        wanted = expected * np.sin(2 * np.pi * hertz * np.arange(200, 15_800) / 16_000)
        assert np.abs(kept - wanted).max() < 0.0005


def test_the_ears_network_is_the_one_that_was_measured(tmp_path: Path) -> None:
    path = voice_weights()
    assert path.with_suffix(".LICENSE").read_text(encoding="utf-8").startswith(path.name)
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(SetupError, match="changed"):
        voice_weights(tmp_path)


def test_importing_the_pass_loads_no_runtime() -> None:
    code = "import sys, cinecore.analysis.onepass; sys.exit('onnxruntime' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_was_heard_is_kept_with_the_analysis(tmp_path: Path) -> None:
    analysis, _ = make_film(seed=1)
    assert analysis.sound is not None
    sound = SoundCurves(
        0.1,
        analysis.sound.loudness_lufs,
        analysis.sound.onset,
        -20.0,
        voice=np.linspace(0, 1, 50, dtype=np.float32),
        music=np.linspace(1, 0, 16, dtype=np.float32),
    )
    with_sound = FilmAnalysis(**{**vars(analysis), "sound": sound})
    save_analysis(with_sound, tmp_path)
    kept = load_analysis(tmp_path)
    assert kept is not None
    assert kept.sound is not None
    assert kept.sound.voice_step_s == 0.032
    assert kept.sound.voice.tobytes() == sound.voice.tobytes()
    assert kept.sound.music.tobytes() == sound.music.tobytes()
