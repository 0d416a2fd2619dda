from pathlib import Path

import numpy as np
import pytest
from tests.drums import snare
from tests.instruments import LENGTH, SAMPLE_RATE, SPREAD, make_instrument, tone

from drumlin.errors import PreprocessError
from drumlin.instrument import Instrument, Note, load
from drumlin.instrument.locating import prepare


def test_own_sound_is_found_where_it_was_made(tones: Instrument) -> None:
    location = tones.locate(tone(0.5, 0.0), SAMPLE_RATE)
    assert (location.x, location.y) == pytest.approx((0.5 / SPREAD, 0.0), abs=5e-4)
    assert location.fit_db < 0.05


def test_note_of_a_location_plays_its_latent(tones: Instrument) -> None:
    location = tones.locate(tone(1.0, 1.5), SAMPLE_RATE)
    np.testing.assert_allclose(tones.latent(location.note), [1.0, 1.5], atol=2e-4)


def test_carry_holds_what_the_plane_does_not_reach(tmp_path: Path) -> None:
    wide = load(make_instrument(tmp_path / "a.drumlin", latent_size=4))
    latents = np.array([[0.3, 0.6, 0.5, -0.5]], dtype=np.float32)
    carry = latents[0] - wide.latent(Note(0.2, 0.4))
    np.testing.assert_allclose(wide.latent(Note(0.2, 0.4, carry=tuple(map(float, carry)))), latents[0], atol=1e-4)


def test_rate_level_of_silence_and_delay_do_not_matter(tones: Instrument) -> None:
    from drumlin.audio import resample

    late = np.concatenate([np.zeros(3000, np.float32), tone(0.5, 0.0), np.zeros(9000, np.float32)])
    location = tones.locate(resample(late, 44100, 48000), 48000)
    assert location.x == pytest.approx(0.5 / SPREAD, abs=0.1)


def test_sound_is_found_by_search_without_an_encoder(tmp_path: Path) -> None:
    blind = load(make_instrument(tmp_path / "a.drumlin", encoder=False))
    location = blind.locate(blind.at(0.25, 0.5), SAMPLE_RATE)
    assert location.fit_db < 1.0
    assert location.x == pytest.approx(0.25, abs=0.002)


def test_search_ends_finer_than_its_first_grid(tmp_path: Path) -> None:
    blind = load(make_instrument(tmp_path / "a.drumlin", encoder=False))
    location = blind.locate(blind.at(0.3, 0.5), SAMPLE_RATE)  # 0.3 lies between the places of the first two grids
    assert location.x == pytest.approx(0.3, abs=0.02)


def test_search_plays_the_classes_that_the_place_has(tmp_path: Path) -> None:
    classed = load(make_instrument(tmp_path / "a.drumlin", encoder=False, classes=("low", "high")))
    location = classed.locate(classed.at(0.25, 0.5), SAMPLE_RATE)
    assert location.classes == {}
    assert location.fit_db < 2.0


def test_worse_fit_is_a_larger_number(tones: Instrument) -> None:
    assert tones.locate(snare(), SAMPLE_RATE).fit_db > tones.locate(tone(0.5), SAMPLE_RATE).fit_db + 3


def test_peak_falls_where_the_study_wants_it(tmp_path: Path) -> None:
    study = load(make_instrument(tmp_path / "a.drumlin", alignment={"kind": "peak", "position_s": 0.05}))
    prepared = prepare(snare(), SAMPLE_RATE, study)
    assert len(prepared) == LENGTH
    assert abs(int(np.abs(prepared).argmax()) - round(0.05 * SAMPLE_RATE)) <= 1


def test_normalised_onset_is_the_generators_profile(tmp_path: Path) -> None:
    alignment = {"kind": "onset", "position_s": 0.0015, "normalised": True}
    generator = load(make_instrument(tmp_path / "a.drumlin", alignment=alignment))
    prepared = prepare(0.1 * snare(), SAMPLE_RATE, generator)
    assert np.abs(prepared).max() == pytest.approx(10 ** (-1 / 20), abs=0.01)


@pytest.mark.parametrize(
    "sound", [np.zeros(1000), np.zeros(0), np.zeros((2, 1000)), np.full(1000, np.nan), np.full(1000, np.inf)]
)
def test_what_is_no_sound_is_refused(tones: Instrument, sound: np.ndarray) -> None:
    with pytest.raises(PreprocessError):
        tones.locate(sound, SAMPLE_RATE)
