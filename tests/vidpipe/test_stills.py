"""The stills at both ends of a shot are one world, whether they are asked for together or alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from cinecore.ports import PictureRequest
from vidpipe.providers.draft.image_maker import DraftImageMaker
from vidpipe.schemas.kinds import CameraMove
from vidpipe.schemas.storyboard import Shot, StyleGuide

START = PictureRequest(
    prompt="",
    shot=Shot(setting="beach", camera_movement=CameraMove.PUSH_IN).model_dump(mode="json"),
    style=StyleGuide().model_dump(mode="json"),
    cast=(),
    width=320,
    height=180,
    seed=4,
)
END = dataclasses.replace(START, position="end")


def made(maker: DraftImageMaker, request: PictureRequest, folder: Path) -> bytes:
    file = folder / "still.png"
    maker.make(request, file)
    return file.read_bytes()


def test_an_end_is_the_same_whether_its_start_was_made_before_or_not(tmp_path: Path) -> None:
    both = DraftImageMaker()
    start, end = made(both, START, tmp_path), made(both, END, tmp_path)
    assert start != end
    assert end == made(DraftImageMaker(), END, tmp_path)
    assert start == made(both, START, tmp_path)


def test_an_end_of_another_shot_is_drawn_anew(tmp_path: Path) -> None:
    maker = DraftImageMaker()
    made(maker, START, tmp_path)
    other = dataclasses.replace(END, seed=5)
    assert made(maker, other, tmp_path) == made(DraftImageMaker(), other, tmp_path)
