from dataclasses import replace

import numpy as np
from tests.listening.pieces import BAND, features

from drumlin.listening import POOLED_NAMES, pool_features


def test_every_number_has_a_name_of_its_own() -> None:
    rows = pool_features(features(), [(0.0, 10.0), (2.0, 12.0), (29.0, 99.0)])
    assert rows.shape == (3, len(POOLED_NAMES))
    assert np.isfinite(rows).all()
    assert len(set(POOLED_NAMES)) == len(POOLED_NAMES) >= 115


def test_a_transposition_leaves_the_pitch_classes() -> None:
    names = [POOLED_NAMES.index(f"pitch_class_{index}_mean") for index in range(12)]
    here, there = (pool_features(features(wishes), [(0.0, 10.0)])[0] for wishes in (BAND, replace(BAND, tonic=10)))
    np.testing.assert_allclose(here[names], there[names], atol=0.04)


def test_no_stretch_gives_no_row() -> None:
    assert pool_features(features(), []).shape == (0, len(POOLED_NAMES))
