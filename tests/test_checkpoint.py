"""The checkpoint: whole or absent, and None for whatever cannot be trusted."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from cinecut.checkpoint import (
    CHECKPOINT_FILENAME,
    CHECKPOINT_FORMAT,
    STAGES,
    PipelineCheckpoint,
    load_checkpoint,
    save_checkpoint,
)

FULL = PipelineCheckpoint(
    source_file="/films/Ein Film – schön.mkv",
    vibe="sci-fi",
    stages_complete=["proxy", "subtitles"],
    proxy_path="proxy.mp4",
    keyframe_count=12,
    dialogue_event_count=0,
    inference_complete=True,
    cache_hit=False,
    manifest_path="TRAILER_MANIFEST.json",
    assembly_manifest_path="ASSEMBLY_MANIFEST.json",
    fingerprints={"proxy": "ab12"},
)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = save_checkpoint(FULL, tmp_path)
    assert path == tmp_path / CHECKPOINT_FILENAME
    assert load_checkpoint(tmp_path) == FULL


def test_only_source_and_vibe_are_needed(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILENAME).write_text('{"source_file": "a.mkv", "vibe": "drama"}')
    assert load_checkpoint(tmp_path) == PipelineCheckpoint("a.mkv", "drama")


def test_the_file_is_json_indented_by_two_and_names_its_format(tmp_path: Path) -> None:
    text = save_checkpoint(FULL, tmp_path).read_text("utf-8")
    document = json.loads(text)
    assert document["format"] == CHECKPOINT_FORMAT
    assert '\n  "vibe": "sci-fi"' in text
    assert "schön" in text


def test_marking_a_stage_twice_keeps_it_once() -> None:
    checkpoint = PipelineCheckpoint("a", "b")
    for _ in range(2):
        checkpoint.mark_stage_complete("proxy")
    assert checkpoint.stages_complete == ["proxy"]
    assert checkpoint.is_stage_complete("proxy")
    assert not checkpoint.is_stage_complete("conform")


def test_clearing_a_stage_forgets_what_it_had_read() -> None:
    checkpoint = PipelineCheckpoint(
        "a", "b", ["proxy", "narrative"], fingerprints={"narrative": "1", "proxy": "2"}
    )
    checkpoint.clear_stage("narrative")
    checkpoint.clear_stage("conform")
    assert checkpoint.stages_complete == ["proxy"]
    assert checkpoint.fingerprints == {"proxy": "2"}


def test_two_checkpoints_share_no_list() -> None:
    first, second = PipelineCheckpoint("a", "b"), PipelineCheckpoint("a", "b")
    first.mark_stage_complete("proxy")
    first.fingerprints["proxy"] = "x"
    assert second.stages_complete == []
    assert second.fingerprints == {}


def test_there_are_seven_stages_by_their_names() -> None:
    assert STAGES == ("proxy", "subtitles", "keyframes", "inference", "narrative", "assembly", "conform")


def test_no_file_means_a_clean_start(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path) is None
    assert load_checkpoint(tmp_path / "not there") is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"source_file": "caf\xe9", "vibe": "drama"}',
        b"[" * 100_000,
        b'{"vibe": "drama"}',
        b'{"source_file": "a"}',
    ],
)
def test_a_broken_file_means_a_clean_start(tmp_path: Path, data: bytes) -> None:
    (tmp_path / CHECKPOINT_FILENAME).write_bytes(data)
    assert load_checkpoint(tmp_path) is None


def test_a_folder_in_the_files_place_means_a_clean_start(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILENAME).mkdir()
    assert load_checkpoint(tmp_path) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_file", 7),
        ("source_file", None),
        ("vibe", None),
        ("stages_complete", "proxy"),
        ("stages_complete", [1]),
        ("stages_complete", None),
        ("proxy_path", 7),
        ("keyframe_count", "12"),
        ("keyframe_count", True),
        ("keyframe_count", 1.5),
        ("keyframe_count", -1),
        ("dialogue_event_count", []),
        ("inference_complete", 1),
        ("cache_hit", "yes"),
        ("manifest_path", {}),
        ("assembly_manifest_path", False),
        ("fingerprints", []),
        ("fingerprints", {"proxy": 1}),
        ("format", "1"),
        ("format", None),
        ("format", CHECKPOINT_FORMAT + 1),
    ],
)
def test_a_field_of_the_wrong_type_means_a_clean_start(tmp_path: Path, field: str, value: Any) -> None:
    document = {"source_file": "a", "vibe": "b", field: value}
    (tmp_path / CHECKPOINT_FILENAME).write_text(json.dumps(document))
    assert load_checkpoint(tmp_path) is None


def test_unknown_fields_are_dropped(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILENAME).write_text(
        json.dumps({"source_file": "a", "vibe": "b", "mood": "good", "cache_hit": None})
    )
    assert load_checkpoint(tmp_path) == PipelineCheckpoint("a", "b")


def test_a_stage_written_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILENAME).write_text(
        json.dumps({"source_file": "a", "vibe": "b", "stages_complete": ["proxy", "proxy", "subtitles"]})
    )
    loaded = load_checkpoint(tmp_path)
    assert loaded is not None
    assert loaded.stages_complete == ["proxy", "subtitles"]


def test_a_checkpoint_of_another_film_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_checkpoint(PipelineCheckpoint(str(tmp_path / "a.mkv"), "drama"), tmp_path)
    assert load_checkpoint(tmp_path, tmp_path / "b.mkv") is None
    assert load_checkpoint(tmp_path, tmp_path / "a.mkv") is not None
    monkeypatch.chdir(tmp_path)
    assert load_checkpoint(tmp_path, "a.mkv") is not None


def test_a_film_name_that_is_not_utf8_survives(tmp_path: Path) -> None:
    checkpoint = PipelineCheckpoint(os.fsdecode(b"/films/caf\xe9.mkv"), "drama")
    save_checkpoint(checkpoint, tmp_path)
    assert load_checkpoint(tmp_path) == checkpoint


@pytest.mark.parametrize("step", ["write", "fsync", "close", "replace"])
def test_the_old_file_stays_whole_and_nothing_is_left_when_a_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    save_checkpoint(FULL, tmp_path)
    real_close = os.close

    def fail(*arguments: Any) -> None:
        if step == "close":
            real_close(arguments[0])
        raise OSError(28, f"first failure in {step}")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(OSError, match=f"first failure in {step}"):
            save_checkpoint(PipelineCheckpoint("other", "drama"), tmp_path)
    assert load_checkpoint(tmp_path) == FULL
    assert [entry.name for entry in tmp_path.iterdir()] == [CHECKPOINT_FILENAME]


def test_the_first_error_is_the_one_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(number: int, text: str) -> Any:
        def failing(*_: Any) -> None:
            raise OSError(number, text)

        return failing

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail(28, "the disk is full"))
        patch.setattr(os, "unlink", fail(5, "and now this"))
        with pytest.raises(OSError, match="the disk is full"):
            save_checkpoint(FULL, tmp_path)


def test_the_temporary_file_lies_in_the_same_folder_under_its_own_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, str]] = []
    real = tempfile.mkstemp

    def seen(**options: Any) -> tuple[int, str]:
        descriptor, name = real(**options)
        made.append((str(Path(name).parent), name))
        return descriptor, name

    monkeypatch.setattr(tempfile, "mkstemp", seen)
    save_checkpoint(FULL, tmp_path)
    (folder, name), *others = made
    assert not others
    assert folder == str(tmp_path)
    assert name.endswith(".ckpt.tmp")


def test_each_descriptor_is_closed_exactly_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    opened: list[int] = []
    real_close, real_mkstemp = os.close, tempfile.mkstemp

    def close(descriptor: int) -> None:
        closed.append(descriptor)
        real_close(descriptor)

    def mkstemp(**options: Any) -> tuple[int, str]:
        descriptor, name = real_mkstemp(**options)
        opened.append(descriptor)
        return descriptor, name

    def replace(*_: Any) -> None:
        raise OSError(30, "read-only")

    with monkeypatch.context() as patch:
        patch.setattr(os, "close", close)
        patch.setattr(tempfile, "mkstemp", mkstemp)
        patch.setattr(os, "replace", replace)
        with pytest.raises(OSError, match="read-only"):
            save_checkpoint(FULL, tmp_path)
    assert closed == opened


def test_a_missing_folder_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_checkpoint(FULL, tmp_path / "gone")
