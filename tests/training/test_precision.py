from collections.abc import Callable

import pytest
import torch

from drumlin.models.model import DataFacts, Model
from drumlin.models.registry import build
from drumlin.training import precision
from drumlin.training.precision import FULL, HALF, choose_precision

from .material import tiny_recipe

pytestmark = pytest.mark.train

Race = Callable[..., tuple[float, list[float]]]


def choose(race: Race | None, monkeypatch: pytest.MonkeyPatch) -> str:
    if race:
        monkeypatch.setattr(precision, "_race", race)
    model: Model = build(tiny_recipe(), DataFacts(256, 44_100))
    batch = torch.randn(4, 256, generator=torch.Generator().manual_seed(0)), torch.zeros(4, dtype=torch.long)
    return choose_precision(model, batch, 1e-3, torch.device("cpu"))


def test_bf16_is_taken_where_it_is_faster_and_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def race(*arguments: object) -> tuple[float, list[float]]:
        return (0.5, [1.001, 0.501]) if arguments[-1] else (1.0, [1.0, 0.5])

    assert choose(race, monkeypatch) == HALF


@pytest.mark.parametrize(("half_s", "losses"), [(0.95, [1.0]), (0.5, [1.1]), (0.5, [float("nan")])])
def test_bf16_is_left_where_it_is_slower_or_worse(
    half_s: float, losses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def race(*arguments: object) -> tuple[float, list[float]]:
        return (half_s, losses) if arguments[-1] else (1.0, [1.0])

    assert choose(race, monkeypatch) == FULL


def test_the_race_leaves_model_and_random_state_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    assert choose(None, monkeypatch) in (FULL, HALF)
    assert torch.equal(torch.rand(1), expected)
