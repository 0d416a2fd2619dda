import numpy as np
from tests.listening.pieces import features, heard

from drumlin.listening.barwise import tabulate_bars
from drumlin.listening.laplacian import boundaries, decompose


def test_a_middle_part_is_found_among_the_letters() -> None:
    downbeats = np.array(heard().downbeats_s)
    table = tabulate_bars(features(), downbeats)
    found = decompose(table, np.random.default_rng(0))
    assert 4 in np.concatenate([boundaries(part.letters) for part in found.values()])
    assert all(len(np.unique(part.letters)) <= k for k, part in found.items())


def test_few_bars_are_not_decomposed() -> None:
    table = tabulate_bars(features(), np.array(heard().downbeats_s)[:5])
    assert decompose(table, np.random.default_rng(0)) == {}


def test_boundaries_are_where_letters_change() -> None:
    assert boundaries(np.array([0, 0, 1, 1, 0])).tolist() == [2, 4]
