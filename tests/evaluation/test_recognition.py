import numpy as np
import pytest

from drumlin.evaluation.families import FAMILIES, family_of
from drumlin.evaluation.recognition import fit_logistic, learned_from, recognition


def clouds(seed: int, count: int, shift: float = 3.0) -> tuple[np.ndarray, list[str]]:
    labels = [("kick", "snare", "tom")[row % 3] for row in range(count)]
    middles = {"kick": (shift, 0.0), "snare": (0.0, shift), "tom": (0.0, 0.0)}
    noise = np.random.default_rng(seed).standard_normal((count, 2))
    return noise + np.array([middles[label] for label in labels]), labels


def test_every_label_is_in_one_family() -> None:
    labels = [label for own in FAMILIES.values() for label in own]
    assert len(labels) == len(set(labels)) == 14
    assert family_of("crash") == family_of("ride") == "cymbal"


def test_a_label_without_a_family_is_its_own() -> None:
    assert (family_of("gong"), family_of("")) == ("gong", "")


def test_shares_are_counted_by_label_and_by_family() -> None:
    found = recognition(["kick", "kick", "crash", "ride"], ["kick", "tom", "ride", "ride"])
    assert (found.label.share.value, found.family.share.value) == (0.5, 0.75)
    assert (found.labels["kick"].share.value, found.labels["crash"].share.value) == (0.5, 0.0)
    assert (found.families["cymbal"].share.value, found.families["cymbal"].count) == (1.0, 2)
    assert found.confusions == {("kick", "tom"): 1, ("crash", "ride"): 1}


def test_sounds_that_were_asked_for_nothing_are_left_out() -> None:
    found = recognition(["", "kick", ""], ["kick", "kick", "tom"])
    assert (found.label.count, found.label.share.value) == (1, 1.0)
    assert recognition([""], ["kick"]).label.count == 0


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        recognition(["kick"], ["kick", "kick"])


def test_logistic_regression_finds_the_known_odds() -> None:
    generator = np.random.default_rng(1)
    place = generator.uniform(-3, 3, 20_000)
    target = (generator.random(20_000) < 1 / (1 + np.exp(-2.0 * place))).astype(int)
    weights = fit_logistic(place[:, None], target, 2, ridge=1e-6)
    assert weights[0, 1] - weights[0, 0] == pytest.approx(2.0, abs=0.08)


def test_one_learns_from_sounds_that_are_like_real_ones() -> None:
    made, labels = clouds(0, 300)
    real, real_labels = clouds(1, 300)
    found = learned_from(made, labels, real, real_labels)
    nearest = np.array([[3, 0], [0, 3], [0, 0]])
    best = [("kick", "snare", "tom")[np.square(nearest - row).sum(axis=1).argmin()] for row in real]
    ideal = np.mean([a == b for a, b in zip(best, real_labels, strict=True)])
    assert found.label.share.value == pytest.approx(ideal, abs=0.03)


def test_one_learns_nothing_from_labels_that_mean_nothing() -> None:
    made, labels = clouds(0, 300, shift=0.0)
    assert learned_from(made, labels, *clouds(1, 300)).label.share.value < 0.55


def test_rare_classes_weigh_as_much_as_frequent_ones() -> None:
    made, labels = clouds(0, 600, shift=1.5)
    kept = [row for row, label in enumerate(labels) if label != "kick" or row % 15 == 0]
    found = learned_from(made[kept], [labels[row] for row in kept], *clouds(1, 300, shift=1.5))
    assert found.labels["kick"].share.value > 0.6


def test_nothing_to_learn_is_refused() -> None:
    made, labels = clouds(0, 9)
    with pytest.raises(ValueError, match="0 labels to learn"):
        learned_from(made, [""] * 9, made, labels)
