"""How alike two choices of film shots are: which were taken, in which order; how they were found is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Overlap:
    """One choice held against another, shots up to `within` film shots apart counting as the same."""

    within: int
    precision: float
    """Of ours, the share that the other has too."""
    recall: float
    """Of the other's, the share that ours has too."""

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 where nothing is shared."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def paired(ours: Sequence[int], other: Sequence[int], within: int) -> list[tuple[int, int]]:
    """As many pairs of positions (ours, other) as can be made, each position in one pair, shots at most `within` apart.

    Over sorted shots the nearest free one at or above the lower bound is always a best choice: equal widths never cross.
    """
    mine = sorted(range(len(ours)), key=lambda i: (ours[i], i))
    theirs = sorted(range(len(other)), key=lambda i: (other[i], i))
    pairs: list[tuple[int, int]] = []
    at = 0
    for i in mine:
        while at < len(theirs) and other[theirs[at]] < ours[i] - within:
            at += 1
        if at < len(theirs) and other[theirs[at]] <= ours[i] + within:
            pairs.append((i, theirs[at]))
            at += 1
    return pairs


def overlap(ours: Sequence[int], other: Sequence[int], within: int) -> Overlap:
    """Precision and recall of one choice against another."""
    shared = len(paired(ours, other, within))
    return Overlap(within, shared / len(ours) if ours else 0.0, shared / len(other) if other else 0.0)


def order_accuracy(ours: Sequence[int], other: Sequence[int], within: int = 0) -> float | None:
    """Share of pairs of shared shots that stand in the same order in both; None with fewer than two shared."""
    pairs = paired(ours, other, within)
    if len(pairs) < 2:
        return None
    same = [(one[0] < two[0]) == (one[1] < two[1]) for one, two in combinations(pairs, 2)]
    return sum(same) / len(same)


def levenshtein(ours: Sequence[int], other: Sequence[int]) -> int:
    """How many insertions, removals and replacements of shots lead from one sequence to the other."""
    before = list(range(len(other) + 1))
    for i, one in enumerate(ours, 1):
        row = [i]
        for j, two in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != two)))
        before = row
    return before[-1]
