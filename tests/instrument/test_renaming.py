"""Copies of instruments under another name."""

from pathlib import Path

import numpy as np
import pytest
from tests.instruments import make_instrument

from drumlin.errors import InstrumentError
from drumlin.instrument import Note, load
from drumlin.instrument.renaming import copy_named


def test_a_copy_differs_in_its_name_alone(tmp_path: Path) -> None:
    source = make_instrument(tmp_path / "snapshot.drumlin", name="snapshot")
    copy_named(source, tmp_path / "copy.drumlin", "Böse Trommeln")
    before, after = load(source), load(tmp_path / "copy.drumlin")
    assert after.name == "Böse Trommeln"
    assert after.manifest.model_copy(update={"name": "snapshot"}) == before.manifest
    np.testing.assert_array_equal(after.play(Note(0.3, -0.2)), before.play(Note(0.3, -0.2)))


def test_what_is_no_instrument_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "odd.drumlin").write_bytes(b"no instrument")
    with pytest.raises(InstrumentError):
        copy_named(tmp_path / "odd.drumlin", tmp_path / "copy.drumlin", "Copy")
    assert not (tmp_path / "copy.drumlin").exists()
