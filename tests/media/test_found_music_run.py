"""A whole run with music found at a service: heard, credited beside the trailer, parts of the mix saved; then without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command_line import cinecut
from tests.jamendo import serving
from tests.media.subtitled_film import ASK, ENGLISH, film_of_places, srt

pytestmark = pytest.mark.media


def test_found_music_is_credited_beside_its_trailer_and_the_credits_go_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = film_of_places(tmp_path / "film.mkv")
    subtitles = tmp_path / "lines.srt"
    subtitles.write_text(srt(ENGLISH), "utf-8")
    words = (film, *ASK, "--subtitle", subtitles, "--vision", "none")
    with serving(monkeypatch, tmp_path / "cache") as service:
        service.add(7)
        done = cinecut(*words, "--music", "jamendo", "--stems")
        looked_at = cinecut(*words, "--music", "jamendo", "--stems", "--dry-run")
    assert done.exit_code == 0, done.output
    seen = json.loads(looked_at.stdout)
    assert [stage["stage"] for stage in seen["plan"] if not stage["is_done"]] == []
    said = json.loads(done.stdout)
    credits_file, stems = Path(said["credits"]), Path(said["stems"])
    assert credits_file.parent == stems.parent == tmp_path
    text = credits_file.read_text("utf-8")
    assert "Piece 7" in text
    assert "Some Body" in text
    assert "creativecommons.org/licenses/by/3.0" in text
    assert {part.name for part in stems.glob("*.wav")} == {"DX.wav", "FX.wav", "MX.wav", "VO.wav"}
    bed = json.loads((tmp_path / "film_cinecut_work" / "ASSEMBLY_MANIFEST.json").read_text("utf-8"))[
        "music_bed"
    ]
    assert (bed["kind"], bed["artist"], bed["title"]) == ("file", "Some Body", "Piece 7")
    assert "Some Body" in Path(said["report"]).read_text("utf-8")
    again = json.loads(cinecut(*words, "--music", "none").stdout)
    assert again["credits"] is None
    assert not credits_file.exists()
