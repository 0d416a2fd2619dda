import numpy as np

from drumlin.evaluation.confidence import calibration_error, calibration_interval, share_interval

DRAW = np.random.default_rng(0)


def test_honest_confidence_has_almost_no_error() -> None:
    confidence = DRAW.uniform(0.2, 1.0, 4000)
    right = DRAW.random(4000) < confidence
    assert calibration_error(confidence, right) < 0.02


def test_overconfidence_is_measured() -> None:
    right = DRAW.random(4000) < 0.6
    np.testing.assert_allclose(calibration_error(np.full(4000, 0.9), right), 0.9 - right.mean(), atol=0.01)


def test_chance_is_taken_off() -> None:
    """Of few sounds with honest confidence, the plain error is large on average, the debiased squares are not."""
    plain, debiased = [], []
    for seed in range(200):
        draw = np.random.default_rng(seed)
        confidence = np.full(60, 0.7)
        right = (draw.random(60) < 0.7).astype(float)
        bins = np.array_split(np.arange(60), 10)
        plain.append(np.sqrt(np.mean([(right[rows].mean() - 0.7) ** 2 for rows in bins])))
        debiased.append(calibration_error(confidence, right))
    assert np.mean(debiased) < 0.6 * np.mean(plain)


def test_weights_count_as_copies() -> None:
    confidence, right = DRAW.random(50), DRAW.random(50) < 0.5
    copies = DRAW.integers(1, 4, 50)
    repeated = calibration_error(np.repeat(confidence, copies), np.repeat(right, copies), bins=1)
    np.testing.assert_allclose(calibration_error(confidence, right, copies.astype(float), bins=1), repeated)


def test_intervals_hold_their_numbers() -> None:
    confidence = DRAW.random(120)
    right = (DRAW.random(120) < confidence).astype(float)
    kits = [f"kit {row // 12}" for row in range(120)]
    for found in (calibration_interval(confidence, right, kits, resamples=200), share_interval(right, kits)):
        assert 0.0 <= found.low <= found.value <= found.high


def test_more_kits_make_a_share_surer() -> None:
    right = np.tile([1.0, 0.0], 60)
    few = share_interval(right, [f"{row // 40}" for row in range(120)])
    many = share_interval(right, [f"{row}" for row in range(120)])
    assert few.value == many.value == 0.5
    assert few.high - few.low > 0.5 * (many.high - many.low)
