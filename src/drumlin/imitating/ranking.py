"""Sounds in the order in which they fit what was said.

A mouth is no drum: its `boom` is brighter and shorter than any kick. So levels are not compared but places: how far a
stroke lies from the middle of what mouths say for a class is how far the sound should lie from the middle of the
library's sounds of that class. Both are weighed by how sure the classes are.
Shape letters: `M` sounds, `F` traits, `K` classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..units import Array
from .model import VoiceModel
from .traits import NAMES, RELATIVE

CLOSENESS = 0.4
"""How much places within a class count beside the class itself. Chosen on `valid`: nothing finds most sounds of the
class, more follows the stroke more closely; see docs/voice.md."""

_FARTHEST = 2.0  # spreads from the middle: a shout is still only a long kick
_KNOWN_AS = 12.0  # sounds of a class: with so many, the library's own middle counts as much as the table's
_COLUMNS = [NAMES.index(name) for name in RELATIVE]


@dataclass(frozen=True)
class Meant:
    """What a stroke means.

    Args:
        shares: probability of each class of the mouth, (K,).
        places: where it lies in each class, in spreads from its middle, (K, R) for the R relative traits.
    """

    shares: Array
    places: Array


def interpret(traits: Array, model: VoiceModel) -> Meant:
    """Return what strokes that sound alike mean, taken together, (M, F)."""
    shares = np.exp(np.log(np.maximum(model.mouth.discriminant.shares(traits), 1e-9)).mean(axis=0))
    middle = traits.mean(axis=0)[None, _COLUMNS]
    places = (middle - model.mouth.means[:, _COLUMNS]) / model.mouth.spreads[:, _COLUMNS]
    return Meant(shares / shares.sum(), np.clip(places, -_FARTHEST, _FARTHEST))


def fits(meant: Meant, traits: Array, classes: Array, model: VoiceModel) -> Array:
    """Return how well each sound fits what was meant, (M,), 0 to 1.

    Args:
        meant: from `interpret`.
        traits: of the library's sounds, (M, F).
        classes: their probabilities of the model's drums, (M, K'), where K' has the classes of the mouth and others.
        model: both sides.
    """
    total = np.zeros(len(traits))
    if not len(traits):
        return total
    for place, name in enumerate(model.mouth.classes):
        drum = model.drums.classes.index(name)
        middle, spread = _library_side(traits, classes[:, drum], drum, model)
        apart = (traits[:, _COLUMNS] - middle) / spread - meant.places[place]
        near = np.exp(-0.5 * CLOSENESS * np.minimum(np.square(apart), 9.0).mean(axis=1))
        sure = classes[:, drum]
        total += meant.shares[place] * sure * near * float(sure.max()) / max(float((sure * near).max()), 1e-9)
    return total


def best(scores: Array, count: int) -> NDArray[np.int64]:
    """Return the places of the largest scores, best first; equal ones in their order."""
    order = np.lexsort((np.arange(len(scores)), -scores))
    return order[:count].astype(np.int64)


def known_classes(shares: Array, said: Sequence[tuple[int, str, float]], classes: tuple[str, ...]) -> Array:
    """Return probabilities (M, K') in which what tags say counts as far as they are sure.

    Args:
        shares: by the traits alone, (M, K').
        said: the row of a sound, a class, and how sure that is; where several are said of a row, they share.
        classes: K' names.
    """
    told = np.zeros_like(shares)
    for row, name, confidence in said:
        told[row, classes.index(name)] += confidence
    weight = told.sum(axis=1, keepdims=True)
    told /= np.maximum(weight, 1.0)
    known: Array = (1.0 - np.minimum(weight, 1.0)) * shares + told
    return known


def _library_side(traits: Array, shares: Array, drum: int, model: VoiceModel) -> tuple[Array, Array]:
    """Return middle and spread of a class in this library; where it has few such sounds, those of the table."""
    values = traits[:, _COLUMNS]
    known = float(shares.sum())
    trust = known / (known + _KNOWN_AS)
    own = shares @ values / max(known, 1e-9)
    own_spread = np.sqrt(shares @ np.square(values - own) / max(known, 1e-9))
    middle = trust * own + (1.0 - trust) * model.drums.means[drum, _COLUMNS]
    usual = model.drums.spreads[drum, _COLUMNS]
    return middle, np.maximum(trust * own_spread + (1.0 - trust) * usual, 0.3 * usual)
