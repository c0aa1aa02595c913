"""What every maker of speech promises, whichever engine is behind it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from tests.extras import seen

from cinecore.audio.loudness import gated_loudness
from cinecore.audio.speech import ENGINES, EspeakSpeech, FliteSpeech, PackagedSpeech, best_speech_maker
from cinecore.audio.speech_sound import read_line
from cinecore.errors import InputError, OutputError, SetupError, ToolError
from cinecore.ffmpeg import binaries
from cinecore.ports import SpeechMaker, VoiceHint
from cinecore.timebase import SAMPLE_RATE

pytestmark = pytest.mark.media

TEXT = "We left before the rain came, my friend."


@lru_cache(maxsize=1)
def missing() -> frozenset[str]:
    """Engines that this machine lacks."""
    found = set()
    with seen("voice"):
        for name in ENGINES:
            try:
                best_speech_maker(name)
            except SetupError:
                found.add(name)
    return frozenset(found)


@pytest.fixture(params=ENGINES, scope="module")
def maker(request: pytest.FixtureRequest) -> Iterator[SpeechMaker]:
    if request.param in missing():
        pytest.skip(f"{request.param} is not installed")
    with seen("voice"):
        made = best_speech_maker(request.param)
        assert made is not None
        yield made


def pitch_hz(sound: np.ndarray) -> float:
    """Median pitch of the voiced parts: the first strong peak of the autocorrelation."""
    step, mono = SAMPLE_RATE // 25, sound[::4, 0].astype(np.float64)
    rate, step = SAMPLE_RATE // 4, step // 4
    found = []
    for start in range(0, len(mono) - step, step // 2):
        window = mono[start : start + step]
        if np.sqrt((window**2).mean()) < 0.1 * np.abs(mono).max():
            continue
        window = window - window.mean()
        alike = np.correlate(window, window, "full")[step - 1 :]
        lags = alike[rate // 450 : rate // 60] / alike[0]
        if lags.max() > 0.5:
            first = int(np.flatnonzero(lags > 0.85 * lags.max())[0])
            while first + 1 < len(lags) and lags[first + 1] > lags[first]:
                first += 1
            found.append(rate / (first + rate // 450))
    return float(np.median(found)) if found else 0.0


def test_a_line_is_a_trimmed_wav_of_the_length_that_is_told(maker: SpeechMaker, tmp_path: Path) -> None:
    output = tmp_path / "line.wav"
    length = maker.speak(TEXT, VoiceHint("Mara", "woman"), output)
    sound = read_line(output)
    assert len(sound) == round(length * SAMPLE_RATE)
    assert 1.5 < length < 4.5
    assert gated_loudness(sound) == pytest.approx(-20, abs=1.0)
    assert float(np.abs(sound[: SAMPLE_RATE // 10]).max()) > 0.005
    assert float(np.abs(sound[-SAMPLE_RATE // 10 :]).max()) > 0.003


def test_the_same_line_in_the_same_voice_has_the_same_bytes_another_voice_others(
    maker: SpeechMaker, tmp_path: Path
) -> None:
    one, again, other = (tmp_path / f"{name}.wav" for name in ("one", "again", "other"))
    maker.speak("Come here.", VoiceHint("Mara", "woman", number=0), one)
    maker.speak("Come here.", VoiceHint("Mara", "woman", number=0), again)
    maker.speak("Come here.", VoiceHint("Ina", "woman", number=1), other)
    assert one.read_bytes() == again.read_bytes()
    assert one.read_bytes() != other.read_bytes()


def test_nothing_is_left_in_the_home_and_another_home_changes_no_byte(
    maker: SpeechMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = []
    for name in ("one", "two"):
        home = tmp_path / name
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        maker.speak("help me now", VoiceHint("Mara", "woman", number=5), tmp_path / "line.wav")
        spoken.append((tmp_path / "line.wav").read_bytes())
        assert list(home.iterdir()) == []
    assert spoken[0] == spoken[1]


def test_men_speak_lower_than_women_and_girls_higher(maker: SpeechMaker, tmp_path: Path) -> None:
    pitches = {}
    for kind in ("man", "woman", "girl"):
        maker.speak(TEXT, VoiceHint("X", kind, number=0), tmp_path / "line.wav")
        pitches[kind] = pitch_hz(read_line(tmp_path / "line.wav"))
    assert 60 < pitches["man"] < 0.85 * pitches["woman"]
    assert 1.15 * pitches["woman"] < pitches["girl"]


def test_text_that_looks_like_options_or_markup_is_only_text(maker: SpeechMaker, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.wav", tmp_path / "marked.wav"
    maker.speak("help me now", VoiceHint("Mara", "woman"), plain)
    maker.speak('--help <emphasis level="x">me</emphasis> [now] 🎉', VoiceHint("Mara", "woman"), marked)
    assert plain.read_bytes() == marked.read_bytes()


@pytest.mark.parametrize("text", ["…", "🎉", "", "x" * 6_000])
def test_what_cannot_be_spoken_is_one_error_and_no_file(
    maker: SpeechMaker, text: str, tmp_path: Path
) -> None:
    with pytest.raises(ToolError):
        maker.speak(text, VoiceHint("Mara"), tmp_path / "line.wav")
    assert list(tmp_path.iterdir()) == []


def test_other_letters_are_spoken_or_refused_in_words(maker: SpeechMaker, tmp_path: Path) -> None:
    output = tmp_path / "line.wav"
    if isinstance(maker, EspeakSpeech):
        assert maker.speak("שלום, חבר שלי", VoiceHint("Mara", "woman"), output) > 0.5
    else:
        with pytest.raises(ToolError, match="Latin letters only"):
            maker.speak("שלום, חבר שלי", VoiceHint("Mara", "woman"), output)


def test_a_place_that_cannot_be_written_is_said(maker: SpeechMaker, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        maker.speak("Hello there.", VoiceHint("Mara"), tmp_path / "no" / "such" / "line.wav")


def test_whispering_has_no_pitch(tmp_path: Path) -> None:
    if "espeak-ng" in missing():
        pytest.skip("espeak-ng is not installed")
    maker = EspeakSpeech()
    loud, soft = tmp_path / "loud.wav", tmp_path / "soft.wav"
    maker.speak(TEXT, VoiceHint("Mara", "woman", number=0), loud)
    maker.speak(TEXT, VoiceHint("Mara", "woman", "whispering", number=0), soft)
    assert pitch_hz(read_line(loud)) > 100
    assert pitch_hz(read_line(soft)) == 0


def test_the_best_engine_that_is_there_is_taken_and_none_is_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    binaries.find.cache_clear()
    ffmpeg, ffprobe = (binaries.find(name).path for name in ("ffmpeg", "ffprobe"))
    monkeypatch.setenv("CINECUT_FFMPEG", ffmpeg)
    monkeypatch.setenv("CINECUT_FFPROBE", ffprobe)
    monkeypatch.setenv("PATH", str(tmp_path))
    binaries.find.cache_clear()
    try:
        found = best_speech_maker()
        assert not isinstance(found, EspeakSpeech)
        if binaries.has_filter("flite"):
            assert isinstance(found, FliteSpeech)
        with pytest.raises(SetupError, match="espeak-ng was not found") as caught:
            best_speech_maker("espeak-ng")
        assert "apt install espeak-ng" in caught.value.advice
        monkeypatch.setattr(binaries, "has_filter", lambda _: False)
        packaged = best_speech_maker()
        has_package = importlib.util.find_spec("hibari") is not None
        assert isinstance(packaged, PackagedSpeech) if has_package else packaged is None
    finally:
        binaries.find.cache_clear()
    assert best_speech_maker("none") is None
    with pytest.raises(InputError, match="no such voice"):
        best_speech_maker("hal")


def test_a_program_that_is_no_espeak_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "espeak-ng"
    for body, words in (
        ("echo hello", "does not answer as espeak-ng"),
        ("echo 'eSpeak NG text-to-speech: 1.48 Data at: /'", "1.48 is too old; 1.49"),
        ("exit 3", "does not run: it ends with status 3"),
    ):
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("CINECUT_ESPEAK_NG", str(program))
        binaries.find.cache_clear()
        try:
            with pytest.raises(SetupError, match=words):
                best_speech_maker("espeak-ng")
        finally:
            binaries.find.cache_clear()


def test_an_engine_that_fails_or_says_nothing_is_one_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "espeak-ng"
    answer = "case $1 in --version) echo 'eSpeak NG text-to-speech: 1.51'; exit;; esac"
    monkeypatch.setenv("CINECUT_ESPEAK_NG", str(program))
    for body, words in (("exit 1", "failed with status 1"), ("exit 0", "said nothing")):
        program.write_text(f"#!/bin/sh\n{answer}\n{body}\n")
        program.chmod(0o755)
        binaries.find.cache_clear()
        try:
            with pytest.raises(ToolError, match=words):
                EspeakSpeech().speak("Hello.", VoiceHint("Mara"), tmp_path / "line.wav")
        finally:
            binaries.find.cache_clear()
    assert not (tmp_path / "line.wav").exists()
