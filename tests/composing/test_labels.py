import hypothesis.strategies as st
from hypothesis import given

from drumlin.composing.labels import SENTIMENTS, momentum_of, sentiment_of, valence_level_of

UNIT = st.floats(-1.0, 1.0)


def test_labels_cut_the_range_evenly() -> None:
    assert [sentiment_of(value) for value in (-1.0, -0.34, 0.0, 0.34, 1.0)] == [
        *("negative", "negative", "neutral", "positive", "positive")
    ]
    assert [momentum_of(value) for value in (-1.0, -0.5, 0.0, 0.5, 1.0)] == [0, 1, 2, 3, 4]


@given(UNIT, UNIT)
def test_higher_valence_is_never_a_lower_label(first: float, second: float) -> None:
    low, high = sorted((first, second))
    ranks = [3 * SENTIMENTS.index(sentiment_of(value)) + valence_level_of(value) for value in (low, high)]
    assert ranks == sorted(ranks)
    assert momentum_of(low) <= momentum_of(high)
