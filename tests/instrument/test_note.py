import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.errors import NoteError
from drumlin.instrument import Location, Note
from drumlin.instrument.note import check_controls
from drumlin.parameters import ParameterRange

places = st.floats(-1, 1)
weights = st.dictionaries(st.text(max_size=5), st.floats(0.001, 10), max_size=4)
values = st.dictionaries(st.text(max_size=5), st.floats(-1000, 1000), max_size=4)
notes = st.builds(
    Note,
    x=places,
    y=places,
    classes=weights,
    controls=values,
    pitch=st.floats(-24, 24),
    velocity=st.floats(0, 1),
    length=st.none() | st.floats(0.02, 2),
    seed=st.integers(0, 2**32 - 1),
    carry=st.lists(st.floats(-100, 100), max_size=5).map(tuple),
)


@given(notes)
def test_note_survives_json(note: Note) -> None:
    assert Note.from_dict(json.loads(json.dumps(note.to_dict()))) == note


@given(notes)
def test_equal_notes_have_equal_hashes(note: Note) -> None:
    assert hash(Note.from_dict(note.to_dict())) == hash(note)


@given(places)
def test_place_is_rounded_to_steps_of_a_ten_thousandth(x: float) -> None:
    assert Note(x=x).x == pytest.approx(x, abs=0.5001e-4)
    assert Note(x=x).x * 10000 == pytest.approx(round(Note(x=x).x * 10000), abs=1e-9)


@pytest.mark.parametrize(
    "content",
    [
        {"x": 1.1},
        {"y": float("nan")},
        {"x": "left"},
        {"x": True},
        {"pitch": 25},
        {"velocity": -0.1},
        {"length": 0.001},
        {"seed": -1},
        {"seed": 1.5},
        {"classes": {"kick": -1}},
        {"classes": {"kick": 0}},
        {"classes": 3},
        {"controls": {"tone": float("inf")}},
        {"carry": [1e300]},
        {"carry": 7},
        {"colour": 1},
    ],
)
def test_what_is_no_note_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(NoteError):
        Note.from_dict(content)


def test_message_names_value_and_range() -> None:
    with pytest.raises(NoteError, match=r"pitch is 30\.0: -24\.0 to 24\.0 semitones are expected"):
        Note(pitch=30)


def test_carry_of_zeros_is_no_carry() -> None:
    assert Note(carry=(0.0, 1e-6)) == Note()


def test_carry_fades_with_the_distance() -> None:
    location = Location(Note(0.5, 0.0, carry=(1.0,)), fit_db=1.0)
    assert location.note_at(0.5, 0.0) == location.note
    assert location.note_at(0.25, 0.0).carry == (0.6065,)  # exp(-1/2)
    assert location.note_at(-1.0, 0.0).carry == ()


def test_location_tells_its_note() -> None:
    location = Location(Note(0.1, 0.2, {"kick": 1.0}, {"tone": 2.0}, carry=(3.0,)), fit_db=4.0)
    content = location.to_dict()
    assert (content["x"], content["y"], content["carry"], content["fit_db"]) == (0.1, 0.2, [3.0], 4.0)
    assert Note.from_dict(content["note"]) == location.note


TONE = ParameterRange("tone", "dB", -6, 6, 1)


def test_controls_rest_at_their_defaults() -> None:
    assert check_controls({}, (TONE,)) == [1]
    assert check_controls({"tone": -2.0}, (TONE,)) == [-2.0]


@pytest.mark.parametrize("values", [{"tine": 1.0}, {"tone": 7.0}, {"tone": float("nan")}])
def test_unknown_or_excessive_controls_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(NoteError, match=next(iter(values))):
        check_controls(values, (TONE,))
