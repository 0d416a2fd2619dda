"""What the training loop asks of Lightning Fabric, on one device and with torch alone.

Same names, same meaning: the loop cannot tell, and its parameters come out with the same bits. For machines on which
nothing can be installed; everywhere else Fabric does this, and several devices too.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from .precision import FULL, HALF


class OneDevice:
    """A connection to one device.

    Args:
        device: where to compute.
        precision: `32-true` or `bf16-mixed`.
    """

    global_rank, world_size, is_global_zero = 0, 1, True

    def __init__(self, device: torch.device, precision: str = FULL) -> None:
        self.device = device
        self.is_half = precision == HALF

    def setup(self, model: nn.Module, *optimisers: Optimizer) -> tuple[Any, ...]:
        """Return what runs the model on the device in the precision, and the optimisers as they are."""
        return Forward(model.to(self.device), self.autocast), *optimisers

    def autocast(self) -> torch.autocast:
        """Return the context in which products are bf16, if they are to be."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.is_half)

    def to_device(self, data: Any) -> Any:
        """Return a module, a tensor or a tuple of tensors on the device."""
        if isinstance(data, tuple):
            return tuple(part.to(self.device) for part in data)
        return data.to(self.device)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a loss."""
        torch.autograd.backward(loss)

    def clip_gradients(self, model: nn.Module, optimiser: Optimizer, max_norm: float) -> None:
        """Cut longer gradients, of the parameters that this optimiser moves, to a norm.

        Raises:
            RuntimeError: a gradient is no number.
        """
        turned = [parameter for group in optimiser.param_groups for parameter in group["params"]]
        nn.utils.clip_grad_norm_(turned, max_norm, error_if_nonfinite=True)


class Forward:
    """A model that is called in a precision; its losses are 32 bit in any."""

    def __init__(self, model: nn.Module, autocast: Callable[[], torch.autocast]) -> None:
        self._model, self._autocast = model, autocast

    def __call__(self, *arguments: Any) -> Mapping[str, Tensor]:
        """Return the losses."""
        with self._autocast():
            losses: Mapping[str, Tensor] = self._model(*arguments)
        return {name: value.float() for name, value in losses.items()}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        self._model.zero_grad(set_to_none=set_to_none)
