"""A person's body in clothes, limb by limb; the ground is y = 0, up is negative, units are centimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.figures_appearance import Appearance
from vidpipe.providers.draft.figures_poses import Pose
from vidpipe.providers.draft.pen import Pen, Point


@dataclass(frozen=True)
class Joints:
    """Where a posed figure's joints are."""

    hip: Point
    neck: Point
    head: Point
    near_shoulder: Point
    near_elbow: Point
    near_hand: Point
    far_shoulder: Point
    far_elbow: Point
    far_hand: Point
    near_hip: Point
    near_knee: Point
    near_foot: Point
    far_hip: Point
    far_knee: Point
    far_foot: Point


def joints_of(who: Appearance, pose: Pose, *, is_turned: bool) -> Joints:
    """The joints of a figure on the ground; unturned, limbs spread to both sides instead of forward and back."""
    tall = who.height
    leg = tall * (0.43 if who.is_child else 0.475)
    trunk = tall - leg - who.head * 1.08
    hip = (0.0, -leg * (1 - pose.drop))
    lean = math.radians(pose.lean if is_turned else pose.lean * 0.3)
    neck = (hip[0] - trunk * math.sin(lean), hip[1] - trunk * math.cos(lean))
    nod = math.radians(pose.nod if is_turned else 0)
    rise = who.head * 0.56
    head = (neck[0] - rise * math.sin(lean * 0.6 + nod), neck[1] - rise * math.cos(lean * 0.6 + nod))
    half = tall * 0.118 * who.breadth * (0.72 if is_turned else 1.0)
    down = tall * 0.035
    near_shoulder = (neck[0] + half, neck[1] + down)
    far_shoulder = (neck[0] - half, neck[1] + down)
    upper, fore = tall * 0.165, tall * 0.165
    near_elbow, near_hand = _arm(near_shoulder, pose.near_arm, upper, fore, side=1, is_turned=is_turned)
    far_elbow, far_hand = _arm(far_shoulder, pose.far_arm, upper, fore, side=-1, is_turned=is_turned)
    hips = tall * (0.03 if is_turned else 0.052)
    near_hip, far_hip = (hip[0] + hips, hip[1]), (hip[0] - hips, hip[1])
    near_knee, near_foot = _leg(near_hip, pose.near_leg, leg / 2, side=1, is_turned=is_turned)
    far_knee, far_foot = _leg(far_hip, pose.far_leg, leg / 2, side=-1, is_turned=is_turned)
    # Whichever foot is lowest stands on the ground.
    sink = -max(near_foot[1], far_foot[1])
    points = (hip, neck, head, near_shoulder, near_elbow, near_hand, far_shoulder, far_elbow, far_hand, near_hip, near_knee,
              near_foot, far_hip, far_knee, far_foot)  # fmt: skip
    return Joints(*((x, y + sink) for x, y in points))


def _arm(
    shoulder: Point, angles: tuple[float, float], upper: float, fore: float, *, side: int, is_turned: bool
) -> tuple[Point, Point]:
    first, bend = angles
    if is_turned:
        one, two = math.radians(first), math.radians(first + bend)
        elbow = (shoulder[0] - upper * math.sin(one), shoulder[1] + upper * math.cos(one))
        return elbow, (elbow[0] - fore * math.sin(two), elbow[1] + fore * math.cos(two))
    # Towards the camera an arm is seen shortened; what is raised goes out to its own side.
    spread = 10 + max(0.0, first - 60) * 1.0 if first > 60 else 10 + abs(first) * 0.18
    one = math.radians(spread)
    elbow = (
        shoulder[0] + side * upper * math.sin(one),
        shoulder[1] + upper * math.cos(one) * (0.92 if first > 24 else 1),
    )
    if first > 60:
        two = math.radians(spread + bend * 0.6 + 25)
        return elbow, (elbow[0] + side * fore * math.sin(two), elbow[1] + fore * math.cos(two))
    inward = math.radians(bend * 1.25 if bend > 30 else 4)
    return elbow, (elbow[0] - side * fore * math.sin(inward) * 0.9, elbow[1] + fore * math.cos(inward))


def _leg(
    hip: Point, angles: tuple[float, float], half: float, *, side: int, is_turned: bool
) -> tuple[Point, Point]:
    first, bend = angles
    if is_turned:
        one, two = math.radians(first), math.radians(first - bend)
        knee = (hip[0] - half * math.sin(one), hip[1] + half * math.cos(one))
        return knee, (knee[0] - half * math.sin(two), knee[1] + half * math.cos(two))
    one, two = math.radians(first), math.radians(first - bend)
    spread = math.radians(3 + abs(first) * 0.1)
    knee = (hip[0] + side * half * math.sin(spread) * 1.2, hip[1] + half * max(0.3, math.cos(one)))
    return knee, (knee[0] + side * half * 0.03, knee[1] + half * max(0.35, math.cos(two)))


class BodyPen:
    """Draws the parts of one body, each on a pen of its own."""

    def __init__(self, who: Appearance, joints: Joints, *, is_turned: bool, is_behind: bool = False) -> None:
        self.who = who
        self.joints = joints
        self.is_turned = is_turned
        self.is_behind = is_behind
        self.unit = who.height / 100

    def leg(self, pen: Pen, hip: Point, knee: Point, foot: Point, *, is_far: bool) -> None:
        """One leg with its shoe."""
        u, broad = self.unit, self.who.breadth
        bare = self.who.bottom == "shorts" or self.who.top == "dress" or self.who.bottom == "skirt"
        cloth = self.who.bottom_color if not bare else mixed(self.who.skin, (150, 110, 90), 0.15)
        color = scaled(cloth, 0.82) if is_far else cloth
        toe = -1.0 if self.is_turned else (0.25 if foot[0] > 0 else -0.25)
        shoe = scaled(self.who.shoes, 0.85) if is_far else self.who.shoes
        x, y = foot
        pen.shape([(x + 3.0 * u, y - 4.6 * u), (x + 3.4 * u, y), (x + toe * 9 * u - 1.5 * u, y + 0.3 * u),
                   (x + toe * 9.5 * u - 1.6 * u, y - 2.0 * u), (x + toe * 4 * u - 2.6 * u, y - 4.8 * u)], shoe, is_smooth=True)  # fmt: skip
        ankle = (x, y - 3.4 * u)
        pen.limb([hip, ((hip[0] + knee[0]) / 2, (hip[1] + knee[1]) / 2), knee, ((knee[0] + ankle[0]) / 2, (knee[1] + ankle[1]) / 2), ankle],
                 [10.2 * u * broad, 9.6 * u * broad, 7.6 * u * broad, 7.2 * u * broad, 5.8 * u * broad], color, shade="side")  # fmt: skip
        if self.who.bottom == "shorts" and self.who.top != "dress":
            middle = (hip[0] * 0.35 + knee[0] * 0.65, hip[1] * 0.35 + knee[1] * 0.65)
            pen.limb([hip, middle], [11 * u * broad, 11 * u * broad], self.who.bottom_color, shade="side")

    def arm(self, pen: Pen, shoulder: Point, elbow: Point, hand: Point, *, is_far: bool) -> None:
        """One arm with its sleeve and hand."""
        u, broad = self.unit, self.who.breadth
        sleeve = scaled(self.who.top_color, 0.8 if is_far else 0.95)
        skin = scaled(self.who.skin, 0.9) if is_far else self.who.skin
        length = math.hypot(hand[0] - elbow[0], hand[1] - elbow[1]) or 1.0
        along = ((hand[0] - elbow[0]) / length, (hand[1] - elbow[1]) / length)
        short = self.who.top in {"dress", "shirt"} and self.who.is_child
        if short:
            pen.limb(
                [shoulder, elbow, hand],
                [4.8 * u * broad, 4.2 * u * broad, 3.4 * u * broad],
                skin,
                shade="side",
            )
        fingers = (hand[0] + along[0] * 4.6 * u, hand[1] + along[1] * 4.6 * u)
        thumb = (
            hand[0] + along[0] * 1.5 * u - along[1] * 2.6 * u,
            hand[1] + along[1] * 1.5 * u + along[0] * 2.6 * u,
        )
        pen.limb([hand, thumb], [2.0 * u, 1.6 * u], skin, shade="flat", outline=0.7)
        pen.limb([hand, fingers], [3.6 * u, 3.9 * u], skin, shade="down", outline=0.8)
        end = ((shoulder[0] + elbow[0] * 2) / 3, (shoulder[1] + elbow[1] * 2) / 3) if short else hand
        path = [shoulder, end] if short else [shoulder, elbow, end]
        wide = 1.18 if self.who.top == "coat" else 1.0
        pen.limb(
            path,
            [7.6 * u * broad * wide, 6.8 * u * broad * wide, 5.4 * u * broad * wide],
            sleeve,
            shade="side",
        )
        if not short:
            cuff = (hand[0] - along[0] * 1.2 * u, hand[1] - along[1] * 1.2 * u)
            before = (hand[0] - along[0] * 4 * u, hand[1] - along[1] * 4 * u)
            pen.limb(
                [before, cuff], [6.0 * u * broad * wide], scaled(sleeve, 0.78), shade="flat", outline=0.6
            )

    def trunk(self, pen: Pen) -> None:
        """Trunk and the garments on it, down to the hem."""
        top = self.who.top
        if top in {"coat", "dress"}:
            hem_y, flare = (
                -self.who.height * (0.25 if top == "coat" else 0.27),
                1.0 if top == "coat" else 1.35,
            )
        else:
            hem_y, flare = None, 1.0
        if self.who.bottom == "skirt" and top not in {"coat", "dress"}:
            self._garment(pen, self.who.bottom_color, -self.who.height * 0.28, 1.3, starts_at_waist=True)
        self._garment(pen, self.who.top_color, hem_y, flare)
        if not self.is_behind:
            getattr(self, f"_as_{top}")(pen)
        if self.who.scarf is not None:
            x, y = self.joints.neck
            u = self.unit
            pen.limb(
                [(x - 7 * u, y + 1 * u), (x, y + 4 * u), (x + 7 * u, y + 1 * u)],
                [6 * u, 7 * u, 6 * u],
                self.who.scarf,
                shade="down",
            )
            pen.limb(
                [(x + 3 * u, y + 4 * u), (x + 5 * u, y + 20 * u)],
                [5 * u, 6.5 * u],
                scaled(self.who.scarf, 0.88),
                shade="side",
            )

    def _frame(self) -> tuple[Point, Point, float, float, float]:
        """Neck and hip, and half the widths of shoulders, waist and hips."""
        narrow = 0.78 if self.is_turned else 1.0
        half = self.who.height * 0.135 * self.who.breadth * narrow
        waist = half * (0.66 if self.who.is_female and not self.who.is_child else 0.84)
        hips = half * (0.86 if self.who.is_female else 0.8)
        return self.joints.neck, self.joints.hip, half, waist, hips

    def _garment(
        self, pen: Pen, color: RGB, hem_y: float | None, flare: float, *, starts_at_waist: bool = False
    ) -> None:
        neck, hip, half, waist, hips = self._frame()
        u = self.unit
        middle = (neck[0] + (hip[0] - neck[0]) * 0.62, neck[1] + (hip[1] - neck[1]) * 0.62)
        low = (hip[0], hip[1] + 4 * u)
        hem = (
            low if hem_y is None else (hip[0] + (2 * u if self.is_turned else 0), max(low[1] + 6 * u, hem_y))
        )
        width = hips * 1.04 if hem_y is None else hips * 1.2 * flare
        left = [] if starts_at_waist else [
            (neck[0] - 5.2 * u, neck[1] - 1.0 * u), (neck[0] - half * 0.8, neck[1] + 2.2 * u),
            (neck[0] - half, neck[1] + 7 * u), (neck[0] - half * 0.9, neck[1] + 15 * u)]  # fmt: skip
        right = [(2 * neck[0] - x, y) for x, y in left]
        left += [(middle[0] - waist, middle[1]), (low[0] - hips, low[1] - 2 * u), (hem[0] - width, hem[1])]
        right += [(middle[0] + waist, middle[1]), (low[0] + hips, low[1] - 2 * u), (hem[0] + width, hem[1])]
        bottom = [(hem[0] - width * 0.4, hem[1] + 1.6 * u), (hem[0] + width * 0.4, hem[1] + 1.6 * u)]
        pen.shape([*left, *bottom, *reversed(right)], color, shade="side", depth=1.1, is_smooth=True)

    def _front_x(self) -> float:
        return -3.2 * self.unit if self.is_turned else 0.0

    def _as_coat(self, pen: Pen) -> None:
        (nx, ny), (hx, hy), half, waist, _ = self._frame()
        u, x, color = self.unit, self._front_x(), self.who.top_color
        hem = max(hy + 10 * u, -self.who.height * 0.25)
        pen.shape(
            [(nx + x - 5 * u, ny), (nx + x, ny + 15 * u), (nx + x + 5 * u, ny)],
            self.who.under_color,
            shade="flat",
            outline=0.6,
        )
        pen.stroke([(nx + x, ny + 14 * u), (hx + x, hy), (hx + x * 1.2, hem)], scaled(color, 0.55), 0.8 * u)
        for side in (1,) if self.is_turned else (-1, 1):
            pen.shape([(nx + x + side * 4 * u, ny - 2 * u), (nx + x + side * half * 0.62, ny + 8 * u), (nx + x + side * 5.4 * u, ny + 11 * u),
                       (nx + x, ny + 17 * u)], scaled(color, 1.14), shade="down", outline=0.8)  # fmt: skip
            pocket = hx + x + side * waist * 0.62
            pen.box(
                pocket - 4 * u, hy - 1 * u, pocket + 4 * u, hy + 1.6 * u, scaled(color, 0.75), outline=0.5
            )
        for step in range(4):
            y = ny + 20 * u + step * (hem - ny - 24 * u) / 4
            pen.oval(nx + (hx - nx) * 0.5 + x + 3 * u, y, 1.1 * u, 1.1 * u, scaled(color, 0.42), outline=0.4)

    def _as_dress(self, pen: Pen) -> None:
        (nx, ny), (hx, hy), _, waist, hips = self._frame()
        u, color = self.unit, self.who.top_color
        my = ny + (hy - ny) * 0.62
        pen.shape(
            [(nx - 5 * u, ny - 1 * u), (nx + self._front_x(), ny + 6 * u), (nx + 5 * u, ny - 1 * u)],
            self.who.skin,
            shade="flat",
            outline=0.6,
            is_smooth=True,
        )
        pen.shape([(nx - waist, my - 1.6 * u), (nx + waist, my - 1.6 * u), (nx + waist, my + 1.8 * u), (nx - waist, my + 1.8 * u)],
                  scaled(color, 0.62), shade="side", outline=0.7)  # fmt: skip
        hem = max(hy + 10 * u, -self.who.height * 0.27)
        for part in (-0.6, -0.1, 0.45):
            pen.stroke(
                [(nx + waist * part, my + 4 * u), (hx + hips * 1.45 * part, hem - 1 * u)],
                scaled(color, 0.74),
                0.6 * u,
            )

    def _as_jacket(self, pen: Pen) -> None:
        (nx, ny), (hx, hy), half, _, _ = self._frame()
        u, x, color = self.unit, self._front_x(), self.who.top_color
        pen.shape(
            [(nx + x - 5 * u, ny - 1 * u), (nx + x, ny + 24 * u), (nx + x + 5 * u, ny - 1 * u)],
            self.who.under_color,
            shade="down",
            outline=0.6,
        )
        for side in (-1, 1):
            pen.shape([(nx + x + side * 4.4 * u, ny - 2 * u), (nx + x + side * half * 0.56, ny + 9 * u), (nx + x + side * 5 * u, ny + 12 * u),
                       (nx + x, ny + 25 * u)], scaled(color, 1.12), shade="down", outline=0.8)  # fmt: skip
        pen.stroke([(nx + x, ny + 24 * u), (hx + x, hy + 3 * u)], scaled(color, 0.5), 0.8 * u)
        for y in (27, 32):
            pen.oval(nx + x + 2 * u, ny + y * u, 0.9 * u, 0.9 * u, scaled(color, 0.42), outline=0.4)

    def _as_shirt(self, pen: Pen) -> None:
        (nx, ny), (hx, hy), _, _, hips = self._frame()
        u, x, color = self.unit, self._front_x(), self.who.top_color
        for side in (-1, 1):
            pen.shape([(nx + x, ny + 6 * u), (nx + x + side * 5.4 * u, ny - 1.6 * u), (nx + x + side * 6.8 * u, ny + 3.6 * u)],
                      scaled(color, 1.14), shade="flat", outline=0.7)  # fmt: skip
        pen.stroke([(nx + x, ny + 6 * u), (hx + x, hy + 2 * u)], scaled(color, 0.7), 0.6 * u)
        for step in range(4):
            pen.oval(nx + x, ny + 11 * u + step * 7 * u, 0.7 * u, 0.7 * u, scaled(color, 0.55), outline=0.3)
        pen.box(
            hx - hips,
            hy + 1.4 * u,
            hx + hips,
            hy + 4.6 * u,
            scaled(self.who.shoes, 0.9),
            shade="side",
            outline=0.6,
        )

    def _as_sweater(self, pen: Pen) -> None:
        (nx, ny), (hx, hy), _, _, hips = self._frame()
        u, color = self.unit, self.who.top_color
        pen.limb(
            [(nx - 5.6 * u, ny), (nx + self._front_x() * 0.5, ny + 2.4 * u), (nx + 5.6 * u, ny)],
            [4.6 * u],
            scaled(color, 0.84),
            shade="down",
        )
        pen.shape(
            [
                (hx - hips, hy),
                (hx + hips, hy),
                (hx + hips * 1.02, hy + 4.6 * u),
                (hx - hips * 1.02, hy + 4.6 * u),
            ],
            scaled(color, 0.8),
            shade="side",
            outline=0.7,
        )
