"""Naive trailers of lawful form: our skeleton (acts, cards, clip lengths) filled with footage chosen otherwise.

They know what a naive tool knows: how long the film is, how loud it is, the scores of single pieces. They never show one frame
twice and keep film order, which is more than chance; lines, shots, turning points and the ending mean nothing to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from bench.craft.films import BenchFilm

from cinecore.analysis.film import FilmAnalysis
from cinecore.timebase import seconds_text
from cinecut.manifest.schema import ZONE_ORDER, Clip, Manifest, SpokenLine
from cinecut.narrative.candidates import find_candidates
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import judge, looks_of
from cinecut.narrative.permitted import permitted_footage
from cinecut.narrative.turning_points import find_turning_points

Baseline = Callable[[BenchFilm, Manifest], Manifest]
"""A film and our trailer of it to a naive trailer of the same form."""


def random_cuts(film: BenchFilm, ours: Manifest) -> Manifest:
    """Footage from anywhere in the film, without overlap."""
    return _scattered(film, ours, 0, film.spec.frames)


def random_before_limit(film: BenchFilm, ours: Manifest) -> Manifest:
    """The same from the footage that ours may use: between the story's start and the limit that ours names."""
    anchors = ours.structural_anchors
    assert anchors is not None
    assert anchors.spoiler_limit_s is not None
    first = film.truth.story_first
    limit = int(anchors.spoiler_limit_s * float(film.spec.rate.fps))
    return _scattered(film, ours, first, limit)


def _scattered(film: BenchFilm, ours: Manifest, first: int, end: int) -> Manifest:
    """Random gaps between the clips, so that every lawful arrangement is as likely as any other."""
    lengths = _lengths(film, ours)
    free = max(0, end - first - sum(lengths))
    random = np.random.default_rng([film.spec.seed, 41])
    gaps = np.sort(random.integers(0, free + 1, len(lengths)))
    before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return _with_starts(film, ours, [first + int(gap + used) for gap, used in zip(gaps, before, strict=True)])


def uniform_cuts(film: BenchFilm, ours: Manifest) -> Manifest:
    """Clips at equal distances over the whole film."""
    lengths = _lengths(film, ours)
    gap = max(0, film.spec.frames - sum(lengths)) / (len(lengths) + 1)
    before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return _with_starts(film, ours, [int(gap * (n + 1) + used) for n, used in enumerate(before)])


def loudest_cuts(film: BenchFilm, ours: Manifest) -> Manifest:
    """The loudest passages of the film, in film order."""
    lengths = _lengths(film, ours)
    loud = _loudness_by_frame(film.story.analysis, film.spec.frames, float(film.spec.rate.fps))
    window = int(np.mean(lengths))
    level = np.convolve(loud, np.ones(window) / window, mode="same")
    return _with_centres(film, ours, np.argsort(-level, kind="stable").tolist())


def _loudness_by_frame(analysis: FilmAnalysis, frames: int, fps: float) -> np.ndarray:
    sound = analysis.sound
    assert sound is not None
    at = np.minimum((np.arange(frames) / fps / sound.step_s).astype(int), len(sound.loudness_lufs) - 1)
    return np.asarray(sound.loudness_lufs[at], dtype=np.float64)


def best_scores(film: BenchFilm, ours: Manifest) -> Manifest:
    """The candidates that our own scores like best, one by one, in film order: the choice without its search."""
    brief = film.brief
    grid = FilmGrid(brief.analysis, brief.rate)
    points = find_turning_points(brief.analysis, brief.events, brief.eyes)
    permitted = permitted_footage(brief, grid, points)
    candidates = find_candidates(grid, brief.events, permitted)
    judged = judge(brief, grid, permitted, points, candidates, looks_of(brief))
    best = sorted(judged, key=lambda item: (-item.score, item.candidate.number))
    return _with_centres(film, ours, [item.candidate.centre for item in best])


BASELINES: dict[str, Baseline] = {
    "random": random_cuts,
    "random before the limit": random_before_limit,
    "uniform": uniform_cuts,
    "loudest": loudest_cuts,
    "best scores": best_scores,
}


def _lengths(film: BenchFilm, ours: Manifest) -> list[int]:
    """Frames of each clip of ours, transitions counted in."""
    fps = float(film.spec.rate.fps)
    return [round((clip.source_end_s - clip.source_start_s) * fps) for clip in ours.clips]


def _with_centres(film: BenchFilm, ours: Manifest, wanted: Sequence[int]) -> Manifest:
    """Clips around the first of the wanted frames that leave room for one another, in film order."""
    lengths = _lengths(film, ours)
    apart = max(lengths)
    while True:
        taken: list[int] = []
        for centre in wanted:
            if all(abs(centre - other) >= apart for other in taken):
                taken.append(centre)
                if len(taken) == len(lengths):
                    break
        if len(taken) == len(lengths):
            break
        apart = int(apart * 0.8)
    starts, position = [], 0
    for n, (centre, length) in enumerate(zip(sorted(taken), lengths, strict=True)):
        last = film.spec.frames - sum(lengths[n:])
        position = max(position, min(centre - length // 2, last))
        starts.append(position)
        position += length
    return _with_starts(film, ours, starts)


def _with_starts(film: BenchFilm, ours: Manifest, starts: Sequence[int]) -> Manifest:
    """Our trailer with its clips' footage from other places; what is whole in a clip is heard."""
    fps = film.spec.rate.fps
    clips = []
    for clip, start, length in zip(ours.clips, starts, _lengths(film, ours), strict=True):
        start_s, end_s = seconds_text(start / fps), seconds_text((start + length) / fps)
        lines = tuple(
            SpokenLine(start_s=line.start_s, end_s=line.end_s, text=line.text)
            for line in film.story.events
            if start_s <= line.start_s and line.end_s <= end_s
        )
        clips.append(_moved(clip, start_s, end_s, lines, ours))
    return ours.model_copy(update={"clips": tuple(clips)})


def _moved(clip: Clip, start_s: float, end_s: float, lines: tuple[SpokenLine, ...], ours: Manifest) -> Clip:
    anchors = ours.structural_anchors
    borders = anchors.zone_borders_s if anchors and anchors.zone_borders_s else (0.0, 0.0)
    middle = (start_s + end_s) / 2
    zone = ZONE_ORDER[sum(middle >= border for border in borders)]
    return clip.model_copy(
        update={
            "source_start_s": start_s,
            "source_end_s": end_s,
            "lines": lines,
            "narrative_zone": zone,
            "alternates": (),
        }
    )
