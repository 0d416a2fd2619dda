import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from drumlin.datasets import Dataset
from drumlin.training import train, work_folder
from drumlin.training.checkpoint import read_checkpoint
from drumlin.training.loop import Loop
from drumlin.training.metrics import FILE_NAME

from .killed import run_until_killed, settings
from .material import make_dataset

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("resume") / "data")


@pytest.fixture(scope="module", autouse=True)
def unexported() -> Iterator[None]:
    """Spare the seconds of an export: the parameters are what is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drumlin.training.run.export_instrument", lambda *arguments: None)
        yield


@pytest.fixture(scope="module")
def undisturbed(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "a.drumlin"
    train(dataset, settings(), out)
    return out


def tensors_of(out: Path) -> dict[str, torch.Tensor]:
    found = read_checkpoint(work_folder(out))
    assert found is not None
    return found[1]


def test_a_training_killed_at_any_instant_ends_with_the_same_bits(
    dataset: Dataset, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "b.drumlin"
    for fault, count in (("batch", 3), ("half-written", 6), ("between-renames", 8), ("metrics", 2)):
        run_until_killed(dataset.folder, out, fault, count)
    train(dataset, settings(), out)
    expected, found = tensors_of(undisturbed), tensors_of(out)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_the_metrics_of_a_killed_training_are_whole(dataset: Dataset, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.drumlin"
    run_until_killed(dataset.folder, out, "batch", 10)
    train(dataset, settings(), out)
    rows = [(work_folder(path) / FILE_NAME).read_text() for path in (undisturbed, out)]
    assert rows[0] == rows[1]
    assert len(rows[0].splitlines()) == 5


def test_a_training_asked_to_stop_saves_what_it_learned_and_ends_with_the_same_bits(
    dataset: Dataset, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, learn_batch = tmp_path / "b.drumlin", Loop._learn_batch

    def learn_and_be_stopped(loop: Loop) -> None:
        if loop.state.step == 2:
            signal.raise_signal(signal.SIGTERM)
        learn_batch(loop)

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_learn_batch", learn_and_be_stopped)
        with pytest.raises(KeyboardInterrupt):
            train(dataset, settings(), out)
    found = read_checkpoint(work_folder(out))
    assert found is not None
    assert found[0].step == 3
    train(dataset, settings(), out)
    expected, resumed = tensors_of(undisturbed), tensors_of(out)
    assert all(torch.equal(expected[name], resumed[name]) for name in expected)
