from dataclasses import replace

import numpy as np
import pytest
from tests.listening.pieces import features, heard

from drumlin.listening.beatwise import BANDS, BEATWISE_NAMES, PLACES, beatwise_numbers, onset_densities
from drumlin.listening.describing import DESCRIBED_NAMES, describe_stretches
from drumlin.listening.layers import LAYER_NAMES, layer_numbers
from drumlin.listening.tonal import TONAL_NAMES, tonal_numbers

SPAN = (0.0, 10.0)


def named(names: tuple[str, ...], values: list[float]) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


def test_every_number_has_a_name_of_its_own() -> None:
    rows = describe_stretches(features(), np.array(heard().beats_s), [SPAN, (29.0, 99.0)], [92.0, 92.0])
    assert rows.shape == (2, len(DESCRIBED_NAMES))
    assert np.isfinite(rows).all()
    assert len(set(DESCRIBED_NAMES)) == len(DESCRIBED_NAMES)


def test_no_stretch_gives_no_row() -> None:
    assert describe_stretches(features(), np.array(heard().beats_s), [], []).shape == (0, len(DESCRIBED_NAMES))


def test_another_key_changes_no_degree() -> None:
    chroma = features().chroma
    turned = replace(chroma, whole=np.roll(chroma.whole, 5, axis=1), bass=np.roll(chroma.bass, 5, axis=1))
    np.testing.assert_allclose(tonal_numbers(turned, SPAN), tonal_numbers(chroma, SPAN), rtol=1e-3, atol=1e-4)


def test_a_minor_piece_has_minor_odds_and_its_third() -> None:
    numbers = named(TONAL_NAMES, tonal_numbers(features().chroma, SPAN))
    assert numbers["minor_odds"] > 0.0
    assert numbers["degree_3"] > numbers["degree_4"]


def test_densities_count_strokes() -> None:
    onsets = np.zeros((862, 5))  # ten seconds
    onsets[20::43, :4] = 4.0
    assert onset_densities(onsets) == pytest.approx([2.0] * 4, abs=0.1)


def test_strokes_on_the_beat_fall_on_its_first_place() -> None:
    onsets = np.zeros_like(features().onsets)
    beats_s = np.arange(0.5, 20.0, 0.5)
    onsets[np.round(beats_s * 22_050 / 256).astype(int), :4] = 4.0
    numbers = named(BEATWISE_NAMES, beatwise_numbers(replace(features(), onsets=onsets), beats_s, SPAN, 120.0))
    for band in BANDS:
        places = [numbers[f"place_{band}_{place}"] for place in range(PLACES)]
        assert places[0] > 0.95
        assert numbers[f"onsets_per_beat_{band}"] == pytest.approx(np.log(2.0), abs=0.1)


def test_without_beats_there_are_no_places() -> None:
    numbers = named(BEATWISE_NAMES, beatwise_numbers(features(), np.zeros(0), SPAN, 120.0))
    assert all(value == 0.0 for name, value in numbers.items() if name.startswith("place_"))


def test_a_held_sound_and_strokes_over_it_lie_in_different_layers() -> None:
    mel = np.full_like(features().mel, 1e-4)
    mel[:, :10] = 1.0
    struck = mel.copy()
    struck[::8, 30:] = 1.0
    held, both = (named(LAYER_NAMES, layer_numbers(replace(features(), mel=power), SPAN)) for power in (mel, struck))
    assert both["layer_50_0"] == pytest.approx(held["layer_50_0"])
    assert both["layer_90_0"] > held["layer_90_0"] + 0.5
    assert both["fall_high_fast"] > held["fall_high_fast"] + 1.0
