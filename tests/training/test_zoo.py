from pathlib import Path

import numpy as np
import pytest

from drumlin.errors import TrainingError
from drumlin.training import zoo
from drumlin.training.zoo import ORDER, ZooSettings, build_rows, cluster_share, read_row, write_row
from drumlin.training.zoo_page import FINDINGS, write_page
from drumlin.training.zoo_pictures import scatter_svg

from .material import make_dataset

pytestmark = pytest.mark.train

GOOD = {
    "log_mel_db": 10.0,
    "log_mel_p90_db": 12.0,
    "clicks_start": 0.0,
    "clicks_end": 0.0,
    "clicks_inside": 0.0,
    "noise_floor_db": -60.0,
    "line_db": 0.0,
    "stairs": 0.1,
    "step_db": 5.0,
    "jump_ratio": 2.0,
    "range_db": 6.0,
}
ROW = {"batches": 10, "planned": 10, "minutes": 1.0, "clusters": 0.0, "machine": "m", "commit": "c", "date": "d"}


def fill(pages: Path, **changes: dict[str, float]) -> str:
    """Write a page of which every row is faultless but for `changes`; return its text."""
    (pages / "zoo").mkdir(parents=True)
    for name in ("real", *ORDER):
        changed = changes.get(name.replace("-", "_"), {})
        row = ROW | {key: value for key, value in changed.items() if key in ROW}
        write_row(pages, name, row | {"valid": GOOD | {k: v for k, v in changed.items() if k in GOOD}})
    write_page(pages)
    return (pages / "zoo.md").read_text()


def test_a_row_is_trained_measured_and_not_made_again(tmp_path: Path) -> None:
    dataset = make_dataset(
        tmp_path / "data", splits=["train", "train", "train", "train", *["valid"] * 4, *["train"] * 4]
    )
    settings = ZooSettings(dataset.folder, tmp_path / "cache", tmp_path / "pages", label="", recipes=("pca",))
    said: list[str] = []
    build_rows(settings, said.append)
    build_rows(settings, said.append)
    assert said == ["pca: training", "pca: written", "pca: done"]
    row = read_row(settings.pages, "pca")
    assert row is not None
    assert {"commit", "load", "machine", "valid", "parameters", "minutes"} <= row.keys()
    assert "<circle" in (settings.pages / "zoo/pca.svg").read_text()
    write_page(settings.pages)
    assert "not trained yet" in (settings.pages / "zoo.md").read_text()


def test_a_training_that_fails_is_noted_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise TrainingError("the loss is no number")

    monkeypatch.setattr(zoo, "train", fail)
    dataset = make_dataset(tmp_path / "data")
    settings = ZooSettings(dataset.folder, tmp_path / "cache", tmp_path / "pages", label="", recipes=("pca",))
    said: list[str] = []
    build_rows(settings, said.append)
    build_rows(settings, said.append)
    assert said == ["pca: training", "pca: the loss is no number"] * 2


def test_faultless_rows_repeat_nothing_but_the_best_one(tmp_path: Path) -> None:
    text = fill(tmp_path / "pages", ae_medium_tanh={"log_mel_db": 9.0})
    assert text.count("| yes |") == 1
    assert text.count("| **no** |") == len(FINDINGS) - 1


def test_rows_as_the_study_heard_them_repeat_every_finding(tmp_path: Path) -> None:
    text = fill(
        tmp_path / "pages",
        ae_small_relu={"clicks_inside": 2.0},
        ae_medium_tanh={"log_mel_db": 9.0},
        ae_small_sigmoid={"clusters": 0.8},
        ae_medium_sigmoid={"clusters": 0.8},
        ae_big_sigmoid={"clusters": 0.8, "noise_floor_db": -30.0},
        ae_conv={"line_db": 12.0},
        wavegan={"stairs": 0.4},
        vae_a={"range_db": 0.1},
        vae_c={"jump_ratio": 9.0},
    )
    assert text.count("| yes |") == len(FINDINGS)


def test_sounds_in_one_place_are_a_cluster_and_random_ones_are_not() -> None:
    assert cluster_share(np.zeros((100, 2))) == 1.0
    assert cluster_share(np.random.default_rng(0).uniform(-1, 1, (400, 2))) < 0.1


def test_the_picture_has_a_dot_for_each_sound() -> None:
    svg = scatter_svg(np.array([[-1.0, 1.0], [0.0, 0.0]]), [0, 1], "a < b")
    assert svg.count("<circle") == 2
    assert "a &lt; b" in svg
    assert 'cx="16.0" cy="16.0"' in svg
