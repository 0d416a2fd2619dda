"""Teaching: the head at 10,000 labelled sounds and 30 tags, beside scikit-learn, which one would use instead.

Embeddings are drawn around a centre for each of 30 kinds, as wide apart as the ear puts its classes; a sound has the
tag of its kind, and of two other tags, which lie across kinds, those that it is on the right side of. Beside it: one
logistic regression of scikit-learn for each tag, lbfgs, balanced. Both are asked about sounds that they did not learn.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from drumlin.library.asking import choose_questions
from drumlin.library.calibration import fit_calibrated
from drumlin.library.head import fit_head, make_lesson

from .measuring import gate

SOUNDS, TAGS, SIZE = 10_000, 30, 64
QUICK_SOUNDS = 2_000
LONGEST_S = 1.0
ROUNDS = 3


def run(quick: bool) -> dict[str, Any]:
    count = QUICK_SOUNDS if quick else SOUNDS
    embeddings, said = _library(count)
    fresh, wanted = _library(2_000, start=count)
    lesson = make_lesson(embeddings, said, tuple(f"tag {one}" for one in range(TAGS)), exclusive=True)
    plain_s, plain = _timed(lambda: fit_head(lesson))
    honest_s, honest = _timed(lambda: fit_calibrated(lesson))
    sklearn_s, weights = _timed(lambda: _sklearn(embeddings, said), rounds=1)
    shares = honest.probabilities(embeddings)
    known = np.arange(count) < count // 2
    ask_s, _ = _timed(lambda: choose_questions(honest.standard(embeddings), shares, known, 10))
    standard = (fresh - embeddings.mean(axis=0)) / embeddings.std(axis=0)
    rows = [
        _row("head", count, plain_s, _agreement(plain.scores(fresh), wanted)),
        _row("head, calibrated on held out sounds", count, honest_s, _agreement(honest.scores(fresh), wanted)),
        _row(
            "scikit-learn, one regression a tag",
            count,
            sklearn_s,
            _agreement(standard @ weights[:-1] + weights[-1], wanted),
        ),
        _row("choosing ten questions", count, ask_s, None),
    ]
    gates = [
        gate(f"head at {count} sounds, {TAGS} tags, s", honest_s, LONGEST_S, honest_s <= LONGEST_S),
        gate("times as fast as scikit-learn", sklearn_s / honest_s, 1.0, sklearn_s >= honest_s),
    ]
    return {"rows": rows, "gates": gates}


def _library(count: int, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    centres = np.random.default_rng(0).standard_normal((TAGS, SIZE))
    draw = np.random.default_rng(start + 1)
    kind = draw.integers(0, TAGS - 2, count)
    embeddings = (centres[kind] + 1.2 * draw.standard_normal((count, SIZE))).astype(np.float32)
    said = np.zeros((count, TAGS))
    said[np.arange(count), kind] = 1
    said[:, -2:] = embeddings @ centres[-2:].T > 0
    return embeddings, said


def _timed(call: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Return the median of seconds, after a first call that does not count, and what was returned last."""
    taken = []
    result = call() if rounds > 1 else None
    for _ in range(rounds):
        start = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)), result


def _sklearn(embeddings: np.ndarray, said: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    rows = (embeddings - embeddings.mean(axis=0)) / embeddings.std(axis=0)
    fitted = [LogisticRegression(class_weight="balanced", max_iter=200).fit(rows, tag) for tag in said.T]
    return np.stack([np.append(one.coef_[0], one.intercept_) for one in fitted], axis=1)


def _agreement(scores: np.ndarray, said: np.ndarray) -> float:
    """Return the mean over tags of the share that is right among sounds with it and those without, both halves."""
    called = scores > 0
    return float(np.mean([(called[said == side] == side).mean() for side in (0, 1)]))


def _row(name: str, count: int, seconds: float, right: float | None) -> dict[str, Any]:
    found = {"what": name, "sounds": count, "tags": TAGS, "seconds": seconds}
    return found if right is None else {**found, "balanced accuracy": right}
