from pathlib import Path

import numpy as np
import pytest
from tests.drums import snare
from tests.instruments import LENGTH, VARIATIONS, make_instrument

from drumlin.instrument import Instrument, Note, load


@pytest.fixture(scope="module")
def hissing(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    """A variation of it is other noise, and another tone as well."""
    return load(make_instrument(tmp_path_factory.mktemp("hiss") / "a.drumlin", noise=0.05, sway=0.1))


@pytest.mark.parametrize(("x", "y", "seed"), [(-0.8, 0.3, 0), (0.1, -0.7, 1), (0.6, 0.9, 77), (-0.2, 0.2, 127)])
def test_noise_tells_the_variation_at_any_place(hissing: Instrument, x: float, y: float, seed: int) -> None:
    sound = hissing.raw(Note(x, y, seed=seed))
    assert hissing.variations.nearest(sound) == seed
    assert hissing.variations.nearest(np.float32(0.01) * sound) == seed


def test_a_seed_is_told_as_the_one_that_sounds_the_same(hissing: Instrument) -> None:
    assert hissing.variations.nearest(hissing.raw(Note(0.3, 0.3, seed=VARIATIONS + 5))) == 5


def test_noise_of_another_tells_no_variation(hissing: Instrument) -> None:
    generator = np.random.default_rng(0)
    assert hissing.variations.nearest(snare()[:LENGTH]) is None
    assert hissing.variations.nearest(generator.standard_normal(LENGTH).astype(np.float32)) is None


def test_tone_and_silence_tell_no_variation(hissing: Instrument) -> None:
    tone = np.sin(np.arange(LENGTH, dtype=np.float32) / 9)
    assert hissing.variations.nearest(tone) is None
    assert hissing.variations.nearest(np.zeros(LENGTH, np.float32)) is None


def test_variations_that_differ_in_nothing_but_level_are_not_told(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "a.drumlin", seeded=True))
    assert player.variations.nearest(player.raw(Note(0.2, 0.1, seed=3))) is None


def test_variations_that_nobody_hears_are_not_told(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "a.drumlin", noise=1e-6))
    assert player.variations.nearest(player.raw(Note(0.2, 0.1, seed=3))) is None
