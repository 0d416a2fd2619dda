"""Losses of a Wasserstein GAN with gradient penalty (Gulrajani et al. 2017).

The critic scores; it is to score real sounds above made ones, and the norm of its gradient is held near 1 on lines
between them.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

ADAM_BETAS = (0.5, 0.9)
"""As in WaveGAN."""


def critic_losses(critic: Callable[[Tensor], Tensor], real: Tensor, made: Tensor, penalty: float) -> dict[str, Tensor]:
    """Return the critic's `loss`, the estimated Wasserstein distance and the mean gradient penalty.

    Args:
        critic: (B, ...) to (B, 1).
        real: (B, ...).
        made: of the same shape, detached from the generator.
        penalty: weight of the gradient penalty.
    """
    distance = critic(real).mean() - critic(made).mean()
    share = torch.rand([len(real)] + [1] * (real.dim() - 1), device=real.device)
    between = (real + share * (made - real)).requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    excess = (slope.float().flatten(1).norm(dim=1) - 1.0).square().mean()
    return {"loss": penalty * excess - distance, "distance": distance, "penalty": excess}


def generator_loss(critic: nn.Module, made: Tensor) -> dict[str, Tensor]:
    """Return the generator's `loss`; the critic gets no gradient from it."""
    frozen = {name: value.detach() for name, value in critic.named_parameters()}
    score = functional_call(critic, frozen, (made,))
    return {"loss": -score.mean()}


def uniform_prior(count: int, size: int, like: Tensor) -> Tensor:
    """Return noise in [-1, 1], (count, size), on the device of `like`."""
    return torch.rand(count, size, device=like.device) * 2.0 - 1.0
