import numpy as np
import pytest

from drumlin.library.asking import choose_questions, doubt
from drumlin.library.calibration import find_slope, fit_calibrated
from drumlin.library.explaining import explain, in_words
from drumlin.library.head import fit_head, make_lesson, sigmoid

DRAW = np.random.default_rng(3)


def overlapping(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings of two tags that overlap, and what was said."""
    own = DRAW.integers(0, 2, count)
    embeddings = DRAW.standard_normal((count, 20)) + 0.8 * own[:, None] * (np.arange(20) < 2)
    return embeddings.astype(np.float32), np.eye(2)[own]


def test_the_slope_is_found_again() -> None:
    scores = DRAW.standard_normal((4000, 1)) * 2
    said = np.where(DRAW.random((4000, 1)) < sigmoid(scores), 1.0, -1.0)
    lesson = make_lesson(np.zeros((4000, 1)), said, ("a",))
    np.testing.assert_allclose(find_slope(4.0 * scores, lesson), 0.25, rtol=0.2)


def test_a_head_that_knows_its_lesson_by_heart_becomes_humble() -> None:
    embeddings, said = overlapping(60)
    lesson = make_lesson(embeddings, said, ("a", "b"), exclusive=True)
    head, plain = fit_calibrated(lesson, ridge=1e-4), fit_head(lesson, ridge=1e-4)
    fresh, wanted = overlapping(2000)
    own = wanted[:, 0]
    assert head.slope < 1.0
    errors = [np.square(one.probabilities(fresh)[:, 0] - own).mean() for one in (head, plain)]
    assert errors[0] < errors[1]


def test_few_examples_are_not_held_out() -> None:
    embeddings, said = overlapping(8)
    assert fit_calibrated(make_lesson(embeddings, said, ("a", "b"))).slope == 1.0


def test_doubt_is_greatest_between_two_tags() -> None:
    found = doubt(np.array([[0.99, 0.01], [0.5, 0.5], [0.8, 0.1], [0.02, 0.01]]))
    assert found.argmax() == 1
    assert found[0] < 0.1 and found[3] < 0.1


def test_questions_are_about_doubtful_sounds_never_known_ones() -> None:
    rows = DRAW.standard_normal((50, 6))
    shares = np.full((50, 2), 0.01)
    shares[[3, 20, 40]] = 0.5
    known = np.arange(50) == 20
    assert set(choose_questions(rows, shares, known, 2).tolist()) == {3, 40}


def test_twins_are_asked_about_once() -> None:
    rows = np.concatenate([np.tile([[1.0, 0.0]], (5, 1)), [[0.0, 1.0]]])
    chosen = choose_questions(rows, np.full((6, 1), 0.5), np.zeros(6, bool), 2)
    assert 5 in chosen


def test_no_more_questions_than_sounds() -> None:
    rows = np.eye(3)
    chosen = choose_questions(rows, np.full((3, 1), 0.5), np.zeros(3, bool), 10)
    assert sorted(chosen.tolist()) == [0, 1, 2]


def test_a_reason_names_the_nearest_examples() -> None:
    embeddings, said = overlapping(40)
    lesson = make_lesson(embeddings, said, ("a", "b"), exclusive=True)
    head = fit_head(lesson)
    reason = explain(head, lesson, embeddings[7], "b")
    nearest = reason.like[0] if said[7, 1] else reason.unlike[0]
    assert (nearest.row, nearest.cosine) == (7, pytest.approx(1.0, abs=1e-4))
    assert all(said[one.row, 1] == 1 for one in reason.like)
    assert all(said[one.row, 1] == 0 for one in reason.unlike)
    assert [one.cosine for one in reason.like] == sorted((one.cosine for one in reason.like), reverse=True)


def test_words_follow_the_probability() -> None:
    assert [in_words(one) for one in (0.95, 0.8, 0.6, 0.5, 0.3, 0.1)] == [
        "almost certain",
        "likely",
        "rather yes",
        "undecided",
        "rather no",
        "almost certainly not",
    ]
