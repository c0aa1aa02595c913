"""The camera: what a board looks like at each moment of a shot, moved as the shot says.

The first and the last picture are the shot's two keyframes exactly. Layers that move together are painted
once and kept; what stands still before a still camera is never painted again. Deliberately not here: drawing,
and files of video.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vidpipe.providers.draft import motion
from vidpipe.providers.draft.board import Board, Layer
from vidpipe.providers.draft.camera_air import Fog, Swarm, lightning_at
from vidpipe.providers.draft.camera_sprites import Brush, Placing, Rectangle, Sprite

VERSION: Final = "2"
"""Part of what a fingerprint knows: raised when the same board gives other pictures."""

SAME_PLANE_DEPTH: Final = 0.04
"""Layers nearer to each other than this move as one."""

MORPH_S: Final = 0.4
"""How long a clip takes to come from a given start frame to its own pictures."""

SEEN_MARGIN: Final = 4
"""Pixels kept beyond what is seen of a plane, so that no filter reaches over its edge."""

SHADOW: Final = "shadow"
"""Layers whose name ends so lie on the ground and do not rise and sink with the body."""

LIGHTNING_WHITE: Final = 0.55

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class _Part:
    """A cut-out and what moves it."""

    sprite: Sprite
    depth: float
    layer: Layer | None = None
    """Whose motion it follows; None: it stands still."""


@dataclass(frozen=True)
class _Group:
    """Layers that travel together."""

    travel: str
    phase: float
    size: tuple[float, float]
    tag: str
    stride: motion.Stride | None = None
    """Of the leg that carries it, where it has one."""


class Camera:
    """One shot of one board, ready to be shown at any moment.

    Args:
        board: What there is.
        shot: A `Shot` as JSON; its camera movement is read.
        duration_s: Length of the shot.
        speaking: Who speaks when: {tag, start_s, end_s}.
    """

    def __init__(
        self,
        board: Board,
        shot: Mapping[str, Any],
        duration_s: float,
        speaking: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._board = board
        self._movement = str(shot.get("camera_movement", "static"))
        self._duration_s = duration_s
        self._speaking = motion.speaking_spans(speaking)
        self._frame = (board.frame_width, board.frame_height)
        # in whole pixels, as the board's own flattening has it
        self._left = (board.width - board.frame_width) // 2
        self._top = (board.height - board.frame_height) // 2
        self._focus = board.focus or (board.width / 2, board.height / 2)
        self._groups = _groups(board.layers)
        self._is_still = motion.view_at(self._movement, 0.3, duration_s, *self._frame) == motion.View()
        self._parts = self._parts_of(board.layers)
        self._swarms = [Swarm(item, *self._frame, board.seed) for item in board.particles]
        self._fog = Fog(board.light, *self._frame, board.seed) if board.light.fog > 0 else None
        self._base: tuple[int, Image.Image] | None = None

    def picture_at(self, part: float) -> Image.Image:
        """The frame when this part (0 to 1) of the shot has passed, RGB."""
        moment = motion.Moment(part * self._duration_s, self._duration_s, self._speaking)
        view = motion.view_at(self._movement, part, self._duration_s, *self._frame)
        start, canvas = self._begun(view, moment)
        stars = [swarm for swarm in self._swarms if swarm.kind == "stars"]
        covered = self._covered_from(view)
        for number, item in enumerate(self._parts[start:], start):
            self._paint(canvas, item, view, moment, covered[number])
            if number == 0:
                for swarm in stars:
                    swarm.paint(canvas, moment.time_s)
        for swarm in self._swarms:
            if swarm.kind != "stars":
                swarm.paint(canvas, moment.time_s)
        if self._fog is not None:
            self._fog.paint(canvas, moment.time_s)
        if self._board.light.has_lightning:
            flash = lightning_at(moment.time_s, self._duration_s, self._board.seed)
            if flash > 0:
                white = Image.new("RGB", self._frame, (236, 240, 255))
                canvas = Image.blend(canvas, white, flash * LIGHTNING_WHITE)
        return canvas

    def _seen(self, depth: float) -> Rectangle:
        """What of the board the camera ever sees at this depth, and a little more."""
        lefts, tops, rights, bottoms = [], [], [], []
        for part in (0.0, 0.5, 1.0):  # every move goes one way only
            shift_x, shift_y, zoom = motion.view_at(self._movement, part, self._duration_s, *self._frame).at(
                depth
            )
            left = self._focus[0] - (self._focus[0] - self._left + shift_x) / zoom
            top = self._focus[1] - (self._focus[1] - self._top + shift_y) / zoom
            lefts.append(left)
            tops.append(top)
            rights.append(left + self._frame[0] / zoom)
            bottoms.append(top + self._frame[1] / zoom)
        return (
            max(0, math.floor(min(lefts)) - SEEN_MARGIN),
            max(0, math.floor(min(tops)) - SEEN_MARGIN),
            min(self._board.width, math.ceil(max(rights)) + SEEN_MARGIN),
            min(self._board.height, math.ceil(max(bottoms)) + SEEN_MARGIN),
        )

    def _covered_from(self, view: motion.View) -> list[int]:
        """For each part the row of the frame from which on later planes hide it."""
        lowest = self._frame[1]
        rows = []
        for item in reversed(self._parts):
            rows.append(lowest)
            if item.sprite.solid_from is not None and item.layer is None:
                _, shift_y, zoom = view.at(item.depth)
                focus_y = self._focus[1]
                # one row more: the edge itself is mixed
                row = zoom * (item.sprite.solid_from + 1 - focus_y) + focus_y - self._top + shift_y
                lowest = min(lowest, max(0, math.ceil(row) + 1))
        return rows[::-1]

    def _begun(self, view: motion.View, moment: motion.Moment) -> tuple[int, Image.Image]:
        """A canvas with all that never moves in this shot, and how many parts that were."""
        if not self._is_still:
            return 0, Image.new("RGB", self._frame)
        if self._base is None:
            canvas = Image.new("RGB", self._frame)
            has_stars = any(swarm.kind == "stars" for swarm in self._swarms)
            count = 0
            for item in self._parts:
                if item.layer is not None or (has_stars and count == 0):
                    break
                self._paint(canvas, item, view, moment)
                count += 1
            self._base = (count, canvas)
        count, canvas = self._base
        return count, canvas.copy()

    def _paint(
        self,
        canvas: Image.Image,
        item: _Part,
        view: motion.View,
        moment: motion.Moment,
        bottom: int | None = None,
    ) -> None:
        shift_x, shift_y, zoom = view.at(item.depth)
        focus_x, focus_y = self._focus
        # frame = zoom · (board − focus) + where the focus lies in the frame + shift
        origin_x, origin_y = focus_x - self._left + shift_x, focus_y - self._top + shift_y
        pose, pivot = motion.STILL, (0.0, 0.0)
        layer = item.layer
        if layer is not None:
            group = self._groups.get(layer.group) or _alone(layer)
            travel = motion.travel_at(group.travel, group.phase, moment, group.size, self._frame)
            way = motion.travelled(group.travel, moment, group.size, self._frame)
            cadence = motion.cadence_of(group.travel, moment, group.size, self._frame)
            sinking = (
                0.0 if layer.name.endswith(SHADOW) else motion.sinking(group.stride, cadence, moment.time_s)
            )
            size = (float(layer.image.width), float(layer.image.height))
            pose = motion.pose_at(
                layer.motion,
                phase=layer.phase,
                amount=layer.amount,
                tag=layer.tag or group.tag,
                moment=moment,
                size=size,
                way=way if group.travel.endswith("right") else -way,
                is_travelling=group.travel != "still",
                lean=_lean(layer),
                cadence=cadence,
            )
            if pose.level <= 0:
                return
            # an opening mouth stays where it is, wherever the head turns about
            pivot = (layer.x, layer.y) if layer.motion == "talk" else layer.pivot or (layer.x, layer.y)
            origin_x += zoom * (pivot[0] - focus_x + pose.dx + travel[0])
            origin_y += zoom * (pivot[1] - focus_y + pose.dy + travel[1] + sinking)
        else:
            origin_x -= zoom * focus_x
            origin_y -= zoom * focus_y
        item.sprite.paint(
            canvas,
            Placing(
                origin_x, origin_y, zoom * pose.stretch_x, zoom * pose.stretch_y, *pivot, angle=pose.angle
            ),
            Brush(self._frame[1] if bottom is None else bottom, pose.level, moment.is_an_end),
        )

    def _parts_of(self, layers: Iterable[Layer]) -> list[_Part]:
        """Layers in painting order, neighbours that move as one put together."""
        runs: list[list[Layer]] = []
        for layer in layers:
            if runs and self._move_as_one(runs[-1][0], layer):
                runs[-1].append(layer)
            else:
                runs.append([layer])
        return [self._part(run) for run in runs]

    def _move_as_one(self, first: Layer, second: Layer) -> bool:
        if self._moves(first) or self._moves(second):
            is_one_body = first.group == second.group != "" and first.motion == second.motion == "still"
            return is_one_body and first.depth == second.depth and not first.name.endswith(SHADOW)
        return self._is_still or abs(first.depth - second.depth) <= SAME_PLANE_DEPTH

    def _moves(self, layer: Layer) -> bool:
        travel = self._groups[layer.group].travel if layer.group in self._groups else layer.travel
        return travel != "still" or layer.motion not in {"still", "swing", "spin"}

    def _part(self, layers: list[Layer]) -> _Part:
        """Layers that never leave each other, as one cut-out."""
        first, seen = layers[0], self._seen(layers[0].depth)
        if self._moves(first):
            box = (
                min(round(layer.left) for layer in layers),
                min(round(layer.top) for layer in layers),
                max(round(layer.left) + layer.image.width for layer in layers),
                max(round(layer.top) + layer.image.height for layer in layers),
            )
            return _Part(Sprite(_together(layers, box), *box[:2], seen), first.depth, first)
        return _Part(Sprite(_together(layers, seen), *seen[:2], seen), first.depth)


def _together(layers: list[Layer], box: Rectangle) -> Image.Image:
    """The layers laid over each other, as far as they lie in a part of the board."""
    whole = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]))
    for layer in layers:
        left, top = round(layer.left) - box[0], round(layer.top) - box[1]
        source = (
            max(0, -left),
            max(0, -top),
            min(layer.image.width, whole.width - left),
            min(layer.image.height, whole.height - top),
        )
        if source[2] > source[0] and source[3] > source[1]:
            whole.alpha_composite(layer.image, (max(0, left), max(0, top)), source)
    return whole


def _groups(layers: Iterable[Layer]) -> dict[str, _Group]:
    """What each named group does and how large it is."""
    members: dict[str, list[Layer]] = {}
    for layer in layers:
        if layer.group:
            members.setdefault(layer.group, []).append(layer)
    found: dict[str, _Group] = {}
    for name, group in members.items():
        travel = next((layer.travel for layer in group if layer.travel != "still"), "still")
        left, top = min(layer.left for layer in group), min(layer.top for layer in group)
        right = max(layer.left + layer.image.width for layer in group)
        bottom = max(layer.top + layer.image.height for layer in group)
        tag = next((layer.tag for layer in group if layer.tag), "")
        stride = _stride(group) if travel.startswith("walk") else None
        found[name] = _Group(travel, group[0].phase, (right - left, bottom - top), tag, stride)
    return found


def _lean(layer: Layer) -> float:
    """How a limb is drawn, in radians from hanging down; positive where its lower end is to the right."""
    if layer.pivot is None:
        return 0.0
    return math.atan2(layer.x - layer.pivot[0], abs(layer.y - layer.pivot[1]) + 1e-9)


def _stride(group: list[Layer]) -> motion.Stride | None:
    """How the leg goes on which a group stands: of all that swings, what reaches lowest."""
    legs = [layer for layer in group if layer.motion == "swing" and layer.pivot is not None]
    if not legs:
        return None
    leg = max(legs, key=lambda layer: layer.top + layer.image.height)
    lean = _lean(leg)
    hip = leg.pivot[1] if leg.pivot else leg.y
    length = (leg.top + leg.image.height - hip) / max(0.5, math.cos(lean))
    return motion.Stride(leg.phase, leg.amount, lean, length)


def _alone(layer: Layer) -> _Group:
    return _Group(layer.travel, layer.phase, (float(layer.image.width), float(layer.image.height)), layer.tag)


def frame_at(
    board: Board,
    shot: Mapping[str, Any],
    part: float,
    duration_s: float,
    speaking: Iterable[Mapping[str, Any]] = (),
) -> Frame:
    """What the camera sees when this part (0 to 1) of the shot has passed: (height, width, 3) RGB.

    0 is the start keyframe, 1 the end keyframe.
    """
    return np.array(Camera(board, shot, duration_s, speaking).picture_at(part))


def frame_count(duration_s: float, frames_per_second: int) -> int:
    """How many pictures a clip of this length has; never none."""
    return max(1, round(duration_s * frames_per_second))


def picture_maker(
    board: Board,
    shot: Mapping[str, Any],
    duration_s: float,
    frames_per_second: int,
    *,
    speaking: Iterable[Mapping[str, Any]] = (),
    start_frame: Image.Image | None = None,
    end_frame: Image.Image | None = None,
) -> Callable[[int], Image.Image]:
    """Makes any frame of a shot as an RGB picture, by its number from 0, in whatever order they are asked for.

    The first equals `start_frame`, the last `end_frame`, where given.
    """
    camera = Camera(board, shot, duration_s, speaking)
    count = frame_count(duration_s, frames_per_second)
    last = max(1, count - 1)
    morph = min(max(1, round(MORPH_S * frames_per_second)), max(1, count // 2))
    start = _unlike(start_frame, camera, 0.0)
    end = _unlike(end_frame, camera, 1.0)

    def picture(number: int) -> Image.Image:
        made = camera.picture_at(number / last)
        if start is not None and number < morph:
            made = Image.blend(start, made, motion.eased(number / morph))
        if end is not None and last - number < morph and number:
            made = Image.blend(end, made, motion.eased((last - number) / morph))
        return made

    return picture


def _unlike(given: Image.Image | None, camera: Camera, part: float) -> Image.Image | None:
    """The given frame, in the clip's size, where the shot's own frame is another."""
    if given is None:
        return None
    own = camera.picture_at(part)
    frame = given.convert("RGB")
    if frame.size != own.size:
        frame = frame.resize(own.size, Image.Resampling.LANCZOS)
    return None if np.array_equal(np.asarray(frame), np.asarray(own)) else frame
