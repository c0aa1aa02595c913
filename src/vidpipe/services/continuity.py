"""How well a clip follows the one before it and keeps its own promises: measured parts, each with its weight.

| part               | what is measured                                                       | weight |
|--------------------|------------------------------------------------------------------------|--------|
| seam               | structure of the last frame before and the first frame, where the cut is continuous | 3.0 |
| palette            | share of colours that the two ends have in common, in one place         | 1.5    |
| exposure           | stops of light between the two ends, in one place                       | 1.0    |
| identity           | likeness of each person to the registry and to the clip before          | 3.0    |
| expected_recall    | part of what the shot should show that is seen                          | 2.0    |
| expected_precision | part of what is seen that the shot should show                          | 0.5    |
| flicker            | jumps of brightness from frame to frame and back                        | 1.0    |
| black_frames       | part of the clip that is black                                          | 1.0    |
| frozen_frames      | longest stretch in which nothing moves at all                           | 0.5    |
| shot_size          | whether the size of shot changes over a cut                             | 0.5    |
| flow               | whether the picture goes on in the direction in which it went           | 0.5    |

A part that cannot be measured has no score and the reason why; the clip's score is the weighted mean of the others,
and None where there is none. Pure: nothing is decoded or detected here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from cinecore.vision.labels import detector_label, family_of
from vidpipe.schemas.analysis import ContinuityPart
from vidpipe.services.clip_frames import ClipFrames
from vidpipe.services.clusters import Cluster
from vidpipe.services.frame_measures import coarse_colors, global_shift, mean_light, structural_similarity
from vidpipe.services.known_looks import KnownLook
from vidpipe.services.matching import clusters_alike
from vidpipe.services.sightings import PERSON, Vector

WEIGHTS: Final[Mapping[str, float]] = {
    "seam": 3.0,
    "palette": 1.5,
    "exposure": 1.0,
    "identity": 3.0,
    "expected_recall": 2.0,
    "expected_precision": 0.5,
    "flicker": 1.0,
    "black_frames": 1.0,
    "frozen_frames": 0.5,
    "shot_size": 0.5,
    "flow": 0.5,
}

MISSED_SEAM = 0.6
"""Structural similarity (SSIM) at which a seam is worth nothing: two drawings without a line in common have .65,
one coded moment seen twice .95 to 1."""

MISSED_PALETTE = 0.45
"""Common part of two colour histograms at which a palette has drifted away; two ends of one place have .8 to 1."""

MISSED_STOPS = 2.0
"""Stops of light at which exposure has drifted away; a person sees a third of one."""

MISSED_FLICKER = 3.0
"""Levels of 255: mean jump of a frame's brightness away from both of its neighbours. Still pictures stay under .2."""

BLACK_LEVEL, BLACK_SPREAD = 20.0, 4.0
"""Levels of 255 of brightness and of its spread under which a frame is black; night keeps lights and edges."""

MISSED_BLACK = 0.25
"""Part of a clip that may be black before nothing is left of the score."""

FROZEN_LEVEL = 0.02
"""Mean absolute difference of two frames, of 255, under which nothing moved: coding alone leaves more."""

FROZEN_ALLOWED_S = 0.5
MISSED_FROZEN = 0.5
"""Part of a clip that may stand still before nothing is left of the score."""

SIZES: Final = ("establishing", "wide", "two_shot", "medium", "close_up", "insert")
SAME_SIZE_SCORE = 4.0
"""A cut within one size may still change the angle, which is not known."""

SURE_SCORE, DOUBTFUL_SCORE = 0.6, 0.5
"""Detection scores from which something unexpected counts: seen once, and seen again."""

FLOW_FRAMES = 8
MOVING = 0.35
"""Pixels of a small picture a frame (2.8 of 1280) from which a picture moves."""


@dataclass(frozen=True)
class Seen:
    """A person or thing of a clip, and who it is."""

    cluster: Cluster
    vector: Vector | None = None
    tag: str | None = None
    similarity: float | None = None
    """To the registry: 0.5 is the threshold; None where nothing could be compared."""


@dataclass(frozen=True)
class Shown:
    """A clip, or the end of one."""

    frames: ClipFrames
    shot: Mapping[str, Any] | None = None
    cut: str | None = None
    seen: list[Seen] = field(default_factory=list)


def continuity_of(clip: Shown, before: Shown | None, known: Sequence[KnownLook]) -> dict[str, ContinuityPart]:
    """Every part of the table, in its order.

    Args:
        clip: What is judged.
        before: How the clip before ended; None for the first.
        known: The registry.
    """
    parts: dict[str, ContinuityPart] = {}
    parts["seam"] = seam(clip, before)
    parts["palette"] = palette(clip, before)
    parts["exposure"] = exposure(clip, before)
    parts["identity"] = identity(clip, before)
    parts["expected_recall"], parts["expected_precision"] = expected_against_seen(clip, known)
    if (clip.shot or {}).get("weather") == "storm":
        parts["flicker"] = _unknown("flicker", "the shot is a storm, which flashes")
    else:
        parts["flicker"] = flicker(clip.frames)
    parts["black_frames"] = black_frames(clip.frames)
    parts["frozen_frames"] = frozen_frames(clip.frames)
    parts["shot_size"] = shot_size(clip, before)
    parts["flow"] = flow(clip, before)
    return parts


def weighted_mean(parts: Mapping[str, ContinuityPart]) -> float | None:
    """The score of a clip, 0 to 10; None where no part could be measured."""
    measured = [part for part in parts.values() if part.score is not None]
    weight = sum(part.weight for part in measured)
    if not weight:
        return None
    return round(sum(part.weight * (part.score or 0.0) for part in measured) / weight, 2)


def seam(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether a continuous cut goes on from the very picture on which the clip before ended."""
    if before is None:
        return _unknown("seam", "there is no clip before")
    if clip.cut != "continuous":
        return _unknown("seam", "the cut is not continuous")
    last, first = before.frames.luma[-1], clip.frames.luma[0]
    if last.shape != first.shape:
        return _scored(
            "seam", 0.0, 0.0, f"the picture's size changes: {last.shape[::-1]} to {first.shape[::-1]}"
        )
    value = structural_similarity(last, first)
    return _scored("seam", value, _falling(1 - value, 1 - MISSED_SEAM), "the last frame before, frame 0")


def palette(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether one place keeps its colours over a cut."""
    if before is None:
        return _unknown("palette", "there is no clip before")
    if not _is_same_place(clip, before):
        return _unknown("palette", "the place or its light changes")
    value = float(
        np.minimum(
            coarse_colors(before.frames.kept[-1].picture), coarse_colors(clip.frames.kept[0].picture)
        ).sum()
    )
    return _scored(
        "palette", value, _falling(1 - value, 1 - MISSED_PALETTE), "the last frame before, frame 0"
    )


def exposure(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether one place keeps its light over a cut, in stops."""
    if before is None:
        return _unknown("exposure", "there is no clip before")
    if not _is_same_place(clip, before):
        return _unknown("exposure", "the place or its light changes")
    last, first = (mean_light(frame) for frame in (before.frames.luma[-1], clip.frames.luma[0]))
    value = abs(float(np.log2(first / last)))
    return _scored("exposure", value, _falling(value, MISSED_STOPS), "the last frame before, frame 0")


def identity(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether known people look as the registry says and as they looked before; the mean over people."""
    scores, evidence = [], []
    for seen in clip.seen:
        if seen.tag is None or not seen.cluster.is_person:
            continue
        against = [seen.similarity] if seen.similarity is not None else []
        earlier = [other for other in before.seen if other.tag == seen.tag] if before is not None else []
        against += [
            likeness
            for other in earlier
            if (likeness := clusters_alike(seen.cluster, other.cluster)) is not None
        ]
        if against:
            scores.append(float(np.mean(against)))
            frames = sorted(seen.cluster.frame_indexes)
            evidence.append(f"{seen.tag}: frames {frames[0]} to {frames[-1]}, against {len(against)} looks")
    if not scores:
        return _unknown("identity", "nobody known is seen whose look could be compared")
    value = float(np.mean(scores))
    # 0.5 is the threshold of being the same person at all: what reaches .8 cannot be told from the reference
    return _scored("identity", value, 10 * float(np.clip((value - 0.2) / 0.6, 0, 1)), "; ".join(evidence))


def expected_against_seen(clip: Shown, known: Sequence[KnownLook]) -> tuple[ContinuityPart, ContinuityPart]:
    """Recall and precision of what the shot should show, of kinds that the detector knows."""
    families = {look.asset.tag: look.family for look in known}
    wanted = [
        (str(item.get("tag") or ""), family)
        for item in (clip.shot or {}).get("placements") or ()
        if (family := _family(item, families)) is not None
    ]
    names = ("expected_recall", "expected_precision")
    if not wanted:
        why = "the shot names nothing that the eyes know"
        return _unknown(names[0], why), _unknown(names[1], why)
    rest = list(clip.seen)
    missing: list[str] = []
    found = 0
    for tag, family in sorted(wanted, reverse=True):  # those with a tag first: they are the choosier
        alike = [seen for seen in rest if seen.cluster.family == family]
        hit = next((seen for seen in alike if tag and seen.tag == tag), None)
        hit = hit or next((seen for seen in alike if not (tag and seen.tag)), None)
        if hit is None:
            missing.append(tag or family)
        else:
            rest.remove(hit)
            found += 1
    # what was asked for may be seen faintly; what was not must be seen surely before it is held against the clip
    besides = [seen for seen in rest if seen.tag or _is_sure(seen)]
    total = found + len(besides)
    recall, precision = found / len(wanted), found / total if total else 0.0
    said = f"{found} of {len(wanted)} seen" + (f"; missing: {', '.join(sorted(missing))}" if missing else "")
    names_besides = sorted(seen.tag or seen.cluster.family for seen in besides)
    others = f"; besides: {', '.join(names_besides)}" if besides else ""
    return (
        _scored(names[0], recall, 10 * recall, said),
        _scored(names[1], precision, 10 * precision, f"{found} of {total} expected{others}")
        if total
        else _unknown(names[1], "nothing is seen"),
    )


def flicker(frames: ClipFrames) -> ContinuityPart:
    """Jumps of brightness that come and go from one frame to the next; moves and fades are none."""
    if len(frames.luma) < 3:
        return _unknown("flicker", "the clip has fewer than three frames")
    light = frames.luma.mean(axis=(1, 2))
    jumps = np.abs(light[1:-1] - (light[:-2] + light[2:]) / 2)
    value = float(
        np.sort(jumps)[-max(1, len(jumps) // 4) :].mean()
    )  # the worst quarter: flicker may come in bursts
    worst = int(jumps.argmax()) + 1
    return _scored("flicker", value, _falling(value, MISSED_FLICKER), f"worst at frame {worst}")


def black_frames(frames: ClipFrames) -> ContinuityPart:
    """How much of the clip is black."""
    is_black = (frames.luma.mean(axis=(1, 2)) < BLACK_LEVEL) & (frames.luma.std(axis=(1, 2)) < BLACK_SPREAD)
    value = float(is_black.mean())
    where = np.flatnonzero(is_black)
    said = f"frames {where[0]} to {where[-1]}" if where.size else "none"
    return _scored("black_frames", value, _falling(value, MISSED_BLACK), said)


def frozen_frames(frames: ClipFrames) -> ContinuityPart:
    """How long nothing moves at all."""
    if len(frames.luma) < 2:
        return _unknown("frozen_frames", "the clip has one frame")
    longest, start, run = 0, 0, 0
    for index, moved in enumerate(frames.motion[1:], 1):
        run = run + 1 if moved < FROZEN_LEVEL else 0
        if run > longest:
            longest, start = run, index - run
    seconds = longest / frames.frames_per_second
    part = max(0.0, seconds - FROZEN_ALLOWED_S) * frames.frames_per_second / len(frames.luma)
    said = f"{seconds:.2f} s from frame {start}" if longest else "never"
    return _scored("frozen_frames", part, _falling(part, MISSED_FROZEN), said)


def shot_size(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether a cut changes the size of the shot."""
    sizes = [str((shown.shot or {}).get("shot_type") or "") for shown in (before, clip) if shown is not None]
    if len(sizes) < 2 or clip.cut == "continuous":
        return _unknown("shot_size", "there is no cut to judge")
    if not all(size in SIZES for size in sizes):
        return _unknown("shot_size", "a shot's size is not known")
    steps = abs(SIZES.index(sizes[0]) - SIZES.index(sizes[1]))
    return _scored("shot_size", steps, 10.0 if steps else SAME_SIZE_SCORE, f"{sizes[0]} to {sizes[1]}")


def flow(clip: Shown, before: Shown | None) -> ContinuityPart:
    """Whether the whole picture moves on in the direction in which it moved before the cut."""
    if before is None:
        return _unknown("flow", "there is no clip before")
    last = global_shift(before.frames.luma[-FLOW_FRAMES:])
    first = global_shift(clip.frames.luma[:FLOW_FRAMES])
    if min(np.hypot(*last), np.hypot(*first)) < MOVING:
        return _unknown("flow", "the picture does not move on both sides of the cut")
    cosine = float(np.dot(last, first) / (np.hypot(*last) * np.hypot(*first)))
    return _scored("flow", cosine, 5 * (1 + cosine), f"the last and the first {FLOW_FRAMES} frames")


def _is_same_place(clip: Shown, before: Shown) -> bool:
    if clip.cut == "continuous":
        return True
    here, there = clip.shot or {}, before.shot or {}
    return bool(here.get("setting")) and all(
        here.get(name) == there.get(name) for name in ("setting", "interior", "time_of_day", "weather")
    )


def _is_sure(seen: Seen) -> bool:
    """Whether somebody unexpected is surely there: one doubtful look is a mistake of the eyes."""
    best = max(once.score for _, once in seen.cluster.sightings)
    return best >= SURE_SCORE or (len(seen.cluster.frame_indexes) > 1 and best >= DOUBTFUL_SCORE)


def _family(item: Mapping[str, Any], families: Mapping[str, str | None]) -> str | None:
    tag = str(item.get("tag") or "")
    if families.get(tag) is not None:
        return families[tag]
    label = detector_label(str(item.get("label") or ""))
    if label is not None:
        return family_of(label)
    return PERSON if tag.startswith("CHAR_") else None


def _falling(value: float, worst: float) -> float:
    """10 at nothing, 0 at `worst` and beyond."""
    return 10 * float(np.clip(1 - value / worst, 0, 1))


def _scored(name: str, value: float, score: float, evidence: str) -> ContinuityPart:
    return ContinuityPart(
        score=round(score, 2), weight=WEIGHTS[name], value=round(float(value), 4), evidence=evidence
    )


def _unknown(name: str, why: str) -> ContinuityPart:
    return ContinuityPart(score=None, weight=WEIGHTS[name], evidence=why)
