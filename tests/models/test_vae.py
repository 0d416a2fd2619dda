from dataclasses import replace

import pytest
import torch

from drumlin.models import recipe_named
from drumlin.models.configs import VaeConfig
from drumlin.models.model import DataFacts
from drumlin.models.registry import build
from drumlin.models.vae import VariationalAutoencoder

from .learning import four_drums, learn, share_of_variance

pytestmark = pytest.mark.train


def small(**changes: float) -> VariationalAutoencoder:
    config = replace(VaeConfig(dim=8, window=1024), **changes)  # type: ignore[arg-type]
    model = build(replace(recipe_named("vae-a"), config=config), DataFacts(1024, 44_100))
    assert isinstance(model, VariationalAutoencoder)
    return model


def test_a_vae_without_divergence_learns_four_sounds() -> None:
    model, sounds = small(kl_weight=0.0), four_drums(1024)

    @torch.no_grad()
    def is_learned() -> bool:
        share = share_of_variance(model.decoder(model.posterior(sounds)[0]), sounds)
        return share < 0.1 and model.health(sounds, torch.zeros(4))["active_units"] == 2

    assert not is_learned()
    learn(model, sounds, 250, 1e-3, is_learned)
    assert is_learned()


def test_the_weight_of_the_divergence_rises_over_30_000_batches() -> None:
    model = small()
    assert [model.kl_weight(step) for step in (0, 15_000, 30_000, 90_000)] == [0.0, 0.0005, 0.001, 0.001]


def test_the_divergence_is_that_of_normal_distributions() -> None:
    model, sounds = small(), four_drums(1024)
    with torch.no_grad():
        mean, log_variance = model.posterior(sounds)
        losses = model("model", sounds, torch.zeros(4), 30_000)
    normal = torch.distributions.Normal
    expected = torch.distributions.kl_divergence(normal(mean, (log_variance / 2).exp()), normal(0.0, 1.0)).sum(1).mean()
    assert losses["kl_nats"].item() == pytest.approx(expected.item(), rel=1e-4)
    assert losses["loss"].item() == pytest.approx(losses["error"].item() + 0.001 * expected.item(), rel=1e-4)


def test_a_heavy_divergence_leaves_no_active_unit() -> None:
    model, sounds = small(kl_weight=10.0, kl_ramp=0), four_drums(1024)

    @torch.no_grad()
    def is_silent() -> bool:
        return model.health(sounds, torch.zeros(4))["active_units"] == 0

    learn(model, sounds, 150, 3e-3, is_silent)
    assert is_silent()


@pytest.mark.parametrize(("far", "sign"), [(50.0, 1.0), (-50.0, -1.0)])
def test_a_variance_beyond_its_limits_finds_the_way_back(far: float, sign: float) -> None:
    model, sounds = small(kl_ramp=0), four_drums(1024)
    torch.manual_seed(0)
    bias = model.encoder.dense.bias
    with torch.no_grad():
        bias[2:] = far
    model("model", sounds, torch.zeros(4), 30_000)["loss"].backward()
    assert model.posterior(sounds)[1].abs().max() <= 10
    assert torch.equal(torch.sign(bias.grad[2:]), torch.full((2,), sign))  # descent goes the other way
