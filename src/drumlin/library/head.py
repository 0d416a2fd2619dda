"""The tagger's head: logistic regressions on embeddings, one for each tag, all at once, in numpy.

Tags are not exclusive, and most sounds say nothing about most tags: each pair of sound and tag has a target and a
weight. The curvature of each tag's loss is bounded once (Boehning and Lindsay 1988), so that one inverse serves all
its steps; the steps of all tags are taken together and carried on with momentum (Nesterov 1983, restarted where the
slope turns: O'Donoghue and Candes 2015). Shapes: M sounds, D embedding, K tags.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import LibraryError
from ..units import Array

RIDGE, RIDGE_EXAMPLES = 0.1, 12
"""Weight of the squared weights beside the mean loss of a tag, embeddings being standardised, where a tag has so many
examples; with more of them it falls by the root. Chosen on `valid`, where 0.05 to 0.2 do equally well."""

STEPS = 200
TOLERANCE = 1e-3
"""A fit ends when no slope is larger; slopes of a useless tag are about 0.1."""

SILENT_NO = 0.3
"""What a sound that has other tags says against a tag that nobody mentioned, beside a spoken no of 1."""


@dataclass(frozen=True)
class Lesson:
    """What the user taught.

    Args:
        embeddings: (M, D) float32, of the sounds that were taught.
        targets: (M, K), 1 where a sound has a tag, else 0.
        weights: (M, K), how much that is worth; 0 where nothing is known.
        tags: K names.
    """

    embeddings: Array
    targets: Array
    weights: Array
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        shape = (len(self.embeddings), len(self.tags))
        if self.targets.shape != shape or self.weights.shape != shape:
            raise LibraryError(f"targets {self.targets.shape}, weights {self.weights.shape}: both must be {shape}")
        if not shape[0] or not shape[1]:
            raise LibraryError(f"{shape[0]} sounds, {shape[1]} tags: give a tag to a sound first")

    def rows(self, chosen: Array) -> "Lesson":
        """Return what some of the sounds teach."""
        return Lesson(self.embeddings[chosen], self.targets[chosen], self.weights[chosen], self.tags)


def make_lesson(embeddings: Array, said: Array, tags: tuple[str, ...], *, exclusive: bool = False) -> Lesson:
    """Return a lesson out of what was said.

    Args:
        embeddings: (M, D).
        said: (M, K): 1 has it, -1 has not, 0 nothing was said.
        tags: K names.
        exclusive: each sound has one tag alone, as when folders are tags: silence is a no.
    """
    silent = 1.0 if exclusive else SILENT_NO
    speaks = (said == 1).any(axis=1, keepdims=True)
    weights = np.where(said != 0, 1.0, np.where(speaks, silent, 0.0))
    return Lesson(np.asarray(embeddings, np.float32), (said == 1).astype(np.float32), weights.astype(np.float32), tags)


@dataclass(frozen=True)
class Head:
    """A head that was fitted.

    Args:
        tags: K names.
        mean: (D,) of the embeddings, taken off before they are weighed.
        scale: (D,) by which they are divided then.
        weights: (D + 1, K), the last row the bias.
        slope: by which scores are multiplied so that probabilities can be believed (`calibration`).
    """

    tags: tuple[str, ...]
    mean: Array
    scale: Array
    weights: Array
    slope: float = 1.0

    def scores(self, embeddings: Array) -> Array:
        """Return logits of the tags, (M, D) to (M, K), slope included."""
        rows = self.standard(embeddings)
        found: Array = self.slope * (rows @ self.weights[:-1] + self.weights[-1])
        return found

    def probabilities(self, embeddings: Array) -> Array:
        """Return how probably sounds have each tag, (M, D) to (M, K)."""
        return sigmoid(self.scores(embeddings))

    def standard(self, embeddings: Array) -> Array:
        """Return embeddings as they are weighed, (M, D): by their cosines here sounds are near each other."""
        rows: Array = (np.asarray(embeddings, np.float32) - self.mean) / self.scale
        return rows


def fit_head(lesson: Lesson, *, ridge: float | None = None, around: Array | None = None) -> Head:
    """Fit a head.

    Args:
        lesson: what was taught.
        ridge: how much small weights are preferred; by the number of examples if None.
        around: embeddings (N, D) by which they are standardised, those of the whole library; the lesson's own if None.
    """
    reference = lesson.embeddings if around is None else np.asarray(around, np.float32)
    mean, deviation = reference.mean(axis=0), reference.std(axis=0)
    scale = np.maximum(deviation, 0.1 * float(deviation.mean()) + 1e-6)
    rows = (lesson.embeddings - mean) / scale
    features = np.concatenate([rows, np.ones((len(rows), 1), np.float32)], axis=1)
    chosen = natural_ridge(lesson) if ridge is None else ridge
    weights = _descend(features, lesson.targets, _balanced(lesson), chosen)
    return Head(lesson.tags, mean, scale, weights)


def natural_ridge(lesson: Lesson) -> float:
    """Return the ridge for as many examples as a lesson has of a tag on average."""
    examples = float(lesson.targets.sum(axis=0).mean())
    return float(RIDGE * min(1.0, (RIDGE_EXAMPLES / max(examples, 1.0)) ** 0.5))


def sigmoid(scores: Array) -> Array:
    """Return probabilities of logits."""
    shares: Array = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    return shares


def as_content(head: Head) -> dict[str, Any]:
    """Return a head as what JSON can hold."""
    arrays = {name: np.round(getattr(head, name).astype(float), 6).tolist() for name in ("mean", "scale", "weights")}
    return {"format": "drumlin-head", "version": 1, "tags": list(head.tags), "slope": head.slope, **arrays}


def from_content(content: dict[str, Any]) -> Head:
    """Return the head that `as_content` wrote.

    Raises:
        LibraryError: it is none, or of a later release.
    """
    if content.get("format") != "drumlin-head" or content.get("version") != 1:
        kind = f"{content.get('format')!r} version {content.get('version')!r}"
        raise LibraryError(f"{kind}: a drumlin-head of version 1 is expected; teach again or update Drumlin")
    mean, scale, weights = (np.array(content[name], np.float32) for name in ("mean", "scale", "weights"))
    tags = tuple(content["tags"])
    if mean.shape != scale.shape or weights.shape != (len(mean) + 1, len(tags)):
        raise LibraryError(f"a head of {len(tags)} tags with weights {weights.shape}: it is damaged, teach again")
    return Head(tags, mean, scale, weights, float(content["slope"]))


def _balanced(lesson: Lesson) -> Array:
    """Return weights (M, K) that sum to 1 for each tag, the sounds with it and those without half of it each."""
    yes, no = lesson.weights * lesson.targets, lesson.weights * (1.0 - lesson.targets)
    parts = [side / np.maximum(side.sum(axis=0), 1e-9) for side in (yes, no)]
    share = np.array([0.5, 0.5], np.float32)
    balanced: Array = (share[0] * parts[0] + share[1] * parts[1]).astype(np.float32)
    return balanced


def _descend(features: Array, targets: Array, weights: Array, ridge: float) -> Array:
    """Return (D + 1, K) that make the weighted logistic loss and the ridge smallest."""
    penalty = np.full((features.shape[1], 1), ridge, np.float32)
    penalty[-1] = 1e-4
    bounds = np.stack([(features.T * column) @ features for column in 0.25 * weights.T])  # (K, D + 1, D + 1)
    steps = np.linalg.inv(bounds + np.diag(penalty[:, 0])).astype(np.float32)
    found = ahead = np.zeros((features.shape[1], targets.shape[1]), np.float32)
    pace = 1.0
    for _ in range(STEPS):
        wrong = weights * (sigmoid(features @ ahead) - targets)
        slope = features.T @ wrong + penalty * ahead
        if float(np.abs(slope).max()) < TOLERANCE:
            break
        further = ahead - np.einsum("kde,ek->dk", steps, slope)
        if float((slope * (further - found)).sum()) > 0.0:
            pace = 1.0
        faster = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * pace**2))
        ahead = further + np.float32((pace - 1.0) / faster) * (further - found)
        found, pace = further, faster
    return found
