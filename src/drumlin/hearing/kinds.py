"""The classes that the starter ear tells apart, and the families that they form."""

from collections.abc import Sequence

import numpy as np

from ..units import Array

FAMILIES: dict[str, tuple[str, ...]] = {
    "kick": ("kick",),
    "snare": ("snare",),
    "hat": ("hihat_closed", "hihat_open"),
    "tom": ("tom",),
    "cymbal": ("crash", "ride"),
    "other": ("clap", "cowbell", "hand_drum", "perc_other", "rim", "shaker", "tambourine"),
}
"""Classes of each family."""

CLASSES = tuple(sorted(name for names in FAMILIES.values() for name in names))
"""All classes, in the order of the network's outputs."""

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}


def family_of(name: str) -> str:
    """Return the family of a class; a name that is no class is `other`."""
    return _FAMILY_OF.get(name, "other")


def family_shares(shares: Array, classes: Sequence[str] = CLASSES) -> Array:
    """Return probabilities of the families, (M, K) to (M, 6): sums over the classes of each."""
    member = np.array([[family_of(name) == family for family in FAMILIES] for name in classes], shares.dtype)
    found: Array = shares @ member
    return found
