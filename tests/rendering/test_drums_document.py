"""Who plays the drums, as a document; and regions with drums of their own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.instruments import make_instrument

from drumlin.composing import compose, read_timeline
from drumlin.errors import MissingError, UsageError
from drumlin.instrument import Instrument, Note, load
from drumlin.rendering import Drums, NoteCache, RenderSettings, load_drums, read_drums, render

REGION = {"descriptor": "hiphop_lofi_tender", "tempo_bpm": 80, "meter": "4/4", "instruments": ["drums", "bass_sub"]}
DOCUMENT = {
    "format": "drumlin-timeline",
    "version": 1,
    "seed": 5,
    "duration_s": 6.0,
    "regions": [{"id": "a", "start_s": 0, "end": "cut", **REGION}, {"id": "b", "start_s": 3, **REGION}],
}


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    classes = ("kick", "snare", "hihat_closed")
    return load(make_instrument(tmp_path_factory.mktemp("tones") / "tones.drumlin", classes=classes))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    return load(make_instrument(tmp_path_factory.mktemp("others") / "others.drumlin", name="Others", bias=0.5))


def refuse(name: str) -> Instrument:
    raise AssertionError(f"{name} was opened")


def test_what_is_left_out_is_at_rest() -> None:
    drums = read_drums({}, refuse)
    assert (drums.piece, drums.regions) == (Drums(), {})


def test_notes_variations_and_instruments_are_read(tones: Instrument) -> None:
    opened: list[str] = []
    document: dict[str, Any] = {
        "kit": {"snare": {"x": 0.5, "pitch": 2}},
        "regions": {"b": {"instrument": "tones", "variation": 3}, "c": {"instrument": "tones"}},
    }
    drums = read_drums(document, lambda name: opened.append(name) or tones)  # type: ignore[func-returns-value]
    assert drums.piece == Drums(kit={"snare": Note(0.5, 0.0, pitch=2.0)})
    assert (drums.regions["b"].instrument, drums.regions["b"].variation) == (tones, 3)
    assert opened == ["tones"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kit": {"snaer": {}}}, r"drums: kit\.snaer: no class of drum, expected one of clap"),
        ({"kit": {"snare": {"x": 7}}}, r"drums: kit\.snare: x is 7"),
        ({"regions": {"b": {"kit": {"kick": {"z": 0}}}}}, r"drums: regions\.b\.kit\.kick: a note has no 'z'"),
        ({"variation": -1}, r"drums: variation: got -1"),
        ({"kits": {}}, r"drums: kits: is not known here"),
        ([], r"drums: the document"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_path(document: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_drums(document, refuse)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "drums.json"
    path.write_text("{")
    with pytest.raises(UsageError, match=r"drums\.json is no JSON"):
        load_drums(path, refuse)
    with pytest.raises(UsageError, match=r"gone\.json cannot be read"):
        load_drums(tmp_path / "gone.json", refuse)
    path.write_text(json.dumps({"variation": 2}))
    assert load_drums(path, refuse).piece.variation == 2


def test_drums_of_a_region_change_that_region_alone(tones: Instrument, others: Instrument) -> None:
    score, cache = compose(read_timeline(DOCUMENT)).score, NoteCache()
    plain = render(score, tones, RenderSettings(stems="bus"), cache=cache)
    swapped = render(score, tones, RenderSettings(stems="bus", regions={"b": Drums(others)}), cache=cache)
    first, second = slice(0, 44100 * 2), slice(44100 * 3, 44100 * 5)
    np.testing.assert_array_equal(swapped.stems["drums"][:, first], plain.stems["drums"][:, first])
    assert np.abs(swapped.stems["drums"][:, second] - plain.stems["drums"][:, second]).max() > 0.01


def test_a_note_of_the_kit_is_what_is_played(tones: Instrument) -> None:
    score, cache = compose(read_timeline(DOCUMENT)).score, NoteCache()
    plain = render(score, tones, RenderSettings(stems="bus"), cache=cache)
    low = Drums(kit={"kick": Note(-0.9, 0.0, pitch=-12.0)})
    placed = render(score, tones, RenderSettings(stems="bus", regions={"a": low}), cache=cache)
    assert np.abs(placed.stems["drums"] - plain.stems["drums"]).max() > 0.01


def test_drums_for_a_region_that_is_not_there_are_refused(tones: Instrument) -> None:
    score = compose(read_timeline(DOCUMENT)).score
    with pytest.raises(MissingError, match="drums are given for region 'z': there are 'a', 'b'"):
        render(score, tones, RenderSettings(regions={"z": Drums()}))
