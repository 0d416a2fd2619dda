"""Canonical JSON, hashes and the step of the controls."""

import hashlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.provenance import canonical_json, hash_content, hash_file, quantise, quantise_all

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**50), 2**50)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_canonical_json_is_read_back_the_same(content: object) -> None:
    assert json.loads(canonical_json(content)) == content


def test_the_order_of_keys_does_not_matter() -> None:
    assert hash_content({"a": 1, "b": 2}) == hash_content({"b": 2, "a": 1})


def test_the_hash_is_that_of_the_text() -> None:
    assert hash_content({"b": 1, "a": [0.5]}) == hashlib.sha256(b'{"a":[0.5],"b":1}').hexdigest()


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": math.nan})


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"drum" * 700_000)
    assert hash_file(path) == hashlib.sha256(b"drum" * 700_000).hexdigest()


@given(st.floats(-1e3, 1e3))
def test_quantising_twice_is_quantising_once(value: float) -> None:
    assert quantise(quantise(value)) == quantise(value)
    assert abs(quantise(value) - value) <= 0.5e-4 + 1e-12


def test_zero_has_no_sign_after_quantising() -> None:
    assert math.copysign(1.0, quantise(-1e-9)) == 1.0


def test_all_values_are_quantised_in_order_of_name() -> None:
    assert list(quantise_all({"b": 0.123456, "a": 1.0}).items()) == [("a", 1.0), ("b", 0.1235)]
