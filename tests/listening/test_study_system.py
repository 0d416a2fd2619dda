from functools import cache

import numpy as np
import pytest
from tests.listening.pieces import features

from drumlin.listening.descriptor_table import TARGETS
from drumlin.listening.study_features import N_COMPONENTS, STUDY_NAMES, study_numbers
from drumlin.listening.study_system import TEST_SHARE, StudySystem, split_pieces, split_rows

STYLES, PIECES, WINDOWS = 12, 6, 8


@cache
def windows() -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Return windows that are like their piece and say nothing of their style: rows, labels, pieces."""
    generator = np.random.default_rng(0)
    pieces = np.repeat(np.arange(STYLES * PIECES), WINDOWS)
    own = generator.standard_normal((STYLES * PIECES, len(STUDY_NAMES) + 8))
    rows = own[pieces] + 0.05 * generator.standard_normal((len(pieces), own.shape[1]))
    style = pieces // PIECES
    labels = {
        "genre": np.array([f"g{one // 4}" for one in style]),
        "subgenre": np.array([f"s{one // 2}" for one in style]),
        "mood": np.array([f"m{one}" for one in style]),
        "sentiment": np.array([f"t{one % 3}" for one in style]),
        "valence": np.array([str(one // 3 % 2) for one in style]),
        "momentum": np.array([str(one // 6) for one in style]),
    }
    return rows, labels, pieces


def accuracy(tested: np.ndarray, with_true_parents: bool = False) -> dict[str, float]:
    rows, labels, _ = windows()
    system = StudySystem("knn").fit(rows[~tested], {name: some[~tested] for name, some in labels.items()})
    truth = {name: some[tested] for name, some in labels.items()}
    answers = system.predict(rows[tested], truth if with_true_parents else None)
    return {target: float((answers[target] == truth[target]).mean()) for target in TARGETS}


def test_a_split_by_rows_finds_styles_where_there_are_none() -> None:
    _, labels, pieces = windows()
    generator = np.random.default_rng(1)
    by_rows = accuracy(split_rows(labels["mood"], generator))
    by_pieces = accuracy(split_pieces(labels["mood"], pieces, generator))
    assert by_rows["mood"] > 0.95
    assert by_pieces["mood"] < 0.3


def test_true_parents_flatter_the_children() -> None:
    _, labels, pieces = windows()
    tested = split_pieces(labels["mood"], pieces, np.random.default_rng(1))
    own, true = accuracy(tested), accuracy(tested, with_true_parents=True)
    assert own["genre"] == true["genre"]
    assert true["mood"] > own["mood"] + 0.1


def test_no_piece_is_on_both_sides() -> None:
    _, labels, pieces = windows()
    tested = split_pieces(labels["mood"], pieces, np.random.default_rng(2))
    assert not set(pieces[tested]) & set(pieces[~tested])
    assert tested.mean() == pytest.approx(TEST_SHARE, abs=0.05)


def test_rows_are_split_alike_in_every_class() -> None:
    _, labels, _ = windows()
    tested = split_rows(labels["mood"], np.random.default_rng(2))
    shares = [tested[labels["mood"] == mood].mean() for mood in np.unique(labels["mood"])]
    assert shares == pytest.approx([TEST_SHARE] * len(shares), abs=0.02)


def test_networks_learn_what_is_there() -> None:
    rows, labels, _ = windows()
    rows = rows.copy()
    rows[:, 0] += 20.0 * (labels["genre"] == "g1")
    learned = np.flatnonzero(labels["genre"] != "g2")[::8]
    system = StudySystem("mlp").fit(rows[learned], {name: some[learned] for name, some in labels.items()})
    answers = system.predict(rows[learned + 1])
    assert (answers["genre"] == labels["genre"][learned + 1]).mean() > 0.9


def test_a_window_has_twenty_one_numbers() -> None:
    numbers = study_numbers(features(), [(0.0, 10.0), (2.0, 12.0)], [92.0, 92.0])
    assert len(STUDY_NAMES) + N_COMPONENTS == 21
    assert numbers.shape[0] == 2
    assert np.isfinite(numbers).all()
