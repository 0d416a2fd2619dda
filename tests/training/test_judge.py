from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training.material import make_dataset

from drumlin.datasets import Dataset
from drumlin.errors import TrainingError
from drumlin.evaluation.frozen import (
    check_windows,
    classifier_view,
    listener_view,
    load_classifier,
    load_listener,
    read_card,
)
from drumlin.training.judge import JudgeTraining, disturbed, train_judge
from drumlin.training.judge_networks import ClassifierNet, Committee, ListenerNet

pytestmark = pytest.mark.train

SHORT = JudgeTraining(variants=1, batch_size=12, listener_steps=20, classifier_steps=100, members=1)


def dataset(folder: Path) -> Dataset:
    return make_dataset(folder, length=8192, copies=5, splits=["train"] * 16 + ["valid"] * 4)


def test_a_judge_is_trained_written_and_loaded(tmp_path: Path) -> None:
    train_judge(dataset(tmp_path / "data"), tmp_path / "judge", SHORT)
    card = read_card(tmp_path / "judge")
    listener, classifier = load_listener(tmp_path / "judge"), load_classifier(tmp_path / "judge")
    assert classifier.classes == ("hat", "kick", "snare", "tom")
    np.testing.assert_allclose(listener.embed(check_windows()), card["networks"]["listener"]["check"], atol=2e-3)
    assert card["data"]["count"] == 16
    assert card["networks"]["classifier"]["valid"]["label"] == {"count": 4, "share": pytest.approx(0.9, abs=0.16)}


def test_a_judge_needs_unseen_sounds(tmp_path: Path) -> None:
    alone = make_dataset(tmp_path / "data", splits=["train"] * 12)
    with pytest.raises(TrainingError, match="0 labelled sounds in `valid`"):
        train_judge(alone, tmp_path / "judge", SHORT)


def test_networks_have_their_sizes() -> None:
    listener, classifier = ListenerNet(14), ClassifierNet(14)
    assert 150_000 < sum(one.numel() for one in listener.parameters()) < 250_000
    assert 150_000 < sum(one.numel() for one in classifier.parameters()) < 250_000
    assert listener(torch.from_numpy(listener_view(check_windows()))).shape == (2, 64)
    assert classifier(torch.from_numpy(classifier_view(check_windows()))).shape == (2, 14)


def test_a_committee_averages_probabilities() -> None:
    members = [ClassifierNet(3).eval() for _ in range(2)]
    view = torch.from_numpy(classifier_view(check_windows()))
    mean = (torch.softmax(members[0](view), 1) + torch.softmax(members[1](view), 1)) / 2
    torch.testing.assert_close(Committee(members)(view), mean)


def test_disturbing_hides_and_shifts_but_never_lifts_silence() -> None:
    torch.manual_seed(0)
    view = torch.full((64, 1, 96, 65), 0.5)
    view[:, :, :, 40:] = 0.0
    shown = disturbed(view)
    assert shown.shape == view.shape
    assert (shown >= 0).all() and (shown[..., 40:] == 0).all()
    assert 0.03 < shown[..., :40].std() < 0.4
    assert not torch.equal(shown[0], shown[1])
