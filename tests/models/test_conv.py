from dataclasses import replace

import pytest
import torch

from drumlin.models import recipe_named
from drumlin.models.configs import ConvConfig
from drumlin.models.conv import ConvAutoencoder
from drumlin.models.model import DataFacts
from drumlin.models.registry import build

from .learning import four_drums, learn, share_of_variance

pytestmark = pytest.mark.train


def test_a_convolutional_autoencoder_learns_four_sounds() -> None:
    model = build(replace(recipe_named("ae-conv"), config=ConvConfig(dim=8, window=1024)), DataFacts(1024, 44_100))
    assert isinstance(model, ConvAutoencoder)
    sounds = four_drums(1024)

    @torch.no_grad()
    def is_learned() -> bool:
        return share_of_variance(model.decoder(model.encoder(sounds)), sounds) < 0.1

    assert not is_learned()
    learn(model, sounds, 250, 1e-3, is_learned)
    assert is_learned()
