import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from drumlin.datasets import Dataset
from drumlin.errors import CheckpointError, RecipeError, TrainingError
from drumlin.instrument import load
from drumlin.models import RECIPES, Recipe
from drumlin.models.model import DataFacts, Model
from drumlin.models.registry import build
from drumlin.progress import Progress
from drumlin.training import TrainSettings, loop, train, work_folder
from drumlin.training.metrics import read_metrics

from .material import make_dataset, tiny_recipe
from .origin import make_sounds, small_recipe

pytestmark = pytest.mark.train

DISTINCT = [name for name in RECIPES if not name.endswith("-16") and name != "spectral-ae"]
DENSE = ("ae-small-relu", "ae-medium-tanh", "ae-big-sigmoid")
"""Each size and each activation once: the nine are exported by the same lines."""
EXPORTED = [name for name in DISTINCT if RECIPES[name].family != "dense" or name in DENSE]
LONG = ("specgan",)


def plain(recipe: Recipe | None = None, **changes: object) -> TrainSettings:
    settings = TrainSettings(recipe or tiny_recipe(), threads=1, precision="32", accelerator="cpu")
    return replace(settings, **changes)  # type: ignore[arg-type]


def tiny(name: str) -> Recipe:
    """Return a recipe of the zoo with its model dimension cut down, for two batches."""
    recipe = replace(RECIPES[name], min_batches=0, epochs=min(1, RECIPES[name].epochs), batch_size=5)
    small = {"conv": {"dim": "2", "window": "1024"}, "specgan": {"dim": "1", "inversions": "2"}}
    small |= {"vae": small["conv"], "wavegan": small["conv"] | {"latent": "8", "critic_steps": "2"}}
    return recipe.with_settings(small.get(recipe.family, {}))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("run") / "data")


@pytest.fixture(scope="module")
def long_dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_dataset(tmp_path_factory.mktemp("run") / "long", length=16_384)


@pytest.fixture
def unexported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare tests that look at the training alone the seconds of an export."""
    monkeypatch.setattr("drumlin.training.run.export_instrument", lambda *arguments: None)


@pytest.mark.usefixtures("unexported")
@pytest.mark.parametrize(
    "name", [name for name in DISTINCT if name != "pca" and not name.startswith("ae-")] + ["ae-conv"]
)
def test_every_family_trains_in_bf16_on_the_sounds_as_they_are(
    name: str, dataset: Dataset, long_dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, data, seen = tiny(name), long_dataset if name in LONG else dataset, []
    kind = type(build(recipe, DataFacts(data.waveforms.shape[1], 44_100)))
    forward = kind.forward

    def spy(self: Model, turn: str, waveform: torch.Tensor, *rest: object) -> dict[str, torch.Tensor]:
        seen.append(waveform)
        return forward(self, turn, waveform, *rest)

    monkeypatch.setattr(kind, "forward", spy)
    outcome = train(data, plain(recipe, precision="bf16"), tmp_path / "a.drumlin")
    rows = {row.tobytes() for row in data.waveforms[:, : seen[0].shape[1]]}
    assert np.isfinite(list(outcome.metrics.values())).all()
    assert all(row.tobytes() in rows for batch in seen for row in batch.numpy())


@pytest.mark.parametrize("name", EXPORTED)
def test_every_kind_of_recipe_trains_two_batches_and_exports(
    name: str, dataset: Dataset, long_dataset: Dataset, tmp_path: Path
) -> None:
    recipe, out = tiny(name), tmp_path / "a.drumlin"
    outcome = train(long_dataset if name in LONG else dataset, plain(recipe), out)
    assert outcome.batches == (0 if name == "pca" else 2)
    instrument = load(out)
    assert instrument.recipe == name
    assert instrument.has_encoder == (recipe.family not in ("wavegan", "specgan"))
    assert np.isfinite(instrument.at(0.3, -0.4)).all()
    assert len(instrument.points) == 9


def test_the_graphs_compute_what_torch_does(dataset: Dataset, tmp_path: Path) -> None:
    import torch

    from drumlin.models.model import DataFacts
    from drumlin.models.registry import build
    from drumlin.training.checkpoint import read_checkpoint, unpack_training

    out = tmp_path / "a.drumlin"
    train(dataset, plain(), out)
    model = build(tiny_recipe(), DataFacts(1024, 44_100))
    found = read_checkpoint(work_folder(out))
    assert found is not None
    unpack_training(found[1], model, {})
    sounds = np.array(dataset.waveforms[:3])
    with torch.no_grad():
        expected = model.graphs()["encode"].module(torch.from_numpy(sounds)).numpy()
    np.testing.assert_allclose(load(out).encode(sounds), expected, atol=1e-5)


class Guarded:
    """An array of sounds that must not be asked for the rows of `test`."""

    def __init__(self, dataset: Dataset) -> None:
        self.waveforms, self.forbidden = dataset.waveforms, set(dataset.indices("test").tolist())
        self.shape = dataset.waveforms.shape

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        assert not self.forbidden & set(np.atleast_1d(rows).tolist())
        return self.waveforms[rows]


def test_the_test_rows_are_never_read(tmp_path: Path) -> None:
    splits = ["train", "train", "valid", "test"] * 3
    dataset = make_dataset(tmp_path / "data", splits=splits)  # type: ignore[arg-type]
    sounds = np.array(dataset.waveforms)
    sounds[dataset.indices("test")] = np.nan
    np.save(dataset.waveforms_path, sounds)
    poisoned = Dataset.open(dataset.folder)
    object.__setattr__(poisoned, "waveforms", Guarded(poisoned))
    outcome = train(poisoned, plain(), tmp_path / "a.drumlin")
    assert np.isfinite(outcome.metrics["valid_loss"])
    assert len(load(tmp_path / "a.drumlin").points) == 6


def test_a_finished_training_only_exports_again(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a.drumlin"
    first = train(dataset, plain(), out)
    data = out.read_bytes()
    out.unlink()
    seen: list[Progress] = []
    again = train(dataset, plain(), out, report=seen.append)
    assert seen == []
    assert (again.batches, again.metrics) == (first.batches, first.metrics)
    assert out.read_bytes() == data


@pytest.mark.usefixtures("unexported")
def test_another_training_in_the_same_folder_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a.drumlin"
    train(dataset, plain(), out)
    with pytest.raises(CheckpointError, match="different: seed"):
        train(dataset, plain(seed=1), out)
    assert train(dataset, plain(seed=1, fresh=True), out).batches == 12


@pytest.mark.usefixtures("unexported")
def test_minutes_stop_a_training_and_count_over_its_runs(dataset: Dataset, tmp_path: Path) -> None:
    settings = plain(tiny_recipe(100_000), minutes=0.004)
    first = train(dataset, settings, tmp_path / "a.drumlin")
    assert 0 < first.batches < first.planned
    assert train(dataset, settings, tmp_path / "a.drumlin").batches == first.batches
    longer = train(dataset, replace(settings, minutes=0.008), tmp_path / "a.drumlin")
    assert longer.batches > first.batches


@pytest.mark.usefixtures("unexported")
def test_no_minutes_begin_a_training_and_let_it_stand(dataset: Dataset, tmp_path: Path) -> None:
    settings, out = plain(), tmp_path / "a.drumlin"
    assert train(dataset, replace(settings, minutes=0.0), out).batches == 0
    whole = train(dataset, settings, out)
    again = train(dataset, replace(settings, minutes=0.0), out)
    assert again == replace(whole, advice="")  # told once, while it learns


@pytest.mark.parametrize("minutes", [-1.0, float("nan")])
def test_minutes_that_are_none_are_refused(minutes: float) -> None:
    with pytest.raises(TrainingError, match="0 or more"):
        plain(minutes=minutes)


@pytest.mark.usefixtures("unexported")
def test_a_loss_that_blows_up_is_told_with_advice(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe(epochs=10)
    kind = type(build(recipe, DataFacts(1024, 44_100)))
    forward = kind.forward

    def rising(
        self: Model, turn: str, waveform: torch.Tensor, label: torch.Tensor, step: int
    ) -> dict[str, torch.Tensor]:
        return {
            name: value * (1 if step < 10 else 20) for name, value in forward(self, turn, waveform, label, step).items()
        }

    assert "blown up" not in train(dataset, plain(recipe), tmp_path / "calm.drumlin").advice
    monkeypatch.setattr(kind, "forward", rising)
    assert "blown up" in train(dataset, plain(recipe), tmp_path / "a.drumlin").advice


@pytest.mark.usefixtures("unexported")
def test_a_loss_that_is_no_number_stops_with_advice(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--learning-rate"):
        train(dataset, plain(tiny_recipe(learning_rate=1e30)), tmp_path / "a.drumlin")


@pytest.mark.usefixtures("unexported")
def test_sounds_that_all_come_out_alike_are_called_a_collapse_but_not_at_the_beginning(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REPORT_EVERY_S", 0.0)
    seen: list[Progress] = []
    recipe = tiny("vae-a").with_settings({"kl_weight": "100", "kl_ramp": "0"})
    settings = plain(replace(recipe, epochs=40, learning_rate=3e-3))
    outcome = train(dataset, settings, tmp_path / "b.drumlin", report=seen.append)
    assert outcome.metrics["spread"] < 0.02
    assert "collapsed" in outcome.advice
    alike = [progress for progress in seen if progress.metrics.get("spread", 1.0) < 0.02]
    early = [progress.message for progress in alike if progress.done < progress.total / 10]
    assert early
    assert not any("collapsed" in message for message in early)


def test_snapshots_play_while_it_learns_and_change_nothing(dataset: Dataset, tmp_path: Path) -> None:
    seen: list[Progress] = []
    recipe, snapshot = tiny_recipe(1, batch_size=5), tmp_path / "now.drumlin"
    train(dataset, plain(recipe), tmp_path / "a.drumlin")
    train(dataset, plain(recipe, snapshot=snapshot, snapshot_every_s=0.0), tmp_path / "b.drumlin", report=seen.append)
    assert [progress.preview for progress in seen if progress.preview] == [str(snapshot)] * 2
    assert len(load(snapshot).points) == 9
    rows = [read_metrics(work_folder(tmp_path / name)) for name in ("a.drumlin", "b.drumlin")]
    assert rows[0] == rows[1]


@pytest.mark.usefixtures("unexported")
def test_progress_tells_epochs_losses_and_time(dataset: Dataset, tmp_path: Path) -> None:
    seen: list[Progress] = []
    train(dataset, plain(), tmp_path / "a.drumlin", report=seen.append)
    last = seen[-1]
    assert (last.done, last.total, last.remaining_s) == (4, 4, 0.0)
    assert {"loss", "valid_loss", "spread"} <= set(last.metrics)


def test_the_instrument_tells_its_origin_and_no_paths(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a.drumlin"
    train(dataset, plain(), out)
    manifest = load(out).manifest
    assert manifest.provenance["data"] == dataset.hash
    assert manifest.provenance["licences"] == ["CC0-1.0"]
    assert manifest.provenance["batches"] == 12
    assert manifest.alignment.position_s == pytest.approx(1024 / 4 / 44_100)
    text = out.read_bytes() + json.dumps(manifest.model_dump(mode="json")).encode()
    assert str(tmp_path).encode() not in text
    assert b"site-packages" not in text


def test_a_latent_of_more_than_two_numbers_gets_a_map(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a.drumlin"
    train(dataset, plain(tiny_recipe().with_settings({"latent": "5"})), out)
    instrument = load(out)
    assert instrument.latent_size == 5
    sound = np.array(dataset.waveforms[0])
    location = instrument.locate(sound, 44_100)
    np.testing.assert_allclose(instrument.latent(location.note), instrument.encode(sound[None])[0], atol=1e-3)


def test_a_gpu_that_is_not_there_is_refused(dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(TrainingError, match="--accelerator cpu"):
        train(dataset, plain(accelerator="gpu"), tmp_path / "a.drumlin")


def test_sounds_too_short_for_a_recipe_are_refused(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="16384"):
        train(dataset, plain(RECIPES["ae-conv"]), tmp_path / "a.drumlin")


def test_a_folder_without_labels_becomes_an_instrument_of_one_class(tmp_path: Path) -> None:
    dataset = make_sounds(tmp_path / "data", ["", "", "", ""])
    train(dataset, plain(small_recipe()), tmp_path / "Mine.drumlin")
    instrument = load(tmp_path / "Mine.drumlin")
    assert instrument.classes == ("sound",)
    assert np.abs(instrument.at(0.0, 0.0)).max() > 0.0
