"""What the classes sound like, from a mouth and from a drum: one normal distribution for each class and side.

The table lies beside this file: means for each class, one covariance and one spread for each class. It is made by
`scripts/fit_voice.py`: the side of the mouth from imitations that were synthesised, as there are no others that may
be used; the side of the drums from recordings. Shape letters: `M` sounds, `F` traits, `K` classes.
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
class Side:
    """Normal distributions of the traits of K classes.

    Args:
        classes: their names.
        means: (K, F).
        spreads: standard deviations within each class, (K, F).
        precision: inverse of the covariance that they share, (F, F).
        priors: share of each class, (K,).
    """

    classes: tuple[str, ...]
    means: Array
    spreads: Array
    precision: Array
    priors: Array

    def shares(self, traits: Array, sharpness: float = 1.0) -> Array:
        """Return the probabilities of the classes, (M, F) to (M, K); a sharpness below 1 doubts them."""
        apart = traits[:, None, :] - self.means[None]  # (M, K, F)
        scores = -0.5 * np.einsum("mkf,fg,mkg->mk", apart, self.precision, apart, optimize=True)
        scores = sharpness * scores + np.log(self.priors)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Array = powers / powers.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True)
class VoiceModel:
    """Both sides: what is said, and what is meant."""

    mouth: Side
    drums: Side


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
        return VoiceModel(_read(content["mouth"]), _read(content["drums"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{PATH} cannot be used ({error}): install Drumlin again") from error


def fit_side(classes: tuple[str, ...], traits: Array, labels: Array, *, shrinkage: float, even: bool) -> Side:
    """Fit one side.

    Args:
        classes: K names.
        traits: (M, F).
        labels: the class of each by its place, (M,); each class has two sounds at least.
        shrinkage: share of its diagonal by which the covariance is replaced: few sounds say little of the rest.
        even: whether all classes count as equally frequent.
    """
    groups = [traits[labels == place] for place in range(len(classes))]
    means = np.stack([group.mean(axis=0) for group in groups])
    spreads = np.stack([group.std(axis=0, ddof=1) for group in groups])
    centred = np.concatenate([group - group.mean(axis=0) for group in groups])
    common = centred.T @ centred / max(1, len(centred) - len(classes))
    shrunk = (1.0 - shrinkage) * common + shrinkage * np.diag(np.diag(common))
    counts = np.array([1.0 if even else len(group) for group in groups])
    floor = 0.3 * np.sqrt(np.diag(common))  # a class that was hardly varied still varies
    return Side(classes, means, np.maximum(spreads, floor), np.linalg.inv(shrunk), counts / counts.sum())


def to_document(model: VoiceModel, notes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table for JSON, with what is to be said about it."""
    sides = {"mouth": _document(model.mouth), "drums": _document(model.drums)}
    return {"format": FORMAT, "version": VERSION, **notes, "traits": list(NAMES), **sides}


def _document(side: Side) -> dict[str, Any]:
    numbers = {name: np.round(getattr(side, name), 5).tolist() for name in ("means", "spreads", "precision", "priors")}
    return {"classes": list(side.classes), **numbers}


def _read(content: Mapping[str, Any]) -> Side:
    numbers = (np.array(content[name], np.float64) for name in ("means", "spreads", "precision", "priors"))
    return Side(tuple(content["classes"]), *numbers)
