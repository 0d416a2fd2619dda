"""Reading a model back out of an instrument, and giving it other classes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.instruments import LENGTH as TONE_LENGTH
from tests.instruments import make_instrument

from drumlin.errors import RecipeError, TrainingError
from drumlin.instrument import DEFAULT_PATH, load
from drumlin.models.model import DataFacts
from drumlin.training.graphs import export_graph
from drumlin.training.starting import Origin, class_entries, continued, open_origin
from drumlin.training.templates import read_weights

from .origin import LENGTH, RATE, SMALL

pytestmark = pytest.mark.train


CLASSED = ("readers.picture", "readers.low", "readers.stroke", "condition.0")


@pytest.fixture(scope="module")
def origin(small_instrument: Path) -> Origin:
    return open_origin(small_instrument)


def test_a_rebuilt_model_makes_the_sounds_of_its_instrument(origin: Origin) -> None:
    instrument, graphs = origin.instrument, origin.model.graphs()
    latents = instrument.points.latents[:3]
    classes = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=np.float32)
    seeds = np.array([0, 1, 2])
    controls, velocities = np.array([[2.0, 0.7, 5.0, 3.0]] * 3, dtype=np.float32), np.ones((3, 1), dtype=np.float32)
    inputs = [torch.from_numpy(value) for value in (latents, classes, controls, seeds, velocities)]
    with torch.no_grad():
        made = graphs["decode"].module(*inputs).numpy()
    played = instrument.decode(latents, classes=classes, controls=controls, seeds=seeds)
    with torch.no_grad():
        found = graphs["encode"].module(torch.from_numpy(played)).numpy()
    # Tables of half precision: what lies at the border of a partial is told a little otherwise.
    np.testing.assert_allclose(made, played, atol=5e-2 * np.abs(played).max())
    np.testing.assert_allclose(found, instrument.encode(played), atol=1e-2)


def test_a_rebuilt_model_is_exported_with_the_same_weights(origin: Origin) -> None:
    for graph in origin.model.graphs().values():
        weights = read_weights(export_graph(graph), graph.module)
        for name, value in graph.module.state_dict().items():
            assert torch.equal(weights[name], value), name


def test_the_built_in_instrument_can_be_started_from() -> None:
    origin = open_origin(DEFAULT_PATH)
    assert origin.model.controls.classes == origin.instrument.classes
    assert origin.recipe.family == "spectral"


def test_the_classes_are_found_where_they_are(origin: Origin) -> None:
    facts = DataFacts(LENGTH, RATE, origin.instrument.classes)
    entries = class_entries(origin.model, origin.recipe, facts)
    assert list(entries) == [f"decoder.{name}.weight" for name in CLASSED]
    assert entries["decoder.condition.0.weight"].rows == (SMALL.latent, SMALL.latent + 1)


def test_known_classes_keep_their_numbers_and_a_new_one_starts_as_their_mean(origin: Origin) -> None:
    before = origin.model.state_dict()["decoder.condition.0.weight"]
    model = continued(origin, origin.recipe, ("kick", "snare", "gong"))
    after = model.state_dict()["decoder.condition.0.weight"]
    assert torch.equal(after[:, :-1], before)
    assert torch.allclose(after[:, -1], before[:, -2:].mean(dim=1))
    turned = continued(origin, origin.recipe, ("snare", "kick")).state_dict()["decoder.condition.0.weight"]
    assert torch.equal(turned[:, -2:], before[:, [-1, -2]])


def test_a_new_class_changes_no_sound_of_the_others(origin: Origin) -> None:
    model = continued(origin, origin.recipe, ("gong", "kick", "snare")).eval()
    latents, seeds = torch.from_numpy(origin.instrument.points.latents[:2]), torch.zeros(2, dtype=torch.int64)
    controls, velocities = torch.tensor([origin.model.controls.defaults] * 2), torch.ones(2, 1)
    with torch.no_grad():
        before = origin.model.graphs()["decode"].module(latents, torch.eye(2), controls, seeds, velocities)
        after = model.graphs()["decode"].module(latents, torch.eye(3)[1:], controls, seeds, velocities)
    assert torch.allclose(before, after, atol=1e-5)


def test_an_instrument_of_another_family_is_refused_with_what_works(tmp_path: Path) -> None:
    other = make_instrument(tmp_path / "tones.drumlin", provenance={"family": "dense"})
    with pytest.raises(TrainingError, match=r"--from default.*spectral-ae"):
        open_origin(other)


@pytest.mark.parametrize("config", [{"latent": 2, "wings": 4}, {"latent": 0}, {"latent": 2}, None])
def test_an_instrument_whose_model_cannot_be_rebuilt_is_refused(config: object, tmp_path: Path) -> None:
    facts = {"family": "spectral", "config": config}
    classes = ("kick", "snare")
    other = make_instrument(tmp_path / "a.drumlin", provenance=facts, classes=classes, length=TONE_LENGTH // 256 * 256)
    with pytest.raises(TrainingError, match="another release"):
        open_origin(other)


def test_other_sizes_than_those_of_the_start_are_refused(origin: Origin) -> None:
    for change in ({"width": "24"}, {"n_blocks": "3"}):
        with pytest.raises(RecipeError, match="leave them out of --set"):
            continued(origin, origin.recipe.with_settings(change), ("kick", "snare"))


def test_the_origin_is_never_trained(origin: Origin, small_instrument: Path) -> None:
    assert not any(parameter.requires_grad for parameter in origin.model.parameters())
    model = continued(origin, origin.recipe, ("kick", "snare"))
    with torch.no_grad():
        for value in model.parameters():
            value.zero_()
    assert any(float(value.abs().max()) > 0 for value in origin.model.parameters())
    assert origin.instrument.sha256 == load(small_instrument).sha256
    assert replace(origin.recipe, epochs=1).config == SMALL
