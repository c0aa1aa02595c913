"""Which shot of a film each shot of a trailer shows, told by look alone; no manifest is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.craft.views import Views, looks, read_views, windows

from cinecore.analysis.film import FilmAnalysis, Shot
from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

FILM_RATE, TRAILER_RATE = 6, 12
"""Views a second."""

MOST_SAMPLES = 8
"""Views of a trailer's shot that are compared."""

EDGE_SHARE = 0.12
"""Of a shot at each end, left out: transitions stand there."""

LEAST_LIKENESS = 0.5
"""Mean correlation of descriptors from which on two shots are the same pictures."""


SURE_LIKENESS = 0.7
"""From here on no other part of the film's frame is tried."""


@dataclass(frozen=True)
class LookedAt:
    """A video's shots and views."""

    shots: tuple[Shot, ...]
    views: Views
    analysis: FilmAnalysis


@dataclass(frozen=True)
class Match:
    """One shot of a trailer, and where in the film it is from."""

    start_s: float
    end_s: float
    film_s: float | None
    """Film time of its middle; None where nothing in the film looks like it."""
    film_shot: int | None
    likeness: float
    """Of the best place in the film, -1 to 1."""


def look_at(video: Path, rate: int) -> LookedAt:
    """Shots, bars and views of a video.

    Raises:
        InputError: It is no video.
        ToolError: It cannot be decoded.
    """
    media = probe(video)
    with tempfile.TemporaryDirectory() as scratch:
        analysis = analyse_film(media, Path(scratch))
    stream = media.video
    assert stream is not None
    width, height = stream.display_size
    aspect = width / height
    return LookedAt(analysis.shots, read_views(video, rate, analysis.picture_box, aspect), analysis)


def match_shots(film: LookedAt, trailer: LookedAt) -> tuple[Match, ...]:
    """Each shot of the trailer, in order, with its place in the film."""
    whole, shows = looks(trailer.views.pictures, trailer.views.box)
    samples = [_sample_times(shot) for shot in trailer.shots]
    numbers = [[trailer.views.at(time) for time in times] for times in samples]
    best: list[tuple[float, int]] = [(-1.0, 0)] * len(trailer.shots)
    for window in windows(film.views, trailer.views.aspect):
        unsure = [index for index, (likeness, _) in enumerate(best) if likeness < SURE_LIKENESS]
        if not unsure:
            break
        rows, _ = looks(film.views.pictures, window)
        for index in unsure:
            times, views = samples[index], numbers[index]
            seen = [(time, view) for time, view in zip(times, views, strict=True) if shows[view]]
            if 2 * len(seen) >= len(times):
                found = _best_place(rows, whole, seen, film.views.rate)
                best[index] = max(best[index], found)
    return tuple(
        _match(film, shot, times, *found)
        for shot, times, found in zip(trailer.shots, samples, best, strict=True)
    )


def _sample_times(shot: Shot) -> list[float]:
    """Times inside a shot, evenly apart; one for a very short shot."""
    low = shot.start_s + EDGE_SHARE * shot.seconds
    high = shot.end_s - EDGE_SHARE * shot.seconds
    count = int(np.clip((high - low) * TRAILER_RATE, 1, MOST_SAMPLES))
    step = (high - low) / count
    return [low + (number + 0.5) * step for number in range(count)]


def _best_place(
    rows: np.ndarray, whole: np.ndarray, seen: Sequence[tuple[float, int]], rate: int
) -> tuple[float, int]:
    """Mean likeness, and the film's view under the first sample, of the place where all samples fit best."""
    likeness = whole[[view for _, view in seen]] @ rows.T
    # a sample falls between two views of the film: the nearer of them is not always the one that was nearest in time
    near = likeness.copy()
    near[:, 1:] = np.maximum(near[:, 1:], likeness[:, :-1])
    near[:, :-1] = np.maximum(near[:, :-1], likeness[:, 1:])
    steps = [round((time - seen[0][0]) * rate) for time, _ in seen]
    length = rows.shape[0] - steps[-1]
    if length <= 0:
        return -1.0, 0
    total = sum(near[n, step : step + length] for n, step in enumerate(steps)) / len(steps)
    place = int(np.argmax(total))
    return float(total[place]), place


def _match(film: LookedAt, shot: Shot, times: Sequence[float], likeness: float, place: int) -> Match:
    if likeness < LEAST_LIKENESS:
        return Match(shot.start_s, shot.end_s, None, None, likeness)
    middle = (shot.start_s + shot.end_s) / 2
    film_s = place / film.views.rate + middle - times[0]
    return Match(shot.start_s, shot.end_s, film_s, film.analysis.shot_at(film_s).index, likeness)
