import numpy as np
import pytest

from drumlin.audio import resample
from drumlin.datasets.align import align_peak
from drumlin.datasets.excerpt import resample_excerpt


def _hit(rate: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    time_s = np.arange(int(1.7 * rate)) / rate
    hit = generator.standard_normal(len(time_s)) * np.exp(-time_s / 0.06)
    before = 1e-4 * generator.standard_normal(generator.integers(0, rate))
    return np.concatenate([before, hit / np.abs(hit).max()]).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 22050, 32000, 44099, 44100, 48000, 96000, 192000])
def test_an_excerpt_holds_the_points_of_the_whole(rate: int) -> None:
    for seed in range(3):
        hit = _hit(rate, seed)
        whole, excerpt = resample(hit, rate, 44100), resample_excerpt(hit, rate, 44100, 0.1, 0.3)
        assert len(excerpt) < 0.7 * len(whole)
        rows = [align_peak(sound, 4410, 17640) for sound in (whole, excerpt)]
        assert np.abs(rows[0] - rows[1]).max() < 1e-6
