"""Which sounds stand on the map."""

import numpy as np
import pytest

from drumlin.training.data import TrainingData
from drumlin.training.export import SHOWN_OF_A_DRUM, shown_rows

pytestmark = pytest.mark.train


def make_data(per_kit: int) -> TrainingData:
    kits = np.array([0] * 40 + [1] * 3 + [2])
    labels = np.array([0] * 30 + [1] * 10 + [0] * 3 + [1])
    rows = np.arange(44)
    return TrainingData(np.zeros((44, 8), np.float32), rows, rows[:0], labels, ("kick", "snare"), 8, kits, per_kit)


def test_all_sounds_of_a_folder_stand_on_the_map() -> None:
    assert shown_rows(make_data(per_kit=0)).tolist() == list(range(44))


def test_where_kits_are_capped_no_drum_crowds_the_others_out() -> None:
    shown = shown_rows(make_data(per_kit=40))
    assert sum(shown < 30) == SHOWN_OF_A_DRUM
    assert shown[shown >= 30].tolist() == list(range(30, 44))
    assert shown.tolist() == sorted(set(shown.tolist()))
