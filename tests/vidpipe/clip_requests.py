"""Requests for small clips, and waiting for those who make them, for tests of makers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from cinecore.ports import ClipJob, ClipRequest, VideoMaker
from vidpipe.providers.draft.faults import Faults
from vidpipe.providers.draft.video_maker import DraftVideoMaker
from vidpipe.providers.draft.worker import work

WIDTH, HEIGHT, FPS = 320, 180, 8
PATIENCE_S = 120.0
"""How long a test waits before it says that nothing happens; a busy machine may need a good part of it."""

WOMAN = {
    "tag": "CHAR_01",
    "asset_type": "CHARACTER",
    "name": "Ada",
    "label": "woman",
    "description": "red coat",
}


def keyframe(folder: Path, name: str = "start.png", color: tuple[int, int, int] = (40, 90, 160)) -> Path:
    """A plain picture as a start frame."""
    path = folder / name
    Image.new("RGB", (WIDTH, HEIGHT), color).save(path, "PNG")
    return path


def clip_request(folder: Path, key: str = "scene-1-take-1", **more: Any) -> ClipRequest:
    """A request for one second of a beach with a woman."""
    values: dict[str, Any] = {
        "key": key,
        "scene_index": 0,
        "prompt": "ink drawing, a woman on a beach",
        "shot": {
            "shot_type": "medium",
            "camera_movement": "pan_left",
            "setting": "beach",
            "placements": [{"tag": "CHAR_01", "label": "woman", "position": "left"}],
        },
        "style": {"look": "ink"},
        "cast": (WOMAN,),
        "start_frame": None,
        "end_frame": None,
        "duration_s": 1.0,
        "frames_per_second": FPS,
        "width": WIDTH,
        "height": HEIGHT,
        "seed": 7,
        **more,
    }
    if values["start_frame"] is None:
        values["start_frame"] = keyframe(folder)
    return ClipRequest(**values)


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Wait for something that another process does.

    Raises:
        AssertionError: It did not come about.
    """
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.02)


def ended(maker: VideoMaker, operation: str) -> tuple[ClipJob, list[ClipJob]]:
    """A job's last word and every word before it."""
    heard = [maker.poll(operation)]
    until = time.monotonic() + PATIENCE_S
    while heard[-1].state in {"queued", "running"}:
        assert time.monotonic() < until, f"{operation} does not end: {heard[-1]}"
        time.sleep(0.03)
        heard.append(maker.poll(operation))
    return heard[-1], heard


def done_here(maker: DraftVideoMaker, request: ClipRequest, faults: Faults | None = None) -> str:
    """The operation of a job that was accepted and done in this process: a worker's start costs half a second."""
    operation, _ = maker.jobs.accept(request, faults or Faults())
    work(maker.jobs, operation)
    return operation


def give_up_all(maker: DraftVideoMaker) -> None:
    """No worker outlives its test."""
    for line in maker.jobs.submissions():
        operation = line["operation"]
        if maker.jobs.has(operation):
            maker.cancel(operation)
            wait_until(lambda operation=operation: worker_is_gone(maker, operation), "a worker's end")


def worker_is_gone(maker: DraftVideoMaker, operation: str) -> bool:
    """Whether nobody holds the job's lock."""
    lock = maker.jobs.claim(operation)
    if lock is not None:
        os.close(lock)
    return lock is not None
