from pathlib import Path

import numpy as np
import pytest
from tests.drums import kick, snare
from tests.training.material import make_dataset

from drumlin.datasets import Sample
from drumlin.evaluation.window import JUDGED_RATE, WINDOW
from drumlin.training.judge_sounds import describe, even_weights, judge_sounds, tilt, undescribed, vary

pytestmark = pytest.mark.train


def test_tilting_adds_its_slope() -> None:
    sound = np.zeros(8192)
    sound[4096] = 1.0
    before, after = (20 * np.log10(np.abs(np.fft.rfft(one, 16_384))) for one in (sound, tilt(sound, JUDGED_RATE, 3.0)))
    bins = np.round(np.array([250, 500, 1000, 2000, 4000]) * 16_384 / JUDGED_RATE).astype(int)
    np.testing.assert_allclose((after - before)[bins], [-6, -3, 0, 3, 6], atol=0.3)


def test_variants_differ_and_stay_windows() -> None:
    generator = np.random.default_rng(0)
    variants = [vary(snare(), JUDGED_RATE, generator) for _ in range(8)]
    assert {variant.shape for variant in variants} == {(WINDOW,)}
    peaks = [float(np.abs(variant).max()) for variant in variants]
    assert 0.5 <= min(peaks) < max(peaks) <= 2.0
    assert len({variant.tobytes() for variant in variants}) == 8


def test_a_variant_is_a_little_faster_or_slower() -> None:
    generator = np.random.default_rng(0)
    peaks = [np.abs(np.fft.rfft(vary(kick(), JUDGED_RATE, generator)[4000:], 65_536)).argmax() for _ in range(12)]
    ratio = max(peaks) / min(peaks)
    assert 1.05 < ratio < 1.35


def test_a_silent_window_has_no_attributes() -> None:
    assert np.isnan(describe(np.zeros(WINDOW, np.float32))).all()
    assert np.isnan(undescribed(kick())).all()


def test_the_pitch_of_noise_is_not_to_be_trusted() -> None:
    noise = np.random.default_rng(0).standard_normal(WINDOW).astype(np.float32)
    found = describe(noise * np.exp(-np.arange(WINDOW, dtype=np.float32) / 3000))
    assert np.isnan(found[2]) and np.isfinite(found[[0, 1, 3, 4]]).all()


def test_large_kits_and_classes_are_drawn_less_often_but_not_evenly() -> None:
    samples = [Sample("a", "0", "train", "snare", kit="big")] * 100 + [Sample("b", "1", "train", "clap", kit="small")]
    weights = even_weights(samples)
    assert weights[-1] / weights[0] == pytest.approx(100.0)
    assert weights.mean() == pytest.approx(1.0)


def test_only_training_sounds_are_taken(tmp_path: Path) -> None:
    data = make_dataset(tmp_path, length=8192, copies=2)
    sounds = judge_sounds(data, data.labels, 2, 0, undescribed)
    assert sounds.windows.shape == (3 * len(data.indices("train")), WINDOW)
    wanted = [data.labels.index(data.samples[row].label) for row in data.indices("train") for _ in range(3)]
    assert sounds.labels.tolist() == wanted
