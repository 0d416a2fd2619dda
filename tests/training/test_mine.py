"""A training that starts from an instrument, from beginning to end."""

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from drumlin.datasets import Dataset, Settings
from drumlin.errors import CheckpointError, RecipeError, TrainingError
from drumlin.instrument import load
from drumlin.progress import Progress
from drumlin.training import Start, continued_recipe, preparing_for, train, work_folder
from drumlin.training.checkpoint import read_checkpoint
from drumlin.training.loop import Loop
from drumlin.training.mine import Mine, planned_batches, replayed

from .origin import LENGTH, RATE, SMALL, make_sounds, plain, small_recipe

pytestmark = pytest.mark.train

LABELS = ["tom", "snare", "", "tom", "snare"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_sounds(tmp_path_factory.mktemp("mine") / "data", LABELS)


def opened(start: Start, dataset: Dataset) -> Mine:
    return Mine.open(start, dataset, small_recipe(), (), 0)


def parameters(out: Path) -> dict[str, torch.Tensor]:
    found = read_checkpoint(work_folder(out))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("dial", "classes"), [(0.5, ("kick", "snare", "mine", "tom")), (1.0, ("mine", "snare", "tom"))]
)
def test_both_kinds_of_classes_stay_unless_only_mine_is_asked_for(
    dial: float, classes: tuple[str, ...], small_instrument: Path, dataset: Dataset
) -> None:
    data = opened(Start.of(small_instrument, dial), dataset).data
    assert data.classes == classes
    names = [classes[number] for number in data.labels]
    assert names == [label or "mine" for label in LABELS]


def test_a_folder_without_labels_is_one_class(small_instrument: Path, tmp_path: Path) -> None:
    data = opened(Start.of(small_instrument, 1.0), make_sounds(tmp_path / "data", [""] * 3)).data
    assert data.classes == ("mine",)


def test_the_dial_sets_how_much_is_replayed() -> None:
    counts = [replayed(16, dial) for dial in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (12, 0)
    assert replayed(1, 0.0) == 0


def test_the_plan_follows_the_dial_and_the_number_of_sounds(small_instrument: Path) -> None:
    recipes = [continued_recipe(Start.of(small_instrument, dial), 200) for dial in (0.0, 0.5, 1.0)]
    rates = [recipe.learning_rate for recipe in recipes]
    assert rates == sorted(set(rates))
    batches = [planned_batches(count) for count in (1, 30, 200, 5000, 10**6)]
    assert batches == sorted(batches)
    assert recipes[0].planned_batches(200) == pytest.approx(planned_batches(200), rel=0.05)
    assert recipes[0].config == replace(SMALL, augment=recipes[0].config.augment)  # type: ignore[union-attr]
    assert recipes[0].config.augment > 0  # type: ignore[union-attr]


def test_a_folder_is_prepared_as_the_start_needs_it(small_instrument: Path) -> None:
    settings = preparing_for(Start.of(small_instrument))
    assert (settings.profile, settings.sample_rate) == ("generator", RATE)
    assert LENGTH <= settings.length < LENGTH + 0.011 * RATE


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(profile="generator", sample_rate=22_050, length_s=LENGTH / 22_050), "--sample-rate 44100"),
        (Settings(profile="study", length_s=LENGTH / RATE), "--profile generator"),
    ],
)
def test_sounds_that_were_prepared_in_another_way_are_refused(
    settings: Settings, words: str, small_instrument: Path, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError, match=words):
        opened(Start.of(small_instrument), make_sounds(tmp_path / "data", ["kick"], settings))


def test_a_dial_out_of_its_range_is_refused(small_instrument: Path) -> None:
    with pytest.raises(TrainingError, match=r"dial 1\.5"):
        Start.of(small_instrument, 1.5)


def test_classes_weigh_by_how_often_they_are_heard(small_instrument: Path, dataset: Dataset) -> None:
    mine = opened(Start.of(small_instrument, 0.5), dataset)
    weights = dict(zip(mine.data.classes, mine.model(small_recipe(), 0).weights.tolist(), strict=True))  # type: ignore[arg-type, operator]
    assert weights["mine"] == max(weights.values())
    assert weights["snare"] == min(weights.values())


def test_what_the_start_makes_of_the_sounds_is_heard_before_anything_is_learned(
    small_instrument: Path, dataset: Dataset, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    first: list[np.ndarray] = []
    start, snapshot = Start.of(small_instrument, 0.5), tmp_path / "now.drumlin"

    def hear(progress: Progress) -> None:
        seen.append(progress)
        if progress.preview:
            first.append(load(snapshot).encode(np.array(dataset.waveforms[:2])))

    out = tmp_path / "Mine.drumlin"
    outcome = train(dataset, plain(small_recipe(), start, snapshot=snapshot), out, report=hear)
    assert (seen[0].preview, seen[0].done) == (str(snapshot), 0)
    np.testing.assert_allclose(first[0], load(small_instrument).encode(np.array(dataset.waveforms[:2])), atol=1e-4)
    assert (seen[-1].done, seen[-1].total) == (outcome.batches, outcome.planned)

    made = load(out)
    assert made.classes == ("kick", "snare", "mine", "tom")
    own = [label or "mine" for label in LABELS]
    assert list(made.points.labels[: len(own)]) == own
    assert set(made.points.labels[len(own) :]) == {"kick", "snare"}
    facts = made.manifest.provenance
    assert facts["start"] == {"name": "Small", "sha256": start.sha256, "data": facts["start"]["data"], "dial": 0.5}
    assert facts["licences"] == ["CC-BY-4.0", "CC0-1.0"]


def test_only_mine_holds_nothing_of_the_start_but_its_licences(small_instrument: Path, tmp_path: Path) -> None:
    dataset, out = make_sounds(tmp_path / "data", ["", "", ""]), tmp_path / "Mine.drumlin"
    train(dataset, plain(small_recipe(), Start.of(small_instrument, 1.0)), out)
    made = load(out)
    assert (made.classes, set(made.points.labels), len(made.points)) == (("mine",), {"mine"}, 3)
    assert made.manifest.provenance["licences"] == ["CC-BY-4.0", "CC0-1.0"]
    assert np.isfinite(made.at(0.1, 0.2)).all()


@pytest.fixture
def unexported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare tests that look at the training alone the seconds of an export."""
    monkeypatch.setattr("drumlin.training.run.export_instrument", lambda *arguments: None)


@pytest.mark.usefixtures("unexported")
def test_a_training_that_was_stopped_ends_with_the_same_bits(
    small_instrument: Path, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(small_recipe(), epochs=3)
    settings = plain(recipe.with_settings({"augment": "0.5"}), Start.of(small_instrument, 0.5))
    train(dataset, settings, tmp_path / "whole.drumlin")
    out, learn_batch = tmp_path / "parts.drumlin", Loop._learn_batch

    def learn_and_be_stopped(loop: Loop) -> None:
        if loop.state.step == 2:
            signal.raise_signal(signal.SIGTERM)
        learn_batch(loop)

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_learn_batch", learn_and_be_stopped)
        with pytest.raises(KeyboardInterrupt):
            train(dataset, settings, out)
    train(dataset, settings, out)
    expected, found = parameters(tmp_path / "whole.drumlin"), parameters(out)
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.usefixtures("unexported")
def test_another_start_or_dial_is_another_training(small_instrument: Path, dataset: Dataset, tmp_path: Path) -> None:
    out, start = tmp_path / "a.drumlin", Start.of(small_instrument, 0.5)
    train(dataset, plain(small_recipe(), start), out)
    for other in (replace(start, dial=0.6), None):
        with pytest.raises(CheckpointError, match=r"different: .*start"):
            train(dataset, plain(small_recipe(), other), out)


@pytest.mark.usefixtures("unexported")
def test_the_less_of_the_dial_the_nearer_to_the_start(small_instrument: Path, dataset: Dataset, tmp_path: Path) -> None:
    moved = []
    for dial in (0.0, 1.0):
        start = Start.of(small_instrument, dial)
        recipe = replace(continued_recipe(start, 5), epochs=2, batch_size=4)
        out = tmp_path / f"{dial}.drumlin"
        train(dataset, plain(recipe, start), out)
        before = opened(start, dataset).origin.model.state_dict()
        after = parameters(out)
        steps = [
            float((after[f"model/{name}"] - value).square().sum())
            for name, value in before.items()
            if after[f"model/{name}"].shape == value.shape
        ]
        moved.append(sum(steps))
    assert moved[0] < 0.5 * moved[1]
