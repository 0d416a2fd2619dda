from dataclasses import replace

import numpy as np
from tests.listening.pieces import features

from drumlin.listening import POOLED_NAMES, pool_features


def test_every_number_has_a_name_of_its_own() -> None:
    rows = pool_features(features(), [(0.0, 10.0), (2.0, 12.0), (29.0, 99.0)])
    assert rows.shape == (3, len(POOLED_NAMES))
    assert np.isfinite(rows).all()
    assert len(set(POOLED_NAMES)) == len(POOLED_NAMES) >= 110


def test_turning_the_pitch_classes_changes_nothing() -> None:
    chroma = features().chroma
    turned = replace(chroma, whole=np.roll(chroma.whole, 5, axis=1), bass=np.roll(chroma.bass, 5, axis=1))
    here, there = (pool_features(replace(features(), chroma=part), [(0.0, 10.0)]) for part in (chroma, turned))
    np.testing.assert_allclose(here, there, rtol=1e-5)


def test_no_stretch_gives_no_row() -> None:
    assert pool_features(features(), []).shape == (0, len(POOLED_NAMES))
