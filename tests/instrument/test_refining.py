from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.instruments import SAMPLE_RATE, make_instrument, tone

from drumlin.instrument import Instrument, Location, Note, load, refine
from drumlin.instrument.locating import drop, fit_db, note_at_latent
from drumlin.progress import Progress

TARGET = tone(0.9, -0.5, length=8192)


@pytest.fixture(scope="module")
def instrument(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    return load(make_instrument(tmp_path_factory.mktemp("refine") / "a.drumlin", latent_size=4, length=8192))


def _start(instrument: Instrument, latent: Sequence[float]) -> Location:
    note = note_at_latent(instrument, np.array(latent, np.float32), Note())
    return Location(note, fit_db(instrument, note, drop(TARGET, SAMPLE_RATE, instrument)))


def test_a_search_comes_nearer_and_says_how_near(instrument: Instrument) -> None:
    start = _start(instrument, [0.6, 0.1, 0.0, 0.0])
    seen: list[Progress] = []
    found = refine(instrument, TARGET, SAMPLE_RATE, start, seconds=60, report=seen.append)
    assert start.fit_db > 4.0
    assert found.fit_db < 0.25 * start.fit_db
    assert found.fit_db == fit_db(instrument, found.note, drop(TARGET, SAMPLE_RATE, instrument))
    assert instrument.latent(found.note)[:2] == pytest.approx([0.9, -0.5], abs=0.05)
    distances = [progress.metrics["distance_db"] for progress in seen]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] == pytest.approx(found.fit_db, abs=0.05)


def test_a_place_that_fits_already_is_kept(instrument: Instrument) -> None:
    start = _start(instrument, [0.9, -0.5, 0.0, 0.0])
    assert refine(instrument, TARGET, SAMPLE_RATE, start, seconds=0.0) == start
    restored = Location(Note(0.1, 0.2), 5.0, restored=True)
    assert refine(instrument, TARGET, SAMPLE_RATE, restored) is restored


def test_equal_searches_find_equal_places(instrument: Instrument) -> None:
    start = _start(instrument, [0.5, 0.0, 0.0, 0.0])

    def after(rounds: int) -> Location:
        asked = iter(range(1, 1000))
        return refine(instrument, TARGET, SAMPLE_RATE, start, stopped=lambda: next(asked) >= rounds)

    assert after(2) == after(2)
    assert after(2).fit_db <= after(1).fit_db


def test_a_search_can_be_stopped_and_ends_with_its_time(instrument: Instrument) -> None:
    start = _start(instrument, [0.5, 0.0, 0.0, 0.0])
    for limits in ({"stopped": lambda: True}, {"seconds": 0.0}):
        seen: list[Progress] = []
        refine(instrument, TARGET, SAMPLE_RATE, start, report=seen.append, **limits)  # type: ignore[arg-type]
        assert [progress.done for progress in seen] == [1]


def test_a_start_far_away_is_left_for_a_training_sample_that_sounds_alike(instrument: Instrument) -> None:
    latents = instrument.points.latents
    shrill = tone(*latents[3, :2].tolist(), length=8192) + 0.02 * tone(2.0, 0.5, length=8192)
    note = note_at_latent(instrument, latents[7], Note())
    start = Location(note, fit_db(instrument, note, drop(shrill, SAMPLE_RATE, instrument)))
    found = refine(instrument, shrill, SAMPLE_RATE, start, seconds=60)
    assert found.fit_db < 0.7 * start.fit_db
    assert instrument.latent(found.note)[0] == pytest.approx(latents[3, 0], abs=0.05)


def test_the_mix_of_classes_is_moved_as_well(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "b.drumlin", latent_size=4, classes=("kick", "snare"), length=8192))
    sound = player.raw(Note(0.5, -0.2, classes={"kick": 0.6, "snare": 0.4}, carry=(0.0, 0.0, 0.4, 0.0)))
    note = Note(0.3, 0.1, classes={"snare": 1.0})
    start = Location(note, fit_db(player, note, drop(sound, SAMPLE_RATE, player)))
    found = refine(player, sound, SAMPLE_RATE, start, seconds=60)
    assert found.fit_db < min(0.5, start.fit_db)
    assert 0.0 < found.note.classes["kick"] < 1.0


def test_a_sound_of_the_instrument_that_was_found_again_is_left_there(instrument: Instrument) -> None:
    sound = instrument.play(Note(1 / 6, 0.0))
    location = instrument.locate(sound, SAMPLE_RATE)
    seen: list[Progress] = []
    assert refine(instrument, sound, SAMPLE_RATE, location, report=seen.append) is location
    assert not seen


def test_where_the_plane_is_the_latent_an_own_sound_is_found_though_the_encoder_errs(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "c.drumlin"))
    sound = player.at(0.02, 0.51)
    located = player.locate(sound, SAMPLE_RATE)
    assert abs(located.y - 0.51) > 0.5
    found = refine(player, sound, SAMPLE_RATE, located)
    assert (found.x, found.y) == pytest.approx((0.02, 0.51), abs=0.02)
    assert found.fit_db < 0.2
