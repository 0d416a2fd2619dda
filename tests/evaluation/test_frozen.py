import ast
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.drums import DRUMS

from drumlin.errors import JudgeError
from drumlin.evaluation import frozen
from drumlin.evaluation.families import FAMILIES
from drumlin.evaluation.frozen import FOLDER, check_windows, load_classifier, load_listener, open_network, read_card
from drumlin.evaluation.window import JUDGED_RATE, WINDOW, judged_window

SOURCE = Path(frozen.__file__).parents[1]
NAMES = {"frozen", "Listener", "Classifier", "load_listener", "load_classifier", "open_network"}


def drums(copies: int = 4) -> np.ndarray:
    return np.stack([judged_window(drum(seed), JUDGED_RATE) for drum in DRUMS.values() for seed in range(copies)])


def copy_of_the_judge(folder: Path) -> Path:
    return Path(shutil.copytree(FOLDER, folder / "judge"))


def test_the_networks_still_say_what_is_on_their_card() -> None:
    networks = read_card()["networks"]
    np.testing.assert_allclose(
        load_listener().embed(check_windows()), networks["listener"]["check"], atol=2e-3, rtol=2e-3
    )
    said = load_classifier().probabilities(check_windows())
    np.testing.assert_allclose(said, networks["classifier"]["check"], atol=2e-3)


def test_the_networks_are_small() -> None:
    sizes = [(FOLDER / f"{name}.onnx").stat().st_size for name in ("listener", "classifier")]
    assert sum(sizes) < 2_000_000
    assert sizes == [read_card()["networks"][name]["bytes"] for name in ("listener", "classifier")]


def test_an_embedding_has_64_numbers() -> None:
    embedded = load_listener().embed(drums())
    assert (embedded.shape, embedded.dtype) == ((16, 64), np.float32)


def test_the_listener_hears_what_belongs_together() -> None:
    embedded = load_listener().embed(drums())
    apart = np.square(embedded[:, None] - embedded).sum(axis=2) + np.diag(np.full(16, np.inf))
    assert (apart.argmin(axis=1) // 4 == np.arange(16) // 4).mean() > 0.8


def test_probabilities_are_shares() -> None:
    probabilities = load_classifier().probabilities(drums())
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_many_sounds_are_heard_as_one_by_one() -> None:
    many = np.concatenate([drums()] * 5)
    together = load_classifier().probabilities(many)
    np.testing.assert_allclose(together[70], load_classifier().probabilities(many[70:71])[0], atol=1e-4)


def test_synthesised_kicks_and_hats_are_recognised() -> None:
    called = load_classifier().call(drums())
    assert called[:4] == ("kick",) * 4
    assert called[8:12].count("hihat_closed") >= 3


def test_every_class_is_in_a_family() -> None:
    assert set(read_card()["classes"]) == {label for labels in FAMILIES.values() for label in labels}


def test_the_views_are_between_silence_and_a_little_above_full_scale() -> None:
    for view in (frozen.listener_view, frozen.classifier_view):
        shown = view(drums())
        assert 0.0 <= shown.min() < shown.max() <= 1.5
        assert not view(np.zeros((1, WINDOW), np.float32)).any()


def test_another_file_under_the_same_name_is_refused(tmp_path: Path) -> None:
    folder = copy_of_the_judge(tmp_path)
    (folder / "listener.onnx").write_bytes((folder / "classifier.onnx").read_bytes())
    with pytest.raises(JudgeError, match="the frozen one has"):
        open_network("listener", folder)


def test_a_missing_judge_is_named(tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="cannot be read"):
        read_card(tmp_path)
    with pytest.raises(JudgeError, match="cannot be read"):
        open_network("listener", tmp_path)


def test_one_hash_stands_for_both_networks(tmp_path: Path) -> None:
    folder = copy_of_the_judge(tmp_path)
    assert frozen.judge_hash(folder) == frozen.judge_hash()
    card = read_card(folder)
    card["networks"]["classifier"]["sha256"] = "0" * 64
    (folder / "judge.json").write_text(json.dumps(card), encoding="ascii")
    assert frozen.judge_hash(folder) != frozen.judge_hash()


def test_no_other_wing_uses_the_networks() -> None:
    """What is trained against the judge is no longer judged by it: no loss, label or feature may come from it."""
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if names_in(path) & NAMES and path.parent.name != "evaluation"
    }
    assert users == {f"training/{name}.py" for name in ("judge", "judge_files", "judge_networks")}


def test_nothing_of_training_builds_on_the_judges_training() -> None:
    own = {"judge_files", "judge_networks", "judge_sounds", "train_judge"}
    users = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if names_in(path) & own}
    assert users == {"training/judge.py", "training/judge_networks.py"}


def test_the_page_about_the_networks_names_these_files() -> None:
    page = (SOURCE.parents[1] / "docs/judge-networks.md").read_text(encoding="utf-8")
    assert all(read_card()["networks"][name]["sha256"] in page for name in ("listener", "classifier"))


def names_in(path: Path) -> set[str]:
    """Return the modules and names that a file imports, each part of a dotted name by itself."""
    imports = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = [node.module or "" for node in imports if isinstance(node, ast.ImportFrom)]
    names = [alias.name for node in imports for alias in node.names]
    return {part for name in (*modules, *names) for part in name.split(".")}
