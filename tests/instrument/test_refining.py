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


def test_equal_seeds_find_equal_places(instrument: Instrument) -> None:
    start = _start(instrument, [0.5, 0.0, 0.0, 0.0])

    def after(generations: int, seed: int) -> Location:
        asked = iter(range(1, 1000))
        return refine(instrument, TARGET, SAMPLE_RATE, start, seed=seed, stopped=lambda: next(asked) >= generations)

    assert after(5, seed=1) == after(5, seed=1) != after(5, seed=2)


def test_a_search_can_be_stopped_and_ends_with_its_time(instrument: Instrument) -> None:
    start = _start(instrument, [0.5, 0.0, 0.0, 0.0])
    for limits in ({"stopped": lambda: True}, {"seconds": 0.0}):
        seen: list[Progress] = []
        refine(instrument, TARGET, SAMPLE_RATE, start, report=seen.append, **limits)  # type: ignore[arg-type]
        assert [progress.done for progress in seen] == [1]


def test_the_search_begins_at_the_training_sample_that_sounds_nearest(instrument: Instrument) -> None:
    latents = instrument.points.latents
    sound = tone(*latents[3, :2].tolist(), length=8192)
    note = note_at_latent(instrument, latents[7], Note())
    start = Location(note, fit_db(instrument, note, drop(sound, SAMPLE_RATE, instrument)))
    found = refine(instrument, sound, SAMPLE_RATE, start, seconds=0.0)
    assert start.fit_db > 3.0
    assert found.fit_db < 0.5


def test_the_classes_of_the_start_are_kept(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "b.drumlin", classes=("kick", "snare"), length=8192))
    note = Note(0.3, 0.1, classes={"snare": 1.0})
    start = Location(note, fit_db(player, note, drop(TARGET, SAMPLE_RATE, player)))
    found = refine(player, TARGET, SAMPLE_RATE, start, seconds=60)
    assert found.fit_db < start.fit_db
    assert found.note.classes == {"snare": 1.0}
