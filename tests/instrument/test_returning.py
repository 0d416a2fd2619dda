from pathlib import Path

import numpy as np
import pytest
from tests.drums import snare
from tests.instruments import SAMPLE_RATE, make_instrument

from drumlin.audio import resample
from drumlin.features import log_mel_distance_db
from drumlin.instrument import Instrument, Note, default_instrument, load
from drumlin.instrument.heard import as_played
from drumlin.instrument.returning import _Search, find_again
from drumlin.instrument.variations import Variations


@pytest.fixture(scope="module")
def builtin() -> Instrument:
    return default_instrument()


@pytest.mark.parametrize("seed", [0, 23, 2**32 - 3])
def test_a_sound_of_the_built_in_instrument_is_found_where_it_was_made(builtin: Instrument, seed: int) -> None:
    place = np.random.default_rng(seed).uniform(-0.95, 0.95, 2)
    sound = builtin.play(Note(*map(float, place), seed=seed))
    location = builtin.locate(sound, builtin.sample_rate)
    np.testing.assert_allclose([location.x, location.y], place, atol=0.01)
    assert log_mel_distance_db(sound, builtin.play(location.note), builtin.sample_rate) < 0.2
    assert location.fit_db < 0.2
    assert location.carry == ()


def test_where_neighbours_sound_alike_the_waveform_tells_the_place(builtin: Instrument) -> None:
    place, beside = np.array([0.6265, 0.8255]), np.array([0.6311, 0.8171])
    sound = builtin.raw(Note(*map(float, place), seed=2))
    assert log_mel_distance_db(sound, builtin.raw(Note(*map(float, beside), seed=2)), builtin.sample_rate) < 0.1
    np.testing.assert_allclose(_Search(builtin, sound)._pinned(beside, 2)[0], place, atol=0.001)


def test_another_place_that_sounds_almost_the_same_is_not_taken_for_it(builtin: Instrument) -> None:
    place, other = np.array([0.8548, 0.9359]), np.array([0.8398, 0.9915])
    sound = builtin.raw(Note(*map(float, place), seed=45))
    assert log_mel_distance_db(sound, builtin.raw(Note(*map(float, other), seed=45)), builtin.sample_rate) < 0.2
    settled = _Search(builtin, sound).settled(Note(*map(float, other), seed=45))
    assert (settled.x, settled.y) == pytest.approx(tuple(place), abs=0.001)


def test_level_and_rate_of_the_file_do_not_matter(builtin: Instrument) -> None:
    sound = builtin.play(Note(0.3, 0.4, seed=5))
    location = builtin.locate(0.2 * resample(sound, 44100, 48000), 48000)
    assert (location.x, location.y) == pytest.approx((0.3, 0.4), abs=0.02)
    assert location.fit_db < 0.5


def test_silence_before_a_sound_does_not_matter(builtin: Instrument) -> None:
    sound = np.concatenate([np.zeros(5000, np.float32), builtin.play(Note(-0.4, 0.1, seed=2))])
    location = builtin.locate(sound, 44100)
    assert (location.x, location.y) == pytest.approx((-0.4, 0.1), abs=0.02)


def test_a_sound_of_another_is_none_of_the_instruments(builtin: Instrument) -> None:
    assert find_again(builtin, as_played(builtin, snare(), SAMPLE_RATE)) is None


@pytest.mark.parametrize(
    "how",
    [{"noise": 0.05, "bias": 0.3}, {"noise": 0.05, "sway": 0.1}],
    ids=["the encoder errs", "a variation moves the latent"],
)
def test_sounds_of_noise_are_found(tmp_path: Path, how: dict[str, float]) -> None:
    player, generator = load(make_instrument(tmp_path / "a.drumlin", **how)), np.random.default_rng(5)
    for seed in (3, 127):
        x, y = map(float, generator.uniform(-0.9, 0.9, 2))
        location = player.locate(player.at(x, y, seed=seed), SAMPLE_RATE)
        assert (location.x, location.y) == pytest.approx((x, y), abs=0.005)
        assert location.note.seed == seed
        assert location.fit_db < 0.2


def test_a_variation_that_nothing_tells_is_found_by_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Variations, "nearest", lambda variations, sound: None)
    player = load(make_instrument(tmp_path / "a.drumlin", noise=0.005))
    location = player.locate(player.at(0.05, 0.04, seed=9), SAMPLE_RATE)
    assert (location.x, location.y, location.note.seed) == pytest.approx((0.05, 0.04, 9), abs=0.005)


@pytest.mark.parametrize(("kind", "encoder"), [("onset", True), ("onset", False), ("peak", True)])
def test_plain_instruments_find_their_sounds(tmp_path: Path, kind: str, encoder: bool) -> None:
    alignment = {"kind": kind, "position_s": 0.0012}  # the peak of a tone of 200 Hz
    player = load(make_instrument(tmp_path / "a.drumlin", encoder=encoder, alignment=alignment))
    location = player.locate(player.at(0.05, 0.04), SAMPLE_RATE)
    assert (location.x, location.y) == pytest.approx((0.05, 0.04), abs=0.01)
    assert location.fit_db < 0.5
