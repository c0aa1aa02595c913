"""How long shots and lines are: what speech needs, and a total shared out to the frame.

Deliberately not here: which line belongs to which shot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from vidpipe.schemas.storyboard import LONGEST_SCENE_S, SHORTEST_SCENE_S

FRAMES_PER_SECOND = 24
WORDS_PER_SECOND = 2.5
AIR_S = 0.5
"""Around each line: half a second."""

UNSPACED_LETTERS_PER_WORD = 2.0
"""In writing without spaces between words (Chinese, Japanese, Thai)."""

_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_SENTENCES = re.compile(r"(?<=[.!?…;:。！？؟])\s+|(?<=[。！？])")
_PHRASES = re.compile(r"(?<=[,،、–—])\s*")


def words_in(text: str) -> float:
    """How many words a line takes to say."""
    unspaced = len(_UNSPACED.findall(text))
    spoken = [word for word in _UNSPACED.sub(" ", text).split() if any(sign.isalnum() for sign in word)]
    return len(spoken) + unspaced / UNSPACED_LETTERS_PER_WORD


def line_s(text: str) -> float:
    """Seconds that a line takes, with its air."""
    return words_in(text) / WORDS_PER_SECOND + AIR_S


def lines_s(texts: Sequence[str]) -> float:
    """Seconds that lines take one after the other."""
    return sum(line_s(text) for text in texts)


def split_line(text: str, longest_s: float) -> list[str]:
    """A line in parts that each fit, split at sentences, then phrases, then words; joined they are the line.

    Parts are at most 1,000 letters.
    """
    pieces = _pieces(text.strip(), longest_s)
    parts: list[str] = []
    for piece in pieces:
        if parts and _fits(_joined(parts[-1], piece), longest_s):
            parts[-1] = _joined(parts[-1], piece)
        else:
            parts.append(piece)
    return parts


def _pieces(text: str, longest_s: float) -> list[str]:
    if _fits(text, longest_s):
        return [text]
    for border in (_SENTENCES, _PHRASES):
        parts = [part for part in border.split(text) if part and part.strip()]
        if len(parts) > 1:
            return [piece for part in parts for piece in _pieces(part.strip(), longest_s)]
    words = text.split()
    if len(words) > 1:
        middle = len(words) // 2
        return _pieces(" ".join(words[:middle]), longest_s) + _pieces(" ".join(words[middle:]), longest_s)
    middle = len(text) // 2
    if middle == 0:
        return [text]
    return _pieces(text[:middle], longest_s) + _pieces(text[middle:], longest_s)


def _joined(left: str, right: str) -> str:
    """Two neighbours of a line together again; without a space where the writing has none."""
    return left + right if _UNSPACED.match(left[-1]) or left[-1] in "。！？、" else f"{left} {right}"


def _fits(text: str, longest_s: float) -> bool:
    return line_s(text) <= longest_s and len(text) <= 1000


def surplus_s(total_s: float, needs_s: Sequence[float]) -> float:
    """By how much scenes that need this are longer than the total; negative where there is room."""
    return sum(max(SHORTEST_SCENE_S, need) for need in needs_s) - total_s


def share_out(
    total_s: float, needs_s: Sequence[float], wishes_s: Sequence[float] | None = None
) -> list[float]:
    """Lengths that add up to the total to the frame, none shorter than it needs while the total allows.

    `needs_s` is what each scene's lines take; `wishes_s` what each would have, equal shares without it. Where the
    needs together are more than the total, all are shortened alike.
    """
    count = len(needs_s)
    total = max(count, round(total_s * FRAMES_PER_SECOND))
    floor = min(SHORTEST_SCENE_S * FRAMES_PER_SECOND, total / count)
    most = LONGEST_SCENE_S * FRAMES_PER_SECOND
    least = [min(most, max(floor, need * FRAMES_PER_SECOND)) for need in needs_s]
    if sum(least) > total:
        over = sum(need - floor for need in least)
        scale = (total - floor * count) / over if over else 0.0
        lengths = [floor + (need - floor) * scale for need in least]
        return _whole_frames(lengths, total, [floor] * count)
    wished = [max(1e-6, wish) for wish in wishes_s] if wishes_s else [1.0] * count
    lengths = list(least)
    free = [True] * count
    while True:
        # Water filling: whoever needs more than a fair share keeps the need, the rest share what is left.
        left = total - sum(length for length, is_free in zip(lengths, free, strict=True) if not is_free)
        weight = sum(wish for wish, is_free in zip(wished, free, strict=True) if is_free)
        bound = False
        for place in range(count):
            if free[place] and left * wished[place] / weight < least[place] - 1e-9:
                lengths[place], free[place], bound = least[place], False, True
        if not bound:
            break
    for place in range(count):
        if free[place]:
            lengths[place] = min(most, left * wished[place] / weight)
    return _whole_frames(lengths, total, least)


def _whole_frames(lengths: Sequence[float], total: int, least: Sequence[float] | None = None) -> list[float]:
    """Frames by largest remainder, as seconds; whoever must not lose a part of a frame is rounded up first."""
    needed = [math.ceil(length - 1e-6) for length in least] if least is not None else [1] * len(lengths)
    frames = [max(math.floor(length + 1e-6), need) for length, need in zip(lengths, needed, strict=True)]
    places = range(len(frames))
    while (missing := total - sum(frames)) > 0:
        for place in sorted(places, key=lambda place: (frames[place] - lengths[place], place))[:missing]:
            frames[place] += 1
    while (surplus := sum(frames) - total) > 0:
        by_slack = sorted(places, key=lambda place: (needed[place] - frames[place], -frames[place], place))
        for place in by_slack[: min(surplus, max(1, len(frames) // 2))]:
            frames[place] -= 1
    return [round(frame / FRAMES_PER_SECOND, 6) for frame in frames]
