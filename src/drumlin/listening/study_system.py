"""The study's classifiers: a hierarchy of hard decisions on 21 numbers of a window.

Genre and sentiment one against the rest; subgenre given the genre, mood given the subgenre; valence and momentum given
the sentiment. Each node is a `KNeighborsClassifier` or an `MLPClassifier` of 800 iterations. Here for comparison, and
to show what its row-wise split measures: overlapping windows of one piece on both sides. Needs the extra `listen`.
Shape letters: `W` windows.
"""

import warnings
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from ..errors import MissingError
from ..units import Array
from .descriptor_table import TARGETS
from .study_features import N_COMPONENTS, STUDY_NAMES

Learner = Literal["knn", "mlp"]

STUDY_PARENTS = {"subgenre": "genre", "mood": "subgenre", "valence": "sentiment", "momentum": "sentiment"}
ITERATIONS = 800
TEST_SHARE = 0.3


class StudySystem:
    """The hierarchy, fitted.

    Args:
        learner: of each node.
        seed: of the networks.
    """

    def __init__(self, learner: Learner, seed: int = 0) -> None:
        self.learner, self.seed = learner, seed
        self._nodes: dict[tuple[str, str], Any] = {}
        self._prepare: Any = None

    def fit(self, rows: Array, labels: Mapping[str, Array]) -> "StudySystem":
        """Learn from windows.

        Args:
            rows: of `study_numbers`, shape (W, 18 + B).
            labels: by target, shape (W,), words.
        Raises:
            MissingError: scikit-learn is not installed.
        """
        self._prepare = _Preparation(rows)
        numbers = self._prepare(rows)
        for target in TARGETS:
            parent = STUDY_PARENTS.get(target)
            groups = labels[parent] if parent else np.full(len(rows), "")
            for group in np.unique(groups):
                chosen = groups == group
                self._nodes[target, str(group)] = self._node(numbers[chosen], labels[target][chosen], parent is None)
        return self

    def predict(self, rows: Array, true_parents: Mapping[str, Array] | None = None) -> dict[str, Array]:
        """Return by target the label of each window, shape (W,).

        Args:
            rows: of `study_numbers`.
            true_parents: labels by which the nodes of the children are chosen, as the study seems to have scored them;
                None: by the system's own answers.
        """
        numbers = self._prepare(rows)
        answers: dict[str, Array] = {}
        for target in TARGETS:
            parent = STUDY_PARENTS.get(target)
            chosen = (true_parents or answers)[parent] if parent else np.full(len(rows), "")
            answers[target] = self._answer(target, numbers, chosen)
        return answers

    def _answer(self, target: str, numbers: Array, groups: Array) -> Array:
        answers = np.empty(len(numbers), object)
        for group in np.unique(groups):
            answers[groups == group] = self._nodes[target, str(group)].predict(numbers[groups == group])
        return answers.astype(str)

    def _node(self, numbers: Array, labels: Array, is_top: bool) -> Any:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.neural_network import MLPClassifier

        if len(np.unique(labels)) == 1:
            return _Single(str(labels[0]))
        node = (
            KNeighborsClassifier(n_neighbors=min(5, len(labels)))
            if self.learner == "knn"
            else MLPClassifier(max_iter=ITERATIONS, random_state=self.seed)
        )
        node = OneVsRestClassifier(node) if is_top else node
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the study stopped there, too
            return node.fit(numbers, labels)


class _Preparation:
    """Principal components of the levels, and everything standardised: not named by the study, but it helps."""

    def __init__(self, rows: Array) -> None:
        try:
            from sklearn.decomposition import PCA
            from sklearn.preprocessing import StandardScaler
        except ImportError as error:
            raise MissingError(
                "scikit-learn is not installed: the study's classifiers need `pip install drumlin[listen]`"
            ) from error
        self._components = PCA(N_COMPONENTS, random_state=0).fit(rows[:, len(STUDY_NAMES) :])
        self._scaler = StandardScaler().fit(self._joined(rows))

    def __call__(self, rows: Array) -> Array:
        """Return the 21 numbers, standardised: shape (W, 18 + B) -> (W, 21)."""
        numbers: Array = self._scaler.transform(self._joined(rows))
        return numbers

    def _joined(self, rows: Array) -> Array:
        components = self._components.transform(rows[:, len(STUDY_NAMES) :])
        return np.concatenate([rows[:, : len(STUDY_NAMES)], components], axis=1)


class _Single:
    """A node that has seen one label only."""

    def __init__(self, label: str) -> None:
        self.label = label

    def predict(self, numbers: Array) -> Array:
        """Return the label for each row."""
        return np.full(len(numbers), self.label, object)


def split_rows(labels: Array, generator: np.random.Generator) -> Array:
    """Return which windows are tested on, shape (W,): 30 % of each label's, wherever they come from, as in the study.

    Args:
        labels: shape (W,).
        generator: of the draw.
    """
    tested = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        tested[rows[: round(TEST_SHARE * len(rows))]] = True
    return tested


def split_pieces(labels: Array, pieces: Array, generator: np.random.Generator) -> Array:
    """Return which windows are tested on, shape (W,): all of 30 % of each label's pieces. No piece is on both sides.

    Args:
        labels: shape (W,), equal within a piece.
        pieces: which piece each window is of, shape (W,).
        generator: of the draw.
    """
    tested = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        own = generator.permutation(np.unique(pieces[labels == label]))
        tested |= np.isin(pieces, own[: max(1, round(TEST_SHARE * len(own)))])
    return tested
