import json
from importlib.resources import files

import numpy as np
import pytest
from tests.listening.clouds import made_model, row

from drumlin.composing import load_dictionary
from drumlin.errors import DescriptorError
from drumlin.listening import descriptor_distance
from drumlin.listening.describing import DESCRIBED_NAMES
from drumlin.listening.descriptor_model import MODEL_FILE, load_model, pack, unpack
from drumlin.listening.momentum import MOMENTUM_NAMES
from drumlin.provenance import hash_bytes

SHIPPED = files("drumlin.listening") / MODEL_FILE


def test_packing_and_unpacking_keeps_what_is_said() -> None:
    model = made_model()
    again = unpack(pack(model))
    rows = np.array([row(1, 0.3, 0, 0), row(0, 0, 0.2, 0.9)])
    assert again.table == model.table
    np.testing.assert_allclose(again.log_probabilities(rows), model.log_probabilities(rows), atol=2e-3)
    np.testing.assert_allclose(again.known_odds(rows), model.known_odds(rows), atol=2e-2)


def test_strange_numbers_are_not_believed_without_end() -> None:
    model = made_model()
    np.testing.assert_allclose(
        model.log_probabilities(row(1e9, 0, 0, 0)[None]), model.log_probabilities(row(4.0, 0, 0, 0)[None])
    )


def test_the_shipped_weights_are_the_ones_that_were_written_down() -> None:
    data = SHIPPED.read_bytes()
    written = json.loads((files("drumlin.listening") / "descriptors.json").read_text())
    assert len(data) < 1_000_000
    assert hash_bytes(data) == written["sha256"]
    assert tuple(written["numbers"]) == DESCRIBED_NAMES


def test_the_listener_was_taught_the_dictionary() -> None:
    table, dictionary = load_model().table, load_dictionary()
    assert set(table.names) <= set(dictionary)
    for place, name in enumerate(table.names):
        entry = dictionary[name]
        own = tuple(table.labels[target][place] for target in ("genre", "subgenre", "mood", "sentiment"))
        assert own == (entry.genre, entry.subgenre, entry.mood, entry.sentiment)
        assert table.labels["valence"][place] == str(entry.valence_level)
        assert table.labels["momentum"][place] == str(entry.momentum)


def test_no_density_lowers_the_momentum() -> None:
    line = load_model().momentum
    assert len(line.weights) == len(MOMENTUM_NAMES)
    assert (line.weights >= 0).all()
    assert line.weights.sum() > 0


def test_distances_are_distances() -> None:
    distances = load_model().distances
    np.testing.assert_allclose(distances, distances.T, atol=1e-3)
    assert (np.diag(distances) == 0).all()
    assert (distances[~np.eye(len(distances), dtype=bool)] > 0).all()


def test_siblings_sound_nearer_than_strangers() -> None:
    near = descriptor_distance("rock_punk_furious", "rock_punk_tense")
    far = descriptor_distance("rock_punk_furious", "ambient_drift_tender")
    assert 0.0 == descriptor_distance("rock_punk_furious", "rock_punk_furious") < near < far


def test_an_unknown_descriptor_has_no_distance() -> None:
    with pytest.raises(DescriptorError, match="polka"):
        descriptor_distance("folk_polka_merry", "rock_punk_tense")
