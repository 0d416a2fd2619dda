import numpy as np
import pytest
from tests.drums import DRUMS, kick

from drumlin.evaluation.embeddings import LogMelStatistics, Standardiser
from drumlin.evaluation.window import JUDGED_RATE, WINDOW, judged_window


def windows(copies: int = 4) -> np.ndarray:
    return np.stack([judged_window(drum(seed), JUDGED_RATE) for drum in DRUMS.values() for seed in range(copies)])


def test_log_mel_statistics_have_their_size() -> None:
    embedded = LogMelStatistics().embed(windows())
    assert embedded.shape == (16, 360)
    assert embedded.dtype == np.float32


def test_a_sound_is_embedded_alike_alone_and_among_others() -> None:
    sounds = windows(20)
    together, alone = LogMelStatistics().embed(sounds), LogMelStatistics().embed(sounds[70:71])
    np.testing.assert_allclose(together[70:71], alone, atol=1e-3)


def test_silence_lies_on_the_floor() -> None:
    embedded = LogMelStatistics().embed(np.zeros((1, WINDOW), np.float32))
    assert (embedded[0, :40] == -70.0).all()
    assert (embedded[0, 40:80] == 0.0).all()


def test_log_mel_statistics_are_nearest_within_a_class() -> None:
    embedded = LogMelStatistics().embed(windows())
    standard = Standardiser.fit(embedded)(embedded)
    apart = np.square(standard[:, None] - standard).sum(axis=2) + np.diag(np.full(16, np.inf))
    assert (apart.argmin(axis=1) // 4 == np.arange(16) // 4).all()


def test_a_standardised_sound_has_the_length_of_its_size() -> None:
    train = np.random.default_rng(0).normal(3.0, 2.0, (500, 100)) * np.linspace(1, 9, 100)
    standard = Standardiser.fit(train, size=20)(train)
    assert standard.shape == (500, 20)
    assert np.square(standard).sum(axis=1).mean() == pytest.approx(20.0)
    np.testing.assert_allclose(standard.mean(axis=0), 0.0, atol=1e-9)


def test_directions_come_strongest_first_and_keep_distances() -> None:
    train = np.random.default_rng(0).standard_normal((300, 3)) @ np.random.default_rng(1).standard_normal((3, 50))
    fitted = Standardiser.fit(train)
    spread = fitted(train).var(axis=0)
    assert (np.diff(spread) <= 1e-9).all()
    assert fitted.kept == pytest.approx(1.0)
    scaled, standard = train / train.std(axis=0), fitted(train)
    before, after = (np.linalg.norm(rows[1:] - rows[0], axis=1) for rows in (scaled, standard))
    np.testing.assert_allclose(after / before, after[0] / before[0])


def test_numbers_that_never_change_are_left_out() -> None:
    train = np.random.default_rng(0).standard_normal((50, 4))
    train[:, 2] = 5.0
    fitted = Standardiser.fit(train)
    assert (fitted.directions[2] == 0).all()
    np.testing.assert_allclose(fitted(train + np.array([0, 0, 9, 0])), fitted(train))


def test_sounds_that_are_all_alike_are_refused() -> None:
    alike = LogMelStatistics().embed(np.stack([judged_window(kick(), JUDGED_RATE)] * 2))
    with pytest.raises(ValueError, match="all alike"):
        Standardiser.fit(alike)
