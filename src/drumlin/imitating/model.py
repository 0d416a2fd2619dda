"""What the classes sound like, from a mouth and from a drum.

The table lies beside this file: for each side the middle and spread of every class, and a linear discriminant that
tells the classes apart (normal distributions with one covariance). It is made by `scripts/fit_voice.py`: the side of
the mouth from imitations that were synthesised, as no others may be used; the side of the drums from recordings.
Where the library hears by the ear that the table knows, its vectors tell the classes of drums better than traits do.
Shape letters: `M` sounds, `F` traits (or numbers of a vector), `K` classes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LibraryError
from ..units import Array
from .traits import NAMES

PATH = Path(__file__).parent / "model.json"
FORMAT, VERSION = "drumlin-voice", 1

OTHER = "other"
"""Sounds of a library for which a mouth has no syllable here."""


@dataclass(frozen=True)
class Discriminant:
    """What tells K classes apart: `weights` (F, K) and `biases` (K,), in units in which a score is a logarithm."""

    classes: tuple[str, ...]
    weights: Array
    biases: Array

    def shares(self, features: Array) -> Array:
        """Return the probabilities of the classes, (M, F) to (M, K)."""
        scores = features @ self.weights + self.biases
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Array = powers / powers.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True)
class Side:
    """One side: what tells its classes apart by their traits, and middle and spread of each, both (K, F)."""

    discriminant: Discriminant
    means: Array
    spreads: Array

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the K classes."""
        return self.discriminant.classes


@dataclass(frozen=True)
class VoiceModel:
    """Both sides, what is said and what is meant; and the ear that tells drums better, by its name.

    Args:
        mouth: imitations.
        drums: their classes are those of the mouth, and `OTHER`.
        ear_name: name of the vectors for which `ear` is.
        ear: tells the classes of the drums apart by these vectors.
    """

    mouth: Side
    drums: Side
    ear_name: str
    ear: Discriminant


@cache
def voice_model() -> VoiceModel:
    """Return the table that comes with Drumlin.

    Raises:
        LibraryError: it is missing or damaged.
    """
    try:
        content = json.loads(PATH.read_text(encoding="ascii"))
        if (content["format"], content["version"], tuple(content["traits"])) != (FORMAT, VERSION, NAMES):
            raise ValueError("it is of another release")
        mouth, drums, ear = _side(content["mouth"]), _side(content["drums"]), content["ear"]
        return VoiceModel(mouth, drums, str(ear["name"]), _discriminant(ear))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{PATH} cannot be used ({error}): install Drumlin again") from error


def fit_discriminant(
    classes: tuple[str, ...], features: Array, labels: Array, *, shrinkage: float, sharpness: float, even: bool
) -> Discriminant:
    """Fit what tells classes apart.

    Args:
        classes: K names.
        features: (M, F).
        labels: the class of each by its place, (M,); each class has two sounds at least.
        shrinkage: share of its diagonal by which the covariance is replaced: few sounds say little of the rest.
        sharpness: by which scores are multiplied; below 1 it doubts, as it should of what it has not learned from.
        even: whether all classes count as equally frequent.
    """
    means, centred = _means(len(classes), features, labels)
    common = centred.T @ centred / max(1, len(centred) - len(classes))
    precision = np.linalg.inv((1.0 - shrinkage) * common + shrinkage * np.diag(np.diag(common)))
    counts = np.bincount(labels, minlength=len(classes)) if not even else np.ones(len(classes))
    biases = -0.5 * np.einsum("kf,fg,kg->k", means, precision, means) + np.log(counts / counts.sum())
    return Discriminant(classes, sharpness * (precision @ means.T), sharpness * biases)


def fit_side(discriminant: Discriminant, traits: Array, labels: Array) -> Side:
    """Fit middles and spreads beside a discriminant; arguments as there."""
    means, centred = _means(len(discriminant.classes), traits, labels)
    spreads = np.stack([centred[labels == place].std(axis=0) for place in range(len(means))])
    return Side(discriminant, means, np.maximum(spreads, 0.3 * centred.std(axis=0)))  # what hardly varied still varies


def to_document(model: VoiceModel, notes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table for JSON, with what is to be said about it."""
    sides = {"mouth": _side_document(model.mouth), "drums": _side_document(model.drums)}
    ear = {"name": model.ear_name} | _document(model.ear)
    return {"format": FORMAT, "version": VERSION, **notes, "traits": list(NAMES), **sides, "ear": ear}


def _means(count: int, features: Array, labels: Array) -> tuple[Array, Array]:
    """Return the mean of each class (K, F), and the features with that of their class taken off (M, F)."""
    means = np.stack([features[labels == place].mean(axis=0) for place in range(count)])
    return means, features - means[labels]


def _side_document(side: Side) -> dict[str, Any]:
    return _document(side.discriminant) | {name: _rounded(getattr(side, name)) for name in ("means", "spreads")}


def _document(discriminant: Discriminant) -> dict[str, Any]:
    numbers = {name: _rounded(getattr(discriminant, name)) for name in ("weights", "biases")}
    return {"classes": list(discriminant.classes), **numbers}


def _rounded(numbers: Array) -> Any:
    return np.round(numbers, 4).tolist()


def _side(content: Mapping[str, Any]) -> Side:
    return Side(_discriminant(content), *(np.array(content[name], np.float64) for name in ("means", "spreads")))


def _discriminant(content: Mapping[str, Any]) -> Discriminant:
    return Discriminant(
        tuple(content["classes"]), *(np.array(content[name], np.float64) for name in ("weights", "biases"))
    )
