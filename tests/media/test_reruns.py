"""Running again: what is kept, what is redone and why, and that nothing a person made is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from samples.film import FilmSpec, SampleFilm, make_film
from tests.tiny_soundfont import band

from cinecore.audio.extract import read_sound_file
from cinecore.errors import BusyError, InputError, OutputError
from cinecore.files import folder_lock
from cinecut.checkpoint import load_checkpoint
from cinecut.compose import Outcome, clean_work, make_trailer, render_manifest, work_status
from cinecut.errors import ManifestError
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

EVERYTHING = ("proxy", "subtitles", "keyframes", "inference", "narrative", "assembly", "conform")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFilm:
    return make_film(FilmSpec(3, 60, 256, 144), tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def finished(sample: SampleFilm, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """A folder in which one trailer was made; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("finished")
    shutil.copy2(sample.film, folder / "film.mp4")
    shutil.copy2(sample.srt, folder / "film.srt")
    outcome = make_trailer(settings_in(folder), listen=lambda _: None, say=lambda _: None)
    return folder, outcome


@pytest.fixture
def folder(finished: tuple[Path, Outcome], tmp_path: Path) -> Path:
    """The finished folder under its own name again: paths are part of what is remembered."""
    original, _ = finished
    kept = tmp_path / "kept"
    shutil.copytree(original, kept)
    yield original
    shutil.rmtree(original)
    shutil.copytree(kept, original)


def settings_in(folder: Path) -> TrailerSettings:
    return TrailerSettings(folder / "film.mp4", folder / "film.srt", "thriller", Fraction(12), jobs=2)


def make(settings: TrailerSettings) -> tuple[Outcome, list[str]]:
    said: list[str] = []
    return make_trailer(settings, listen=lambda _: None, say=said.append), said


def test_the_first_run_does_all_seven_stages_in_order(finished: tuple[Path, Outcome]) -> None:
    _, outcome = finished
    assert outcome.stages_run == EVERYTHING
    assert outcome.output is not None
    assert outcome.output.name == "film_trailer_thriller.mp4"
    assert outcome.work_dir.name == "film_cinecut_work"
    checkpoint = load_checkpoint(outcome.work_dir)
    assert checkpoint is not None
    assert tuple(checkpoint.stages_complete) == EVERYTHING
    assert checkpoint.cache_hit is False
    cube = (outcome.work_dir / "thriller.cube").read_text("utf-8").splitlines()
    assert "LUT_3D_SIZE 33" in cube
    assert len([line for line in cube if line[:1].isdigit()]) == 33**3
    assert checkpoint.manifest_path == str(outcome.manifest)
    assert checkpoint.assembly_manifest_path == str(outcome.work_dir / "ASSEMBLY_MANIFEST.json")


def test_a_second_run_redoes_nothing_and_says_that_the_cache_was_hit(folder: Path) -> None:
    before = (folder / "film_trailer_thriller.mp4").stat()
    outcome, said = make(settings_in(folder))
    assert outcome.stages_run == ()
    assert outcome.stages_reused == EVERYTHING
    assert outcome.measured["frames"] > 0
    after = (folder / "film_trailer_thriller.mp4").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    count = len(json.loads((outcome.work_dir / "keyframes.json").read_text()))
    hit = f"Cache hit: Loaded {count} SceneDescriptions from film.scenedesc.msgpack — embedded eyes inference skipped"
    assert hit in said
    checkpoint = load_checkpoint(outcome.work_dir)
    assert checkpoint is not None
    assert checkpoint.cache_hit is True


def test_a_run_in_another_empty_folder_gives_the_same_bytes(
    finished: tuple[Path, Outcome], sample: SampleFilm, tmp_path: Path
) -> None:
    _, outcome = finished
    film = tmp_path / "film.mp4"
    shutil.copy2(sample.film, film)
    settings = TrailerSettings(film, sample.srt, "thriller", Fraction(12), jobs=1)
    again = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    assert again.output is not None
    assert outcome.output is not None
    assert again.output.read_bytes() == outcome.output.read_bytes()
    for name in ("TRAILER_MANIFEST.json", "ASSEMBLY_MANIFEST.json"):
        assert (again.work_dir / name).read_bytes() == (outcome.work_dir / name).read_bytes()


@pytest.mark.parametrize(
    "change",
    [{"duration_s": Fraction(10)}, {"title": "Another Name"}, {"spoilers": "none"}],
    ids=lambda value: next(iter(value)),
)
def test_a_changed_wish_is_planned_anew_and_nothing_before_the_plan_is_redone(
    folder: Path, change: dict[str, object]
) -> None:
    settings = replace(settings_in(folder), **change)  # type: ignore[arg-type] # each case names one field
    foretold = {state.stage for state in work_status(settings).stages if not state.is_done}
    assert foretold == {"narrative", "assembly", "conform"}
    planned, _ = make(replace(settings, review=True))
    assert planned.stages_run == ("narrative",)
    again, _ = make(replace(settings, review=True))
    assert again.stages_run == ()


@pytest.mark.parametrize(
    ("change", "redone"),
    [
        ({"vibe": "drama"}, ("narrative", "assembly", "conform")),
        ({"music": "none"}, ("narrative", "assembly", "conform")),
        ({"effects": False}, ("assembly", "conform")),
        ({"subtitle": None}, ("subtitles", "keyframes", "inference", "narrative", "assembly", "conform")),
        ({"in_s": Fraction(5)}, EVERYTHING),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_changed_setting_redoes_exactly_what_depends_on_it(
    folder: Path, change: dict[str, object], redone: tuple[str, ...]
) -> None:
    settings = replace(settings_in(folder), **change)  # type: ignore[arg-type] # each case names one field
    foretold = {state.stage: state for state in work_status(settings).stages}
    outcome, _ = make(settings)
    assert outcome.stages_run == redone
    assert not foretold[redone[0]].is_done
    assert foretold[redone[0]].reason
    again, _ = make(settings)
    assert again.stages_run == ()


def test_a_touched_film_is_looked_at_again_from_the_start(folder: Path) -> None:
    film = folder / "film.mp4"
    status = film.stat()
    os.utime(film, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
    outcome, said = make(settings_in(folder))
    assert "inference" in outcome.stages_run
    assert not any("Cache hit" in line for line in said)


def test_changed_subtitles_are_read_again(folder: Path) -> None:
    srt = folder / "film.srt"
    srt.write_text(srt.read_text("utf-8").replace("the", "some", 1), "utf-8")
    outcome, _ = make(settings_in(folder))
    assert outcome.stages_run[0] == "subtitles"
    assert "proxy" not in outcome.stages_run


def test_a_removed_trailer_is_rendered_again_from_kept_segments(folder: Path) -> None:
    trailer = folder / "film_trailer_thriller.mp4"
    bytes_before = trailer.read_bytes()
    trailer.unlink()
    outcome, _ = make(settings_in(folder))
    assert outcome.stages_run == ("conform",)
    assert outcome.segments_rendered == 0
    assert trailer.read_bytes() == bytes_before


def test_going_back_to_an_earlier_vibe_renders_no_segment_again(folder: Path) -> None:
    make(replace(settings_in(folder), vibe="drama"))
    outcome, _ = make(settings_in(folder))
    assert outcome.segments_rendered == 0


def edit(folder: Path) -> Path:
    """A person lets the first long clip end a second earlier, or swaps it for its alternate."""
    path = folder / "film_cinecut_work" / "TRAILER_MANIFEST.json"
    document = json.loads(path.read_text("utf-8"))
    for clip in document["clips"]:
        if clip["source_end_s"] - clip["source_start_s"] > 0.9 and not clip["lines"]:
            clip["source_end_s"] = round(clip["source_end_s"] - 0.25, 6)
            clip["reasoning"] = "shortened by hand"
            break
    path.write_text(json.dumps(document, indent=2), "utf-8")
    return path


def test_another_soundfont_composes_anew_is_told_and_renders_no_picture_again(
    folder: Path, tmp_path: Path
) -> None:
    def with_font(path: Path) -> TrailerSettings:
        return replace(settings_in(folder), soundfont=str(path))

    trailer = folder / "film_trailer_thriller.mp4"
    own = read_sound_file(trailer)
    outcome, _ = make(with_font(band(tmp_path / "band.sf2", name="First band")))
    assert (outcome.stages_run, outcome.segments_rendered) == (("assembly", "conform"), 0)
    bed = json.loads((outcome.work_dir / "ASSEMBLY_MANIFEST.json").read_text("utf-8"))["music_bed"]
    assert "First band" in bed["soundfont"]
    assert outcome.report is not None
    assert "First band" in outcome.report.read_text("utf-8")
    first = read_sound_file(trailer)
    assert np.abs(first - own).max() > 0.01
    assert make(with_font(tmp_path / "band.sf2"))[0].stages_run == ()
    outcome, _ = make(with_font(band(tmp_path / "other.sf2", harmonics=12)))
    assert (outcome.stages_run, outcome.segments_rendered) == (("assembly", "conform"), 0)
    assert np.abs(read_sound_file(trailer) - first).max() > 0.01
    (tmp_path / "other.sf2").write_bytes(b"no music at all")
    with pytest.raises(InputError, match="no whole SoundFont"):
        make(with_font(tmp_path / "other.sf2"))


def test_an_edited_manifest_is_honoured_and_never_overwritten(folder: Path) -> None:
    path = edit(folder)
    edited = path.read_bytes()
    outcome, _ = make(settings_in(folder))
    assert outcome.stages_run == ("assembly", "conform")
    assert path.read_bytes() == edited
    assert any("edits" in notice for notice in outcome.notices)
    assembled = json.loads((outcome.work_dir / "ASSEMBLY_MANIFEST.json").read_text("utf-8"))
    wanted = [(clip["source_start_s"], clip["source_end_s"]) for clip in json.loads(edited)["clips"]]
    got = [(clip["source_start_s"], clip["source_end_s"]) for clip in assembled["clips"]]
    changed = [
        number for number, clip in enumerate(json.loads(edited)["clips"]) if "by hand" in clip["reasoning"]
    ]
    assert changed
    assert all(got[number] == wanted[number] for number in changed)


def test_an_edited_manifest_is_set_aside_when_another_vibe_is_planned(folder: Path) -> None:
    path = edit(folder)
    edited = path.read_bytes()
    outcome, _ = make(replace(settings_in(folder), vibe="drama"))
    aside = outcome.work_dir / "TRAILER_MANIFEST.thriller.1.json"
    assert aside.read_bytes() == edited
    assert any(aside.name in notice for notice in outcome.notices)


def test_a_spoilt_manifest_is_refused_with_the_clip_and_the_field(folder: Path) -> None:
    path = edit(folder)
    document = json.loads(path.read_text("utf-8"))
    document["clips"][2]["act"] = "act9"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(ManifestError, match=r"clip 3.*act"):
        make(settings_in(folder))
    assert path.read_text("utf-8") == json.dumps(document)


def test_review_stops_after_the_manifest_and_the_next_run_goes_on(folder: Path) -> None:
    settings = replace(settings_in(folder), vibe="horror")
    outcome, _ = make(replace(settings, review=True))
    assert outcome.output is None
    assert outcome.stages_run == ("narrative",)
    assert not (folder / "film_trailer_horror.mp4").exists()
    edit(folder)
    outcome, _ = make(settings)
    assert outcome.stages_run == ("assembly", "conform")
    assert (folder / "film_trailer_horror.mp4").exists()


def test_a_manifest_alone_is_enough_to_render(folder: Path, tmp_path: Path) -> None:
    path = edit(folder)
    settings = TrailerSettings(None, manifest=path, output=tmp_path / "cut.mp4", jobs=2)
    outcome = render_manifest(settings, listen=lambda _: None, say=lambda _: None)
    assert outcome.stages_run == ("assembly", "conform")
    assert (tmp_path / "cut.mp4").stat().st_size > 10_000
    other = tmp_path / "mine.json"
    shutil.copy(path, other)
    with pytest.raises(InputError, match="film"):
        render_manifest(replace(settings, manifest=other), listen=lambda _: None, say=lambda _: None)
    named = replace(settings, manifest=other, film=folder / "film.mp4", vibe="western")
    outcome = render_manifest(named, listen=lambda _: None, say=lambda _: None)
    assert outcome.vibe == "western"
    assert outcome.measured["integrated_lufs"] == pytest.approx(-18, abs=0.3)


def test_a_manifest_cannot_make_us_open_music_elsewhere(folder: Path, tmp_path: Path) -> None:
    path = folder / "film_cinecut_work" / "TRAILER_MANIFEST.json"
    document = json.loads(path.read_text("utf-8"))
    document["music_bed"] = {"kind": "file", "path": str(tmp_path / "elsewhere.wav")}
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(InputError, match="outside"):
        render_manifest(TrailerSettings(None, manifest=path), listen=lambda _: None, say=lambda _: None)
    with pytest.raises(InputError, match="outside"):
        make(settings_in(folder))


def test_a_file_that_we_did_not_make_is_not_replaced_unasked(folder: Path) -> None:
    trailer = folder / "film_trailer_thriller.mp4"
    trailer.write_bytes(b"somebody's own file")
    with pytest.raises(OutputError, match="--overwrite"):
        make(settings_in(folder))
    assert trailer.read_bytes() == b"somebody's own file"
    make(replace(settings_in(folder), overwrite=True))
    assert trailer.stat().st_size > 10_000


def test_a_second_run_in_the_same_folder_is_refused_with_the_other_ones_process_id(folder: Path) -> None:
    work = folder / "film_cinecut_work"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import sys\nfrom pathlib import Path\nfrom cinecore.files import folder_lock\n"
                "with folder_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
            ),
            str(work),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=str(holder.pid)) as caught:
            make(settings_in(folder))
        assert caught.value.exit_status == 75
    finally:
        holder.communicate(b"")
    outcome, _ = make(settings_in(folder))
    assert outcome.stages_run == ()


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    shutil.copy2(folder / "film.mp4", fresh / "film.mp4")
    outcome, _ = make(replace(settings_in(folder), film=fresh / "film.mp4", dry_run=True))
    assert [path.name for path in fresh.iterdir()] == ["film.mp4"]
    assert outcome.output is None
    assert [state.stage for state in outcome.plan] == list(EVERYTHING)
    assert not any(state.is_done for state in outcome.plan)
    outcome, _ = make(replace(settings_in(folder), dry_run=True))
    assert outcome.stages_reused == EVERYTHING


def test_clean_frees_what_can_be_made_again_and_keeps_the_manifest(folder: Path) -> None:
    freed = clean_work(settings_in(folder), [])
    assert sum(freed.values()) > 100_000
    work = folder / "film_cinecut_work"
    assert (work / "TRAILER_MANIFEST.json").exists()
    assert not (work / "segments").exists()
    assert not (work / "analysis").exists()
    clean_work(settings_in(folder), ["all"])
    assert not work.exists()
    assert (folder / "film_trailer_thriller.mp4").exists()


def test_the_lock_is_free_again_after_a_run(folder: Path) -> None:
    with folder_lock(folder / "film_cinecut_work") as is_locked:
        assert is_locked
