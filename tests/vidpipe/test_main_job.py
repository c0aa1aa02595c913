"""A screenplay and a prompt become measured videos with voices, captions and a bed; cinecut cuts a trailer from one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command_line import cinecut
from tests.vidpipe.small_projects import Place

from cinecore.audio.speech import best_speech_maker
from cinecore.render.measure import measure

pytestmark = [pytest.mark.media, pytest.mark.model]

PLAY = """Title: The Kite

EXT. BEACH - DAY

An old KEEPER in a blue coat walks along the sea.

KEEPER
Whose kite is this?

A GIRL in a yellow dress runs to him.

GIRL
It is mine! The storm took it away.

INT. ROOM - NIGHT

The keeper mends the kite by a lamp.

KEEPER
(quietly)
Tomorrow it will fly again.

EXT. FIELD - DAY

The girl flies the kite.

GIRL
Look how high it is!
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict]:
    place = Place(tmp_path_factory.mktemp("played"))
    script = place.folder / "play.fountain"
    script.write_text(PLAY)
    said = place.generate(
        str(script), "--total", "20", "--clip-duration", "4", "--speech", "auto", "--seed", "2"
    )
    return place, said


def test_a_screenplay_becomes_a_video_of_the_length_and_the_scenes_asked_for(played) -> None:
    place, said = played
    assert said["project"]["status"] == "complete"
    assert len(said["scenes"]) == 5
    found = measure(place.video)
    assert found.frames == 20 * 24
    assert (found.width, found.height, found.rate) == (640, 360, "24")
    assert found.integrated_lufs == pytest.approx(-14, abs=0.3)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= -1
    assert found.pixel_format == "yuv420p"
    assert found.is_moov_first
    headings = {scene["heading"] for scene in said["scenes"]}
    assert headings == {"EXT. BEACH - DAY", "INT. ROOM - NIGHT", "EXT. FIELD - DAY"}


def test_every_line_is_captioned_whole_and_spoken_where_a_voice_is(played) -> None:
    place, _ = played
    captions = place.video.with_suffix(".srt").read_text("utf-8")
    words = " ".join(line for line in captions.splitlines() if line and "-->" not in line)
    for line in ("Whose kite is this?", "The storm took it away.", "Tomorrow it will fly", "Look how high"):
        assert line in words
    timing = place.rows("SELECT timing FROM scene_audio_manifests WHERE timing IS NOT NULL")
    spoken = [item for row in timing for item in json.loads(str(row["timing"]))]
    assert len(spoken) >= 4
    has_voice = best_speech_maker("auto") is not None
    assert all(item["is_spoken"] is has_voice for item in spoken)


def test_people_bear_one_tag_through_all_scenes(played) -> None:
    _, said = played
    people = [asset for asset in said["registry"] if asset["type"] == "CHARACTER"]
    assert [asset["name"].lower() for asset in people if asset["found_in_scene"] is None] == [
        "keeper",
        "girl",
    ]


def test_joining_again_with_crossfades_shortens_the_video_by_what_overlaps(played) -> None:
    place, _ = played
    again = place.folder / "blended.mp4"
    done = place.here("stitch", place.project_id()[:8], "--crossfade", "0.5", "--output", again, "--json")
    assert done.status == 0, done
    frames = measure(again).frames
    blends = [row["cut"] for row in place.rows("SELECT cut FROM scenes ORDER BY scene_index")][1:]
    assert frames == 480 - 12 * sum(cut != "continuous" for cut in blends)


def test_cinecut_cuts_a_trailer_from_the_video_with_its_captions(played, tmp_path: Path) -> None:
    place, _ = played
    trailer = tmp_path / "trailer.mp4"
    done = cinecut(
        *(place.video, "--subtitle", place.video.with_suffix(".srt"), "--vibe", "family"),
        *("--duration", "8s", "--work-dir", tmp_path / "work", "--output", trailer, "--json"),
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    length_s = measure(trailer).duration_s
    assert 3 <= length_s <= 8.05
    assert length_s > 7.9 or any("Shortened from 8.0 s" in notice for notice in said["notices"])
    heard = json.loads((tmp_path / "work" / "subtitles.json").read_text("utf-8"))["events"]
    assert [event["text"] for event in heard][:1] == ["Whose kite is this?"]
    assert len(heard) >= 4


def test_an_edit_of_one_shot_makes_that_shot_again_and_no_other(played) -> None:
    place, _ = played
    short = place.project_id()[:8]
    text = place.folder / "board.txt"
    assert place.here("export", short, text).status == 0
    before = {number: place.clip(number).read_bytes() for number in range(1, 6)}
    written = text.read_text("utf-8")
    shots = written.split("\nSHOT ")
    at = next(index for index, shot in enumerate(shots) if "Camera: " in shot and "room" in shot.lower())
    camera = shots[at].split("Camera: ")[1].splitlines()[0]
    other = "pull_out" if camera != "pull_out" else "push_in"
    shots[at] = shots[at].replace(f"Camera: {camera}", f"Camera: {other}")
    text.write_text("\nSHOT ".join(shots), "utf-8")
    submitted = len(place.submissions())
    done = place.here("resume", short, "--storyboard", text, "--json")
    assert done.status == 0, done
    assert f"changed shots: {at}" in done.errors
    changed = [number for number in range(1, 6) if place.clip(number).read_bytes() != before[number]]
    continuing = [
        row["scene_index"] + 1
        for row in place.rows("SELECT scene_index FROM scenes WHERE cut = 'continuous'")
    ]
    allowed = {at}
    for number in range(at + 1, 6):
        if number in continuing and number - 1 in allowed:
            allowed.add(number)
    assert at in changed
    assert set(changed) <= allowed
    assert len(place.submissions()) == submitted + len(changed)


def test_a_wrong_edit_is_told_with_its_line_and_nothing_changes(played) -> None:
    place, _ = played
    short = place.project_id()[:8]
    text = place.folder / "wrong.txt"
    assert place.here("export", short, text).status == 0
    before = place.rows("SELECT storyboard FROM projects")
    text.write_text(text.read_text("utf-8").replace("Camera: ", "Camera: spin_", 1), "utf-8")
    done = place.here("resume", short, "--storyboard", text)
    assert done.status == 65
    assert "line" in done.errors.lower()
    assert "Traceback" not in done.errors
    assert place.rows("SELECT storyboard FROM projects") == before


def test_a_sheet_shows_every_shot(played) -> None:
    from PIL import Image

    place, _ = played
    sheet = place.folder / "sheet.png"
    assert place.here("export", place.project_id()[:8], sheet).status == 0
    with Image.open(sheet) as opened:
        assert min(opened.size) > 500
    pages = place.folder / "sheet.pdf"
    assert place.here("export", place.project_id()[:8], pages).status == 0
    assert pages.read_bytes().startswith(b"%PDF-")


def test_the_list_and_the_status_tell_of_the_project(played) -> None:
    place, _ = played
    short = place.project_id()[:8]
    listed = place.here("list")
    assert short in listed.output
    assert "complete" in listed.output
    status = place.here("status", short[:4])
    assert "continuity" in status.output
    assert "CHAR_01" in status.output
    wrong = place.here("status", "zzz")
    assert wrong.status == 65


def test_the_same_seed_gives_the_same_bytes_in_another_folder(played, tmp_path: Path) -> None:
    prompt = "A cat waits on a bench in a park"
    one, other = Place(tmp_path / "one"), Place(tmp_path / "other")
    for place in (one, other):
        place.generate(prompt, "--total", "2", "--seed", "9")
    assert one.video.read_bytes() == other.video.read_bytes()
