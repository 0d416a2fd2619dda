import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.exporting import Provenance, provenance_of, role_of
from drumlin.exporting.provenance import MAX_BYTES, parse_provenance
from drumlin.instrument import Instrument, Note, ResidualRecord

RECORD = Provenance("a" * 64, "Kit", "ae-small-tanh", Note(0.1, -0.2, {"kick": 1.0}), "kick", ("CC0-1.0",))


def test_record_survives_its_json() -> None:
    assert parse_provenance(RECORD.to_json()) == RECORD


def test_record_tells_instrument_note_and_licences(tones: Instrument) -> None:
    content = json.loads(provenance_of(tones, Note(0.2, -0.4)).to_json())
    assert content["instrument"] == {"name": "Test tones", "recipe": "test-tones", "sha256": tones.sha256}
    assert content["licences"] == ["CC0-1.0"]
    assert (content["note"]["x"], content["note"]["y"]) == (0.2, -0.4)
    assert set(content) == {"drumlin", "instrument", "note", "role", "licences"}


def test_role_is_the_heaviest_class_or_that_of_the_place(tones: Instrument) -> None:
    assert role_of(tones, Note(classes={"hat": 0.2, "kick": 0.7})) == "kick"
    x, y = map(float, tones.points.places[0])
    assert role_of(tones, Note(x, y)) == tones.label_at(x, y) != ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"drumlin": 2}',
        RECORD.to_json()[:-1],
        RECORD.to_json().replace('"x":0.1', '"x":7'),
        RECORD.to_json().replace('"drumlin":1', '"drumlin":9'),
        "[" * 100_000,
        " " * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_record_is_none(text: str) -> None:
    assert parse_provenance(text) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_none(data: bytes) -> None:
    assert parse_provenance(data) is None


def test_a_residual_is_told_only_where_there_is_one() -> None:
    mixed = replace(RECORD, residual=ResidualRecord("b" * 64, 0.5, Note(0.1, carry=(1.0, -2.0))))
    assert "residual" not in json.loads(RECORD.to_json())
    assert parse_provenance(mixed.to_json()) == mixed


@pytest.mark.parametrize("change", [("b" * 64, "b"), ('"amount":0.5', '"amount":2'), ('"anchor":', '"place":')])
def test_a_residual_that_is_none_spoils_the_record(change: tuple[str, str]) -> None:
    mixed = replace(RECORD, residual=ResidualRecord("b" * 64, 0.5, Note(0.1)))
    assert change[0] in mixed.to_json()
    assert parse_provenance(mixed.to_json().replace(*change)) is None
