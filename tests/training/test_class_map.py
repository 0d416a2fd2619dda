"""At a place each class has its own sounds."""

import numpy as np
import pytest

from drumlin.training.class_map import ClassBlend, classed_map

pytestmark = pytest.mark.train

GENERATOR = np.random.default_rng(0)
PLACES, VALUES = GENERATOR.uniform(-1, 1, (200, 2)), GENERATOR.normal(size=(200, 9))
KINDS = GENERATOR.integers(0, 4, 200)


@pytest.fixture(scope="module")
def blend() -> ClassBlend:
    forward = classed_map(VALUES, PLACES, KINDS, 5).forward
    assert isinstance(forward, ClassBlend)
    return forward


def test_an_anchor_prevails_where_it_is(blend: ClassBlend) -> None:
    reached = blend(PLACES, np.eye(5)[KINDS])
    assert np.median(np.abs(reached - VALUES).max(axis=1)) < 0.1


def test_a_class_is_made_of_its_own_sounds_all_over_the_plane() -> None:
    values = np.eye(4)[KINDS]
    blend = classed_map(values, PLACES, KINDS, 4).forward
    assert isinstance(blend, ClassBlend)
    at = GENERATOR.uniform(-1, 1, (50, 2))
    for kind in range(4):
        np.testing.assert_allclose(blend(at, np.tile(np.eye(4)[kind], (50, 1))), np.tile(np.eye(4)[kind], (50, 1)))


def test_a_mix_lies_between_what_it_mixes(blend: ClassBlend) -> None:
    at = GENERATOR.uniform(-1, 1, (20, 2))
    one, other = (blend(at, np.tile(np.eye(5)[kind], (20, 1))) for kind in (1, 2))
    mixed = blend(at, np.tile([0.0, 0.25, 0.75, 0.0, 0.0], (20, 1)))
    np.testing.assert_allclose(mixed, 0.25 * one + 0.75 * other, atol=1e-9)


def test_a_class_without_sounds_takes_those_of_all(blend: ClassBlend) -> None:
    reached = blend(PLACES, np.tile(np.eye(5)[4], (200, 1)))
    assert np.median(np.abs(reached - VALUES).max(axis=1)) < 0.3


def test_far_from_its_sounds_a_class_has_no_steps() -> None:
    places = np.array([[-0.9, -0.2], [-0.9, 0.2], [-0.7, 0.0]])
    values = np.array([[0.0], [1.0], [2.0]])
    blend = ClassBlend(places, values, np.zeros(3, np.int64), 1, 0.02)
    line = np.stack([np.full(400, 0.9), np.linspace(-1, 1, 400)], axis=1)
    reached = blend(line, np.ones((400, 1)))[:, 0]
    assert np.abs(np.diff(reached)).max() < 0.02


def test_the_graph_computes_what_the_function_does(blend: ClassBlend) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(blend.graph("xy", "latent"), providers=["CPUExecutionProvider"])
    at = GENERATOR.uniform(-1, 1, (7, 2)).astype(np.float32)
    classes = GENERATOR.dirichlet(np.ones(5), 7).astype(np.float32)
    found = session.run(["latent"], {"xy": at, "class": classes})[0]
    np.testing.assert_allclose(found, blend(at, classes), atol=1e-4)
