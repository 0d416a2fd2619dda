from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.listening.clouds import TABLE, made_model, row

from drumlin.listening import TARGETS, UNKNOWN
from drumlin.listening.deciding import target_probabilities
from drumlin.listening.descriptor_model import DescriptorModel, EvidenceShares
from drumlin.listening.descriptor_reading import DescriptorReading
from drumlin.listening.descriptors import gather, read_evidence

MODEL = made_model()


def read(*rows: np.ndarray) -> DescriptorReading:
    return read_with(MODEL, *rows)


def read_with(model: DescriptorModel, *rows: np.ndarray) -> DescriptorReading:
    evidence = gather(model, np.array(rows), [(0.0, 10.0)] * len(rows))
    return read_evidence(model, evidence, np.ones(len(rows)), evidence, 0)


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4), st.floats(0, 4))
def test_probabilities_of_every_target_sum_to_one(votes: list[float], value: float) -> None:
    logs = MODEL.log_probabilities(row(*votes)[None])[0]
    assert np.exp(logs).sum() == pytest.approx(1.0)
    for target, probabilities in target_probabilities(MODEL, logs, value).items():
        assert probabilities.sum() == pytest.approx(1.0), target


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4))
def test_a_genre_is_as_likely_as_its_subgenres_together(votes: list[float]) -> None:
    marginals = TABLE.marginals(np.exp(MODEL.log_probabilities(row(*votes)[None])[0]))
    folk = marginals["genre"][TABLE.choices["genre"].index("folk")]
    parts = [marginals["subgenre"][TABLE.choices["subgenre"].index(name)] for name in ("dance", "lullaby")]
    assert folk == pytest.approx(sum(parts))


def test_a_clear_window_is_told_in_all_respects() -> None:
    reading = read(row(0, 0, 0, 2))
    assert reading.candidates[0].name == "rock_punk_wild"
    told = {target: getattr(reading, target).name for target in TARGETS}
    assert told == {target: TABLE.labels[target][3] for target in TARGETS}
    assert reading.known > 0.9


def test_candidates_fall_in_probability() -> None:
    chances = [choice.probability for choice in read(row(1, 0.5, 0.2, 0)).candidates]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1.0)


def test_unknown_music_gets_no_name_but_a_sentiment() -> None:
    reading = read(row(0, 90, 0, 90))  # far from every prototype, and yet all votes are for something negative
    assert reading.known < 0.2
    assert {reading.genre.name, reading.subgenre.name, reading.mood.name} == {UNKNOWN}
    assert reading.genre.probability == pytest.approx(1.0 - reading.known)
    assert reading.sentiment.name == "negative"


def test_an_unsure_subgenre_is_told_by_its_genre() -> None:
    """Two subgenres of folk share the probability, a little is rock's: no subgenre reaches one half."""
    reading = read(row(0.5, 0, 0.5, 0.2))
    assert reading.genre.name == "folk"
    assert reading.mood.name == "calm"
    assert reading.subgenre.name == UNKNOWN
    assert reading.subgenre.probability > 0.5


def test_the_child_of_a_refused_parent_is_refused() -> None:
    strict = replace(MODEL, thresholds={**MODEL.thresholds, "sentiment": 0.9, "valence": 0.0})
    reading = read_with(strict, row(0.2, 0.1, 0, 0))
    assert reading.sentiment.name == reading.valence.name == UNKNOWN


def test_windows_that_agree_are_surer_than_one() -> None:
    one = read(row(0.3, 0, 0, 0)).candidates[0].probability
    three = read(*[row(0.3, 0, 0, 0)] * 3).candidates[0].probability
    assert three > one


def test_a_stretch_described_as_one_is_evidence_too() -> None:
    model = replace(MODEL, shares=EvidenceShares(1.0, 0.0, 0.5))
    logs = model.log_probabilities(np.array([row(0.3, 0, 0, 0), row(1.5, 0, 0, 0), row(0, 0, 0, 1.5)]))
    agreeing, opposing = (model.summed(logs[:1], np.ones(1), whole)[0] for whole in logs[1:])
    assert opposing < logs[0, 0] < agreeing


def test_measured_momentum_moves_the_level() -> None:
    logs = MODEL.log_probabilities(row(1, 1, 1, 1)[None])[0]
    joined = replace(MODEL, momentum_share=1.0)
    levels = TABLE.choices["momentum"].index("4")
    calm, wild = (target_probabilities(joined, logs, value)["momentum"][levels] for value in (0.5, 3.5))
    assert calm < 0.5 < wild
