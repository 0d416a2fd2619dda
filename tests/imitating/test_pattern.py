import numpy as np
import pytest

from drumlin.imitating import Stroke, read_pattern
from drumlin.imitating.pattern import SOFTEST


def strokes(*levels_db: float) -> list[Stroke]:
    nothing = np.zeros(1, np.float32)
    return [Stroke(1.0 + 0.5 * place, 1.2 + 0.5 * place, level, nothing) for place, level in enumerate(levels_db)]


def test_times_are_counted_from_the_first_stroke() -> None:
    assert [one.at_s for one in read_pattern(strokes(-10, -10, -10), (0, 1, 0))] == [0.0, 0.5, 1.0]


def test_the_square_of_a_velocity_is_the_amplitude() -> None:
    loud, soft = read_pattern(strokes(-10.0, -22.0), (0, 0))
    assert (loud.velocity, loud.gain) == (1.0, 1.0)
    assert 20 * np.log10(soft.gain) == pytest.approx(-12.0, abs=0.02)


def test_lists_are_compared_only_in_part() -> None:
    _, other = read_pattern(strokes(-10.0, -20.0), (0, 1))
    assert -10.0 < 20 * np.log10(other.gain) < 0.0


def test_what_was_heard_is_played() -> None:
    assert read_pattern(strokes(0.0, -90.0), (0, 0))[1].velocity == SOFTEST
