from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.drums import DRUMS
from tests.instruments import make_instrument, tone

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.evaluation import JudgeSettings, judged_window
from drumlin.evaluation.bench import Bench, Case
from drumlin.evaluation.refined import real_refined, refined, refined_rows
from drumlin.evaluation.stages import real_reconstruction
from drumlin.features import log_mel_distance_db
from drumlin.instrument import load

SETTINGS = JudgeSettings(resamples=20, refined=2)
BEYOND = ((0.3, -2.5), (-0.5, -2.5))
"""Latents of tones that end sooner than any on the plane: the encoder's nearest decay is -1.5, the carry must do it."""


def written(folder: Path, sounds: list[tuple[str, str, str, Any]]) -> Dataset:
    """Return a data set of (split, label, kit, waveform), 0.1 s each, onsets at 1.5 ms."""
    length = 4410
    waveforms = [np.pad(sound[: length - 66], (66, max(0, length - 66 - len(sound)))) for *_, sound in sounds]
    samples = [
        Sample(f"{row}.wav", f"{row:064x}"[::-1], split, label, kit)  # type: ignore[arg-type]
        for row, (split, label, kit, _) in enumerate(sounds)
    ]
    return write_dataset(folder, np.stack(waveforms), samples, Settings(attack_s=0.0015, length_s=length / 44_100))


def nobody(done: int, count: int) -> None:
    """Be told of the sounds, and do nothing."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    tones = [
        (split, "tone", f"kit {number}", tone(*at)) for split in ("train", "valid") for number, at in enumerate(BEYOND)
    ]
    return Bench(written(tmp_path_factory.mktemp("data") / "tones", tones), SETTINGS)


@pytest.fixture(scope="module")
def case(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case("tones", load(make_instrument(tmp_path_factory.mktemp("a") / "a.drumlin"), verify=False), bench)


@pytest.fixture(scope="module")
def measured(case: Case, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("results")
    found = refined(case, folder, nobody)
    assert found is not None
    return found, folder


def test_sound_that_no_place_has_is_met_by_refining(measured: tuple[dict[str, Any], Path]) -> None:
    assert measured[0]["log_mel_db"]["value"] < 0.3
    assert measured[0]["whole_log_mel_db"]["value"] < 0.3


def test_error_by_the_encoder_is_that_of_its_nearest_tones(measured: tuple[dict[str, Any], Path]) -> None:
    nearest = ((0.25, -1.5), (-0.5, -1.5))  # of its table: steps of 1/8 in pitch, of 1.5 in decay
    windows = [[judged_window(tone(*at), 44_100) for at in pair] for pair in zip(BEYOND, nearest, strict=True)]
    expected = np.mean([log_mel_distance_db(*pair, 44_100) for pair in windows])
    assert measured[0]["encoder_log_mel_db"]["value"] == pytest.approx(expected, rel=0.05)


def test_gain_is_the_difference_with_its_own_interval(measured: tuple[dict[str, Any], Path]) -> None:
    found = measured[0]
    difference = found["encoder_log_mel_db"]["value"] - found["log_mel_db"]["value"]
    assert found["gain_db"]["value"] == pytest.approx(difference)
    assert found["gain_db"]["low"] <= difference <= found["gain_db"]["high"]
    assert (found["count"], found["seconds"]) == (2, 10.0)


def test_floor_of_all_sounds_is_that_of_giving_them_back(bench: Bench, tmp_path: Path) -> None:
    floor, expected = real_refined(bench, nobody), real_reconstruction(bench, tmp_path, nobody)
    assert floor == {name: expected[name] for name in ("count", "log_mel_db", "log_mel_median_db")}


def test_second_run_refines_nothing(
    measured: tuple[dict[str, Any], Path], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folder = measured
    monkeypatch.setattr(case.instrument, "locate", None)
    told: list[tuple[int, int]] = []
    assert refined(case, folder, lambda *step: told.append(step)) == found
    assert told == [(1, 2), (2, 2)]


def test_stopped_run_keeps_the_sounds_that_are_done(
    measured: tuple[dict[str, Any], Path], case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = sorted((measured[1] / "refined").iterdir())
    first = case.bench.reference.sha256s[refined_rows(case.bench)[0]][:16]
    monkeypatch.setattr("drumlin.evaluation.refined._errors_db", lambda case, row: {"log_mel_db": float(row)})

    def stop(done: int, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refined(case, tmp_path, stop)
    assert [path.name for path in (tmp_path / "refined").iterdir()] == [f"{first}.json"]
    assert f"{first}.json" in [path.name for path in kept]


def test_chosen_sounds_have_the_shares_of_the_split(tmp_path: Path) -> None:
    drums = [
        (split, name, f"kit {kit}", DRUMS[name](seed))
        for split in ("train", "valid")
        for name, kits in (("kick", (1, 1, 1, 2, 2, 2)), ("snare", (1, 2)), ("hat", (2, 2, 3, 3)))
        for seed, kit in enumerate(kits)
    ]
    dataset = written(tmp_path / "drums", drums)
    bench = Bench(dataset, replace(SETTINGS, refined=6))
    rows = refined_rows(bench)
    assert Counter(bench.reference.labels[row] for row in rows) == {"hat": 2, "kick": 3, "snare": 1}
    assert {bench.reference.kits[row] for row in rows if bench.reference.labels[row] == "kick"} == {"kit 1", "kit 2"}
    everything = refined_rows(Bench(dataset, replace(SETTINGS, refined=100)))
    assert sorted(everything) == list(range(12))


def test_nothing_is_refined_where_none_are_asked_for_or_no_encoder_is_there(bench: Bench, tmp_path: Path) -> None:
    searched = load(make_instrument(tmp_path / "b.drumlin", encoder=False), verify=False)
    none = Bench(bench.dataset, replace(SETTINGS, refined=0))
    assert refined(Case("b", searched, bench), tmp_path, nobody) is None
    assert refined(Case("b", searched, none), tmp_path, nobody) is None
    assert real_refined(none, nobody) is None
