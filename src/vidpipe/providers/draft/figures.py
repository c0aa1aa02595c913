"""People, as cut-outs of body, limbs and head that a camera can move; one appearance, one figure, in every scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.figures_appearance import Appearance
from vidpipe.providers.draft.figures_body import BodyPen, Joints, joints_of
from vidpipe.providers.draft.figures_head import HeadPen, mood_of
from vidpipe.providers.draft.figures_poses import Pose
from vidpipe.providers.draft.looks import Look
from vidpipe.providers.draft.pen import Pen, Point

MARGIN: Final = 0.035
"""Of clear paper round each part, in figure heights: outlines and soft shadows need room."""


@dataclass(frozen=True)
class Stand:
    """Where and how large a figure is put on the board."""

    x: float
    """Of its axis, in board pixels."""
    ground: float
    """Of the ground under its feet, in board pixels; may lie below the board."""
    scale: float
    """Pixels per centimetre."""
    depth: float
    lowest: float
    """What lies below this line of the board is not drawn: it can never be seen."""


@dataclass(frozen=True)
class Figure:
    """A drawn person, ready for the board."""

    layers: tuple[Layer, ...]
    """In painting order."""
    hand: Point
    """The hand that can hold something, on the board."""
    head: Point
    """The middle of the head, on the board."""
    head_height: float
    """In pixels."""

    def without_head(self) -> tuple[Layer, ...]:
        """The layers but for head, eyelids and mouth."""
        return tuple(
            layer for layer in self.layers if layer.name.rsplit(".", 1)[-1] not in {"head", "blink", "mouth"}
        )


def draw_person(
    who: Appearance,
    pose: Pose,
    look: Look,
    stand: Stand,
    *,
    facing: str,
    expression: str,
    tag: str,
    group: str,
    phase: float,
    seat: bool = True,
) -> Figure:
    """The figure, drawn.

    Args:
        who: How it looks.
        pose: What it does.
        look: How it is drawn.
        stand: Where it stands.
        facing: left, right, camera or away.
        expression: In words.
        tag: Its asset's tag, or "".
        group: Shared by its layers.
        phase: 0 to 1, so that two figures do not breathe as one.
        seat: Whether one who sits brings something to sit on.
    """
    is_turned = facing in {"left", "right"}
    is_mirrored = facing == "right"
    # One who is turned reaches with the arm on the side where he looks: the other would cross his face.
    acts_far = is_turned and pose.name in {"wave", "point", "cheer"}
    if acts_far:
        pose = replace(pose, near_arm=pose.far_arm, far_arm=pose.near_arm)
    joints = joints_of(who, pose, is_turned=is_turned)
    body = BodyPen(who, joints, is_turned=is_turned, is_behind=facing == "away")
    travel = "still"
    if pose.travel:
        travel = f"walk_{facing}" if is_turned else "hop" if pose.name == "run" else "still"
    sheet = _Sheet(
        who, look, stand, is_mirrored=is_mirrored, tag=tag, group=group, travel=travel, phase=phase
    )
    layers: list[Layer | None] = [sheet.shadow(joints)]
    if pose.name == "sit" and seat:
        layers.append(sheet.part("seat", [joints.hip, (joints.hip[0] + 24, 0), (joints.hip[0] - 16, 0)], 6,
                                 lambda pen: _seat(pen, joints)))  # fmt: skip
    swing = "swing" if travel != "still" else "still"
    far_motion = pose.arm_motion if acts_far and pose.arm_motion != "still" else swing
    j = joints
    parts = [
        ("far_arm", [j.far_shoulder, j.far_elbow, j.far_hand], j.far_shoulder, far_motion, 0.0,
         lambda pen: body.arm(pen, j.far_shoulder, j.far_elbow, j.far_hand, is_far=True)),
        ("far_leg", [j.far_hip, j.far_knee, j.far_foot], j.far_hip, swing, 0.5,
         lambda pen: body.leg(pen, j.far_hip, j.far_knee, j.far_foot, is_far=True)),
        ("near_leg", [j.near_hip, j.near_knee, j.near_foot], j.near_hip, swing, 0.0,
         lambda pen: body.leg(pen, j.near_hip, j.near_knee, j.near_foot, is_far=False)),
        ("trunk", [(j.neck[0] - who.height * 0.25, j.neck[1]), (j.neck[0] + who.height * 0.25, j.neck[1]), j.hip,
                   (j.hip[0], min(-who.height * 0.2, j.hip[1] + who.height * 0.3))], None, "still", 0.0, body.trunk),
    ]  # fmt: skip
    for name, around, pivot, motion, offset, draw in parts:
        layers.append(sheet.part(name, around, 12, draw, motion=motion, pivot=pivot, phase=offset))
    layers += _head_layers(sheet, who, joints, facing=facing, mood=mood_of(expression))
    near = [j.near_shoulder, j.near_elbow, j.near_hand]
    motion = pose.arm_motion if pose.arm_motion != "still" and not acts_far else swing
    layers.append(
        sheet.part(
            "near_arm",
            near,
            12,
            lambda pen: body.arm(pen, *near, is_far=False),
            motion=motion,
            pivot=j.near_shoulder,
            phase=0.5,
        )
    )
    hand = joints.far_hand if acts_far else joints.near_hand
    drawn = tuple(layer for layer in layers if layer is not None)
    return Figure(drawn, sheet.on_board(hand), sheet.on_board(joints.head), who.head * stand.scale)


def _head_layers(
    sheet: _Sheet, who: Appearance, joints: Joints, *, facing: str, mood: str
) -> list[Layer | None]:
    x, y = joints.head
    room = who.head * 0.95
    around = [(x - room, y - room * 0.9), (x + room, y + room)]

    def head(pen: Pen) -> HeadPen:
        return HeadPen(pen, who, joints.head, is_turned=facing in {"left", "right"}, mood=mood)

    if facing == "away":
        return [
            sheet.part(
                "head", around, 0, lambda pen: head(pen).draw_from_behind(), motion="still", pivot=joints.neck
            )
        ]
    small = [(x - who.head * 0.4, y - who.head * 0.2), (x + who.head * 0.4, y + who.head * 0.45)]
    return [
        sheet.part("head", around, 0, lambda pen: head(pen).draw(), motion="still", pivot=joints.neck),
        sheet.part(
            "blink", small, 0, lambda pen: head(pen).draw_closed_eyes(), motion="blink", pivot=joints.neck
        ),
        sheet.part(
            "mouth", small, 0, lambda pen: head(pen).draw_open_mouth(), motion="talk", pivot=joints.neck
        ),
    ]


def _seat(pen: Pen, joints: Joints) -> None:
    x, y = joints.hip
    pen.box(x - 16, y + 5, x + 24, y + 12, (132, 96, 62), radius=2)
    for left in (x - 13, x + 16):
        pen.box(left, y + 12, left + 5, -1, (110, 78, 50), radius=1)


class _Sheet:
    """Cuts a figure's parts out, each just as large as it is."""

    def __init__(
        self,
        who: Appearance,
        look: Look,
        stand: Stand,
        *,
        is_mirrored: bool,
        tag: str,
        group: str,
        travel: str,
        phase: float,
    ) -> None:
        self._who = who
        self._look = look
        self._stand = stand
        self._mirrored = is_mirrored
        self._tag = tag
        self._group = group
        self._travel = travel
        self._phase = phase

    def on_board(self, point: Point) -> Point:
        """From the figure's centimetres to the board's pixels."""
        x = -point[0] if self._mirrored else point[0]
        return (self._stand.x + x * self._stand.scale, self._stand.ground + point[1] * self._stand.scale)

    def part(
        self,
        name: str,
        around: list[Point],
        room: float,
        draw: object,
        *,
        motion: str = "still",
        pivot: Point | None = None,
        phase: float = 0.0,
    ) -> Layer | None:
        """One cut-out round the points; None where it lies below what can be seen."""
        margin = self._who.height * MARGIN + room * self._who.height / 170
        left, right = min(p[0] for p in around) - margin, max(p[0] for p in around) + margin
        top, bottom = min(p[1] for p in around) - margin, max(p[1] for p in around) + margin
        floor = (self._stand.lowest - self._stand.ground) / self._stand.scale
        bottom = min(bottom, floor)
        if bottom - top < 1:
            return None
        pen = Pen(self._look, right - left, bottom - top, self._stand.scale, is_mirrored=self._mirrored,
                  origin=(left, top), size=self._who.height * 0.62)  # fmt: skip
        draw(pen)  # type: ignore[operator]  # a function of a pen
        image = pen.finished()
        box = image.getbbox()
        if box is None:
            return None
        corner = self.on_board((right if self._mirrored else left, top))
        image = image.crop(box)
        return Layer(
            name=f"{self._group}.{name}",
            image=image,
            depth=self._stand.depth,
            x=corner[0] + box[0] + image.width / 2,
            y=corner[1] + box[1] + image.height / 2,
            motion=motion,
            travel=self._travel,
            group=self._group,
            pivot=self.on_board(pivot) if pivot else None,
            tag=self._tag,
            phase=(self._phase + phase) % 1.0,
        )

    def shadow(self, joints: Joints) -> Layer | None:
        """What the figure throws on the ground, if the ground is seen."""
        feet = [joints.near_foot[0], joints.far_foot[0]]
        left, right = min(feet) - 26, max(feet) + 26
        around = [(left, -4.0), (right, 6.0)]
        return self.part(
            "shadow",
            around,
            0,
            lambda pen: pen.shadow_under((left + right) / 2, 1, (right - left) / 2, 5, 0.55),
        )
