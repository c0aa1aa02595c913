"""Designed sounds, measured as samples."""

from __future__ import annotations

import numpy as np
import pytest

from cinecore.audio.effects import LEVELS_DB, make_effect, usual_length
from cinecore.audio.palette import BREATHS, EFFECTS, HITS
from cinecore.errors import InputError


@pytest.mark.parametrize("kind", EFFECTS)
def test_an_effect_has_its_length_its_peak_soft_edges_and_no_step_in_it(kind):
    sound = make_effect(kind, usual_length(kind), 7)
    assert sound.shape == (usual_length(kind), 2)
    assert sound.dtype == np.float32
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(LEVELS_DB[kind], abs=0.01)
    assert np.abs(sound[0]).max() < 0.01
    assert np.abs(sound[-1]).max() < 0.001
    assert abs(float(sound.mean())) < 0.01


@pytest.mark.parametrize("kind", HITS)
def test_a_struck_sound_begins_at_once(kind):
    heard = np.abs(make_effect(kind, usual_length(kind), 7)).max(axis=1)
    assert np.argmax(heard > 0.1 * heard.max()) < 480


@pytest.mark.parametrize("kind", ["riser", "reverse", "swell", "roll"])
def test_what_leads_up_is_loudest_in_its_last_tenth(kind):
    power = make_effect(kind, 96_000, 7).astype(np.float64) ** 2
    tenths = power.sum(axis=1).reshape(10, -1).sum(axis=1)
    assert np.argmax(tenths) == 9
    assert tenths[:5].sum() < 0.4 * tenths.sum()


@pytest.mark.parametrize("kind", BREATHS)
def test_a_breath_lasts_as_long_as_asked_and_is_quieter_than_a_hit(kind):
    sound = make_effect(kind, 190_000, 3)
    assert len(sound) == 190_000
    assert np.abs(sound).max() < 10 ** (-10 / 20)


def test_the_same_seed_gives_the_same_samples_and_another_does_not():
    first, again, other = (make_effect("sweep", 19_200, seed) for seed in (5, 5, 6))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_an_effect_in_another_key_sounds_at_another_pitch():
    def strongest_hz(root: int) -> float:
        sound = make_effect("tone", 96_000, 1, root_pitch=root).sum(axis=1)
        return float(np.argmax(np.abs(np.fft.rfft(sound))) * 48_000 / 96_000)

    assert strongest_hz(9) / strongest_hz(2) == pytest.approx(2 ** (7 / 12), rel=0.002)


@pytest.mark.parametrize("length", [1, 40, 500])
def test_very_short_effects_are_made_without_complaint(length):
    for kind in EFFECTS:
        assert make_effect(kind, length, 1).shape == (length, 2)


def test_an_unknown_kind_or_no_length_is_refused():
    with pytest.raises(InputError, match="no such effect"):
        make_effect("boing", 100, 1)
    with pytest.raises(InputError, match="length"):
        make_effect("hit", 0, 1)
