"""A film known by its keyframes: what counts as black there."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

import numpy as np

from cinecore.analysis.picture import LitLines, PictureMeasures
from cinecore.analysis.rough import spread
from cinecore.timebase import FrameRate

KEYFRAMES = 4


def test_a_night_scene_is_not_black_and_an_empty_picture_is() -> None:
    wide = {"distance": 3, "unlike": 3, "blend_change": 3, "blend_error": 3, "blend_unlike": 3}
    keys = PictureMeasures(
        **{
            field.name: np.zeros((KEYFRAMES, wide.get(field.name, 1)) if field.name in wide else KEYFRAMES)
            for field in fields(PictureMeasures)
            if field.name != "lit"
        },
        lit=LitLines(0, np.zeros(9, np.int64), np.zeros(16, np.int64)),
    )
    keys.dark_share[:] = 1.0
    keys.inner_luma[:] = 0.02
    keys.inner_contrast[:] = (0.002, 0.04, 0.04, 0.002)
    times = np.arange(KEYFRAMES, dtype=np.int64) * 1000
    _, frames, boundaries = spread(keys, times, Fraction(1, 1000), FrameRate(Fraction(24)), 4.0)
    assert len(frames) == 96
    assert boundaries.black == ((0, 24), (72, 96))
