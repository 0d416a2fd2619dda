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
