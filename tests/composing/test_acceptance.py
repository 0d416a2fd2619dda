"""Each entry of the dictionary is accepted: twenty pieces keep all rules, and siblings can be told apart."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from tests.composing.symbolic import Features, discriminate, features_of
from tests.composing.timelines import one, piece

from drumlin.composing import check_score, load_dictionary

SEEDS, HEARD = 20, 12
"""Pieces of each descriptor, and how many of them the discriminant is drawn from; the others are unheard."""

DURATION_S = 14.0
LEAST_AREA = 0.75

DICTIONARY = load_dictionary()
STYLES = sorted({(one.genre, one.subgenre) for one in DICTIONARY.values()})


@cache
def heard(descriptor: str) -> tuple[Features, list[str]]:
    """Return the features of the pieces of a descriptor, (N, F), and what breaks a rule in them."""
    pieces = [piece(one(descriptor, duration_s=DURATION_S, seed=seed)) for seed in range(SEEDS)]
    broken = [str(violation) for composition in pieces for violation in check_score(composition)]
    return np.array([features_of(composition) for composition in pieces]), broken


@pytest.mark.parametrize("descriptor", DICTIONARY)
def test_twenty_pieces_keep_all_rules(descriptor: str) -> None:
    assert heard(descriptor)[1] == []


@pytest.mark.parametrize("style", STYLES, ids="_".join)
def test_siblings_can_be_told_apart(style: tuple[str, str]) -> None:
    names = [name for name, one in DICTIONARY.items() if (one.genre, one.subgenre) == style]
    for first, second in combinations(names, 2):
        low, high = heard(first)[0], heard(second)[0]
        area = discriminate(low[:HEARD], high[:HEARD], low[HEARD:], high[HEARD:])
        assert area >= LEAST_AREA, f"{first} and {second}: {area:.2f}"


def test_the_same_descriptor_cannot_be_told_from_itself() -> None:
    areas = []
    for name in list(DICTIONARY)[::6]:
        both = heard(name)[0]
        areas.append(discriminate(both[0:12:2], both[1:12:2], both[12::2], both[13::2]))
    assert 0.3 < float(np.mean(areas)) < 0.7
