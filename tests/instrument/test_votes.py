import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.instrument.votes import NEIGHBOURS, Votes

PLACES = np.random.default_rng(0).uniform(-1, 1, (40, 2)).astype(np.float32)
LABELS = tuple("kick" if x < 0 else "hat" for x in PLACES[:, 0])
VOTES = Votes(("kick", "hat"), LABELS, PLACES)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_class_weights_are_shares(x: float, y: float) -> None:
    weights = VOTES.at(np.array([x, y]))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-6)


def test_class_weights_follow_the_neighbours() -> None:
    kick, _ = VOTES.at(np.array([-0.9, 0.0]))
    assert kick == 1


def test_class_weights_change_without_a_jump() -> None:
    line = [VOTES.at(np.array([x, 0.1]))[0] for x in np.linspace(-1, 1, 4001)]
    assert np.abs(np.diff(line)).max() < 0.02
    assert max(line) == 1 and min(line) == 0


def test_all_classes_weigh_the_same_where_nothing_is_known() -> None:
    assert Votes(("a", "b"), ("", ""), PLACES[:2]).at(np.zeros(2)).tolist() == [0.5, 0.5]


def test_a_class_of_one_sample_weighs_all() -> None:
    assert Votes(("a", "b"), ("a",), PLACES[:1]).at(np.zeros(2)).tolist() == [1, 0]


def test_samples_at_one_distance_weigh_the_same() -> None:
    ring = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)
    assert Votes(("a", "b"), ("a", "b", "b", "b"), ring).at(np.zeros(2)).tolist() == [0.25, 0.75]


def test_the_nearest_vote_by_how_much_nearer_they_are_than_the_first_that_does_not() -> None:
    here = np.array([0.2, -0.3])
    distances = [(float(np.hypot(*(place - here))), label) for place, label in zip(PLACES, LABELS, strict=True)]
    *near, (limit, _) = sorted(distances)[: NEIGHBOURS + 1]
    kick = sum(limit - distance for distance, label in near if label == "kick")
    expected = kick / sum(limit - distance for distance, _ in near)
    assert VOTES.at(here)[0] == pytest.approx(expected, abs=1e-6)


def test_equal_positions_count_up_to_the_number_of_voters() -> None:
    places = np.zeros((NEIGHBOURS + 3, 2), np.float32)
    labels = ("a",) * NEIGHBOURS + ("b",) * 3
    weights = Votes(("a", "b"), labels, places).at(np.ones(2))
    assert weights.tolist() == pytest.approx([NEIGHBOURS / (NEIGHBOURS + 1), 1 / (NEIGHBOURS + 1)])
