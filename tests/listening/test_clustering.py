import numpy as np
import pytest

from drumlin.listening.clustering import cluster, silhouette


def groups() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 12)
    return np.array([[0, 0], [5, 0], [0, 5]])[truth] + generator.normal(0, 0.4, (36, 2)), truth


def test_three_clouds_are_three_clusters() -> None:
    rows, truth = groups()
    found = cluster(rows, 3, np.random.default_rng(0))
    assert len({(a, b) for a, b in zip(truth, found, strict=True)}) == 3


def test_silhouette_is_that_of_its_definition() -> None:
    rows, truth = groups()
    apart = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    widths = []
    for row, label in enumerate(truth):
        inner = apart[row, truth == label].sum() / 11
        outer = min(apart[row, truth == other].mean() for other in {0, 1, 2} - {label})
        widths.append((outer - inner) / max(inner, outer))
    assert silhouette(rows, truth) == pytest.approx(np.mean(widths))


def test_one_cluster_has_no_silhouette() -> None:
    assert silhouette(groups()[0], np.zeros(36, int)) == 0.0
