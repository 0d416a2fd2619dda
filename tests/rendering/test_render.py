"""Whole pieces: same seed, same bytes, at their loudness, below their ceiling."""

import numpy as np
import pytest
from tests.rendering.pieces import band_piece

from drumlin.instrument import Instrument, default_instrument
from drumlin.rendering import Mix, NoteCache, RenderSettings, render


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


@pytest.fixture(scope="module")
def cache() -> NoteCache:
    return NoteCache()


@pytest.fixture(scope="module")
def mix(instrument: Instrument, cache: NoteCache) -> Mix:
    return render(band_piece(2), instrument, RenderSettings(stems="part"), cache=cache)


def test_a_warm_cache_changes_no_byte(mix: Mix, instrument: Instrument, cache: NoteCache) -> None:
    again = render(band_piece(2), instrument, RenderSettings(stems="part"), cache=cache)
    assert again.waveform.tobytes() == mix.waveform.tobytes()


def test_stems_sum_to_the_mix_before_the_limiter(mix: Mix) -> None:
    assert sorted(mix.stems) == ["bass", "keys", "kit", "lead", "pad"]
    np.testing.assert_allclose(np.sum(list(mix.stems.values()), axis=0), mix.before_limiter, atol=1e-5)
