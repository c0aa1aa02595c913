"""Footage that a film shows again is known by how its light and motion wander; another take of the same set-up is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from cinecore.analysis.film import Shot
from cinecore.analysis.repeats import find_repeats

FRAMES = 48
Floats = npt.NDArray[np.float32]


def shot(index: int, signature: tuple[float, ...], frames: int = FRAMES) -> Shot:
    first = index * FRAMES
    return Shot(
        index=index, first_frame=first, end_frame=first + frames, start_s=first / 24, end_s=(first + frames) / 24,
        opens_with="hard", motion=0.01, motion_peak=0.02, camera=0.0, brightness=0.4, contrast=0.4,
        saturation=0.2, sharpness=0.5, black=0.0, signature=signature,
        clean_start_s=first / 24, clean_end_s=(first + frames) / 24,
    )  # fmt: skip


def look(number: int) -> tuple[float, ...]:
    vector = np.random.default_rng(number).standard_normal(48)
    return tuple(float(value) for value in vector / np.linalg.norm(vector))


def film(count: int, seed: int = 1) -> tuple[list[Shot], Floats, Floats, npt.NDArray[np.float64]]:
    chance = np.random.default_rng(seed)
    shots = [shot(index, look(index)) for index in range(count)]
    luma = (0.4 + np.cumsum(chance.normal(0, 0.0006, count * FRAMES))).astype(np.float32)
    motion = chance.uniform(0.004, 0.02, count * FRAMES).astype(np.float32)
    return shots, luma, motion, np.arange(count * FRAMES + 1) / 24


def repeat(
    source: int, later: int, shots: list[Shot], luma: Floats, motion: Floats, noise: float = 0.0001
) -> None:
    chance = np.random.default_rng(9)
    shots[later] = shot(later, shots[source].signature)
    for curve, part in ((luma, noise), (motion, 10 * noise)):
        copied = curve[source * FRAMES : (source + 1) * FRAMES]
        curve[later * FRAMES : (later + 1) * FRAMES] = copied + chance.normal(0, part, FRAMES)


def test_footage_shown_again_is_fenced_where_it_comes_back() -> None:
    shots, luma, motion, times = film(12)
    repeat(2, 9, shots, luma, motion)
    (fence,) = find_repeats(shots, luma, motion, times)
    assert (fence.kind, fence.start_s, fence.end_s) == ("repeat", 9 * FRAMES / 24, 10 * FRAMES / 24)


def test_another_take_of_the_same_set_up_is_other_footage() -> None:
    shots, luma, motion, times = film(12)
    shots[9] = shot(9, shots[2].signature)
    luma[9 * FRAMES : 10 * FRAMES] += (
        luma[2 * FRAMES : 3 * FRAMES].mean() - luma[9 * FRAMES : 10 * FRAMES].mean()
    )
    assert find_repeats(shots, luma, motion, times) == ()


def test_what_follows_it_as_before_comes_back_too() -> None:
    shots, luma, motion, times = film(12)
    repeat(2, 8, shots, luma, motion)
    # the next shot comes back under a fade: its light tells nothing, its look and its place do
    blurred = np.array(shots[3].signature) + np.random.default_rng(4).normal(0, 0.005, 48)
    shots[9] = shot(9, tuple(float(value) for value in blurred / np.linalg.norm(blurred)))
    assert [fence.start_s for fence in find_repeats(shots, luma, motion, times)] == [16.0, 18.0]


def test_a_standing_picture_is_no_evidence() -> None:
    shots, luma, motion, times = film(6)
    for index in (1, 4):
        shots[index] = shot(index, look(1))
        luma[index * FRAMES : (index + 1) * FRAMES] = 0.5
        motion[index * FRAMES : (index + 1) * FRAMES] = 0
    assert find_repeats(shots, luma, motion, times) == ()


def test_a_shot_too_short_to_tell_is_left() -> None:
    shots, luma, motion, times = film(12)
    repeat(2, 9, shots, luma, motion)
    shots[9] = shot(9, shots[2].signature, frames=8)
    assert find_repeats(shots, luma, motion, times) == ()


@pytest.mark.parametrize("count", [0, 1])
def test_a_film_of_nothing_repeats_nothing(count: int) -> None:
    shots, luma, motion, times = film(max(count, 1))
    assert find_repeats(shots[:count], luma, motion, times) == ()


def test_a_memory_that_opens_in_a_flash_is_known_by_the_rest_of_it() -> None:
    shots, luma, motion, times = film(12)
    repeat(2, 9, shots, luma, motion)
    luma[9 * FRAMES : 9 * FRAMES + 8] = np.linspace(1.0, 0.4, 8)
    assert [fence.start_s for fence in find_repeats(shots, luma, motion, times)] == [18.0]


def test_black_that_comes_back_is_no_footage() -> None:
    shots, luma, motion, times = film(12)
    repeat(2, 9, shots, luma, motion)
    shots[9] = replace(shots[9], black=1.0)
    assert find_repeats(shots, luma, motion, times) == ()
