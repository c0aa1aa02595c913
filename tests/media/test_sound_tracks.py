"""Films with several sound tracks: the one a player would take, unless another is asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.audio.extract import read_sound_file
from cinecore.ffmpeg.run import run
from cinecut.compose import render_manifest
from cinecut.manifest.io import write_manifest
from cinecut.manifest.schema import Clip, Manifest, MusicBed
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

TONES_HZ = (440, 1500)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "film.mkv"
    run(
        ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=20"]
        + [part for tone in TONES_HZ for part in ("-f", "lavfi", "-i", f"sine=f={tone}:d=20")]
        + ["-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
        + ["-disposition:a:0", "0", "-disposition:a:1", "default", str(path)]
    )
    return path


@pytest.mark.parametrize(("asked", "tone"), [(None, 1500), (1, 440), (2, 1500)])
def test_the_sound_is_the_default_tracks_unless_another_is_asked_for(
    film: Path, tmp_path: Path, asked: int | None, tone: int
) -> None:
    clips = [
        Clip(
            source_start_s=start,
            source_end_s=start + 3,
            beat_type="escalation_beat",
            act="act1",
            narrative_zone="BEGINNING",
            sound="full",
        )
        for start in (1.0, 8.0)
    ]
    manifest = Manifest(
        source_file="film.mkv", vibe="drama", clips=tuple(clips), music_bed=MusicBed(kind="none")
    )
    write_manifest(tmp_path / "cut.json", manifest)
    out = tmp_path / "out.mp4"
    settings = TrailerSettings(
        film,
        output=out,
        work_dir=tmp_path / "work",
        manifest=tmp_path / "cut.json",
        effects=False,
        audio_track=asked,
    )
    render_manifest(settings, listen=lambda _: None, say=lambda _: None)
    sound = read_sound_file(out, start_s=Fraction(1), length=48000)
    spectrum = np.abs(np.fft.rfft(sound[:, 0]))
    assert int(np.argmax(spectrum)) == pytest.approx(tone, abs=3)
