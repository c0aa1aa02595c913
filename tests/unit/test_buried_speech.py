"""Which lines are taken for buried, and how they are freed; with voices that are known, without an enhancer."""

from __future__ import annotations

import numpy as np
import pytest

from cinecore.audio.buried_speech import freed, middle, over_the_rest_db, removal_db
from cinecore.audio.enhancement import find_enhancer, has_enhancer_package
from cinecore.errors import SetupError

SECOND = 48_000


def voice(seconds: float = 2.0) -> np.ndarray:
    """A tone in the band of words, in syllables."""
    at = np.arange(round(seconds * SECOND))
    return (0.1 * np.sin(2 * np.pi * 700 * at / SECOND) * (at % 12_000 < 9_000)).astype(np.float32)


def hum(level: float, hertz: float, seconds: float = 2.0) -> np.ndarray:
    at = np.arange(round(seconds * SECOND))
    return (level * np.sin(2 * np.pi * hertz * at / SECOND)).astype(np.float32)


def line(*sounds: np.ndarray) -> np.ndarray:
    return np.repeat(np.sum(sounds, axis=0, dtype=np.float32)[:, None], 2, axis=1)


def test_what_lies_in_the_band_of_words_buries_a_line_and_what_rumbles_below_does_not() -> None:
    in_band = over_the_rest_db([(line(voice(), hum(0.05, 1000)), voice())])
    below = over_the_rest_db([(line(voice(), hum(0.05, 60)), voice())])
    assert in_band == pytest.approx(5.5, abs=0.8)
    assert below is not None
    assert below > 30
    assert removal_db(in_band) == 12.0
    assert removal_db(below) == 0.0


def test_neither_silence_nor_a_song_that_no_voice_was_found_in_is_touched() -> None:
    assert over_the_rest_db([(line(0 * voice()), 0 * voice())]) is None
    assert removal_db(None) == 0.0
    assert removal_db(over_the_rest_db([(line(hum(0.3, 900)), 0.01 * voice())])) == 0.0


def test_lines_of_one_clip_are_judged_together() -> None:
    clear, hidden = (line(voice()), voice()), (line(voice(), hum(0.2, 1000)), voice())
    apart, together = over_the_rest_db([hidden]), over_the_rest_db([clear, hidden])
    assert apart is not None
    assert together == pytest.approx(apart + 3.0, abs=0.3)


def test_a_freed_line_keeps_its_voice_and_holds_the_rest_as_much_lower_as_asked() -> None:
    sides = np.stack([hum(0.02, 1500), hum(-0.02, 1500)], axis=1)
    noisy = line(voice(), hum(0.05, 1000)) + sides
    made = freed(noisy, voice(), 12.0)
    rest = made - voice()[:, None]
    assert np.abs(rest - (noisy - voice()[:, None]) * 10 ** (-12 / 20)).max() < 1e-6
    assert np.abs(middle(freed(noisy, voice(), 24.0)) - voice()).max() < 0.004


def test_a_line_that_is_not_to_be_freed_is_the_very_same() -> None:
    noisy = line(voice(), hum(0.05, 1000))
    assert freed(noisy, voice(), 0.0) is noisy


def test_who_asks_for_an_enhancer_that_is_not_there_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import cinecore.audio.enhancement as module

    assert find_enhancer("off") is None
    monkeypatch.setattr(module, "_MODULE", "no_such_module_of_anybody")
    assert not has_enhancer_package()
    assert find_enhancer("auto") is None
    with pytest.raises(SetupError) as caught:
        find_enhancer("on")
    assert "pip install 'cinecut[speech]'" in str(caught.value.advice)


def test_a_voice_that_is_only_half_found_does_not_make_its_line_a_buried_one() -> None:
    """What is left of it falls silent with it; what buries a line goes on in its pauses."""
    edges = np.zeros(SECOND // 2, np.float32)
    alone = np.concatenate([edges, voice(), edges])
    found = 0.5 * alone
    half_known = over_the_rest_db([(line(alone, hum(0.002, 1000, 3.0)), found)])
    in_noise = over_the_rest_db([(line(alone, hum(0.05, 1000, 3.0)), found)])
    assert half_known is not None
    assert in_noise is not None
    assert removal_db(half_known) == 0.0
    assert removal_db(in_noise) == 12.0
