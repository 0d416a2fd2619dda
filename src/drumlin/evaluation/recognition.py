"""Whether sounds are recognised, and whether one can learn from them.

Recognition: the share of made sounds that a classifier, trained on real kits only, calls what they were asked to be, by
label and by family. Usefulness: a plain classifier learns from made sounds and is tested on real ones (Ravuri and
Vinyals 2019, "Classification Accuracy Score"); it looks through an untrained embedding and is fitted anew each time.
Shapes: M sounds, D numbers, K classes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..units import Array
from .families import family_of
from .intervals import Interval, wilson

RIDGE = 1.0
"""Squared weights count as much as the mean loss of one sound: weak for the standardised embeddings in use."""

_STEPS = 300


@dataclass(frozen=True)
class Share:
    """How many of `count` sounds were called right, with the Wilson interval."""

    share: Interval
    count: int


@dataclass(frozen=True)
class Recognition:
    """What a classifier calls sounds.

    Args:
        label: over all sounds, by label.
        family: over all sounds, by family.
        labels: for each label that was asked.
        families: for each family that was asked.
        confusions: (asked label, called label) to how often, for those that differ; most frequent first.
    """

    label: Share
    family: Share
    labels: Mapping[str, Share]
    families: Mapping[str, Share]
    confusions: Mapping[tuple[str, str], int]


def recognition(asked: Sequence[str], called: Sequence[str]) -> Recognition:
    """Return the shares of sounds that were called what was asked; those asked for nothing are left out.

    Args:
        asked: the label that each sound was asked for, (M,).
        called: the label that the classifier gave, (M,); its family is the family that counts.
    Raises:
        ValueError: the numbers of sounds differ.
    """
    by_label = [pair for pair in zip(asked, called, strict=True) if pair[0]]
    by_family = [(family_of(label), family_of(found)) for label, found in by_label]
    wrong = Counter(pair for pair in by_label if pair[0] != pair[1])
    return Recognition(
        _share(by_label), _share(by_family), _shares(by_label), _shares(by_family), dict(wrong.most_common())
    )


def learned_from(made: Array, labels: Sequence[str], real: Array, real_labels: Sequence[str]) -> Recognition:
    """Return how a classifier that learned from made sounds calls real ones.

    Multinomial logistic regression, each class weighing the same; made sounds with no label are left out, so are real
    ones whose label was never made. With real training sounds as `made` this is the reference.

    Args:
        made: standardised embeddings of what is learned from, (M, D).
        labels: their labels, (M,).
        real: standardised embeddings of what is tested on, (N, D).
        real_labels: their labels, (N,).
    Raises:
        ValueError: fewer than two labels are left to learn, or nothing to test.
    """
    own = np.array([row for row, label in enumerate(labels) if label], dtype=np.int64)
    classes = sorted({labels[row] for row in own})
    tested = [row for row, label in enumerate(real_labels) if label in classes]
    if len(classes) < 2 or not tested:
        raise ValueError(f"{len(classes)} labels to learn, {len(tested)} sounds to test: at least 2 and 1 are expected")
    weights = fit_logistic(made[own], np.array([classes.index(labels[row]) for row in own]), len(classes))
    scores = _with_one(real[tested]) @ weights
    called = [classes[best] for best in scores.argmax(axis=1)]
    return recognition([real_labels[row] for row in tested], called)


def fit_logistic(features: Array, targets: Array, classes: int, ridge: float = RIDGE) -> Array:
    """Return the weights of a multinomial logistic regression, (D + 1, K), the last row the bias.

    Args:
        features: (M, D).
        targets: (M,) index of the class.
        classes: K, each with at least one sound.
        ridge: weight of the squared weights, the bias left out, over M.
    """
    from scipy.optimize import minimize

    rows = _with_one(features)
    wanted = np.eye(classes)[targets]
    even = (len(targets) / classes / np.maximum(wanted.sum(axis=0), 1))[targets] / len(targets)  # sums to 1
    penalty = np.full((rows.shape[1], 1), ridge / len(targets))
    penalty[-1] = 0.0

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(rows.shape[1], classes)
        scores = rows @ weights
        scores -= scores.max(axis=1, keepdims=True)
        logarithm = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        value = -float(even @ ((scores - logarithm) * wanted).sum(axis=1))
        slope = rows.T @ ((np.exp(scores - logarithm) - wanted) * even[:, None])
        value += 0.5 * float((penalty * np.square(weights)).sum())
        return value, (slope + penalty * weights).ravel()

    found = minimize(loss, np.zeros(rows.shape[1] * classes), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    fitted: Array = found.x.reshape(rows.shape[1], classes)
    return fitted


def _with_one(features: Array) -> Array:
    return np.concatenate([np.asarray(features, dtype=np.float64), np.ones((len(features), 1))], axis=1)


def _shares(pairs: Sequence[tuple[str, str]]) -> dict[str, Share]:
    names = sorted({asked for asked, _ in pairs})
    return {name: _share([pair for pair in pairs if pair[0] == name]) for name in names}


def _share(pairs: Sequence[tuple[str, str]]) -> Share:
    return Share(wilson(sum(asked == called for asked, called in pairs), len(pairs)), len(pairs))
