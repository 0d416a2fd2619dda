import numpy as np

from drumlin.instrument import Note, notes_near, random_notes
from drumlin.instrument.note import MAX_SEED


def test_equal_seeds_give_equal_notes() -> None:
    assert random_notes(Note(), 5, seed=3) == random_notes(Note(), 5, seed=3)
    assert random_notes(Note(), 5, seed=3) != random_notes(Note(), 5, seed=4)


def test_first_note_near_is_the_note_itself() -> None:
    like = Note(0.99, -0.99, pitch=2.0, carry=(0.5,))
    first, *others = notes_near(like, 20, seed=1)
    assert (first.x, first.y, first.carry) == (0.99, -0.99, (0.5,))
    assert all(note.pitch == 2.0 for note in others)
    assert len({(note.x, note.y) for note in others}) > 10


def test_random_notes_fill_the_plane_and_carry_nothing() -> None:
    notes = random_notes(Note(carry=(1.0,)), 400, seed=0)
    quadrants = {(note.x > 0, note.y > 0) for note in notes}
    assert len(quadrants) == 4
    assert np.abs(np.mean([note.x for note in notes])) < 0.15
    assert not any(note.carry for note in notes)


def test_each_note_has_a_seed_of_its_own() -> None:
    assert [note.seed for note in random_notes(Note(), 3, seed=MAX_SEED)] == [MAX_SEED, 0, 1]


def test_notes_around_places_stay_close_to_them() -> None:
    around = np.array([[0.5, 0.5], [-0.5, -0.5]])
    places = np.array([(note.x, note.y) for note in random_notes(Note(), 200, 0, around)])
    nearest = np.square(places[:, None] - around[None]).sum(axis=-1).min(axis=1)
    assert np.sqrt(nearest).max() < 0.3
    assert 60 < (places[:, 0] > 0).sum() < 140


def test_around_nothing_is_anywhere() -> None:
    assert random_notes(Note(), 9, 1, np.zeros((0, 2))) == random_notes(Note(), 9, 1)
