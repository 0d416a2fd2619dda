import numpy as np
import pytest

from drumlin.features import find_onset
from drumlin.synthesis import FAMILIES, draw_hit, render


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gives_hits_that_begin_at_once_and_end_in_silence(family: str) -> None:
    generator = np.random.default_rng(7)
    for seed in range(6):
        sound = render(draw_hit(family, generator), 0.5, 44_100, seed)
        assert sound.dtype == np.float32
        assert np.abs(sound).max() == pytest.approx(0.9)
        assert abs(sound[0]) < 1e-6
        assert abs(sound[-1]) < 1e-6
        assert find_onset(sound, 44_100) < 0.005 * 44_100


@pytest.mark.parametrize("family", FAMILIES)
def test_one_seed_draws_one_hit(family: str) -> None:
    first, second, other = (draw_hit(family, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first == second != other


def test_kicks_are_low_and_hats_are_high() -> None:
    def centre_hz(family: str, seed: int) -> float:
        sound = render(draw_hit(family, np.random.default_rng(seed)), 0.4, 44_100)
        power = np.square(np.abs(np.fft.rfft(sound)))
        return float((power * np.fft.rfftfreq(len(sound), 1 / 44_100)).sum() / power.sum())

    kicks, hats = ([centre_hz(family, seed) for seed in range(20)] for family in ("kick", "hihat_closed"))
    assert np.median(kicks) < 250
    assert np.median(hats) > 4000
