import hypothesis.strategies as st
from hypothesis import given

from drumlin.composing.streams import Stream, seed_of


def test_equal_names_give_equal_chance() -> None:
    first, second = Stream(7, "a", "drums"), Stream(7, "a", "drums")
    assert [first.unit() for _ in range(5)] == [second.unit() for _ in range(5)]


def test_another_name_gives_another_chance() -> None:
    assert Stream(7, "a", "drums").unit() != Stream(7, "a", "bass").unit()


def test_chance_is_the_same_for_ever() -> None:
    assert round(Stream(7, "a", "drums").unit(), 12) == 0.315465689001


def test_weights_are_kept() -> None:
    stream = Stream("weights")
    drawn = [stream.weighted({"often": 9, "seldom": 1}) for _ in range(2000)]
    assert 0.87 < drawn.count("often") / len(drawn) < 0.93


def test_spread_is_the_standard_deviation() -> None:
    stream = Stream("spread")
    drawn = [stream.around(0.5) for _ in range(4000)]
    assert abs((sum(value**2 for value in drawn) / len(drawn)) ** 0.5 - 0.5) < 0.03
    assert max(map(abs, drawn)) <= 1.5


def test_a_seed_fits_four_bytes() -> None:
    assert 0 <= seed_of("anything") < 2**32


@given(st.integers(0, 50), st.floats(0.0, 2.0))
def test_many_numbers_at_once_are_those_drawn_one_by_one(count: int, spread: float) -> None:
    first, second = Stream("hands"), Stream("hands")
    assert first.scattered(spread, count).tolist() == [second.around(spread) for _ in range(count)]
    assert first.unit() == second.unit()
