"""Kits: the same from the same seed, and complete whatever an instrument knows."""

from pathlib import Path

import numpy as np
import pytest
from tests.instruments import make_instrument

from drumlin.instrument import Instrument, Note, default_instrument, load
from drumlin.rendering import draw_kit
from drumlin.rendering.kit import PLACES


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


def test_places_are_those_of_the_built_in_instrument(instrument: Instrument) -> None:
    assert sorted(PLACES) == sorted(instrument.classes)
    for drum, place in PLACES.items():
        np.testing.assert_allclose(instrument.points.places_of([drum]).mean(axis=0), place, atol=0.006)


def test_a_kit_is_that_of_its_seed(instrument: Instrument) -> None:
    drums = ("kick", "snare")
    first, again, other = (draw_kit(instrument, drums, seed, {}) for seed in (3, 3, 4))
    assert first.notes == again.notes and first.notes != other.notes
    assert first.notifications == ()


def test_a_drum_does_not_depend_on_the_others(instrument: Instrument) -> None:
    assert (
        draw_kit(instrument, ("kick",), 3, {}).notes["kick"]
        == draw_kit(instrument, ("kick", "tom"), 3, {}).notes["kick"]
    )


def test_a_note_that_was_chosen_is_taken(instrument: Instrument) -> None:
    note = Note(0.1, 0.2, classes={"clap": 1.0})
    assert draw_kit(instrument, ("snare",), 3, {"snare": note}).notes == {"snare": note}


def test_a_missing_class_is_played_by_its_kin(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "few.drumlin", classes=("clap", "tom")))
    kit = draw_kit(player, ("snare", "kick"), 1, {})
    assert dict(kit.notes["snare"].classes) == {"clap": 1.0} and dict(kit.notes["kick"].classes) == {"tom": 1.0}
    assert "no snare: clap stands for it" in " ".join(kit.notifications)


def test_without_kin_the_place_on_the_pad_plays(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "odd.drumlin", classes=("gong",)))
    kit = draw_kit(player, ("kick",), 1, {})
    assert abs(kit.notes["kick"].x - PLACES["kick"][0]) < 0.15 and not kit.notes["kick"].classes
    assert "none of its kin" in kit.notifications[0]


def test_labels_serve_an_instrument_without_classes(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "plain.drumlin"))
    kit = draw_kit(player, ("kick", "snare"), 1, {})
    assert kit.notifications == () and not kit.notes["kick"].classes
