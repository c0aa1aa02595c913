"""How fast a piece of music goes, all through it: one tempo, or a path where it changes; beats are `beats.py`'s."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cinecore.audio.onsets import CURVE_RATE, Curve

_WINDOW_S = 8.0
_STEP_S = 1.0
_STEADY_LOG = 0.04
"""Tempi within four parts in a hundred of each other are one."""
_CHANGE_COST = 0.6
_DRIFT_COST = 6.0
"""What a change of tempo from one second to the next must gain: at most, and for each unit of its logarithm."""
_WHOLE_WEIGHT = 0.5
"""How much the whole piece says about each of its stretches."""
_STILL_HEARD = 0.5
"""A tempo with this much of another's support in a stretch goes on there."""
_CLEAR = 0.7
"""Support (of 3) under which a stretch has no pulse of its own; clear ones have 1.5 and more."""
_LEAST_CHANGED_S = 5.0
"""A tempo that holds for less is a slip of the tracker."""


def tempo_path(onsets: Curve, slowest: float, fastest: float, centre: float) -> Curve:
    """The beat's period at every value of the curve, in values; constant where the tempo is.

    A tempo outside the range is brought inside by octaves; `centre` decides between octaves that fit equally.
    """
    tempi = np.exp(np.arange(np.log(slowest), np.log(fastest) + 1e-9, 0.002))
    whole = tempo_scores(onsets, tempi, fastest, centre)
    single = 60 * CURVE_RATE / float(tempi[int(np.argmax(whole))])
    constant = np.full(len(onsets), single)
    width, step = int(_WINDOW_S * CURVE_RATE), int(_STEP_S * CURVE_RATE)
    if len(onsets) < 3 * width:
        return constant
    coarse = slice(None, None, 5)
    starts = range(0, len(onsets) - width + 1, step)
    scores = np.array(
        [tempo_scores(onsets[at : at + width], tempi[coarse], fastest, centre) for at in starts]
    )
    scores += _WHOLE_WEIGHT * whole[coarse]
    chosen = _cheapest(scores, np.log(tempi[coarse]))
    logs = _without_slips(np.log(tempi[coarse])[chosen], round(_LEAST_CHANGED_S / _STEP_S))
    stretches = [onsets[at : at + width] for at in starts]
    logs = _without_slips(_without_doubles(logs, stretches), round(_LEAST_CHANGED_S / _STEP_S))
    if logs.max() - logs.min() <= _STEADY_LOG:
        return constant
    middles = np.arange(len(starts)) * step + width / 2
    nearest = np.clip(np.rint((np.arange(len(onsets)) - middles[0]) / step), 0, len(starts) - 1).astype(int)
    return np.asarray(60 * CURVE_RATE / np.exp(logs[nearest]), np.float64)


def tempo_scores(onsets: Curve, tempi: Curve, fastest: float, centre: float) -> Curve:
    """How well each tempo's multiples agree with the curve's self-likeness; octaves by the preference."""
    longest = min(len(onsets) - 2, int(4 * 60 * CURVE_RATE / tempi[0]) + 8)
    likeness = autocorrelation(onsets, longest)
    lags = np.arange(len(likeness))
    periods = 60 * CURVE_RATE / tempi
    scores = np.zeros(len(tempi))
    for multiple, weight in ((1, 1.0), (2, 0.7), (4, 0.5)):
        scores += weight * np.interp(periods * multiple, lags, likeness, right=0.0)
    scores -= 0.35 * np.maximum(0.0, np.interp(periods * 1.5, lags, likeness, right=0.0))
    # as alike at a half, a third or two thirds of the lag: the pulse is faster, where the range allows it
    for ratio in (2.0, 3.0, 1.5):
        nearer = np.interp(periods / ratio, lags, likeness) - 0.85 * np.interp(periods, lags, likeness)
        scores -= np.where(ratio * tempi <= fastest, 3.0 * np.maximum(0.0, nearer), 0.0)
    return np.asarray(scores * np.exp(-0.5 * (np.log2(tempi / centre) / 1.2) ** 2), np.float64)


def autocorrelation(curve: Curve, longest: int) -> Curve:
    """How alike the curve is to itself at lags from 0 to `longest`; 1 at lag 0."""
    size = 1 << int(np.ceil(np.log2(2 * len(curve))))
    smooth = np.convolve(curve, np.hanning(9) / np.hanning(9).sum(), "same")
    spectrum = np.fft.rfft(smooth - smooth.mean(), size)
    raw = np.fft.irfft(spectrum * np.conj(spectrum), size)[: longest + 2]
    counts = np.maximum(1, len(curve) - np.arange(len(raw)))
    return np.asarray(raw / counts / max(1e-12, raw[0] / len(curve)), np.float64)


def _cheapest(scores: Curve, logs: Curve) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Which tempo each stretch has: the run with most score, less what its changes cost."""
    change = np.minimum(_CHANGE_COST, _DRIFT_COST * np.abs(logs[:, None] - logs[None, :]))
    total = scores[0]
    came_from = np.zeros(scores.shape, np.int64)
    for row in range(1, len(scores)):
        reached = total[None, :] - change
        came_from[row] = reached.argmax(axis=1)
        total = scores[row] + reached.max(axis=1)
    chosen = np.zeros(len(scores), np.int64)
    chosen[-1] = int(total.argmax())
    for row in range(len(scores) - 1, 0, -1):
        chosen[row - 1] = came_from[row, chosen[row]]
    return chosen


def _without_doubles(logs: Curve, stretches: list[Curve]) -> Curve:
    """The same with every run given back to the longest run's tempo where that one is still heard in it.

    A piece of one tempo shows its half, its double and its dotted beat by turns: that is no change. Nor is
    a stretch without a clear pulse.
    """
    out = logs.copy()
    runs = _runs(out)
    if len(runs) < 2:
        return out
    main = out[max(runs, key=lambda run: run[1] - run[0])[0]]
    for begin, end in runs:
        own = out[begin]
        if abs(own - main) <= _STEADY_LOG:
            continue
        support = np.array([_support(stretch, np.exp([main, own])) for stretch in stretches[begin:end]])
        is_octave = abs(abs(own - main) - np.log(2)) <= _STEADY_LOG
        mains, owns = np.median(support, axis=0)
        if is_octave or mains >= _STILL_HEARD * owns or owns < _CLEAR:
            out[begin:end] = main
    return out


def _support(onsets: Curve, tempi: Curve) -> Curve:
    """How alike the curve is to itself one, two and four beats on, for each tempo."""
    periods = 60 * CURVE_RATE / tempi
    likeness = autocorrelation(onsets, min(len(onsets) - 2, int(4.1 * periods.max())))
    lags = np.arange(len(likeness))
    # a tempo of a window is known to a part in a hundred: the best nearby counts
    near = np.exp(np.linspace(-0.012, 0.012, 7))
    values = [
        max(
            float(sum(np.interp(k * period * bend, lags, likeness, right=0.0) for k in (1, 2, 4)))
            for bend in near
        )
        for period in periods
    ]
    return np.array(values)


def _runs(logs: Curve) -> list[tuple[int, int]]:
    edges = [0, *(np.flatnonzero(np.abs(np.diff(logs)) > _STEADY_LOG) + 1).tolist(), len(logs)]
    return list(pairwise(edges))


def _without_slips(logs: Curve, least: int) -> Curve:
    """The same with runs of one tempo shorter than `least` steps given to the longer of their neighbours."""
    out = logs.copy()
    while True:
        runs = _runs(out)
        edges = [0, *(end for _, end in runs)]
        lengths = np.diff(edges)
        if len(lengths) < 2 or lengths.min() >= least:
            return out
        short = int(lengths.argmin())
        other = max((n for n in (short - 1, short + 1) if 0 <= n < len(lengths)), key=lambda n: lengths[n])
        value = out[edges[other + 1] - 1] if other < short else out[edges[other]]
        out[edges[short] : edges[short + 1]] = value
