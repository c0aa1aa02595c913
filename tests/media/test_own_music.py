"""A person's own music, good and bad, settled and edited to a cut; what is heard is measured in the laid stem."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from cinecore.audio.beats import track_beats
from cinecore.audio.drums import drum_hit
from cinecore.audio.music_file import hear_music, read_stretches
from cinecore.audio.wave import silence, write_wav
from cinecore.errors import InputError
from cinecore.ffmpeg.run import run
from cinecore.timebase import SAMPLE_RATE, FrameRate, round_half_up
from cinecore.timeline import FileSound
from cinecut.assembly.sounds import music_cues
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Act, Clip, Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.pipeline.music import settle_music, with_music_edits

pytestmark = pytest.mark.media
RATE = FrameRate(Fraction(24))
ACTS: tuple[tuple[Act, int], ...] = (
    ("cold_open", 8),
    ("act1", 24),
    ("act2", 24),
    ("breath", 7),
    ("act3", 25),
)
"""Acts and their lengths in beats."""


def band(path: Path, bpm: float, bars: int, *, quiet_bars: int = 0, beats_a_bar: int = 4) -> Path:
    """Drums in bars of a file, the first ones without the low drum, and a chord that changes with each."""
    beat_s = 60 / bpm
    sound = np.zeros((round((0.3 + beat_s * beats_a_bar * bars + 1) * SAMPLE_RATE), 2), np.float32)
    for beat in range(beats_a_bar * bars):
        bar, place = divmod(beat, beats_a_bar)
        at = round((0.3 + beat * beat_s) * SAMPLE_RATE)
        full = bar >= quiet_bars
        stroke = (0.6 if full else 0.1) * drum_hit("deep" if place == 0 and full else "hat", 1)[:9600]
        sound[at : at + len(stroke)] += stroke[:, None]
        if place == 0:
            length = round(beat_s * beats_a_bar * SAMPLE_RATE)
            hertz = 220 * 2 ** ((0, 5, 7, 3)[bar % 4] / 12)
            tone = (0.05 if full else 0.02) * np.sin(2 * np.pi * hertz * np.arange(length) / SAMPLE_RATE)
            sound[at : at + length] += tone.astype(np.float32)[:, None]
    write_wav(path, sound)
    return path


def planned(bpm: float, beats: tuple[tuple[Act, int], ...] = ACTS) -> Manifest:
    """Clips of two beats, each cut on the frame nearest to its beat."""
    clips, at = [], 0
    for act, count in beats:
        for first in range(at, at + count, 2 if act != "breath" else count):
            last = min(at + count, first + (2 if act != "breath" else count))
            frames = [
                round_half_up(Fraction(place * 60 * 24) / Fraction(str(bpm))) for place in (first, last)
            ]
            start = 10.0 * len(clips)
            clips.append(
                Clip(
                    source_start_s=start,
                    source_end_s=start + (frames[1] - frames[0]) / 24,
                    beat_type="breath",
                    act=act,
                    narrative_zone="BEGINNING",
                    on_beat=True,
                )
            )
        at += count
    return Manifest(source_file="f", vibe="action", clips=tuple(clips))


def stem(manifest: Manifest) -> npt.NDArray[np.float32]:
    """The music as the cues lay it, fades included."""
    cues = music_cues(manifest, lay_out(manifest, RATE), RATE, load_vibe("action"), None)
    out = silence(max(cue.end for cue in cues))
    for cue in cues:
        assert isinstance(cue.sound, FileSound)
        start = round_half_up(cue.sound.start_s * SAMPLE_RATE)
        (sound,) = read_stretches(cue.sound.path, [(start, cue.length)])
        for edge, fade in ((slice(0, cue.fade_in), 1), (slice(cue.length - cue.fade_out, None), -1)):
            ramp = 0.5 - 0.5 * np.cos(np.pi * np.linspace(0, 1, len(sound[edge])))
            sound[edge] *= ramp.astype(np.float32)[::fade, None]
        out[cue.start : cue.end] += sound
    return out


@pytest.mark.parametrize("bars", [60, 14])
def test_cuts_lie_on_beats_that_are_measured_in_the_edited_music_and_the_drop_on_act_three(
    tmp_path: Path, bars: int
) -> None:
    """Of a long piece and of one a third as long as the trailer, which must be gone through again."""
    vibe = load_vibe("action")
    music = settle_music(str(band(tmp_path / "m.wav", 132, bars, quiet_bars=bars // 2)), vibe, 0)
    assert float(music.grid.bpm) == pytest.approx(132, rel=0.0005)
    manifest = with_music_edits(planned(float(music.grid.bpm)), music, RATE)
    heard, layout = stem(manifest), lay_out(manifest, RATE)
    breath = layout.act_spans["breath"]
    assert not heard[RATE.samples(breath.start) : RATE.samples(breath.end) - SAMPLE_RATE // 10].any()
    found = np.concatenate(
        [
            np.array(track_beats(part, (110, 150), 132).beat_times_s) + begin
            for part, begin in (
                (heard[: RATE.samples(breath.start)], 0.0),
                (
                    heard[RATE.samples(breath.end) - SAMPLE_RATE // 20 :],
                    float(RATE.seconds(breath.end)) - 0.05,
                ),
            )
        ]
    )
    cuts = [float(RATE.seconds(cut)) for cut in layout.cuts if not breath.start <= cut < breath.end]
    near = [np.abs(found - cut).min() <= float(1 / RATE.fps) for cut in cuts]
    assert np.mean(near) >= 0.98
    assert manifest.music_bed is not None
    act3 = float(RATE.seconds(layout.act_spans["act3"].start))
    drop = next(edit for edit in manifest.music_bed.edits if edit.time_s > act3 - 0.05)
    assert drop.time_s == pytest.approx(act3, abs=1 / 24)
    assert drop.source_start_s == pytest.approx(0.3 + bars // 2 * 4 * 60 / 132, abs=0.015)
    said = any("more than once" in notice for notice in manifest.notices)
    assert said == (bars == 14)


def test_three_beats_a_bar_set_a_grid_of_three(tmp_path: Path) -> None:
    music = settle_music(str(band(tmp_path / "w.wav", 120, 14, beats_a_bar=3)), load_vibe("drama"), 0)
    assert music.grid.beats_per_bar == 3
    assert music.notices == ()


def test_music_without_a_beat_and_a_short_one_play_with_a_notice(tmp_path: Path) -> None:
    at = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    tone = (0.1 * np.sin(2 * np.pi * 220 * at)).astype(np.float32)
    path = tmp_path / "three seconds.wav"
    write_wav(path, np.stack([tone, tone], axis=1))
    music = settle_music(str(path), load_vibe("action"), 0)
    assert music.notices == (
        "No clear beat was found in 'three seconds.wav'; cuts keep to the vibe's tempo.",
    )
    assert music.grid.bpm == load_vibe("action").bpm_exact
    manifest = with_music_edits(planned(128), music, RATE)
    heard = stem(manifest)
    breath = lay_out(manifest, RATE).act_spans["breath"]
    for second in range(1, int(float(RATE.seconds(breath.start))) - 1):
        assert np.abs(heard[second * SAMPLE_RATE : (second + 1) * SAMPLE_RATE]).max() > 0.05


def test_mono_of_8_khz_and_a_film_named_as_music_are_heard(tmp_path: Path) -> None:
    band(tmp_path / "m.wav", 120, 6)
    low, film = tmp_path / "low.wav", tmp_path / "film.mkv"
    run(["-y", "-v", "error", "-i", str(tmp_path / "m.wav"), "-ac", "1", "-ar", "8000", str(low)])
    picture = ["-f", "lavfi", "-i", "color=s=64x64:r=24:d=12", "-i", str(tmp_path / "m.wav"), "-shortest"]
    run(["-y", "-v", "error", *picture, "-c:v", "mpeg4", "-c:a", "flac", str(film)])
    for path in (low, film):
        assert float(settle_music(str(path), load_vibe("action"), 0).grid.bpm) == pytest.approx(
            120, rel=0.002
        )


def test_silent_broken_and_soundless_files_are_each_refused_in_one_sentence(tmp_path: Path) -> None:
    silent, broken, mute = tmp_path / "silent.wav", tmp_path / "broken.mp3", tmp_path / "mute.mkv"
    write_wav(silent, silence(5 * SAMPLE_RATE))
    broken.write_bytes(np.random.default_rng(1).bytes(20_000))
    run(["-y", "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:r=24:d=1", "-c:v", "mpeg4", str(mute)])
    for path, words in ((silent, "silent"), (mute, "no sound"), (broken, ".")):
        with pytest.raises(InputError, match=words):
            settle_music(str(path), load_vibe("action"), 0)


def test_of_a_long_file_only_its_beginning_is_heard(tmp_path: Path) -> None:
    path = band(tmp_path / "long.wav", 120, 20)
    heard = hear_music(path, longest_s=10)
    assert heard.seconds == 10
    assert not heard.is_whole
    assert hear_music(path).is_whole
