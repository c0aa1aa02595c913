"""The drawn people: how they look, stand, walk and speak.

Where they stand and what they say is the screenplay's; nothing here is random.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from samples.drawing import Brush, Colour, shade

Emotion = Literal["calm", "happy", "sad", "afraid", "angry"]
Action = Literal["stand", "walk", "run"]

MOUTH_LEVELS = 4
WALK_PHASES = 12


@dataclass(frozen=True)
class Look:
    """One person's looks."""

    skin: Colour
    hair: Colour
    hair_style: Literal["short", "long", "bun", "cap", "curls", "bald"]
    coat: Colour
    trousers: Colour
    accent: Colour
    has_beard: bool = False


@dataclass(frozen=True)
class Pose:
    """What a person does in one picture."""

    action: Action = "stand"
    phase: int = 0
    """Of `WALK_PHASES`, where the action moves."""
    facing: int = 1
    """-1 left, 0 to the camera, 1 right."""
    mouth: int = 0
    """0 shut to `MOUTH_LEVELS` - 1 wide open."""
    emotion: Emotion = "calm"
    is_blinking: bool = False
    is_from_behind: bool = False


LOOKS = (
    Look((236, 188, 150), (92, 48, 30), "bun", (196, 58, 48), (58, 62, 84), (248, 212, 96)),
    Look((168, 112, 76), (28, 22, 24), "curls", (58, 124, 116), (66, 54, 48), (240, 232, 214)),
    Look((226, 196, 176), (196, 196, 200), "short", (44, 40, 58), (30, 28, 38), (176, 40, 52)),
    Look((242, 206, 178), (222, 222, 226), "long", (132, 104, 150), (88, 78, 104), (250, 236, 200)),
    Look((206, 156, 116), (54, 36, 24), "cap", (216, 156, 62), (72, 86, 106), (64, 92, 138), has_beard=True),
    Look((120, 82, 60), (20, 16, 18), "bald", (84, 112, 66), (60, 52, 46), (224, 214, 190)),
)
"""In the order of `voices.CAST_VOICES`."""

HEAD_Y = 0.148
HEAD_RADIUS = 0.092
SHOULDER_Y = 0.245
HIP_Y = 0.575
HALF_WIDTH = 0.36
INK: Colour = (38, 30, 36)


def draw_figure(look: Look, height_px: int, pose: Pose, visible: float = 1.04) -> Image.Image:
    """The person as RGBA, `height_px` from crown to sole, cut off `visible` heights under the crown.

    The picture is .72 heights wide; the person stands in its middle.
    """
    brush = Brush(2 * HALF_WIDTH, visible, height_px)
    middle = HALF_WIDTH
    swing = math.sin(2 * math.pi * pose.phase / WALK_PHASES)
    reach = {"stand": 0.0, "walk": 0.09, "run": 0.17}[pose.action]
    lean = {"stand": 0.0, "walk": 0.008, "run": 0.05}[pose.action] * pose.facing
    bob = abs(swing) * reach * 0.12
    back = shade(look.coat, 0.62)
    _leg(brush, middle - 0.042, -swing * reach, bob, shade(look.trousers, 0.75), pose)
    _arm(brush, middle + lean, -0.10 * (pose.facing or 1), swing * reach, bob, back, look)
    _leg(brush, middle + 0.042, swing * reach, bob, look.trousers, pose)
    _torso(brush, middle, lean, bob, look, pose)
    _arm(brush, middle + lean, 0.10 * (pose.facing or 1), -swing * reach, bob, shade(look.coat, 0.9), look)
    _head(brush, middle + lean * 1.6, HEAD_Y + bob, look, pose)
    return brush.finished()


def _leg(brush: Brush, x: float, swing: float, bob: float, paint: Colour, pose: Pose) -> None:
    direction = pose.facing or 1
    hip = (x, HIP_Y - 0.03 + bob)
    lift = max(0.0, -swing) * 0.35
    knee = (hip[0] + swing * 0.55 * direction + lift * 0.3 * direction, 0.77 + bob * 0.5 - lift * 0.2)
    foot = (hip[0] + swing * 1.05 * direction, 0.965 - lift)
    brush.line([hip, knee, foot], paint, 0.075)
    toe = direction if pose.facing else 0.0
    brush.ellipse(foot[0] + 0.02 * toe, foot[1] + 0.015, 0.052, 0.024, INK)


def _arm(brush: Brush, x: float, side: float, swing: float, bob: float, paint: Colour, look: Look) -> None:
    shoulder = (x + side, SHOULDER_Y + 0.035 + bob)
    elbow = (shoulder[0] + side * 0.25 + swing * 0.6, 0.41 + bob)
    hand = (elbow[0] + swing * 0.8 + side * 0.05, 0.55 + bob - abs(swing) * 0.5)
    brush.line([shoulder, elbow, hand], paint, 0.06)
    brush.ellipse(hand[0], hand[1], 0.029, 0.029, look.skin)


def _torso(brush: Brush, x: float, lean: float, bob: float, look: Look, pose: Pose) -> None:
    top, hem = SHOULDER_Y + bob, HIP_Y + 0.06 + bob
    left, right = x - 0.115 + lean, x + 0.115 + lean
    brush.rectangle(x - 0.035 + lean, top - 0.05, x + 0.035 + lean, top + 0.03, shade(look.skin, 0.82))
    outline = [(left + 0.02, top), (right - 0.02, top), (x + 0.135, hem), (x - 0.135, hem)]
    brush.polygon(outline, look.coat)
    brush.ellipse(left + 0.035, top + 0.036, 0.04, 0.04, look.coat)
    brush.ellipse(right - 0.035, top + 0.036, 0.04, 0.04, look.coat)
    dark_side = -1 if pose.facing >= 0 else 1
    edge = x + dark_side * 0.125
    brush.polygon(
        [
            (x + dark_side * 0.055 + lean, top),
            (x + dark_side * 0.09 + lean, top),
            (edge, hem),
            (edge - dark_side * 0.06, hem),
        ],
        shade(look.coat, 0.78),
    )
    if not pose.is_from_behind:
        front = x + 0.03 * pose.facing + lean
        brush.polygon(
            [(front - 0.04, top - 0.01), (front + 0.04, top - 0.01), (front, top + 0.09)], look.accent
        )
        for button in (0.14, 0.21, 0.28):
            brush.ellipse(x + 0.035 * pose.facing + lean * 0.6, top + button, 0.009, 0.009, look.accent)
    brush.rectangle(x - 0.127, hem - 0.085, x + 0.127, hem - 0.06, shade(look.coat, 0.55))


def _head(brush: Brush, x: float, y: float, look: Look, pose: Pose) -> None:
    radius = HEAD_RADIUS
    turn = 0.030 * pose.facing
    dark, light = shade(look.skin, 0.84), shade(look.skin, 1.04)
    if look.hair_style in {"long", "curls"}:
        _back_hair(brush, x, y, look)
    brush.ellipse(x, y, radius * 0.92, radius * 1.08, dark)
    brush.ellipse(x + 0.010 * (pose.facing or 1), y - 0.002, radius * 0.83, radius * 1.04, look.skin)
    brush.ellipse(x + 0.022 * (pose.facing or 1), y + 0.018, radius * 0.5, radius * 0.62, light)
    if pose.facing >= 0:
        brush.ellipse(x - radius * 0.86 + turn * 0.6, y + 0.012, 0.016, 0.024, dark)
    if pose.facing <= 0:
        brush.ellipse(x + radius * 0.86 + turn * 0.6, y + 0.012, 0.016, 0.024, dark)
    if pose.is_from_behind:
        brush.ellipse(x, y - 0.01, radius * 0.95, radius * 1.06, look.hair)
        return
    if look.has_beard:
        brush.ellipse(x + turn * 0.6, y + 0.062, radius * 0.62, radius * 0.42, look.hair)
    _face(brush, x + turn, y, look, pose)
    _front_hair(brush, x, y, look, pose)


def _face(brush: Brush, x: float, y: float, look: Look, pose: Pose) -> None:
    wide = 1.25 if pose.emotion == "afraid" else 1.0
    for side in (-1, 1):
        near = 0.82 if side == -pose.facing else 1.0
        eye_x = x + side * 0.034 * near
        if pose.is_blinking:
            brush.line([(eye_x - 0.013, y), (eye_x + 0.013, y)], INK, 0.005)
        else:
            brush.ellipse(eye_x, y, 0.0155 * near, 0.0165 * wide, (252, 250, 244))
            brush.ellipse(eye_x + 0.004 * pose.facing, y + 0.001, 0.0085, 0.0095, (62, 44, 36))
            brush.ellipse(eye_x + 0.004 * pose.facing + 0.003, y - 0.004, 0.003, 0.003, (255, 255, 255))
        inner, outer = _brow(pose.emotion)
        brow_y = y - 0.031
        brush.line(
            [(eye_x - side * 0.016, brow_y + inner), (eye_x + side * 0.017, brow_y + outer)],
            shade(look.hair, 0.8) if look.hair_style != "bald" else INK,
            0.0075,
        )
    nose = shade(look.skin, 0.72)
    brush.line(
        [(x + 0.006 * pose.facing, y + 0.006), (x + 0.014 * (pose.facing or 0.6), y + 0.030)], nose, 0.006
    )
    brush.line([(x + 0.014 * (pose.facing or 0.6), y + 0.030), (x, y + 0.032)], nose, 0.005)
    _mouth(brush, x, y + 0.057, pose)


def _brow(emotion: Emotion) -> tuple[float, float]:
    """How far the inner and outer end of a brow lie under their place, heights."""
    return {
        "calm": (0.0, 0.002),
        "happy": (-0.004, 0.0),
        "sad": (-0.009, 0.006),
        "afraid": (-0.014, -0.002),
        "angry": (0.011, -0.005),
    }[emotion]


def _mouth(brush: Brush, x: float, y: float, pose: Pose) -> None:
    lip: Colour = (150, 58, 58)
    if pose.mouth:
        open_by = 0.007 + 0.008 * pose.mouth
        brush.ellipse(x, y, 0.026 - 0.002 * pose.mouth, open_by, lip)
        brush.ellipse(x, y + 0.001, 0.020 - 0.002 * pose.mouth, open_by * 0.72, (66, 20, 28))
        if pose.mouth > 1:
            brush.rectangle(x - 0.012, y - open_by * 0.66, x + 0.012, y - open_by * 0.30, (250, 246, 240))
        return
    if pose.emotion in {"happy", "calm"}:
        depth = 0.018 if pose.emotion == "happy" else 0.007
        brush.arc(x, y - depth * 0.8, 0.028, depth + 0.004, (20, 160), lip, 0.007)
    else:
        brush.arc(x, y + 0.012, 0.026, 0.014, (200, 340), lip, 0.007)


def _back_hair(brush: Brush, x: float, y: float, look: Look) -> None:
    if look.hair_style == "long":
        brush.ellipse(x, y + 0.01, 0.112, 0.125, look.hair)
        brush.rectangle(x - 0.112, y, x + 0.112, y + 0.15, look.hair, 0.03)
    else:
        for step in range(9):
            angle = math.pi * (0.9 + step * 1.2 / 8)
            brush.ellipse(
                x + 0.085 * math.cos(angle), y - 0.02 + 0.085 * math.sin(angle), 0.04, 0.04, look.hair
            )


def _front_hair(brush: Brush, x: float, y: float, look: Look, pose: Pose) -> None:
    top = y - HEAD_RADIUS * 1.08
    if look.hair_style == "bald":
        return
    if look.hair_style == "cap":
        brush.ellipse(x, y - 0.058, 0.094, 0.056, look.accent)
        brush.rectangle(x - 0.094, y - 0.060, x + 0.094, y - 0.040, shade(look.accent, 0.8), 0.008)
        brush.ellipse(x + 0.07 * (pose.facing or 1), y - 0.040, 0.07, 0.014, shade(look.accent, 0.65))
        return
    brush.polygon(
        [
            (x - 0.092, y - 0.005),
            (x - 0.090, top + 0.045),
            (x - 0.050, top - 0.008),
            (x + 0.020, top - 0.016),
            (x + 0.082, top + 0.030),
            (x + 0.093, y - 0.005),
            (x + 0.076, y - 0.030),
            (x + 0.030 * (pose.facing or 1), y - 0.066),
            (x - 0.060, y - 0.040),
        ],
        look.hair,
    )
    brush.ellipse(x - 0.02, top + 0.022, 0.050, 0.016, shade(look.hair, 1.14))
    if look.hair_style == "bun":
        brush.ellipse(x - 0.045 * (pose.facing or 1), top - 0.012, 0.040, 0.036, look.hair)
    if look.hair_style == "curls":
        for step in range(6):
            brush.ellipse(
                x - 0.07 + 0.028 * step, top + 0.014 + 0.012 * abs(step - 2.5), 0.028, 0.028, look.hair
            )
