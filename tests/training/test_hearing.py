import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.drums import DRUMS

from drumlin.errors import HearingError
from drumlin.hearing.ear import Ear, softmax
from drumlin.hearing.kinds import CLASSES
from drumlin.hearing.view import LENGTH, VIEW_RATE
from drumlin.models.hearing_network import Ears
from drumlin.training.hearing import HearingTraining, outputs, train_ears
from drumlin.training.hearing_disturbing import disturbed
from drumlin.training.hearing_files import find_temperature, find_threshold, freeze, measure
from drumlin.training.hearing_sounds import (
    HearingSounds,
    LabelledSound,
    even_weights,
    hearing_sounds,
    synthetic_sounds,
    vary,
)

pytestmark = pytest.mark.train

QUICK = HearingTraining(size=6, members=2, steps=2, batch_size=6)


@pytest.fixture(scope="module")
def sounds() -> HearingSounds:
    labels = {"kick": "kick", "snare": "snare", "hat": "hihat_closed"}
    drums = [
        LabelledSound(DRUMS[name](seed), 44100, label, f"{seed}") for name, label in labels.items() for seed in (0, 1)
    ]
    return hearing_sounds(drums, CLASSES, 1, 0)


@pytest.fixture(scope="module")
def ears(sounds: HearingSounds) -> Ears:
    return train_ears(sounds, len(CLASSES), QUICK)


def test_each_sound_is_there_with_its_variants(sounds: HearingSounds) -> None:
    assert sounds.views.shape == (12, 2, 64, 64)
    assert sounds.labels.tolist() == [CLASSES.index(one) for one in ("kick", "snare", "hihat_closed") for _ in range(4)]
    assert not np.array_equal(sounds.views[0], sounds.views[1])


def test_training_is_repeatable_and_learns_from_every_step(sounds: HearingSounds, ears: Ears) -> None:
    again = train_ears(sounds, len(CLASSES), QUICK)
    np.testing.assert_array_equal(outputs(again, sounds.views), outputs(ears, sounds.views))
    first, second = (dict(one.named_parameters()) for one in ears.members)
    assert not torch.equal(first["classes.weight"], second["classes.weight"])


def test_finished_members_are_found_again(sounds: HearingSounds, ears: Ears, tmp_path: Path) -> None:
    train_ears(sounds, len(CLASSES), QUICK, keep=tmp_path)
    steps: list[str] = []
    found = train_ears(sounds, len(CLASSES), QUICK, lambda progress: steps.append(progress.message), tmp_path)
    assert not steps
    np.testing.assert_allclose(outputs(found, sounds.views), outputs(ears, sounds.views), atol=1e-5)


@pytest.fixture(scope="module")
def frozen(sounds: HearingSounds, ears: Ears, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ear")
    freeze(folder, ears, sounds.views[:2], CLASSES, {"temperature": 0.5, "unsure_below": 0.0})
    return folder


def test_the_file_says_what_the_network_says(sounds: HearingSounds, ears: Ears, frozen: Path) -> None:
    ear = Ear(frozen)
    heard = ear.hear([DRUMS["kick"](0), DRUMS["hat"](1)], 44100)
    wanted = outputs(ears, sounds.views)[[0, 10]]
    np.testing.assert_allclose(np.stack([one.shares for one in heard]), softmax(wanted[:, 12:] / 0.5), atol=5e-3)
    raw = wanted[:, :12]
    cosine = (np.stack([one.embedding for one in heard]) * raw).sum(axis=1) / np.linalg.norm(raw, axis=1)
    np.testing.assert_allclose(cosine, 1.0, atol=1e-3)


def test_a_network_of_another_card_is_refused(frozen: Path, tmp_path: Path) -> None:
    shutil.copytree(frozen, tmp_path, dirs_exist_ok=True)
    card = json.loads((tmp_path / "ear.json").read_text())
    (tmp_path / "ear.json").write_text(json.dumps(card | {"sha256": "0" * 64}))
    with pytest.raises(HearingError, match="install again"):
        Ear(tmp_path).embed([DRUMS["kick"](0)], 44100)
    (tmp_path / "ear.json").write_text(json.dumps(card | {"version": 2}))
    with pytest.raises(HearingError, match="update Drumlin"):
        Ear(tmp_path)


def test_disturbed_views_stay_pictures() -> None:
    views = torch.rand(8, 2, 64, 64)
    views[:, :, 60:] = 0.0
    changed = disturbed(views)
    assert changed.shape == views.shape
    assert float(changed.min()) >= 0.0 and float(changed.max()) <= 1.0
    assert not changed[:, :, 60:].any()  # silence gets no colour
    assert not torch.equal(changed[0], changed[1])


def test_a_variant_is_another_sound_of_finite_level() -> None:
    draw = np.random.default_rng(0)
    kick = np.pad(DRUMS["kick"](0), (0, LENGTH))[:LENGTH]
    varied = [vary(kick, draw) for _ in range(12)]
    assert all(np.isfinite(one).all() and one.any() for one in varied)
    assert len({len(one) for one in varied}) > 6  # speeds


def test_synthesised_sounds_cover_all_classes() -> None:
    made = synthetic_sounds(1, 0, 0.5)
    assert sorted(one.label for one in made) == list(CLASSES)
    assert {one.sample_rate for one in made} == {VIEW_RATE}


def test_large_kits_come_less_often_for_each_sound() -> None:
    one = LabelledSound(np.ones(4, np.float32), 44100, "kick", "big")
    weights = even_weights([one] * 9 + [LabelledSound(np.ones(4, np.float32), 44100, "kick", "small")])
    np.testing.assert_allclose(weights[-1] / weights[0], 3.0)


def test_the_temperature_of_overconfident_scores_is_found() -> None:
    draw = np.random.default_rng(0)
    honest = draw.standard_normal((4000, 4)) * 2
    labels = np.array([draw.choice(4, p=row) for row in softmax(honest)])
    np.testing.assert_allclose(find_temperature(2.5 * honest, labels), 2.5, rtol=0.1)


def test_calls_above_the_threshold_are_right_often_enough() -> None:
    draw = np.random.default_rng(0)
    confidence = draw.random(2000)
    right = draw.random(2000) < confidence
    threshold = find_threshold(confidence, right)
    assert right[confidence >= threshold].mean() >= 0.8
    assert find_threshold(confidence, np.zeros(2000, bool)) == 1.0


def test_figures_are_those_of_plain_counting() -> None:
    shares = np.eye(len(CLASSES))[[0, 1, 2, 3]]
    labels = np.array([0, 1, 5, 3])
    figures = measure(shares, labels, ["a", "a", "b", "b"], CLASSES)
    assert figures["top1"][0] == 0.75
