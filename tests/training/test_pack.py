import os
import shutil
import signal
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.errors import CheckpointError, TrainingError
from drumlin.models import Recipe, recipe_named
from drumlin.training import TrainSettings, pack_run, train, work_folder
from drumlin.training.checkpoint import CURRENT, read_checkpoint
from drumlin.training.data import TrainingData
from drumlin.training.pack import fewer, make_pack, size_of, take_home
from drumlin.training.packed_sounds import PackedSounds
from drumlin.training.slices import RESULT, SOUNDS, TRAINING, train_slice, write_result

from .material import make_dataset, tiny_recipe
from .origin import make_sounds, small_recipe

pytestmark = pytest.mark.train

ROOT = Path(__file__).parent.parent.parent
CPU = torch.device("cpu")
BARE = """
import runpy, sys
from importlib.machinery import PathFinder
HAS = {"drumlin", "numpy", "torch", "torchgen", "functorch", "sympy", "mpmath", "jinja2", "markupsafe", "networkx",
       "fsspec", "filelock", "typing_extensions"}

class Lacking:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        is_there = top.startswith("_") or top in sys.stdlib_module_names or top in HAS
        return PathFinder.find_spec(name, path, target) if is_there else None

sys.meta_path[:] = [Lacking if finder is PathFinder else finder for finder in sys.meta_path]
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(sys.modules["drumlin"].__file__)
"""
KILLED = """
import sys
from pathlib import Path
import torch
from tests.training.killed import arm
from drumlin.training import slices
arm("batch", 4, Path(sys.argv[1]))
torch.set_num_threads(1)
settings_of = slices.settings_of
slices.settings_of = lambda *found: __import__("dataclasses").replace(settings_of(*found), checkpoint_every_s=0.0)
slices.train_slice(Path(sys.argv[1]), torch.device("cpu"))
"""


@pytest.fixture
def unexported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the seconds of an export: the parameters are what is looked at."""
    monkeypatch.setattr("drumlin.training.run.export_instrument", lambda *arguments: None)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Bits are the same for the same number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def plain(recipe: Recipe) -> TrainSettings:
    return TrainSettings(recipe, threads=1, accelerator="cpu")


def tensors_of(folder: Path) -> dict[str, torch.Tensor]:
    found = read_checkpoint(folder)
    assert found is not None
    return found[1]


def same_bits(one: Path, other: Path) -> bool:
    first, second = tensors_of(one), tensors_of(other)
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@pytest.fixture
def pack(tmp_path: Path, unexported: None) -> Path:
    folder = tmp_path / "pack"
    make_pack(make_dataset(tmp_path / "data"), plain(tiny_recipe(3)), folder, tmp_path / "home")
    return folder


@pytest.mark.usefixtures("unexported")
@pytest.mark.parametrize("family", ["dense", "spectral"])
def test_a_slice_comes_to_the_same_bits_as_the_ordinary_training(family: str, tmp_path: Path) -> None:
    if family == "dense":
        dataset, recipe = make_dataset(tmp_path / "data"), tiny_recipe(2)
    else:
        dataset, recipe = make_sounds(tmp_path / "data", ["kick", "snare"] * 4), small_recipe()
    folder, out = tmp_path / "pack", tmp_path / "a.drumlin"
    make_pack(dataset, plain(recipe), folder, tmp_path / "home")
    shutil.copytree(folder / TRAINING, work_folder(out))
    object.__setattr__(dataset, "waveforms", PackedSounds.open(folder / SOUNDS))
    ordinary = train(dataset, plain(recipe), out)
    outcome = train_slice(folder, CPU)
    assert outcome.batches == ordinary.batches >= 2
    assert outcome.metrics == ordinary.metrics
    assert same_bits(folder / TRAINING, work_folder(out))


def test_a_slice_that_was_killed_is_resumed_to_the_same_bits(pack: Path, tmp_path: Path) -> None:
    shutil.copytree(pack, tmp_path / "undisturbed")
    train_slice(tmp_path / "undisturbed", CPU)
    command = [sys.executable, "-c", KILLED, str(pack)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = read_checkpoint(pack / TRAINING)
    assert found is not None
    assert found[0].step == 3
    train_slice(pack, CPU)
    assert same_bits(pack / TRAINING, tmp_path / "undisturbed" / TRAINING)


def test_run_py_needs_torch_and_numpy_and_the_pack_alone(pack: Path, tmp_path: Path) -> None:
    shutil.copytree(pack, tmp_path / "here")
    train_slice(tmp_path / "here", CPU)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", BARE, str(pack / "run.py"), "--device", "cpu", "--threads", "1", "--minutes", "9"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "9 of 9 batches" in done.stdout
    assert "finished" in done.stdout
    assert done.stdout.splitlines()[-1] == str(pack / "drumlin/__init__.py")
    assert same_bits(pack / RESULT, tmp_path / "here" / RESULT)


def test_names_that_older_versions_lack_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.delattr(torch.compiler, "is_exporting")
        patch.delattr(typing, "Self")
        pack_run.make_up_for_older()
        assert (torch.compiler.is_exporting(), typing.Self) == (False, typing.Any)


def test_minutes_end_a_slice_and_the_next_continues(pack: Path) -> None:
    assert train_slice(pack, CPU, until=0.0).batches == 0
    assert not (pack / RESULT).exists()
    assert train_slice(pack, CPU).batches == 9
    assert (pack / RESULT / CURRENT).stat().st_size < (pack / TRAINING / CURRENT).stat().st_size


def test_what_comes_back_is_exported_and_learns_no_more(tmp_path: Path) -> None:
    from drumlin import load

    folder, home, out = tmp_path / "pack", tmp_path / "home", tmp_path / "Mine.drumlin"
    make_pack(make_dataset(tmp_path / "data"), plain(tiny_recipe(3)), folder, home)
    learned = train_slice(folder, CPU)
    expected = tensors_of(folder / RESULT)
    outcome = take_home(folder / RESULT, home, out)
    assert (outcome.batches, outcome.metrics) == (learned.batches, learned.metrics)
    kept = tensors_of(home / TRAINING)
    assert all(torch.equal(kept[name], expected[name]) for name in expected if name.startswith("model/"))
    instrument = load(out)
    assert instrument.name == "Mine"
    assert len(instrument.points) == 9


def test_an_unfinished_training_can_be_taken_home_too(pack: Path, tmp_path: Path) -> None:
    write_result(pack)
    assert take_home(pack / TRAINING, tmp_path / "home", tmp_path / "a.drumlin").batches == 0


def test_the_result_of_another_training_is_refused(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_pack(make_dataset(tmp_path / "data"), replace(plain(tiny_recipe(3)), seed=1), tmp_path / "pack2", other)
    with pytest.raises(CheckpointError, match="another training"):
        take_home(pack / TRAINING, other, tmp_path / "a.drumlin")
    with pytest.raises(TrainingError, match="holds no checkpoint"):
        take_home(tmp_path, other, tmp_path / "a.drumlin")


@pytest.mark.usefixtures("unexported")
def test_sounds_that_do_not_fit_are_left_out_and_told(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, (24, 20_000)).astype(np.float32)
    samples = [
        Sample(f"{row}.wav", f"{row:064x}", "valid" if row == 23 else "train", "kick", kit="a" if row < 16 else "b")
        for row in range(24)
    ]
    dataset = write_dataset(tmp_path / "data", noise, samples, Settings(length_s=20_000 / 44_100))
    recipe = tiny_recipe(2, per_kit=0)
    whole = make_pack(dataset, plain(recipe), tmp_path / "pack", tmp_path / "home")
    limit = whole.size - (tmp_path / "pack" / SOUNDS).stat().st_size // 3
    packed = make_pack(dataset, plain(recipe), tmp_path / "pack", tmp_path / "home", limit)
    assert (whole.left_out, whole.sounds) == (0, 24)
    assert 0 < packed.left_out == 24 - packed.sounds
    assert packed.size < limit
    assert packed.size == size_of(tmp_path / "pack")
    kits = [one.kit for one in Dataset.open(tmp_path / "home" / "dataset").samples]
    assert kits.count("a") == packed.per_kit
    assert train_slice(tmp_path / "pack", CPU).batches > 0


def test_what_is_left_out_of_a_kit_is_left_out_evenly() -> None:
    kits = np.array([0] * 9 + [1] * 3 + [2])
    rows = np.arange(12)
    data = TrainingData(np.zeros((13, 4)), rows, np.array([12]), np.zeros(13, int), ("",), 4, kits)
    per_kit, kept = fewer(data, np.ones(13), 0.6)  # 7 of 13 fit
    assert per_kit == 3
    assert kept.tolist() == [0, 4, 8, 9, 10, 11, 12]
    with pytest.raises(TrainingError, match="not even one"):
        fewer(data, np.ones(13), 0.1)


@pytest.mark.usefixtures("unexported")
def test_a_pack_that_cannot_be_small_enough_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not even one"):
        make_pack(make_dataset(tmp_path / "data"), plain(tiny_recipe(1)), tmp_path / "p", tmp_path / "home", 1000)


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, unexported: None) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/take.wav").write_bytes(b"RIFF")
    with pytest.raises(TrainingError, match="no pack"):
        make_pack(make_dataset(tmp_path / "data"), plain(tiny_recipe(1)), tmp_path / "mine", tmp_path / "home")
    assert (tmp_path / "mine/take.wav").read_bytes() == b"RIFF"


def test_what_is_computed_and_not_learned_is_not_packed(tmp_path: Path) -> None:
    settings = plain(recipe_named("pca"))
    with pytest.raises(TrainingError, match="learned from random numbers"):
        make_pack(make_dataset(tmp_path / "data"), settings, tmp_path / "pack", tmp_path / "home")
