"""What an action looks like: the joints of a standing, walking, sitting, reaching figure.

Angles are in degrees from hanging straight down; a turned figure looks to the left and forward is positive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class Pose:
    """One figure's joints."""

    name: str
    lean: float = 0.0
    """Of the trunk, forward."""
    near_arm: tuple[float, float] = (-8.0, 22.0)
    """Upper arm, and how far the forearm is bent further."""
    far_arm: tuple[float, float] = (14.0, 20.0)
    near_leg: tuple[float, float] = (-9.0, 2.0)
    """Thigh, and how far the shin is bent back."""
    far_leg: tuple[float, float] = (10.0, 2.0)
    drop: float = 0.0
    """How far the hips sink, as a part of the leg's length."""
    nod: float = 0.0
    """Of the head, degrees, forward."""
    travel: bool = False
    """Whether the figure goes on in the direction in which it looks."""
    arm_motion: str = "still"
    """What the near arm does by itself."""
    hand: bool = False
    """Whether it holds something in its near hand."""


STAND: Final = Pose("stand")

_POSES: Final[tuple[tuple[str, Pose], ...]] = (
    (r"\bsit|\bseat|\bsleep|\bride|\briding|\bdriv|\bdine|\bdining", Pose(
        "sit", near_arm=(28, 52), far_arm=(34, 46), near_leg=(84, 86), far_leg=(78, 78), drop=0.47)),
    (r"\bkneel|\bcrouch|\bsquat|\bdig|\bplant(s|ing)\b", Pose(
        "kneel", lean=8, near_arm=(36, 40), far_arm=(30, 46), near_leg=(86, 92), far_leg=(-2, 88), drop=0.46, nod=8)),
    (r"\brun|\brac(e|ing)\b|\bchas|\bflee|\bhurr|\bsprint|\brush", Pose(
        "run", lean=12, near_arm=(-38, 84), far_arm=(40, 80), near_leg=(40, 58), far_leg=(-30, 44), drop=0.05, travel=True)),
    ((r"\bwalk|\bstroll|\bstep|\bapproach|\barriv|\bcom(e|es|ing)\b|\bgo(es)?\b|\bgoing\b|\bleav|\bclimb|\bcross|\breturn"
     r"|\bwander|\bfollow|\bmarch|\benter|\bdescend"), Pose(
        "walk", lean=3, near_arm=(-22, 16), far_arm=(24, 18), near_leg=(20, 8), far_leg=(-20, 16), drop=0.03, travel=True)),
    (r"\bwav(e|es|ing)\b|\bgreet|\bfarewell|\bgoodbye|\bhail", Pose(
        "wave", near_arm=(112, 44), far_arm=(-6, 10), near_leg=(-6, 2), far_leg=(8, 2), arm_motion="wave")),
    (r"\bpoint", Pose("point", near_arm=(86, 4), far_arm=(-6, 12))),
    (r"\bcheer|\bcelebrat|\bjump|\bdanc|\bthrow", Pose("cheer", near_arm=(152, 12), far_arm=(146, 14), arm_motion="sway")),
    (r"look(s|ing)? up|\bgaz(e|es|ing) (up|at the sky)|\bstar(e|es|ing) up", Pose("look_up", nod=-14, near_arm=(8, 14))),
    (r"\bread|\bwrit|\bstud(y|ies)|\bmend|\brepair|\bfix|\bsew|\bcook|\bpaint|\bwork|\btyp(e|es|ing)\b|\bplay(s|ing)? (the|a)\b", Pose(
        "work", near_arm=(26, 78), far_arm=(30, 72), nod=14, hand=True)),
    ((r"\bhold|\bcarr|\bgiv|\bhand(s|ing)\b|\boffer|\btak(e|es|ing)\b|\bfind|\bpick|\blift|\bshow|\bcatch|\bfl(y|ies|ying)\b|\breceiv"
     r"|\bopen|\bgrab|\breach|\bpull|\bpush|\bhug|\bembrac|\blight(s|ing)\b|\bdrink|\beat"), Pose(
        "hold", near_arm=(42, 56), far_arm=(14, 24), hand=True)),
    (r"\bthink|\bponder|\bwonder|\bdecid|\bhesitat|\bremember", Pose("think", near_arm=(30, 122), far_arm=(34, 66), nod=6)),
    (r"\bbow|\bbend|\blean|\binspect|\bexamin|\bsearch", Pose("bend", lean=26, near_arm=(48, 20), far_arm=(40, 24), nod=16)),
    (r"\blie|\blying|\bfall", Pose("kneel", lean=18, near_arm=(50, 20), near_leg=(86, 92), far_leg=(-2, 88), drop=0.46, nod=20)),
)  # fmt: skip


def pose_of(action: str) -> Pose:
    """The pose that an action asks for; the word said first wins, standing where none is known."""
    said = action.lower()
    found = [
        (match.start(), at) for at, (pattern, _) in enumerate(_POSES) if (match := re.search(pattern, said))
    ]
    if not found:
        return STAND
    return _POSES[min(found)[1]][1]


def at_rest(pose: Pose) -> Pose:
    """The same pose of one who stays where he is."""
    return replace(pose, travel=False)
