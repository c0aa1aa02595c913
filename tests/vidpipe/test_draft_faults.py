"""Faults on order: each goes wrong as ordered, in its scene alone, and tells nobody of what was planted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.clip_requests import clip_request, done_here, ended, wait_until
from tests.vidpipe.test_draft_video_maker import bytes_of, frames_of, workers

from cinecore.errors import InputError
from vidpipe.errors import ProviderError, Refused
from vidpipe.providers.draft.faults import Faults, Orders
from vidpipe.providers.draft.video_maker import DraftVideoMaker

ALL = """{"refuse": [{"scene": 2, "until_safety": 1}], "slow": [{"scene": 1, "seconds": 3}], "lose_reply": [2],
 "fail": [{"scene": 3, "times": 1}], "never_finish": [4], "kill_worker": [2],
 "plant": [{"scene": 2, "label": "car", "color": "red", "position": "right"}]}"""


def test_every_fault_strikes_in_its_scene_alone() -> None:
    faults = Faults.parse(ALL)
    first, second, third, fourth, fifth = (faults.orders(index, 0, 0) for index in range(5))
    assert first == Orders(slow_s=3)
    assert second.refuses
    assert second.loses_reply
    assert second.kills_worker
    assert [plant.label for plant in second.plants] == ["car"]
    assert third == Orders(fails=True)
    assert fourth == Orders(never_finishes=True)
    assert fifth == Orders()
    assert not faults.orders(1, 1, 0).refuses
    assert not faults.orders(2, 0, 1).fails


def test_nothing_ordered_is_nothing_wrong() -> None:
    for text in (None, "", "  \n", "{}"):
        assert Faults.parse(text).orders(0, 0, 0) == Orders()


def test_orders_come_back_from_json_as_they_were() -> None:
    orders = Faults.parse(ALL).orders(1, 0, 0)
    assert Orders.from_json(json.loads(json.dumps(orders.to_json()))) == orders


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"refuze": []}', "refuze"),
        ('{"refuse": {"scene": 1}}', "must be a list"),
        ('{"refuse": [1]}', "objects with a scene"),
        ('{"refuse": [{"scene": 1, "until": 2}]}', "until"),
        ('{"refuse": [{"scene": 0}]}', "counted from 1"),
        ('{"refuse": [{"scene": true}]}', "counted from 1"),
        ('{"refuse": [{"scene": 1, "until_safety": 9}]}', "until_safety"),
        ('{"refuse": [{"scene": 1, "when": "never"}]}', "poll or submit"),
        ('{"slow": [{"scene": 1, "seconds": -1}]}', "seconds"),
        ('{"slow": [{"scene": 1, "seconds": "3"}]}', "seconds"),
        ('{"slow": [{"scene": 1, "seconds": NaN}]}', "seconds"),
        ('{"lose_reply": 2}', "list of scenes"),
        ('{"never_finish": ["2"]}', "counted from 1"),
        ('{"plant": [{"scene": 1}]}', "label or a photo"),
        ('{"plant": [{"scene": 1, "photo": "/nowhere/cat.png"}]}', "not there"),
        ('{"plant": [{"scene": 1, "label": "car", "position": "above"}]}', "left or center or right"),
        ('{"plant": [{"scene": 1, "label": ["car"]}]}', "must be a word"),
        ("[" * 20000, "not JSON"),
        ('{"plant": "' + "x" * 70000 + '"}', "letters long"),
    ],
)
def test_an_order_that_cannot_be_read_is_one_message(text: str, word: str) -> None:
    with pytest.raises(InputError) as refused:
        Faults.parse(text)
    assert word in str(refused.value)
    assert "draft_faults" in str(refused.value)


def made(tmp_path: Path, faults: str) -> DraftVideoMaker:
    return DraftVideoMaker(tmp_path / "jobs", Faults.parse(faults))


@pytest.mark.media
def test_a_refused_scene_is_granted_when_it_is_said_safely(tmp_path: Path) -> None:
    faults = Faults.parse('{"refuse": [{"scene": 1, "until_safety": 2}]}')
    maker = DraftVideoMaker(tmp_path / "jobs", faults)
    for safety, state in ((0, "refused"), (1, "refused"), (2, "done")):
        operation = done_here(maker, clip_request(tmp_path, f"k{safety}", safety=safety), faults)
        assert maker.poll(operation).state == state
    assert len(maker.jobs.submissions()) == 3


def test_a_scene_refused_at_the_door_leaves_no_job(tmp_path: Path) -> None:
    maker = made(tmp_path, '{"refuse": [{"scene": 1, "when": "submit"}]}')
    request = clip_request(tmp_path)
    with pytest.raises(Refused):
        maker.submit(request)
    assert maker.find(request.key) is None
    assert maker.jobs.submissions() == []


@pytest.mark.media
def test_a_lost_reply_is_a_job_that_can_be_found(tmp_path: Path) -> None:
    maker = made(tmp_path, '{"lose_reply": [1]}')
    request = clip_request(tmp_path)
    with pytest.raises(ProviderError, match="reply was lost"):
        maker.submit(request)
    operation = maker.find(request.key)
    assert operation is not None
    assert not (maker.jobs.work_folder(operation) / "replied").exists()
    # nobody polls: the provider has the job and does it
    wait_until(lambda: maker.jobs.outcome(operation), "the job's end")
    assert maker.submit(request) == operation
    assert len(maker.jobs.submissions()) == 1
    assert maker.poll(operation).state == "done"


@pytest.mark.media
def test_a_scene_fails_as_often_as_ordered(tmp_path: Path) -> None:
    faults = Faults.parse('{"fail": [{"scene": 1, "times": 1}]}')
    maker = DraftVideoMaker(tmp_path / "jobs", faults)
    states = [
        maker.poll(done_here(maker, clip_request(tmp_path, f"k{take}"), faults)).state for take in range(2)
    ]
    assert states == ["failed", "done"]


@pytest.mark.media
def test_a_slow_scene_is_under_way_for_as_long_as_ordered_and_can_be_given_up(tmp_path: Path) -> None:
    maker = made(tmp_path, '{"slow": [{"scene": 1, "seconds": 3000}]}')
    operation = maker.submit(clip_request(tmp_path))
    wait_until(lambda: maker.poll(operation).state == "running", "a worker")
    maker.cancel(operation)
    assert ended(maker, operation)[0].state == "failed"


@pytest.mark.media
def test_a_scene_that_never_finishes_runs_until_it_is_given_up_and_keeps_no_process(tmp_path: Path) -> None:
    maker = made(tmp_path, '{"never_finish": [1]}')
    operation = maker.submit(clip_request(tmp_path))
    wait_until(
        lambda: maker.jobs.is_marked(operation, "hanging") and not workers(maker, operation),
        "a job that hangs",
    )
    for _ in range(3):
        assert maker.poll(operation).state == "running"
    assert not workers(maker, operation)
    maker.cancel(operation)
    assert maker.poll(operation).state == "failed"


@pytest.mark.media
def test_a_worker_killed_half_way_by_order_is_replaced_once(tmp_path: Path) -> None:
    maker = made(tmp_path, '{"kill_worker": [1]}')
    operation = maker.submit(clip_request(tmp_path))
    wait_until(lambda: not workers(maker, operation), "the worker's death")
    assert maker.jobs.is_marked(operation, "died")
    assert maker.jobs.outcome(operation) is None
    assert ended(maker, operation)[0].state == "done"


def redness(frames: np.ndarray) -> np.ndarray:
    """Part of each frame that is plainly red."""
    red, green, blue = (frames[..., channel].astype(int) for channel in range(3))
    return ((red > 110) & (red > green + 60) & (red > blue + 60)).mean(axis=(1, 2))


EMPTY_BEACH = {"shot_type": "wide", "setting": "beach", "placements": []}


@pytest.mark.media
@pytest.mark.parametrize(
    ("position", "movement"), [("left", "push_in"), ("right", "track_left"), ("right", "pan_left")]
)
def test_a_planted_car_is_in_the_pixels_for_most_of_the_clip_and_in_no_text(
    tmp_path: Path, position: str, movement: str
) -> None:
    order = {"scene": 1, "label": "car", "color": "red", "position": position}
    faults = Faults.parse(json.dumps({"plant": [order]}))
    maker, plain = DraftVideoMaker(tmp_path / "jobs"), DraftVideoMaker(tmp_path / "plain")
    shot = {**EMPTY_BEACH, "camera_movement": movement}
    request = clip_request(tmp_path, shot=shot, cast=(), duration_s=2.0)
    operation, other = done_here(maker, request, faults), done_here(plain, request)
    bytes_of(maker, operation, tmp_path / "planted.mp4")
    bytes_of(plain, other, tmp_path / "plain.mp4")
    more = redness(frames_of(tmp_path / "planted.mp4")) - redness(frames_of(tmp_path / "plain.mp4"))
    assert (more > 0.008).mean() > 0.75
    job = maker.poll(operation)
    assert job.details.keys() == plain.poll(other).details.keys()
    assert "car" not in f"{job.details} {job.reason}"
    assert maker.jobs.job(operation).request == plain.jobs.job(other).request == request


@pytest.mark.media
def test_a_planted_photograph_is_in_the_pixels(tmp_path: Path) -> None:
    photo = tmp_path / "cat.png"
    Image.new("RGB", (200, 260), (250, 20, 20)).save(photo)
    faults = Faults.parse(json.dumps({"plant": [{"scene": 1, "photo": str(photo)}]}))
    maker = DraftVideoMaker(tmp_path / "jobs")
    shot = {**EMPTY_BEACH, "camera_movement": "static"}
    operation = done_here(maker, clip_request(tmp_path, shot=shot, cast=(), duration_s=2.0), faults)
    bytes_of(maker, operation, tmp_path / "planted.mp4")
    assert (redness(frames_of(tmp_path / "planted.mp4")) > 0.01).mean() > 0.75


@pytest.mark.media
def test_what_was_planted_is_still_there_at_the_end_though_the_end_frame_does_not_know_it(
    tmp_path: Path,
) -> None:
    faults = Faults.parse('{"plant": [{"scene": 1, "label": "car", "color": "red"}]}')
    maker = DraftVideoMaker(tmp_path / "jobs")
    end = tmp_path / "end.png"
    Image.new("RGB", (320, 180), (30, 90, 160)).save(end)
    shot = {**EMPTY_BEACH, "camera_movement": "static"}
    request = clip_request(tmp_path, shot=shot, cast=(), duration_s=2.0, end_frame=end)
    operation = done_here(maker, request, faults)
    bytes_of(maker, operation, tmp_path / "planted.mp4")
    assert redness(frames_of(tmp_path / "planted.mp4"))[-1] > 0.008
