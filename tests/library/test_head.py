import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.errors import LibraryError
from drumlin.library.head import Head, Lesson, as_content, fit_head, from_content, make_lesson, sigmoid


def clouds(tags: int = 3, each: int = 20, size: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings around one centre for each tag, and what was said: 1 for the own tag."""
    draw = np.random.default_rng(seed)
    centres = 3.0 * draw.standard_normal((tags, size))
    own = np.repeat(np.arange(tags), each)
    said = np.zeros((tags * each, tags))
    said[np.arange(tags * each), own] = 1
    return (centres[own] + draw.standard_normal((tags * each, size))).astype(np.float32), said


def test_clouds_are_learned() -> None:
    embeddings, said = clouds()
    head = fit_head(make_lesson(embeddings, said, ("a", "b", "c")))
    fresh, wanted = clouds()
    assert (head.probabilities(fresh).argmax(axis=1) == wanted.argmax(axis=1)).all()


def test_a_sound_can_have_two_tags() -> None:
    embeddings, said = clouds(2, 40)
    bright = np.sign(embeddings[:, 0] - np.median(embeddings[:, 0]))
    head = fit_head(make_lesson(embeddings, np.column_stack([said, bright]), ("a", "b", "bright")), ridge=1e-3)
    shares = head.probabilities(embeddings)
    assert ((shares[:, 2] > 0.5) == (bright > 0)).mean() > 0.95
    assert (shares.sum(axis=1) > 1.5).any()


def test_the_fit_is_where_the_slope_is_zero() -> None:
    """Against the loss itself, by differences: no small step from the fitted weights makes it smaller."""
    embeddings, said = clouds(1, 60)
    said[30:] = -1
    lesson = make_lesson(embeddings, said, ("a",))
    head = fit_head(lesson, ridge=0.05)
    rows = np.column_stack([head.standard(embeddings), np.ones(60)])

    def loss(weights: np.ndarray) -> float:
        shares = sigmoid(rows @ weights)
        target = lesson.targets[:, 0]
        each = -(target * np.log(shares) + (1 - target) * np.log(1 - shares))
        halves = each[target == 1].mean() / 2 + each[target == 0].mean() / 2
        return float(halves + 0.025 * (weights[:-1] ** 2).sum() + 0.5e-4 * weights[-1] ** 2)

    fitted = head.weights[:, 0].astype(float)
    draw = np.random.default_rng(1)
    assert all(loss(fitted + 0.05 * draw.standard_normal(len(fitted))) >= loss(fitted) for _ in range(50))


def test_a_spoken_no_weighs_more_than_silence() -> None:
    said = np.array([[1.0, 0.0], [1.0, -1.0], [0.0, 0.0]])
    lesson = make_lesson(np.zeros((3, 2)), said, ("a", "b"))
    assert lesson.weights[1, 1] == 1.0 > lesson.weights[0, 1] > 0.0 == lesson.weights[2, 1]


def test_exclusive_silence_is_a_no() -> None:
    lesson = make_lesson(np.zeros((1, 2)), np.array([[1.0, 0.0]]), ("a", "b"), exclusive=True)
    assert lesson.weights.tolist() == [[1.0, 1.0]]


@given(st.floats(0.1, 100.0), st.floats(-50.0, 50.0))
@settings(max_examples=20, deadline=None)
def test_scale_and_place_of_embeddings_do_not_matter(factor: float, shift: float) -> None:
    embeddings, said = clouds(2, 10)
    plain = fit_head(make_lesson(embeddings, said, ("a", "b")))
    moved = factor * embeddings + shift
    other = fit_head(make_lesson(moved, said, ("a", "b")))
    np.testing.assert_allclose(plain.probabilities(embeddings), other.probabilities(moved), atol=0.02)


def test_a_head_survives_json() -> None:
    embeddings, said = clouds()
    head = fit_head(make_lesson(embeddings, said, ("a", "b", "c")))
    back = from_content(json.loads(json.dumps(as_content(head))))
    np.testing.assert_allclose(back.probabilities(embeddings), head.probabilities(embeddings), atol=1e-4)


@pytest.mark.parametrize("change", [{"version": 2}, {"format": "zip"}, {"tags": ["a"]}])
def test_another_file_is_refused(change: dict[str, object]) -> None:
    head = Head(("a", "b"), np.zeros(3), np.ones(3), np.zeros((4, 2)))
    with pytest.raises(LibraryError):
        from_content(as_content(head) | change)


def test_a_lesson_of_nothing_is_refused() -> None:
    with pytest.raises(LibraryError, match="give a tag"):
        make_lesson(np.zeros((0, 4)), np.zeros((0, 2)), ("a", "b"))
    with pytest.raises(LibraryError, match="both must be"):
        Lesson(np.zeros((2, 4)), np.zeros((2, 1)), np.zeros((2, 2)), ("a", "b"))
