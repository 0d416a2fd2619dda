import json
import sys
from pathlib import Path

import pytest
import soundfile
from tests.drums import DRUMS
from typer.testing import CliRunner

from drumlin.cli import train as commands
from drumlin.cli.app import app
from drumlin.cli.output import ProgressStyle
from drumlin.datasets import Dataset
from drumlin.errors import InstrumentError, LearningMissingError, RecipeError, UsageError
from drumlin.instrument import load
from drumlin.models import RECIPES, recipe_named


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed in range(3):
        for label, drum in DRUMS.items():
            path = tmp_path / "drums" / f"kit{seed}" / label / f"{label}.wav"
            path.parent.mkdir(parents=True)
            soundfile.write(path, drum(seed), 44_100)
    return tmp_path / "drums"


def test_recipes_lists_names_and_parameters() -> None:
    rows = {row["name"]: row["parameters"] for row in json.loads(run("recipes", "--json"))}
    assert rows.keys() == RECIPES.keys()
    assert rows["ae-small-relu"] == 335_216
    assert "335,216" in run("recipes")


@pytest.mark.train
@pytest.mark.usefixtures("exported_once")
def test_learn_makes_an_instrument_of_a_folder_and_continues(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.drumlin"
    arguments = ("learn", str(folder), "--out", str(out), "--recipe", "ae-small-tanh", "--progress", "json")
    events = [json.loads(line) for line in run(*arguments, "--epochs", "2").splitlines()]
    assert events[-1]["event"] == "done"
    assert events[-1]["result"]["batches"] == 2
    assert {event["event"] for event in events} == {"progress", "done"}
    assert load(out).recipe == "ae-small-tanh"
    again = [json.loads(line) for line in run(*arguments, "--epochs", "2").splitlines()]
    assert again[-1]["result"]["batches"] == 2


@pytest.mark.train
def test_learn_prepares_as_the_recipe_wants(folder: Path, tmp_path: Path) -> None:
    for recipe, profile, length_s in (("pca", "study", 0.4), ("spectral-ae", "generator", 2.0)):
        commands._prepare(folder, tmp_path / recipe, recipe_named(recipe).preparing, ProgressStyle.none)
        settings = Dataset.open(tmp_path / recipe).settings
        assert (settings.profile, settings.length_s) == (profile, length_s)


@pytest.mark.train
def test_learn_without_a_recipe_takes_the_usual_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[str] = []
    monkeypatch.setattr(commands, "_train", lambda settings, *rest: chosen.append(settings.recipe.name))
    monkeypatch.setattr(commands, "_present", lambda *arguments: None)
    run("learn", str(folder), "--out", str(tmp_path / "a.drumlin"))
    assert chosen == [commands.DEFAULT_RECIPE]


@pytest.mark.train
@pytest.mark.usefixtures("exported_once")
def test_train_learns_a_label_of_a_data_set(folder: Path, tmp_path: Path) -> None:
    place = ("--out", str(tmp_path / "a.drumlin"), "--work", str(tmp_path / "work"))
    run("learn", str(folder), *place, "--recipe", "pca")
    arguments = ("train", "ae-small-relu", str(tmp_path / "work/dataset"), "--out", str(tmp_path / "b.drumlin"))
    result = json.loads(run(*arguments, "--epochs", "1", "--label", "snare", "--set", "hidden=4", "--json"))
    assert result["recipe"] == "ae-small-relu"
    assert set(load(tmp_path / "b.drumlin").points.labels) == {"snare"}


@pytest.mark.train
def test_learn_and_train_start_from_an_instrument(folder: Path, tmp_path: Path, small_instrument: Path) -> None:
    small = small_instrument
    out, snapshot = tmp_path / "mine.drumlin", tmp_path / "now.drumlin"
    options = ("--from", str(small), "--epochs", "1", "--progress", "json", "--snapshot", str(snapshot))
    events = [json.loads(line) for line in run("learn", str(folder), "--out", str(out), *options).splitlines()]
    assert next(event for event in events if event["event"] == "preview")["instrument"] == str(snapshot)
    assert events[-1]["result"]["recipe"] == "spectral-ae"
    assert {"kick", "snare", "tom"} <= set(load(out).classes)
    data, again = f"{out}.training/dataset", tmp_path / "again.drumlin"
    arguments = ("train", data, "--from", str(small), "--dial", "1", "--label", "tom", "--out", str(again))
    assert json.loads(run(*arguments, "--epochs", "1", "--json"))["recipe"] == "spectral-ae"
    assert load(again).classes == ("tom",)


def test_without_torch_the_way_to_get_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LearningMissingError, match="add-learning"):
        commands.require_learning()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("ae-huge", "data"), RecipeError, "no recipe named"),
        (("ae-conv", "data", "--set", "dim"), UsageError, "KEY=VALUE"),
        (("ae-conv", "data", "--precision", "8"), UsageError, "auto, 32, bf16"),
        (("ae-conv",), UsageError, "a data set is missing"),
        (("ae-conv", "data", "--dial", "0.5"), UsageError, "--from default"),
        (("ae-conv", "data", "--from", "default"), UsageError, "leave out ae-conv"),
        (("data", "--from", "nowhere.drumlin"), InstrumentError, "cannot be read"),
    ],
)
def test_wrong_arguments_are_refused(arguments: tuple[str, ...], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        CliRunner().invoke(app, ["train", *arguments, "--out", "x.drumlin"], catch_exceptions=False)


def test_listing_recipes_loads_no_torch() -> None:
    import subprocess

    code = "import sys; from drumlin.cli.train import recipes; recipes(True); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
