"""Only files that we wrote are replaced unasked, and a stage is redone exactly when something that it reads changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cinecore.errors import OutputError
from cinecut.checkpoint import PipelineCheckpoint, load_checkpoint, save_checkpoint
from cinecut.pipeline.inputs import STAGE_VERSIONS, WORDS, record, stage_inputs, why_stale
from cinecut.pipeline.ledger import LEDGER_FILENAME, OutputLedger
from cinecut.pipeline.outcome import Outcome, StageState


@pytest.fixture
def ledger(tmp_path: Path) -> OutputLedger:
    (tmp_path / "work").mkdir()
    return OutputLedger(tmp_path / "work")


def test_a_file_that_we_wrote_is_ours_until_somebody_touches_it(tmp_path: Path, ledger: OutputLedger) -> None:
    output = tmp_path / "trailer.mp4"
    output.write_bytes(b"ours")
    assert not ledger.is_ours(output)
    ledger.enter(output, "digest")
    assert ledger.is_ours(output)
    assert ledger.is_ours(output, "digest")
    assert not ledger.is_ours(output, "another")
    assert OutputLedger(ledger.work_dir).is_ours(output), "also in the next run"
    status = output.stat()
    output.write_bytes(b"mine")
    os.utime(output, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert not ledger.is_ours(output)
    output.unlink()
    assert not ledger.is_ours(output)


@pytest.mark.parametrize("name", ["trailer.mp4", "it's: a [cut]; 100 %.mp4", os.fsdecode(b"film \xff.mp4")])
def test_an_output_of_any_name_is_known_again(tmp_path: Path, ledger: OutputLedger, name: str) -> None:
    (tmp_path / name).write_bytes(b"ours")
    ledger.enter(tmp_path / name, "digest")
    assert OutputLedger(ledger.work_dir).is_ours(tmp_path / name, "digest")
    ledger.refuse_foreign(tmp_path / name, may_overwrite=False)


def test_a_name_relative_to_here_is_the_same_file(
    tmp_path: Path, ledger: OutputLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trailer.mp4").write_bytes(b"ours")
    monkeypatch.chdir(tmp_path)
    ledger.enter(Path("trailer.mp4"), "digest")
    assert ledger.is_ours(tmp_path / "trailer.mp4")


def test_a_strangers_file_is_replaced_only_when_asked(tmp_path: Path, ledger: OutputLedger) -> None:
    output = tmp_path / "trailer.mp4"
    ledger.refuse_foreign(output, may_overwrite=False)
    output.write_bytes(b"a person's")
    with pytest.raises(OutputError, match="not made here"):
        ledger.refuse_foreign(output, may_overwrite=False)
    ledger.refuse_foreign(output, may_overwrite=True)
    assert output.read_bytes() == b"a person's"


def test_a_folder_is_never_replaced(tmp_path: Path, ledger: OutputLedger) -> None:
    with pytest.raises(OutputError, match="folder is in the way"):
        ledger.refuse_foreign(tmp_path, may_overwrite=True)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"x": 3}', "\udcff"])
def test_a_broken_ledger_claims_nothing(tmp_path: Path, ledger: OutputLedger, text: str) -> None:
    output = tmp_path / "trailer.mp4"
    output.write_bytes(b"x")
    (ledger.work_dir / LEDGER_FILENAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert not ledger.is_ours(output)
    ledger.enter(output, "digest")
    assert ledger.is_ours(output)


def test_many_outputs_are_remembered(tmp_path: Path, ledger: OutputLedger) -> None:
    outputs = [tmp_path / f"{number}.mp4" for number in range(5)]
    for number, output in enumerate(outputs):
        output.write_bytes(bytes(number))
        ledger.enter(output, str(number))
    assert all(ledger.is_ours(output, str(number)) for number, output in enumerate(outputs))


@pytest.fixture
def checkpoint() -> PipelineCheckpoint:
    return PipelineCheckpoint("/film.mp4", "drama")


@pytest.mark.parametrize("stage", STAGE_VERSIONS)
def test_a_stage_is_due_until_it_is_recorded(checkpoint: PipelineCheckpoint, stage: str) -> None:
    inputs = stage_inputs(stage, film="a")
    assert why_stale(checkpoint, inputs) == "it has not been done yet"
    record(checkpoint, inputs)
    assert why_stale(checkpoint, inputs) == ""
    assert why_stale(checkpoint, stage_inputs(stage, film="a")) == ""


def test_exactly_the_parts_that_changed_are_named(checkpoint: PipelineCheckpoint) -> None:
    record(checkpoint, stage_inputs("narrative", vibe="drama", duration=90, seed=0))
    assert (
        why_stale(checkpoint, stage_inputs("narrative", vibe="horror", duration=90, seed=0)) == WORDS["vibe"]
    )
    both = why_stale(checkpoint, stage_inputs("narrative", vibe="horror", duration=60, seed=0))
    assert both == f"{WORDS['vibe']}, {WORDS['duration']}"
    assert (
        why_stale(checkpoint, stage_inputs("narrative", vibe="drama", duration=90, seed=False))
        == WORDS["seed"]
    )
    more = stage_inputs("narrative", vibe="drama", duration=90, seed=0, mood="dark")
    assert why_stale(checkpoint, more) == "mood changed"
    fewer = stage_inputs("narrative", vibe="drama", duration=90)
    assert why_stale(checkpoint, fewer) == WORDS["seed"]


def test_stages_do_not_answer_for_each_other(checkpoint: PipelineCheckpoint) -> None:
    record(checkpoint, stage_inputs("proxy", film="a"))
    assert stage_inputs("proxy", film="a").digest != stage_inputs("subtitles", film="a").digest
    assert why_stale(checkpoint, stage_inputs("subtitles", film="a"))


def test_what_was_recorded_survives_the_disk_and_leaves_nothing_of_before(
    tmp_path: Path, checkpoint: PipelineCheckpoint
) -> None:
    record(checkpoint, stage_inputs("narrative", vibe="drama", gone=1))
    record(checkpoint, stage_inputs("narrative", vibe="horror"))
    assert "narrative/gone" not in checkpoint.fingerprints
    save_checkpoint(checkpoint, tmp_path)
    again = load_checkpoint(tmp_path, "/film.mp4")
    assert again is not None
    assert why_stale(again, stage_inputs("narrative", vibe="horror")) == ""
    assert why_stale(again, stage_inputs("narrative", vibe="drama")) == WORDS["vibe"]


def test_every_part_has_words_for_a_person() -> None:
    assert all(text and not text.endswith(".") for text in WORDS.values())


def test_an_outcome_tells_nothing_that_it_was_not_told(tmp_path: Path) -> None:
    outcome = Outcome(None, tmp_path / "m.json", tmp_path, "drama")
    assert (outcome.measured, outcome.notices, outcome.plan, outcome.segments_rendered) == ({}, (), (), 0)
    assert StageState("proxy", is_done=True, reason="").reason == ""
