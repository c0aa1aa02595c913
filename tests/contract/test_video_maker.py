"""What every maker of clips keeps, the one on this machine and one in memory alike."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image
from tests.vidpipe.clip_requests import FPS, HEIGHT, WIDTH, clip_request, ended, give_up_all, keyframe

from cinecore.errors import RemoteError
from cinecore.ports import ClipJob, ClipRequest, VideoAbilities, VideoMaker
from vidpipe.errors import ProviderError
from vidpipe.providers.draft.camera import frame_count
from vidpipe.providers.draft.camera_recording import raw, record
from vidpipe.providers.draft.video_maker import DraftVideoMaker

pytestmark = pytest.mark.media

ORDER = {"queued": 0, "running": 1, "done": 2}


class MemoryVideoMaker:
    """A maker whose jobs live in this process and get on a step with each poll; its clips stand still."""

    identity = "memory:still/1"
    abilities = VideoAbilities()

    def __init__(self) -> None:
        self._requests: dict[str, ClipRequest] = {}
        self._steps: dict[str, int] = {}
        self._given_up: set[str] = set()

    def submit(self, request: ClipRequest) -> str:
        operation = f"op-{request.key}"
        self._requests.setdefault(operation, request)
        self._steps.setdefault(operation, 0)
        return operation

    def find(self, key: str) -> str | None:
        return f"op-{key}" if f"op-{key}" in self._requests else None

    def poll(self, operation: str) -> ClipJob:
        if operation not in self._requests:
            raise ProviderError("Nobody knows this job.", operation, "Submit it again.")
        if operation in self._given_up:
            return ClipJob("failed", 0.0, "It was given up.")
        self._steps[operation] += 1
        step = self._steps[operation]
        return (
            ClipJob("queued") if step < 2 else ClipJob("running", 0.5) if step < 4 else ClipJob("done", 1.0)
        )

    def fetch(self, operation: str, output: Path) -> None:
        if self._steps.get(operation, 0) < 4:
            raise ProviderError("It is not done yet.", operation, "Poll it again.")
        request = self._requests[operation]
        with Image.open(request.start_frame) as start:
            picture = start.convert("RGB")
        count = frame_count(request.duration_s, request.frames_per_second)
        record(
            iter([raw(picture)] * count),
            output,
            width=request.width,
            height=request.height,
            frames_per_second=request.frames_per_second,
            on_frame=lambda _: None,
        )

    def cancel(self, operation: str) -> None:
        if operation in self._requests and self._steps[operation] < 4:
            self._given_up.add(operation)

    def release(self, operation: str) -> None:
        pass


@pytest.fixture(params=["draft", "memory"])
def maker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VideoMaker]:
    if request.param == "memory":
        yield MemoryVideoMaker()
        return
    draft = DraftVideoMaker(tmp_path / "jobs")
    yield draft
    give_up_all(draft)


def stream_of(clip: Path) -> dict[str, str]:
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(clip)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    streams = json.loads(answer.stdout)["streams"]
    assert len(streams) == 1
    return dict(streams[0])


def test_a_maker_says_who_it_is_and_what_it_can_do(maker: VideoMaker) -> None:
    assert ":" in maker.identity
    assert maker.abilities.shortest_s <= 2.0 <= maker.abilities.longest_s
    assert maker.abilities.can_find


def test_a_job_gets_on_and_never_back_until_it_is_done_and_its_clip_is_exact(
    maker: VideoMaker, tmp_path: Path
) -> None:
    request = clip_request(tmp_path, duration_s=1.3)
    operation = maker.submit(request)
    last, heard = ended(maker, operation)
    assert last.state == "done"
    order = [ORDER[job.state] for job in heard]
    assert order == sorted(order)
    parts = [job.progress for job in heard]
    assert parts == sorted(parts)
    assert maker.poll(operation).state == "done"
    maker.fetch(operation, tmp_path / "clip.mp4")
    stream = stream_of(tmp_path / "clip.mp4")
    assert int(stream["nb_read_frames"]) == round(1.3 * FPS)
    assert (stream["width"], stream["height"], stream["pix_fmt"]) == (WIDTH, HEIGHT, "yuv420p")
    assert Fraction(stream["r_frame_rate"]) == Fraction(stream["avg_frame_rate"]) == FPS
    assert {stream[f"color_{name}"] for name in ("space", "transfer", "primaries")} == {"bt709"}
    assert float(stream["start_time"]) == 0


def test_a_key_submitted_twice_is_one_job(maker: VideoMaker, tmp_path: Path) -> None:
    request = clip_request(tmp_path)
    assert maker.find(request.key) is None
    operation = maker.submit(request)
    assert maker.submit(request) == operation
    assert maker.find(request.key) == operation
    other = maker.submit(replace(request, key="scene-1-take-2"))
    assert other != operation
    assert maker.find("nobody's") is None


def test_a_clip_cannot_be_fetched_before_it_is_done(maker: VideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=20.0))
    with pytest.raises(RemoteError):
        maker.fetch(operation, tmp_path / "clip.mp4")
    assert {path.name for path in tmp_path.iterdir()} <= {"start.png", "jobs"}


def test_nobody_knows_a_job_that_was_never_submitted(maker: VideoMaker, tmp_path: Path) -> None:
    with pytest.raises(RemoteError):
        maker.poll("never")
    with pytest.raises(RemoteError):
        maker.fetch("never", tmp_path / "clip.mp4")
    maker.cancel("never")


def test_a_job_that_is_given_up_ends_without_a_clip(maker: VideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path, duration_s=60.0))
    maker.cancel(operation)
    last, _ = ended(maker, operation)
    assert last.state == "failed"
    assert last.reason
    with pytest.raises(RemoteError):
        maker.fetch(operation, tmp_path / "clip.mp4")
    maker.cancel(operation)
    assert maker.poll(operation).state == "failed"


def test_a_finished_job_is_left_alone_by_a_late_cancel(maker: VideoMaker, tmp_path: Path) -> None:
    operation = maker.submit(clip_request(tmp_path))
    assert ended(maker, operation)[0].state == "done"
    maker.cancel(operation)
    assert maker.poll(operation).state == "done"
    maker.fetch(operation, tmp_path / "clip.mp4")


@pytest.mark.parametrize("name", ["-y %03d.png", "new\nline 🔑 {fd0}.png"])
def test_pictures_of_any_name_make_a_clip(maker: VideoMaker, tmp_path: Path, name: str) -> None:
    request = clip_request(tmp_path, key=f"take of {name}", start_frame=keyframe(tmp_path, name))
    operation = maker.submit(request)
    assert ended(maker, operation)[0].state == "done"
    maker.fetch(operation, tmp_path / "out \n put.mp4")
    assert int(stream_of(tmp_path / "out \n put.mp4")["nb_read_frames"]) == FPS


def test_a_clip_that_was_fetched_can_be_let_go_and_the_job_is_still_known(
    maker: VideoMaker, tmp_path: Path
) -> None:
    request = clip_request(tmp_path)
    operation = maker.submit(request)
    maker.release(operation)  # not done yet: nothing happens
    assert ended(maker, operation)[0].state == "done"
    maker.fetch(operation, tmp_path / "clip.mp4")
    maker.release(operation)
    maker.release(operation)
    maker.release("nobody's")
    assert maker.find(request.key) == operation
    assert maker.poll(operation).state == "done"
