from pathlib import Path

import pytest
import torch

from drumlin.errors import CheckpointError
from drumlin.training.checkpoint import (
    CURRENT,
    PREVIOUS,
    State,
    pack_random,
    pack_training,
    read_checkpoint,
    unpack_random,
    unpack_training,
    write_checkpoint,
)

pytestmark = pytest.mark.train


def trained(seed: int) -> tuple[torch.nn.Module, dict[str, torch.optim.Optimizer]]:
    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    optimisers: dict[str, torch.optim.Optimizer] = {"model": torch.optim.Adam(model.parameters(), lr=0.1)}
    model(torch.ones(1, 3)).sum().backward()
    optimisers["model"].step()
    return model, optimisers


def test_state_and_tensors_come_back(tmp_path: Path) -> None:
    state = State({"seed": 3}, 12, 4.5, "32-true", 2, {"loss": [0.1 + 0.2, 3]})
    tensors = {"a": torch.randn(3, 2), "b": torch.arange(4, dtype=torch.uint8)}
    write_checkpoint(tmp_path, state, tensors)
    found = read_checkpoint(tmp_path)
    assert found is not None
    assert found[0] == state
    assert all(torch.equal(found[1][name], tensors[name]) for name in tensors)


def test_model_and_optimiser_continue_with_the_same_bits(tmp_path: Path) -> None:
    model, optimisers = trained(0)
    write_checkpoint(tmp_path, State({}), pack_training(model, optimisers))
    other, other_optimisers = trained(1)
    found = read_checkpoint(tmp_path)
    assert found is not None
    unpack_training(found[1], other, other_optimisers)
    for network, steps in ((model, optimisers), (other, other_optimisers)):
        network.zero_grad()
        network(torch.ones(1, 3)).square().sum().backward()
        steps["model"].step()
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))


def test_random_numbers_continue(tmp_path: Path) -> None:
    states = pack_random(torch.device("cpu"))
    expected = torch.rand(3)
    unpack_random(states, torch.device("cpu"))
    assert torch.equal(torch.rand(3), expected)


def test_a_damaged_checkpoint_gives_way_to_the_previous_one(tmp_path: Path) -> None:
    for step in (1, 2):
        write_checkpoint(tmp_path, State({}, step), {"a": torch.ones(100)})
    (tmp_path / CURRENT).write_bytes((tmp_path / CURRENT).read_bytes()[:300])
    found = read_checkpoint(tmp_path)
    assert found is not None
    assert found[0].step == 1


def test_two_damaged_checkpoints_are_an_error(tmp_path: Path) -> None:
    for name in (CURRENT, PREVIOUS):
        (tmp_path / name).write_bytes(b"\x10")
    with pytest.raises(CheckpointError, match="--fresh"):
        read_checkpoint(tmp_path)


def test_no_checkpoint_is_none(tmp_path: Path) -> None:
    assert read_checkpoint(tmp_path) is None


def test_another_models_checkpoint_is_refused(tmp_path: Path) -> None:
    tensors = pack_training(torch.nn.Linear(4, 2), {})
    with pytest.raises(CheckpointError, match="another model"):
        unpack_training(tensors, torch.nn.Linear(3, 2), {})
