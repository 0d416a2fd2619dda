import pytest

from drumlin.composing.patterns import check_pattern, euclid, read_pattern, rung


def test_signs_are_strokes_in_equal_steps() -> None:
    ((first, second),) = read_pattern("X..g")
    assert (first.place, first.level, first.is_certain) == (0.0, 1.0, True)
    assert (second.place, second.is_certain) == (0.75, False)


def test_bars_are_parted() -> None:
    assert [len(bar) for bar in read_pattern("x...|xx..")] == [1, 2]


def test_euclid_spreads_strokes() -> None:
    assert euclid(3, 8) == "x..x..x."
    assert read_pattern("E3/8") == read_pattern("x..x..x.")
    assert euclid(5, 16, 2).count("x") == 5


@pytest.mark.parametrize("text", ["", "x..y", "x|", "E9/8", "E0/8"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        check_pattern(text)


def test_energy_climbs_the_ladder() -> None:
    assert [rung(("calm", "busy"), energy) for energy in (0.0, 0.49, 0.5, 1.0)] == ["calm", "calm", "busy", "busy"]
