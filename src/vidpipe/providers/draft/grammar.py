"""The grammar of shots: sizes that alternate, a line that is kept, camera moves that have a reason.

After the rules of craft for scenes that are made: establish, then relate, then feel. Deliberately not here:
what a script says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from vidpipe.schemas.kinds import CameraMove, Facing, Position, ShotType

LADDER = (
    ShotType.ESTABLISHING,
    ShotType.WIDE,
    ShotType.TWO_SHOT,
    ShotType.MEDIUM,
    ShotType.CLOSE_UP,
    ShotType.INSERT,
)
"""Sizes from the largest world to the smallest thing; neighbours in time are at least one step apart."""

_SIZE_WORDS = (
    (re.compile(r"\b(?:establish\w*|extreme(?:ly)? (?:wide|long)|ews|els|aerial|panorama)\b", re.IGNORECASE), ShotType.ESTABLISHING),
    (re.compile(r"\b(?:insert|detail|macro|extreme close[- ]?up|ecu|xcu|cutaway)\b", re.IGNORECASE), ShotType.INSERT),
    (re.compile(r"\b(?:close[- ]?up|close|cu|mcu|portrait)\b", re.IGNORECASE), ShotType.CLOSE_UP),
    (re.compile(r"\b(?:two[- ]?shot|2[- ]?shot|2s|over[- ]the[- ]shoulder|ots)\b", re.IGNORECASE), ShotType.TWO_SHOT),
    (re.compile(r"\b(?:medium|mid|ms|mls|waist|cowboy)\b", re.IGNORECASE), ShotType.MEDIUM),
    (re.compile(r"\b(?:wide|long shot|full|ws|ls|fs|master)\b", re.IGNORECASE), ShotType.WIDE),
)  # fmt: skip
_MOVE_WORDS = (
    (re.compile(r"\b(?:push|dolly|zoom|move|track|truck)(?:es|s|ing)?[- ]?(?:slowly )?in\b", re.IGNORECASE), CameraMove.PUSH_IN),
    (re.compile(r"\b(?:pull|dolly|zoom|move)(?:s|ing)?[- ]?(?:slowly )?(?:out|back)\b", re.IGNORECASE), CameraMove.PULL_OUT),
    (re.compile(r"\bpan(?:s|ning)?[- ]?(?:slowly )?(?:to the )?left\b", re.IGNORECASE), CameraMove.PAN_LEFT),
    (re.compile(r"\bpan(?:s|ning)?\b", re.IGNORECASE), CameraMove.PAN_RIGHT),
    (re.compile(r"\btilt(?:s|ing)?[- ]?(?:slowly )?down\b", re.IGNORECASE), CameraMove.TILT_DOWN),
    (re.compile(r"\btilt(?:s|ing)?\b|\bcrane(?:s|ing)? up\b", re.IGNORECASE), CameraMove.TILT_UP),
    (re.compile(r"\b(?:track|truck|follow)(?:s|ing)?[- ]?(?:shot )?(?:to the )?left\b", re.IGNORECASE), CameraMove.TRACK_LEFT),
    (re.compile(r"\b(?:track|truck)(?:s|ing)?\b|\bfollow(?:s|ing)?\b|\bsteadicam\b", re.IGNORECASE), CameraMove.TRACK_RIGHT),
    (re.compile(r"\b(?:static|fixed|locked|still|none|tripod)\b", re.IGNORECASE), CameraMove.STATIC),
)  # fmt: skip
_UNDERSCORED = {move.value: move for move in CameraMove}
DREAD = frozenset({"afraid"})
FEELING = frozenset({"sad", "thoughtful", "determined", "surprised", "angry", "afraid"})


def size_in_words(text: str) -> ShotType | None:
    """The shot size that words ask for, as in a shot list; None where they name none."""
    plain = text.replace("_", " ")
    return next((size for pattern, size in _SIZE_WORDS if pattern.search(plain)), None)


def move_in_words(text: str) -> CameraMove | None:
    """The camera move that words ask for; None where they name none."""
    if (known := _UNDERSCORED.get(text.strip().lower().replace(" ", "_"))) is not None:
        return known
    plain = text.replace("_", " ")
    return next((move for pattern, move in _MOVE_WORDS if pattern.search(plain)), None)


def next_size(wanted: Sequence[ShotType], before: ShotType | None) -> ShotType:
    """The first wanted size that is not its neighbour's; where all are, the nearest other on the ladder."""
    if before is None:
        return wanted[0]
    for size in wanted:
        if size is not before:
            return size
    place = LADDER.index(before)
    by_nearness = sorted(LADDER, key=lambda size: (abs(LADDER.index(size) - place), LADDER.index(size)))
    people = {ShotType.TWO_SHOT, ShotType.INSERT}
    return next(size for size in by_nearness if size is not before and size not in people)


class Line:
    """Who looks which way: kept for each figure until a shot where it looks neither left nor right."""

    def __init__(self) -> None:
        self._home: dict[int, Facing] = {}
        self._last: dict[int, Facing] = {}

    def facings(
        self, figures: Sequence[int], *, all_one_way: bool = False, away: bool = False
    ) -> dict[int, Facing]:
        """Where each of a shot's figures looks.

        `all_one_way`: they go together; `away`: they leave the camera behind.
        """
        wanted: dict[int, Facing] = {}
        for figure in figures:
            if figure not in self._home:
                self._home[figure] = self._free_side(figure, figures)
            wanted[figure] = self._home[figure]
        if all_one_way and figures:
            wanted = dict.fromkeys(figures, self._home[figures[0]])
        elif len(figures) == 2 and wanted[figures[0]] is wanted[figures[1]]:
            wanted[figures[1]] = _other(wanted[figures[0]])
        if away:
            wanted = dict.fromkeys(figures, Facing.AWAY)
        shown: dict[int, Facing] = {}
        for figure, facing in wanted.items():
            last = self._last.get(figure)
            # Crossing the line needs a neutral look between.
            crosses = facing in _SIDES and last in _SIDES and facing is not last
            shown[figure] = Facing.CAMERA if crosses else facing
        self._last.update(shown)
        return shown

    def neutral(self, figures: Iterable[int]) -> None:
        """A shot without them in it, from which any side may follow: none of them is bound any more."""
        for figure in figures:
            self._last.pop(figure, None)

    def _free_side(self, figure: int, figures: Sequence[int]) -> Facing:
        taken = [self._home[other] for other in figures if other != figure and other in self._home]
        return _other(taken[0]) if taken else Facing.RIGHT


_SIDES = frozenset({Facing.LEFT, Facing.RIGHT})


def _other(facing: Facing) -> Facing:
    return Facing.LEFT if facing is Facing.RIGHT else Facing.RIGHT


def positions(
    facings: Mapping[int, Facing], size: ShotType, *, all_one_way: bool = False
) -> dict[int, Position]:
    """Where figures stand: with room to look into; face to face; one after the other when they go together."""
    figures = list(facings)
    if not figures:
        return {}
    if len(figures) == 1:
        only = figures[0]
        if size in {ShotType.CLOSE_UP, ShotType.ESTABLISHING, ShotType.INSERT}:
            return {only: Position.CENTER}
        return {only: _looking_into_the_picture(facings[only])}
    if all_one_way:
        ahead = Position.CENTER
        behind = _looking_into_the_picture(facings[figures[0]])
        order = [ahead, behind, Position.RIGHT if behind is Position.LEFT else Position.LEFT]
    else:
        first = _looking_into_the_picture(facings[figures[0]])
        if first is Position.CENTER:
            first = Position.RIGHT if facings[figures[1]] is Facing.RIGHT else Position.LEFT
            if facings[figures[1]] is Facing.RIGHT:
                return dict(zip(figures, (Position.RIGHT, Position.LEFT, Position.CENTER), strict=False))
        second = Position.RIGHT if first is Position.LEFT else Position.LEFT
        order = [first, second, Position.CENTER]
    return {figure: order[min(place, 2)] for place, figure in enumerate(figures)}


def _looking_into_the_picture(facing: Facing) -> Position:
    return {Facing.RIGHT: Position.LEFT, Facing.LEFT: Position.RIGHT}.get(facing, Position.CENTER)


def camera_move(
    *,
    size: ShotType,
    flags: frozenset[str],
    expression: str,
    facing: Facing | None,
    text: str,
    people: int,
    is_first: bool,
    is_last: bool,
    is_payoff: bool,
    before: CameraMove | None,
) -> CameraMove:
    """The move that has a reason here; static where none has, and where the same move was just made."""
    low = text.lower()
    right = facing is not Facing.LEFT
    move = CameraMove.STATIC
    if is_last and size in {ShotType.WIDE, ShotType.ESTABLISHING, ShotType.TWO_SHOT}:
        move = CameraMove.PULL_OUT
    elif size is ShotType.ESTABLISHING:
        move = CameraMove.PUSH_IN if is_first else (CameraMove.PAN_RIGHT if right else CameraMove.PAN_LEFT)
    elif size is ShotType.INSERT:
        move = CameraMove.STATIC if is_payoff else CameraMove.PUSH_IN
    elif re.search(r"\b(?:alone|lonely|empty|abandoned)\b", low) or "away" in flags:
        move = CameraMove.PULL_OUT
    elif "travel" in flags and size in {ShotType.WIDE, ShotType.MEDIUM, ShotType.TWO_SHOT}:
        move = CameraMove.TRACK_RIGHT if right else CameraMove.TRACK_LEFT
    elif "high" in flags or re.search(r"\b(?:sky|stars|up at|upwards)\b", low):
        move = CameraMove.TILT_UP
    elif "low" in flags:
        move = CameraMove.TILT_DOWN
    elif expression in DREAD and size is not ShotType.CLOSE_UP:
        move = CameraMove.STATIC
    elif size is ShotType.CLOSE_UP and (expression in FEELING or "think" in flags):
        move = CameraMove.PUSH_IN
    elif "look" in flags and size is not ShotType.CLOSE_UP:
        move = CameraMove.PAN_RIGHT if right else CameraMove.PAN_LEFT
    elif people < 2 and "think" in flags:
        move = CameraMove.PUSH_IN
    return CameraMove.STATIC if move is before and move is not CameraMove.STATIC else move
