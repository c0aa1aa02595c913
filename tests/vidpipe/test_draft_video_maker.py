"""The draft maker of clips: workers that outlive us, take over from the dead, and leave the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.clip_requests import (
    FPS,
    HEIGHT,
    WIDTH,
    clip_request,
    done_here,
    ended,
    give_up_all,
    keyframe,
    wait_until,
    worker_is_gone,
)

from cinecore.errors import InputError
from cinecore.ports import PictureRequest
from vidpipe.errors import ProviderError
from vidpipe.providers.draft.faults import Faults
from vidpipe.providers.draft.image_maker import DraftImageMaker
from vidpipe.providers.draft.video_maker import STARTS_AT_MOST, DraftVideoMaker
from vidpipe.providers.draft.worker import work

pytestmark = pytest.mark.media

LONG_S = 20.0
"""A clip that is not done before a test has killed its worker."""


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[DraftVideoMaker]:
    draft = DraftVideoMaker(tmp_path / "jobs")
    yield draft
    give_up_all(draft)


def workers(maker: DraftVideoMaker, operation: str) -> list[int]:
    """Process ids of the workers of one job, as the system shows them; without the copies that they make."""
    wanted = [os.fsencode(maker.jobs.root), operation.encode()]
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"vidpipe.providers.draft.worker" in words and all(word in words for word in wanted):
            found.append(int(path.parent.name))
    return [process for process in found if not any(process in children(other) for other in found)]


def children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def at_work(maker: DraftVideoMaker, operation: str) -> int:
    """The worker's process id once it renders."""
    wait_until(lambda: (maker.jobs.progress(operation) or 0) > 0.05, "a worker that renders")
    (process,) = workers(maker, operation)
    return process


def bytes_of(maker: DraftVideoMaker, operation: str, output: Path) -> bytes:
    last, _ = ended(maker, operation)
    assert last.state == "done", last.reason
    maker.fetch(operation, output)
    return output.read_bytes()


def frames_of(clip: Path, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", f"file:{clip}", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def test_a_killed_worker_is_replaced_at_the_next_poll_and_the_clip_has_the_same_bytes(
    maker: DraftVideoMaker, tmp_path: Path
) -> None:
    shot = {"duration_s": 3.0, "frames_per_second": 24}
    undisturbed = maker.submit(clip_request(tmp_path, "undisturbed", **shot))
    expected = bytes_of(maker, undisturbed, tmp_path / "a.mp4")
    operation = maker.submit(clip_request(tmp_path, "killed", **shot))
    os.kill(at_work(maker, operation), signal.SIGKILL)
    wait_until(lambda: worker_is_gone(maker, operation), "the worker's end")
    assert maker.jobs.outcome(operation) is None
    assert maker.poll(operation).state == "running"
    assert bytes_of(maker, operation, tmp_path / "b.mp4") == expected
    assert (maker.jobs.work_folder(operation) / "starts.log").read_text().count("started") == 2
    assert len(maker.jobs.submissions()) == 2
    assert not list(maker.jobs.work_folder(operation).glob(".*"))


def test_a_killed_worker_takes_its_encoder_along(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=LONG_S, frames_per_second=24))
    process = at_work(maker, operation)
    encoders = children(process)
    assert encoders
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(is_alive(child) for child in encoders), "the encoder's end, and the copy's")


def test_a_worker_has_a_session_of_its_own_and_gives_way(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=LONG_S, frames_per_second=24))
    process = at_work(maker, operation)
    assert os.getsid(process) == process
    assert os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)
    # it inherited the lock: there is nobody else who could begin
    assert not worker_is_gone(maker, operation)


SUBMIT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from tests.vidpipe.clip_requests import FPS, HEIGHT, WIDTH, clip_request, ended, give_up_all, keyframe, wait_until, worker_is_gone
from vidpipe.providers.draft.video_maker import DraftVideoMaker
folder = Path(sys.argv[1])
DraftVideoMaker(folder / "jobs").submit(clip_request(folder, "orphan"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_clip_is_finished_though_whoever_asked_for_it_is_dead(
    maker: DraftVideoMaker, tmp_path: Path, repository: Path
) -> None:
    ended_by = subprocess.run(
        [sys.executable, "-c", SUBMIT_AND_DIE, str(tmp_path)], cwd=repository, check=False, timeout=120
    )
    assert ended_by.returncode == -signal.SIGKILL
    # without a poll: the worker goes on by itself
    wait_until(lambda: maker.jobs.outcome("orphan"), "the orphan's clip")
    assert maker.find("orphan") == "orphan"
    assert maker.poll("orphan").state == "done"


def test_many_who_poll_at_once_start_one_worker(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=LONG_S, frames_per_second=24))
    os.kill(at_work(maker, operation), signal.SIGKILL)
    wait_until(lambda: worker_is_gone(maker, operation), "the worker's end")
    others = [DraftVideoMaker(tmp_path / "jobs") for _ in range(8)]
    for other in others * 3:
        assert other.poll(operation).state == "running"
    assert len(workers(maker, operation)) == 1
    assert (maker.jobs.work_folder(operation) / "starts.log").read_text().count("started") == 2


def test_a_job_whose_workers_keep_dying_is_given_up(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation, _ = maker.jobs.accept(clip_request(tmp_path), Faults())
    (maker.jobs.work_folder(operation) / "starts.log").write_text("started\n" * STARTS_AT_MOST)
    last = maker.poll(operation)
    assert last.state == "failed"
    assert "worker.log" in last.reason


def test_a_worker_gives_up_soon_after_it_is_told(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=60.0, frames_per_second=24))
    at_work(maker, operation)
    before = maker.jobs.progress(operation) or 0
    maker.cancel(operation)
    last, _ = ended(maker, operation)
    assert last.state == "failed"
    assert last.details["cancelled"]
    # of sixty seconds of film it made no more than a few after the word
    assert (maker.jobs.progress(operation) or 0) - before < 0.3
    wait_until(lambda: not workers(maker, operation), "the worker's end")
    assert not (maker.jobs.work_folder(operation) / "clip.mp4").exists()
    assert not list(maker.jobs.work_folder(operation).glob(".clip*"))


def test_a_job_taken_away_ends_its_worker(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=60.0, frames_per_second=24))
    at_work(maker, operation)
    maker.forget(operation)
    wait_until(lambda: not workers(maker, operation), "the worker's end")
    with pytest.raises(ProviderError, match="Nobody knows"):
        maker.poll(operation)


def test_equal_requests_give_equal_bytes_and_another_seed_others(
    maker: DraftVideoMaker, tmp_path: Path
) -> None:
    snow = {"setting": "field", "weather": "snow", "camera_movement": "static"}
    clips = [
        bytes_of(
            maker,
            done_here(maker, clip_request(tmp_path, f"k{number}", seed=seed, shot=snow)),
            tmp_path / "c",
        )
        for number, seed in enumerate((7, 7, 8))
    ]
    assert clips[0] == clips[1] != clips[2]


def test_a_continuous_clip_begins_with_the_frame_it_was_given(maker: DraftVideoMaker, tmp_path: Path) -> None:
    color = (200, 40, 40)
    start = keyframe(tmp_path, "before.png", color)
    request = clip_request(tmp_path, start_frame=start, is_continuous=True, duration_s=2.0)
    bytes_of(maker, done_here(maker, request), tmp_path / "clip.mp4")
    shown = frames_of(tmp_path / "clip.mp4").astype(int)
    assert len(shown) == 2 * FPS
    assert np.abs(shown[0] - color).mean() < 6
    assert np.abs(shown[6] - color).mean() > 30


def test_a_clip_ends_with_the_keyframes_that_the_maker_of_stills_made(
    maker: DraftVideoMaker, tmp_path: Path
) -> None:
    """The two makers draw one picture: a clip from keyframes of the same provider needs no morph."""
    request = clip_request(tmp_path, duration_s=2.0)
    stills = []
    for position in ("start", "end"):
        still = PictureRequest(
            prompt=request.prompt,
            shot=request.shot,
            style=request.style,
            cast=request.cast,
            width=WIDTH,
            height=HEIGHT,
            seed=request.seed,
            position=position,
            duration_s=request.duration_s,
        )
        DraftImageMaker().make(still, tmp_path / f"{position}-still.png")
        with Image.open(tmp_path / f"{position}-still.png") as picture:
            stills.append(np.asarray(picture.convert("RGB")).astype(int))
    operation = done_here(
        maker,
        replace(request, start_frame=tmp_path / "start-still.png", end_frame=tmp_path / "end-still.png"),
    )
    bytes_of(maker, operation, tmp_path / "clip.mp4")
    shown = frames_of(tmp_path / "clip.mp4").astype(int)
    assert np.abs(stills[0] - stills[1]).mean() > 5, "the camera does not move"
    for still, frame in zip(stills, (shown[0], shown[-1]), strict=True):
        # what the encoder leaves of a picture; a frame's pan away, it is several times that
        assert np.abs(still - frame).mean() < 3
    bytes_alone = bytes_of(
        maker,
        done_here(maker, replace(request, key="without", start_frame=tmp_path / "start-still.png")),
        tmp_path / "c",
    )
    assert bytes_alone == (tmp_path / "clip.mp4").read_bytes()


def test_a_changed_start_frame_fails_the_job_and_says_which(maker: DraftVideoMaker, tmp_path: Path) -> None:
    request = clip_request(tmp_path)
    operation, _ = maker.jobs.accept(request, Faults())
    keyframe(tmp_path, "start.png", (9, 9, 9))
    work(maker.jobs, operation)
    last = maker.poll(operation)
    assert last.state == "failed"
    assert "start.png" in last.reason


def test_a_request_without_its_start_frame_is_one_message_and_no_job(
    maker: DraftVideoMaker, tmp_path: Path
) -> None:
    request = clip_request(tmp_path, start_frame=tmp_path / "none.png")
    with pytest.raises(InputError, match="Cannot read"):
        maker.submit(request)
    assert maker.find(request.key) is None


def test_a_start_frame_that_is_no_picture_fails_the_job_without_a_traceback(
    maker: DraftVideoMaker, tmp_path: Path
) -> None:
    page = tmp_path / "page.png"
    page.write_text("<html>not a picture</html>")
    operation = maker.submit(clip_request(tmp_path, start_frame=page))
    last, _ = ended(maker, operation)
    assert last.state == "failed"
    assert "no picture" in last.reason
    assert "Traceback" not in (maker.jobs.work_folder(operation) / "worker.log").read_text()


def test_a_clip_that_was_changed_or_lost_is_not_handed_out(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = done_here(maker, clip_request(tmp_path))
    clip = maker.jobs.work_folder(operation) / "clip.mp4"
    output = tmp_path / "out.mp4"
    output.write_bytes(b"what was there before")
    clip.write_bytes(clip.read_bytes()[:-1] + b"?")
    with pytest.raises(ProviderError, match="was changed"):
        maker.fetch(operation, output)
    clip.unlink()
    with pytest.raises(ProviderError, match="is gone"):
        maker.fetch(operation, output)
    assert output.read_bytes() == b"what was there before"
    assert {path.name for path in tmp_path.iterdir()} == {"jobs", "start.png", "out.mp4"}


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"duration_s": 0.0}, "1 to 60 s"),
        ({"duration_s": 61.0}, "1 to 60 s"),
        ({"duration_s": float("nan")}, "1 to 60 s"),
        ({"width": 321}, "even"),
        ({"height": 100000}, "even"),
        ({"frames_per_second": 0}, "frames a second"),
    ],
)
def test_what_nobody_can_make_is_refused_before_a_job_is_there(
    maker: DraftVideoMaker, tmp_path: Path, more: dict[str, float], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        maker.submit(clip_request(tmp_path, **more))
    assert maker.jobs.submissions() == []


def test_no_worker_is_left_as_a_zombie(maker: DraftVideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path))
    wait_until(lambda: workers(maker, operation) or maker.jobs.outcome(operation), "a worker")
    mine = [child for child in children(os.getpid()) if child in workers(maker, operation)]
    assert ended(maker, operation)[0].state == "done"
    for child in mine:
        wait_until(lambda child=child: not Path(f"/proc/{child}").exists(), "the worker's end noted")


def test_the_folder_tells_nothing_of_where_things_were_drawn(maker: DraftVideoMaker, tmp_path: Path) -> None:
    """Boxes that the artist knows lie nowhere that the analysis could read."""
    operation = maker.submit(clip_request(tmp_path))
    assert ended(maker, operation)[0].state == "done"
    names = {path.name for path in maker.jobs.work_folder(operation).iterdir()}
    assert names == {
        "lock",
        "progress.json",
        "outcome.json",
        "clip.mp4",
        "starts.log",
        "worker.log",
        "replied",
    }
    assert (maker.jobs.work_folder(operation) / "worker.log").read_bytes() == b""
    details = maker.poll(operation).details
    assert set(details) == {"frames", "frames_per_second", "width", "height", "digest"}


def test_a_clip_made_by_two_processes_has_the_bytes_of_one(maker: DraftVideoMaker, tmp_path: Path) -> None:
    shot = {"duration_s": 1.5, "frames_per_second": 24}
    alone = done_here(maker, clip_request(tmp_path, "alone", **shot))
    by_two = maker.submit(clip_request(tmp_path, "by-two", **shot))
    assert bytes_of(maker, by_two, tmp_path / "b.mp4") == bytes_of(maker, alone, tmp_path / "a.mp4")
