"""Knobs, actions and their registry."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.errors import UsageError
from drumlin.parameters import Action, ParameterRange, Registry, studio_registry

KNOBS = list(studio_registry().parameters())


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
@given(travel=st.floats(0.0, 1.0))
def test_travel_survives_the_way_to_a_value_and_back(knob: ParameterRange, travel: float) -> None:
    assert knob.to_unit(knob.from_unit(travel)) == pytest.approx(travel, abs=1e-9)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_the_ends_of_the_travel_are_the_ends_of_the_range(knob: ParameterRange) -> None:
    assert knob.from_unit(0.0) == pytest.approx(knob.minimum)
    assert knob.from_unit(1.0) == pytest.approx(knob.maximum)


def test_the_middle_of_an_exponential_knob_is_the_geometric_mean() -> None:
    assert ParameterRange("f", "Hz", 20.0, 2000.0, 200.0, curve="exponential").from_unit(0.5) == pytest.approx(200.0)


def test_a_value_outside_is_moved_inside_and_no_number_is_refused() -> None:
    knob = ParameterRange("pitch", "semitones", -24.0, 24.0, 0.0)
    assert knob.clip(99.0) == 24.0
    with pytest.raises(UsageError, match="pitch is nan"):
        knob.clip(math.nan)


@pytest.mark.parametrize(
    ("minimum", "maximum", "default", "curve"),
    [(1.0, 1.0, 1.0, "linear"), (0.0, 1.0, 2.0, "linear"), (0.0, 1.0, 0.5, "exponential")],
)
def test_an_impossible_range_is_refused(minimum: float, maximum: float, default: float, curve: str) -> None:
    with pytest.raises(ValueError, match="x: "):
        ParameterRange("x", "", minimum, maximum, default, curve=curve)  # type: ignore[arg-type]


def test_names_are_unique_across_knobs_and_actions() -> None:
    registry = Registry()
    registry.add(Action("play", "Play"))
    with pytest.raises(ValueError, match="registered already"):
        registry.add(ParameterRange("play", "", 0.0, 1.0, 0.0))


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(UsageError, match="pitch"):
        studio_registry().parameter("pich")
    with pytest.raises(UsageError, match="toggle_loop"):
        studio_registry().action("loop")


@pytest.mark.parametrize("view", ["play", "piece", "library"])
def test_no_two_actions_of_a_view_share_a_key(view: str) -> None:
    keys = [key for action in studio_registry().actions() if action.view in ("", view) for key in action.key.split()]
    assert len(keys) == len(set(keys))
