from dataclasses import replace

import numpy as np
import pytest
import torch

from drumlin.features import log_mel_distance_db
from drumlin.models import recipe_named
from drumlin.models.configs import WaveganConfig
from drumlin.models.model import DataFacts
from drumlin.models.registry import build
from drumlin.models.wavegan import WaveGan

from .learning import four_drums, learn

pytestmark = pytest.mark.train

WINDOW = 1024


def small(critic_steps: int = 5) -> WaveGan:
    config = WaveganConfig(dim=4, window=WINDOW, latent=16, critic_steps=critic_steps)
    model = build(replace(recipe_named("wavegan"), config=config), DataFacts(WINDOW, 44_100))
    assert isinstance(model, WaveGan)
    return model


def distance(model: WaveGan, sound: torch.Tensor) -> float:
    with torch.no_grad():
        made = model.generator(model.prior(4, torch.Generator().manual_seed(1))).numpy()
    return float(np.mean([log_mel_distance_db(row, sound.numpy(), 44_100) for row in made]))


def test_300_steps_on_one_sound_halve_its_log_mel_distance() -> None:
    model, snare = small(critic_steps=2), four_drums(WINDOW)[1]
    torch.manual_seed(0)
    before = distance(model, snare)
    steps = 300 * model.config.critic_steps
    learn(model, snare.repeat(4, 1), steps, 3e-4, lambda: distance(model, snare) < before / 2)
    assert distance(model, snare) < before / 2


def test_the_generator_follows_every_fifth_update_of_the_critic() -> None:
    turns = [turn for step in range(10) for turn in small().turns(step)]
    assert turns == (["critic"] * 5 + ["generator"]) * 2


def test_each_turn_has_gradients_for_its_own_part_alone() -> None:
    for turn, other in (("critic", "generator"), ("generator", "critic")):
        model = small()
        model(turn, four_drums(WINDOW), torch.zeros(4), 0)["loss"].backward()
        assert all(parameter.grad is not None for parameter in getattr(model, turn).parameters())
        assert all(parameter.grad is None for parameter in getattr(model, other).parameters())


def test_the_penalty_is_zero_for_a_critic_of_slope_one() -> None:
    from drumlin.models.adversarial import critic_losses

    def critic(sound: torch.Tensor) -> torch.Tensor:
        return sound.sum(dim=1, keepdim=True) / 8.0  # 64 points: the gradient's norm is 1

    losses = critic_losses(critic, torch.ones(3, 64), torch.zeros(3, 64), 10.0)
    assert losses["penalty"].item() == pytest.approx(0.0, abs=1e-9)
    assert losses["loss"].item() == pytest.approx(-8.0)
