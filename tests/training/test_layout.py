"""The layout of sounds on the square."""

import numpy as np
import pytest

from drumlin.training import layout
from drumlin.training.layout import lay_out
from drumlin.units import Array


def islands(count: int, seed: int = 0) -> tuple[Array, Array]:
    """Return features of three clearly different kinds of sounds, and their labels."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    centres = generator.normal(size=(3, 12)) * 6.0
    return centres[labels] + generator.normal(size=(count, 12)), labels


def share_of_same_neighbours(places: Array, labels: Array) -> float:
    distances = np.square(places[:, None] - places[None]).sum(axis=-1)
    np.fill_diagonal(distances, np.inf)
    return float(np.mean(labels[distances.argmin(axis=1)] == labels))


def test_neighbours_on_the_plane_sound_alike() -> None:
    features, labels = islands(240)
    assert share_of_same_neighbours(lay_out(features), labels) > 0.95


def test_every_part_of_the_square_is_used() -> None:
    features, _ = islands(300)
    counts, _, _ = np.histogram2d(*lay_out(features).T, bins=4, range=[[-1, 1], [-1, 1]])
    assert counts.min() >= 3  # 19 on average


def test_the_same_sounds_lie_at_the_same_places() -> None:
    features, _ = islands(60)
    assert np.array_equal(lay_out(features), lay_out(features.copy()))


def test_labels_draw_sounds_together() -> None:
    features, labels = np.random.default_rng(0).normal(size=(150, 6)), np.arange(150) % 2
    assert share_of_same_neighbours(lay_out(features, labels), labels) > share_of_same_neighbours(
        lay_out(features), labels
    )


def test_of_many_sounds_the_others_are_placed_beside_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MOST_EXACT", 90)
    features, labels = islands(400)
    places = lay_out(features)
    assert places.shape == (400, 2)
    assert share_of_same_neighbours(places, labels) > 0.9


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 9])
def test_few_sounds_can_be_laid_out(count: int) -> None:
    places = lay_out(np.random.default_rng(0).normal(size=(count, 5)))
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert np.abs(places).max(initial=0.0) <= 1


def test_equal_sounds_can_be_laid_out() -> None:
    assert np.isfinite(lay_out(np.ones((20, 3)))).all()
