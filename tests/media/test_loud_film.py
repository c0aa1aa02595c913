"""A film that is too loud, full of clipping, and without a word in it: a whole trailer all the same, as loud as its vibe."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.coded_film import coded_film

from cinecore.audio.loudness import measure_file
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run
from cinecore.render.measure import measure
from cinecut.compose import make_trailer
from cinecut.manifest.io import read_manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media


def test_a_clipped_film_of_music_and_effects_alone_becomes_a_trailer_at_its_loudness(tmp_path: Path) -> None:
    plain = coded_film(tmp_path / "plain.mp4", 48)
    film = tmp_path / "loud.mp4"
    # chords and blows, driven 30 dB into the end of the scale: square as far as it goes
    sound = "aevalsrc='31*clip(0.2*sin(2*PI*220*t)+0.2*sin(2*PI*277*t)+0.6*random(0)*lt(mod(t,2),0.2),-0.03,0.03)|0.93*sgn(sin(2*PI*110*t))':s=48000:d=32"
    run(
        [
            *PREAMBLE,
            "-i",
            f"file:{plain}",
            "-f",
            "lavfi",
            "-i",
            sound,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c:v",
            "copy",
            "-c:a",
            "aac",
            f"file:{film}",
        ]
    )
    before = measure_file(film)
    assert before.integrated_lufs is not None
    assert before.integrated_lufs > -9
    assert before.true_peak_dbtp > -0.5
    settings = TrailerSettings(
        film,
        None,
        "action",
        Fraction(8),
        vision="none",
        music="none",
        captions="files",
        named=frozenset({"captions"}),
        jobs=2,
    )
    outcome = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    assert outcome.output is not None
    manifest = read_manifest(outcome.work_dir / "ASSEMBLY_MANIFEST.json")
    assert manifest.voice_overs == ()
    assert not any(clip.lines for clip in manifest.clips)
    assert outcome.captions == ()
    assert any("Nothing is said" in notice for notice in outcome.notices)
    made = measure(outcome.output)
    assert made.integrated_lufs == pytest.approx(load_vibe("action").loudness_lufs, abs=0.3)
    assert made.true_peak_dbtp is not None
    assert made.true_peak_dbtp <= -1.0
    assert abs(made.duration_s - 8) <= 0.5
