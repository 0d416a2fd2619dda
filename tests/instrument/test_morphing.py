from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.instruments import make_instrument

from drumlin.errors import NoteError
from drumlin.instrument import Instrument, Note, ResidualRecord, load, morph, morph_residual
from drumlin.parameters import ParameterRange

LATENT = 4
KNOBS = (ParameterRange("level", "dB", -12.0, 12.0, 0.0), ParameterRange("ring", "s", 0.1, 1.6, 0.4, "exponential"))
CLASSES = ("kick", "snare", "hat")
SQUARE = {"A": (0.0, 0.0), "B": (1.0, 0.0), "C": (0.0, 1.0), "D": (1.0, 1.0)}

units = st.floats(0.0, 1.0)
places = st.floats(-1.0, 1.0)
notes = st.builds(
    Note,
    places,
    places,
    classes=st.dictionaries(st.sampled_from(CLASSES), st.floats(0.01, 1.0)),
    controls=st.fixed_dictionaries({}, optional={"level": st.floats(-12, 12), "ring": st.floats(0.1, 1.6)}),
    pitch=st.floats(-24, 24),
    velocity=st.floats(0, 1),
    length=st.none() | st.floats(0.02, 2.0),
    seed=st.integers(0, 3),
    carry=st.just(()) | st.tuples(*[st.floats(-2, 2)] * LATENT),
)
corners = st.tuples(notes, notes, notes, notes)


@pytest.fixture(scope="module")
def instrument(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    path = tmp_path_factory.mktemp("morphing") / "a.drumlin"
    return load(make_instrument(path, latent_size=LATENT, controls=KNOBS, classes=CLASSES))


@given(four=corners, corner=st.sampled_from(sorted(SQUARE)))
def test_a_corner_is_its_very_note(instrument: Instrument, four: Any, corner: str) -> None:
    assert morph(instrument, four, *SQUARE[corner]) == four["ABCD".index(corner)]


@settings(max_examples=50)
@given(four=corners, u=units, v=units)
def test_the_latent_is_mixed_in_proportion(instrument: Instrument, four: Any, u: float, v: float) -> None:
    a, b, c, d = (instrument.latent(note).astype(np.float64) for note in four)
    expected = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d)
    np.testing.assert_allclose(instrument.latent(morph(instrument, four, u, v)), expected, atol=2e-4)


@settings(max_examples=50)
@given(four=corners, u=units, v=units)
def test_the_class_weights_are_mixed_in_proportion(instrument: Instrument, four: Any, u: float, v: float) -> None:
    def heard(note: Note) -> np.ndarray[Any, Any]:
        return instrument.classes_at(np.array([[note.x, note.y]]), note)[0].astype(np.float64)

    a, b, c, d = map(heard, four)
    expected = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d)
    np.testing.assert_allclose(heard(morph(instrument, four, u, v)), expected, atol=5e-4)


@settings(max_examples=50)
@given(four=corners, u=units, v=units)
def test_what_lies_between_can_be_played_and_lies_between(
    instrument: Instrument, four: Any, u: float, v: float
) -> None:
    between = morph(instrument, four, u, v)
    assert np.isfinite(instrument.raw(between)).all()
    assert Note.from_dict(between.to_dict()) == between
    for values in (("x",), ("y",), ("pitch",), ("velocity",)):
        known = [getattr(note, values[0]) for note in four]
        assert min(known) - 1e-4 <= getattr(between, values[0]) <= max(known) + 1e-4
    assert between.seed in {note.seed for note in four}


@settings(max_examples=50)
@given(four=corners, u=units, v=units, step=st.floats(-1e-4, 1e-4))
def test_a_small_step_is_a_small_change(instrument: Instrument, four: Any, u: float, v: float, step: float) -> None:
    alike = tuple(replace(note, seed=0) for note in four)
    one = morph(instrument, alike, u, v)
    other = morph(instrument, alike, min(max(u + step, 0.0), 1.0), v)
    apart = np.abs(instrument.latent(one) - instrument.latent(other)).max()
    assert apart < 2e-3
    assert abs(one.pitch - other.pitch) < 1e-2


def test_linear_knobs_are_mixed_in_proportion_and_others_along_their_travel(instrument: Instrument) -> None:
    four = [Note(controls={"level": level, "ring": ring}) for level, ring in ((-6, 0.1), (6, 1.6), (-6, 0.1), (6, 1.6))]
    between = morph(instrument, four, 0.75, 0.2)
    assert between.controls["level"] == pytest.approx(3.0)
    assert between.controls["ring"] == pytest.approx(0.8)  # 0.1 doubled four times, three quarters of the way


def test_a_whole_sound_counts_as_the_longest(instrument: Instrument) -> None:
    four = [Note(), Note(length=0.02), Note(), Note(length=0.02)]
    assert morph(instrument, four, 0.5, 0.5).length == pytest.approx(0.2)  # half way from 2 to 0.02 by octaves
    assert morph(instrument, [Note()] * 4, 0.5, 0.5).length is None


def test_an_instrument_without_classes_and_controls_is_morphed_as_well(tmp_path: Path) -> None:
    plain = load(make_instrument(tmp_path / "b.drumlin"))
    between = morph(plain, [Note(-0.5, -0.5), Note(0.5, -0.5), Note(-0.5, 0.5), Note(0.5, 0.5)], 0.5, 0.25)
    assert between == Note(0.0, -0.25)


@pytest.mark.parametrize("place", [(-0.1, 0.0), (0.0, 1.1), (float("nan"), 0.5)])
def test_a_place_outside_the_square_is_refused(instrument: Instrument, place: tuple[float, float]) -> None:
    with pytest.raises(NoteError, match="0 to 1"):
        morph(instrument, [Note()] * 4, *place)


def test_what_is_not_four_is_refused(instrument: Instrument) -> None:
    with pytest.raises(NoteError, match="four"):
        morph(instrument, [Note()] * 3, 0.5, 0.5)
    with pytest.raises(NoteError, match="four"):
        morph_residual([None] * 5, 0.5, 0.5)


def test_a_corner_that_cannot_be_played_is_refused(instrument: Instrument) -> None:
    for odd in (Note(controls={"odd": 1.0}), Note(classes={"odd": 1.0}), Note(carry=(1.0,))):
        with pytest.raises(NoteError):
            morph(instrument, [Note(), odd, Note(), Note()], 0.5, 0.5)


RECORD = ResidualRecord("a" * 64, 0.8, Note(0.1, 0.2))


@given(u=units, v=units)
def test_a_residual_is_whole_at_its_corner_and_gone_where_another_may_take_over(u: float, v: float) -> None:
    records = (RECORD, None, replace(RECORD, sound="b" * 64), None)
    found = morph_residual(records, u, v)
    weights = {"a": (1 - u) * (1 - v), "b": (1 - u) * v}
    expected = {name: max(0.0, 0.8 * (2 * weight - 1)) for name, weight in weights.items()}
    assert found is None or found.amount == pytest.approx(expected[found.sound[0]], abs=1e-4)
    assert found is not None or max(expected.values()) < 1e-9
    assert morph_residual(records, 0.0, 0.0) == RECORD
    assert morph_residual(records, 1.0, 0.0) is None
