from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.drums import kick

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.evaluation.bench import Bench, JudgeSettings

COUNTS = {"train": {"kick": 3, "snare": 9, "tom": 2}, "valid": {"kick": 5, "snare": 4, "gong": 1}}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    names = [
        (split, label) for split, counts in COUNTS.items() for label, count in counts.items() for _ in range(count)
    ]
    samples = [
        Sample(f"{row}.wav", f"{row:064x}", split, label, f"{split} {row % 2}")  # type: ignore[arg-type]
        for row, (split, label) in enumerate(names)
    ]
    sounds = np.stack([np.pad(kick(0)[:4000], (66, 34)) for _ in samples])
    return Bench(
        write_dataset(tmp_path / "drums", sounds, samples, Settings(attack_s=0.0, length_s=4100 / 44_100)),
        JudgeSettings(),
    )


def test_as_many_are_asked_for_as_both_sides_have(bench: Bench) -> None:
    assert Counter(bench.asked) == {"kick": 3, "snare": 4}


def test_real_system_has_the_classes_that_are_asked_for(bench: Bench) -> None:
    assert tuple(bench.train.labels[at] for at in bench.matched) == bench.asked
    assert len(set(bench.matched.tolist())) == len(bench.asked)


def test_quick_measures_less_of_the_same(bench: Bench) -> None:
    full, quick = JudgeSettings(labels=("kick",), seed=3), JudgeSettings(labels=("kick",), seed=3).quick()
    assert (quick.labels, quick.seed, quick.split) == (full.labels, full.seed, full.split)
    numbers = [name for name, value in vars(full).items() if isinstance(value, int) and name != "seed"]
    assert all(getattr(quick, name) < getattr(full, name) for name in numbers)


def test_unlabelled_sounds_are_asked_for_by_no_class(tmp_path: Path) -> None:
    samples = [Sample(f"{row}.wav", f"{row:064x}", "train" if row < 3 else "valid") for row in range(5)]
    sounds = np.stack([np.pad(kick(row)[:4000], (66, 34)) for row in range(5)])
    dataset: Dataset = write_dataset(
        tmp_path / "plain", sounds, samples, Settings(attack_s=0.0, length_s=4100 / 44_100)
    )
    assert Bench(dataset, JudgeSettings()).asked == ("", "")
