"""A folder of jobs: one job a key whoever asks at once, whole files or none, nothing lost to a sudden end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.vidpipe.clip_requests import clip_request, keyframe

from cinecore.errors import InputError, OutputError
from cinecore.ports import ReferencePicture
from cinecore.work.detached import claim
from vidpipe.errors import ProviderError
from vidpipe.providers.draft.faults import Faults
from vidpipe.providers.draft.jobs import JobFolder, Outcome, check_files, operation_of

NOTHING = Faults()

ODD_KEYS = [
    "plain-key_1",
    "with space",
    "../../outside",
    "/absolute",
    "line\nbreak",
    "nul\0inside",
    ".hidden",
    "",
    "schlüssel 🔑",
    "k" * 500,
    "key-looks-like-a-digest",
    "lone \udc80 half",
    "a.json",
]


@pytest.fixture
def jobs(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path / "jobs")


def test_a_request_comes_back_from_its_file_as_it_was(jobs: JobFolder, tmp_path: Path) -> None:
    reference = ReferencePicture("VEH_01", "car", "prop", keyframe(tmp_path, "crop.png"), "a red car", True)
    request = clip_request(
        tmp_path,
        references=(reference,),
        end_frame=keyframe(tmp_path, "end.png"),
        speaking=({"tag": "CHAR_01", "start_s": 0.25, "end_s": 0.75},),
        safety=2,
        is_continuous=True,
    )
    operation, _ = jobs.accept(request, NOTHING)
    job = jobs.job(operation)
    assert job.request == request
    assert set(job.digests) == {str(request.start_frame), str(request.end_frame), str(reference.path)}


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_names_one_file_inside_the_folder(jobs: JobFolder, tmp_path: Path, key: str) -> None:
    operation, orders = jobs.accept(clip_request(tmp_path, key), NOTHING)
    assert orders is not None
    assert [path.stem for path in (jobs.root / "jobs").iterdir()] == [operation]
    assert jobs.find(key) == operation
    assert jobs.accept(clip_request(tmp_path, key), NOTHING) == (operation, None)
    assert {path.name for path in tmp_path.iterdir()} == {"jobs", "start.png"}
    assert len(jobs.submissions()) == 1


def test_no_two_odd_keys_share_a_job() -> None:
    assert len({operation_of(key) for key in ODD_KEYS}) == len(ODD_KEYS)
    assert operation_of(operation_of("with space")) != operation_of("with space")


@pytest.mark.parametrize(
    "name", ["line\nbreak.png", "-dash.png", "ünï 🙂.png", "{pipe0}.png", os.fsdecode(b"raw\xff.png")]
)
def test_files_of_any_name_are_found_again(jobs: JobFolder, tmp_path: Path, name: str) -> None:
    request = clip_request(tmp_path, start_frame=keyframe(tmp_path, name))
    operation, _ = jobs.accept(request, NOTHING)
    job = jobs.job(operation)
    assert job.request.start_frame == request.start_frame
    check_files(job)


def test_a_relative_name_is_made_absolute(
    jobs: JobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyframe(tmp_path)
    monkeypatch.chdir(tmp_path)
    operation, _ = jobs.accept(clip_request(tmp_path, start_frame=Path("start.png")), NOTHING)
    monkeypatch.chdir("/")
    check_files(jobs.job(operation))


def test_twenty_who_ask_at_once_get_one_job(jobs: JobFolder, tmp_path: Path) -> None:
    request = clip_request(tmp_path)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: JobFolder(jobs.root).accept(request, NOTHING), range(20)))
    assert len({operation for operation, _ in answers}) == 1
    assert sum(orders is not None for _, orders in answers) == 1
    assert len(jobs.submissions()) == 1
    assert len(list((jobs.root / "jobs").iterdir())) == 1


def test_the_log_has_one_line_a_job_in_order(jobs: JobFolder, tmp_path: Path) -> None:
    for number in (3, 1, 2):
        request = clip_request(tmp_path, f"k{number}", scene_index=number, safety=number - 1)
        jobs.accept(request, NOTHING)
        jobs.accept(request, NOTHING)
        jobs.find(request.key)
    assert jobs.submissions() == [
        {"operation": f"k{number}", "scene_index": number, "safety": number - 1} for number in (3, 1, 2)
    ]


DIE = """
import os, signal, sys
from pathlib import Path
from tests.vidpipe.clip_requests import clip_request
from vidpipe.providers.draft import jobs
from vidpipe.providers.draft.faults import Faults
real = os.link
def link(*names):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*names)
    os.kill(os.getpid(), signal.SIGKILL)
os.link = link
folder = Path(sys.argv[1])
jobs.JobFolder(folder / "jobs").accept(clip_request(folder, "k"), Faults())
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_submitter_that_dies_has_submitted_once_or_not_at_all(
    jobs: JobFolder, tmp_path: Path, repository: Path, when: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DIE, str(tmp_path), when], cwd=repository, check=False, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL
    assert jobs.submissions() == [], "it died before it could write the log"
    if when == "before":
        assert jobs.find("k") is None
        assert jobs.accept(clip_request(tmp_path, "k"), NOTHING)[1] is not None
    else:
        assert jobs.find("k") == "k"
        assert jobs.accept(clip_request(tmp_path, "k"), NOTHING) == ("k", None)
    assert len(jobs.submissions()) == 1


def test_the_first_word_about_an_end_stays(jobs: JobFolder, tmp_path: Path) -> None:
    operation, _ = jobs.accept(clip_request(tmp_path), NOTHING)
    assert jobs.outcome(operation) is None
    jobs.end(operation, Outcome("done", "", {"digest": "d"}))
    jobs.end(operation, Outcome("failed", "late"))
    assert jobs.outcome(operation) == Outcome("done", "", {"digest": "d"})


def test_progress_never_goes_back(jobs: JobFolder, tmp_path: Path) -> None:
    operation, _ = jobs.accept(clip_request(tmp_path), NOTHING)
    assert jobs.progress(operation) is None
    heard = []
    for value in (0.0, 0.5, 0.1, 0.4, 0.7):
        jobs.report(operation, value)
        heard.append(jobs.progress(operation))
    assert heard == [0.0, 0.5, 0.5, 0.5, 0.7]


def test_a_job_that_is_forgotten_is_gone_and_its_line_stays(jobs: JobFolder, tmp_path: Path) -> None:
    operation, _ = jobs.accept(clip_request(tmp_path), NOTHING)
    jobs.report(operation, 0.5)
    jobs.forget(operation)
    assert jobs.find("scene-1-take-1") is None
    assert not jobs.work_folder(operation).exists()
    assert len(jobs.submissions()) == 1
    # a worker that is still at it stumbles over nothing
    jobs.report(operation, 0.6)
    jobs.end(operation, Outcome("done"))
    assert not jobs.work_folder(operation).exists()
    assert jobs.is_cancelled(operation)
    with pytest.raises(ProviderError, match="Nobody knows"):
        jobs.forget(operation)


@pytest.mark.parametrize("operation", ["", "..", "../jobs/x", "a/b", "nope", "x\0y", "key-", "é"])
def test_an_operation_that_nobody_gave_is_unknown(jobs: JobFolder, operation: str) -> None:
    assert not jobs.has(operation)
    with pytest.raises(ProviderError, match="Nobody knows this job"):
        jobs.job(operation)


def test_a_picture_that_was_changed_or_taken_away_is_noticed(jobs: JobFolder, tmp_path: Path) -> None:
    request = clip_request(tmp_path, end_frame=keyframe(tmp_path, "end.png"))
    job = jobs.job(jobs.accept(request, NOTHING)[0])
    check_files(job)
    keyframe(tmp_path, "start.png", (1, 2, 3))
    with pytest.raises(ProviderError, match="gone or another") as changed:
        check_files(job)
    assert str(request.start_frame) in str(changed.value)
    request.start_frame.unlink()
    with pytest.raises(ProviderError, match="gone or another"):
        check_files(job)


def test_a_request_for_a_file_that_is_not_there_leaves_no_job(jobs: JobFolder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        jobs.accept(clip_request(tmp_path, start_frame=tmp_path / "none.png"), NOTHING)
    assert jobs.find("scene-1-take-1") is None
    assert jobs.submissions() == []


def test_a_known_key_is_answered_though_its_files_are_gone(jobs: JobFolder, tmp_path: Path) -> None:
    request = clip_request(tmp_path)
    operation, _ = jobs.accept(request, NOTHING)
    request.start_frame.unlink()
    assert jobs.accept(request, NOTHING) == (operation, None)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"request": 1}', b"\xff\xfe", b'{"version": 1, "request": {}}']
)
def test_a_damaged_job_is_one_message(jobs: JobFolder, tmp_path: Path, content: bytes) -> None:
    operation, _ = jobs.accept(clip_request(tmp_path), NOTHING)
    (jobs.root / "jobs" / f"{operation}.json").write_bytes(content)
    with pytest.raises(ProviderError, match="cannot be understood"):
        jobs.job(operation)


def test_something_in_the_way_of_the_folder_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("a file")
    with pytest.raises(OutputError, match="in the way"):
        JobFolder(tmp_path / "jobs").accept(clip_request(tmp_path), NOTHING)


def test_what_was_ordered_is_beside_the_request_and_not_in_it(jobs: JobFolder, tmp_path: Path) -> None:
    plain = JobFolder(tmp_path / "plain")
    faults = Faults.parse('{"plant": [{"scene": 1, "label": "zeppelin", "color": "mauve"}]}')
    operation, orders = jobs.accept(clip_request(tmp_path), faults)
    plain.accept(clip_request(tmp_path), NOTHING)
    assert orders is not None
    assert orders.plants[0].label == "zeppelin"
    assert jobs.job(operation).orders == orders
    one, other = (
        json.loads((folder.root / "jobs" / f"{operation}.json").read_text("ascii"))
        for folder in (jobs, plain)
    )
    assert one["request"] == other["request"]
    assert "zeppelin" not in json.dumps({**one, "orders": None})
    assert "zeppelin" not in (jobs.root / "submissions.log").read_text("ascii")


def test_a_scene_that_fails_twice_by_order_works_the_third_time(jobs: JobFolder, tmp_path: Path) -> None:
    faults = Faults.parse('{"fail": [{"scene": 1, "times": 2}]}')
    request = clip_request(tmp_path)
    other = replace(request, key="other", scene_index=1)
    jobs.accept(other, faults)
    said = [jobs.accept(replace(request, key=f"take-{take}"), faults)[1] for take in range(3)]
    assert [orders.fails for orders in said if orders] == [True, True, False]


def test_a_lock_is_one_owners_until_he_lets_go(tmp_path: Path) -> None:
    first = claim(tmp_path / "lock")
    assert first is not None
    assert claim(tmp_path / "lock") is None
    os.close(first)
    again = claim(tmp_path / "lock")
    assert again is not None
    os.close(again)


def test_a_lock_is_never_taken_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "lock").symlink_to(victim)
    with pytest.raises(OutputError, match="in the way"):
        claim(tmp_path / "lock")
    assert victim.read_text() == "precious"
