from dataclasses import replace

import numpy as np
import pytest
import torch

from drumlin.errors import RecipeError
from drumlin.models import recipe_named
from drumlin.models.configs import PcaConfig
from drumlin.models.model import DataFacts
from drumlin.models.pca import PrincipalComponents
from drumlin.models.registry import build

pytestmark = pytest.mark.train


def fitted(sounds: np.ndarray, latent: int) -> PrincipalComponents:
    model = build(replace(recipe_named("pca"), config=PcaConfig(latent)), DataFacts(sounds.shape[1], 44_100))
    assert isinstance(model, PrincipalComponents)
    model.fit(sounds, np.zeros(len(sounds)))
    return model


def test_the_error_is_what_the_smaller_singular_values_leave() -> None:
    sounds = np.random.default_rng(0).standard_normal((20, 50)).astype(np.float32)
    model, real = fitted(sounds, 3), torch.from_numpy(sounds)
    values = np.linalg.svd(sounds - sounds.mean(axis=0), compute_uv=False)
    error = float((model.decode(model.encode(real)) - real).square().sum())
    assert error == pytest.approx(float((values[3:] ** 2).sum()), rel=1e-4)


def test_the_latent_is_in_units_of_its_deviation() -> None:
    sounds = np.random.default_rng(0).standard_normal((200, 50)).astype(np.float32)
    latent = fitted(sounds, 2).encode(torch.from_numpy(sounds))
    np.testing.assert_allclose(latent.std(dim=0).numpy(), 1.0, rtol=1e-4)


def test_more_components_than_sounds_are_refused() -> None:
    with pytest.raises(RecipeError, match="2 sounds"):
        fitted(np.zeros((2, 50), np.float32), 2)
