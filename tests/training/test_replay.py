"""What the start instrument plays while another one learns."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.instruments import make_instrument

from drumlin.errors import TrainingError
from drumlin.instrument import load
from drumlin.training.replay import Replay
from drumlin.training.starting import Origin, open_origin

from .origin import LENGTH

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def origin(small_instrument: Path) -> Origin:
    return open_origin(small_instrument)


@pytest.fixture(scope="module")
def replay(origin: Origin) -> Replay:
    return Replay(origin.instrument, origin.model, seed=1, count=6)


def test_a_batch_depends_on_seed_and_number_alone(origin: Origin, replay: Replay) -> None:
    first, again = replay.batch(5), Replay(origin.instrument, origin.model, 1, 6).batch(5)
    assert first[0].shape == (6, LENGTH)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], replay.batch(6)[0])
    assert not torch.equal(first[0], Replay(origin.instrument, origin.model, 2, 6).batch(5)[0])


def test_all_classes_are_played(replay: Replay) -> None:
    numbers = torch.cat([replay.batch(step)[1] for step in range(8)])
    counts = np.bincount(numbers.numpy(), minlength=2)
    assert counts.sum() == 48
    assert counts.min() >= 12


def test_a_sound_is_played_near_a_point_of_its_class(
    origin: Origin, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[np.ndarray, np.ndarray]] = []

    def note(latents: np.ndarray, weights: np.ndarray, seeds: np.ndarray) -> torch.Tensor:
        asked.append((latents, weights))
        return torch.zeros(len(latents), LENGTH)

    monkeypatch.setattr(replay, "_decode", note)
    replay.batch(0)
    latents, weights = asked[0]
    points = origin.instrument.points
    for latent, weight in zip(latents, weights, strict=True):
        label = origin.instrument.classes[int(weight.argmax())]
        own = points.latents[[name == label for name in points.labels]]
        spread = points.latents.std(axis=0)
        assert (latent > own.min(axis=0) - 5 * 0.2 * spread).all()
        assert (latent < own.max(axis=0) + 5 * 0.2 * spread).all()


def test_the_sounds_on_the_map_are_those_of_the_points(origin: Origin, replay: Replay) -> None:
    sounds, numbers = replay.sounds(4)
    assert sorted(numbers.tolist()) == [0, 0, 1, 1]
    points = origin.instrument.points
    classes = np.array([[float(name == label) for name in origin.instrument.classes] for label in points.labels])
    played = origin.instrument.decode(points.latents, classes=classes.astype(np.float32))
    for sound in sounds:
        assert np.abs(played - sound).max(axis=1).min() < 1e-3
    assert len(replay.sounds(1000)[0]) == len(points)


def test_without_points_there_is_nothing_to_play(origin: Origin, tmp_path: Path) -> None:
    empty = load(make_instrument(tmp_path / "empty.drumlin", points=0))
    with pytest.raises(TrainingError, match="--dial 1"):
        Replay(empty, origin.model, 0, 4)
