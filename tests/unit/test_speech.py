"""Lines as they are spoken: what of a text is heard, who sounds how, and how the sound is made ready."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from cinecore.audio.loudness import gated_loudness
from cinecore.audio.speech_sound import line_length_s, read_line, resampled, trimmed, write_line
from cinecore.audio.speech_text import checked_text, script_of, spoken_text
from cinecore.audio.speech_voices import (
    ESPEAK,
    FLITE,
    KINDS,
    PACKAGED,
    bent_voice,
    espeak_voice,
    name_number,
    voice_kind,
)
from cinecore.audio.wave import write_wav
from cinecore.errors import ToolError
from cinecore.ports import VoiceHint
from cinecore.timebase import SAMPLE_RATE


def tone(hertz: float, seconds: float, rate: int = SAMPLE_RATE) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("--help me, John!", "help me, John!"),
        ("-v ru", "v ru"),
        ('<speak>Run <break time="9s"/>now</speak>', "Run now"),
        ("[[t'eIk]] it", "t'eIk it"),
        ("A *bold* _word_ 🎉 and\u202e a turn\x07", "A bold word and a turn"),
        ("two\nrows\tof it", "two rows of it"),
        ("3 < 5, and it costs $5", "3 5, and it costs $5"),
        ("שלום, חבר", "שלום, חבר"),
        ("… — !?", ""),
        ("🎉🎉", ""),
        ("♪ ♪", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_text_is_data_and_only_what_can_be_said_is_spoken(text: str, heard: str) -> None:
    assert spoken_text(text) == heard


def test_a_line_with_nothing_to_say_or_far_too_much_is_one_clear_error() -> None:
    with pytest.raises(ToolError, match="nothing in this line"):
        checked_text("…!")
    with pytest.raises(ToolError, match="too long to be spoken") as caught:
        checked_text("a" * 6_000)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "script"),
    [("Hello", "LATIN"), ("привет Bob", "CYRILLIC"), ("שלום", "HEBREW"), ("12:30", "LATIN"), ("你好", "CJK")],
)
def test_the_script_of_a_line_is_told_by_most_of_its_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("name", "words", "kind"),
    [
        ("MARA", "old woman", "old woman"),
        ("KEEPER", "man, 70, elderly, grey beard", "old man"),
        ("GIRL", "", "girl"),
        ("OLD MAN", "", "old man"),
        ("GRANDMA", "", "old woman"),
        ("TIM", "a small boy", "boy"),
        ("ANNA", "", "woman"),
        ("ANNA", "young woman with an old coat", "woman"),
        ("", "", "narrator"),
        ("NARRATOR", "", "narrator"),
        ("BOB", "woman", "woman"),
    ],
)
def test_words_about_a_speaker_choose_the_kind_of_voice(name: str, words: str, kind: str) -> None:
    assert voice_kind(VoiceHint(name, words)) == kind


def test_a_name_sounds_the_same_however_it_is_written() -> None:
    assert espeak_voice(VoiceHint("Mara  Voss", "woman")) == espeak_voice(VoiceHint("MARA VOSS", "woman"))
    assert len({name_number(f"person {number}") for number in range(200)}) > 50


@pytest.mark.parametrize("kind", KINDS)
def test_six_speakers_of_one_kind_have_six_voices_in_every_engine(kind: str) -> None:
    hints = [VoiceHint(str(number), kind, number=number) for number in range(6)]
    for voices in (
        [espeak_voice(hint) for hint in hints],
        [bent_voice(hint, FLITE) for hint in hints],
        [bent_voice(hint, PACKAGED) for hint in hints],
    ):
        assert all(one != other for one, other in combinations(voices, 2))
    assert set(ESPEAK) == set(FLITE) == set(PACKAGED) == set(KINDS)


def test_resampling_keeps_pitch_and_length() -> None:
    for rate in (16_000, 22_050, 19_200):
        sound = resampled(tone(440, 1.0, rate), rate)
        assert abs(len(sound) - SAMPLE_RATE) <= 1
        spectrum = np.abs(np.fft.rfft(sound[:SAMPLE_RATE]))
        assert abs(int(spectrum.argmax()) - 440) <= 1
        middle = sound[10_000:38_000]
        assert float(np.sqrt((middle**2).mean())) == pytest.approx(0.3 / np.sqrt(2), rel=0.01)


def test_silence_at_both_ends_is_cut_and_the_ends_are_soft() -> None:
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    line = trimmed(np.concatenate([quiet, tone(300, 0.8), quiet]), "hello")
    assert len(line) / SAMPLE_RATE == pytest.approx(0.8, abs=0.012)
    assert len(line) % (SAMPLE_RATE // 1000) == 0
    assert abs(float(line[0])) < 1e-3
    with pytest.raises(ToolError, match="said nothing"):
        trimmed(quiet, "hello")


def test_a_line_is_written_at_one_loudness_and_read_back_as_it_was(tmp_path: Path) -> None:
    for level in (0.02, 1.0):
        path = tmp_path / f"{level}.wav"
        length = write_line(tone(500, 1.5, 22_050) * np.float32(level), 22_050, "hello", path)
        assert length == pytest.approx(1.5, abs=0.01)
        assert line_length_s(path) == length
        sound = read_line(path)
        assert sound.shape == (round(length * SAMPLE_RATE), 2)
        assert gated_loudness(sound) == pytest.approx(-20, abs=0.3)
    negative = np.full((480, 2), -0.5, np.float32)
    write_wav(tmp_path / "negative.wav", negative)
    assert np.allclose(read_line(tmp_path / "negative.wav"), negative, atol=1e-6)


def test_what_is_no_line_of_ours_has_no_length(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not a sound")
    assert line_length_s(tmp_path / "text.wav") is None
    assert line_length_s(tmp_path / "nothing.wav") is None
