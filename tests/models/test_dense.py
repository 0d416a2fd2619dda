import pytest
import torch

from drumlin.models import RECIPES, recipe_named
from drumlin.models.dense import DenseAutoencoder
from drumlin.models.model import DataFacts
from drumlin.models.registry import build

from .learning import four_drums, learn, share_of_variance

pytestmark = pytest.mark.train

NINE = [name for name, recipe in RECIPES.items() if recipe.family == "dense"]
BATCHES = {"small": 1500, "medium": 300, "big": 200}


@pytest.mark.parametrize("name", NINE)
def test_a_dense_autoencoder_learns_four_sounds(name: str) -> None:
    recipe = recipe_named(name)
    model = build(recipe, DataFacts(1024, 44_100), seed=0)
    assert isinstance(model, DenseAutoencoder)
    sounds = four_drums(1024)

    @torch.no_grad()
    def is_learned() -> bool:
        return share_of_variance(model.decoder(model.encoder(sounds)), sounds) < 0.1

    assert not is_learned()
    learn(model, sounds, BATCHES[name.split("-")[1]], recipe.learning_rate, is_learned)
    assert is_learned()


def test_the_activation_is_on_every_layer_but_the_decoders_last() -> None:
    model = build(recipe_named("ae-medium-sigmoid"), DataFacts(256, 44_100))
    assert isinstance(model, DenseAutoencoder)
    kinds = [[type(layer).__name__ for layer in part] for part in (model.encoder, model.decoder)]
    assert kinds == [["Linear", "Activate"] * 3, ["Linear", "Activate"] * 2 + ["Linear"]]
    with torch.no_grad():
        latent = model.encoder(100 * torch.randn(50, 256))
    assert latent.min() >= 0
    assert latent.max() <= 1


def test_the_decoder_mirrors_the_encoder() -> None:
    model = build(recipe_named("ae-big-tanh"), DataFacts(512, 44_100))
    shapes = [tuple(p.shape) for p in model.parameters() if p.dim() == 2]
    assert shapes == [(384, 512), (96, 384), (24, 96), (2, 24), (24, 2), (96, 24), (384, 96), (512, 384)]


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    build(recipe_named("ae-small-relu"), DataFacts(256, 44_100), seed=9)
    assert torch.equal(torch.rand(1), expected)
