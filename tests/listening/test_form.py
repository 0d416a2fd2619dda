from itertools import combinations

import numpy as np
import pytest
from tests.listening.pieces import heard

from drumlin.listening.form import best_readings, length_weights, marginals, name_letters

COUNT = 9


def all_forms() -> list[tuple[float, tuple[int, ...]]]:
    """Return every form of nine bars with its score, by trying all."""
    odds, weights = forms_odds(), length_weights(COUNT, 2)
    found = []
    for size in range(COUNT):
        for inner in combinations(range(1, COUNT), size):
            starts = (0, *inner)
            lengths = np.diff([*starts, COUNT])
            worth = [weights[length] for length in lengths[:-1]] + [max(weights[lengths[-1]], -4.0)]
            found.append((float(sum(worth) + sum(odds[bar] for bar in inner)), starts))
    return sorted((form for form in found if np.isfinite(form[0])), reverse=True)


def forms_odds() -> np.ndarray:
    return np.random.default_rng(1).normal(-0.5, 2.0, COUNT)


def test_best_readings_are_those_of_trying_all() -> None:
    found = best_readings(forms_odds(), length_weights(COUNT, 2), 4)
    for (score, starts), (expected, bars) in zip(found, all_forms(), strict=False):
        assert score == pytest.approx(expected)
        assert starts == bars


def test_boundary_probabilities_are_sums_over_all_forms() -> None:
    total, boundary = marginals(forms_odds(), length_weights(COUNT, 2))
    weights = np.exp([score for score, _ in all_forms()])
    assert total == pytest.approx(np.log(weights.sum()))
    for bar in range(COUNT):
        has = np.array([bar in starts for _, starts in all_forms()])
        assert boundary[bar] == pytest.approx(weights[has].sum() / weights.sum())


def test_eight_bars_are_likelier_than_five() -> None:
    weights = length_weights(32, 2)
    assert weights[8] > weights[4] > weights[5]
    assert weights[16] > weights[12]
    assert np.isneginf(weights[1])


def test_letters_come_in_order_of_appearance() -> None:
    alike = np.full((4, 4), -2.0)
    alike[0, 2] = alike[2, 0] = 3.0
    assert name_letters(alike) == "ABAC"


def test_readings_are_ordered_by_probability() -> None:
    found = heard()
    probabilities = [form.probability for form in found.alternatives]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(len(form.letters) == len(form.starts_s) for form in found.alternatives)
