import numpy as np
import pytest

from drumlin.training.maps import affine_map, anchored_map, prior_map

pytestmark = pytest.mark.train


def test_the_corners_of_the_plane_are_the_robust_range() -> None:
    latents = np.random.default_rng(0).normal([3.0, -1.0], [2.0, 0.1], (1000, 2))
    latents[0] = [500.0, 500.0]
    corners = affine_map(latents).forward(np.array([[-1, -1], [1, 1]]))
    np.testing.assert_allclose(corners, np.percentile(latents, [1, 99], axis=0), rtol=1e-5)


def test_place_takes_the_map_back_and_stays_on_the_plane() -> None:
    latents = np.random.default_rng(0).normal(size=(100, 2))
    plane, places = affine_map(latents), np.random.default_rng(1).uniform(-1, 1, (50, 2))
    assert plane.inverse is not None
    np.testing.assert_allclose(plane.inverse(plane.forward(places)), places, atol=1e-9)
    assert np.abs(plane.inverse(np.full((1, 2), 1e6))).max() == 1.0


def test_an_axis_without_width_gives_numbers() -> None:
    plane = affine_map(np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 3.0]]))
    assert plane.inverse is not None
    assert np.isfinite(plane.inverse(np.array([[1.0, 2.5]]))).all()


def test_an_anchored_map_reaches_near_its_latents() -> None:
    generator = np.random.default_rng(0)
    latents = generator.normal(size=(300, 2)) @ generator.normal(size=(2, 8))
    plane = anchored_map(latents, latents)
    reached = plane.forward(plane.places)
    assert np.square(reached - latents).sum() < 0.25 * np.square(latents - latents.mean(axis=0)).sum()
    assert plane.inverse is not None
    found = plane.inverse(latents)
    assert np.abs(found).max() <= 1
    assert np.corrcoef(found[:, 0], plane.places[:, 0])[0, 1] > 0.9


def test_a_prior_map_keeps_the_typical_distance_from_the_centre() -> None:
    latents = np.random.default_rng(0).uniform(-1, 1, (400, 100))
    plane = prior_map(latents, latents[:, :10])
    reached = plane.forward(np.random.default_rng(1).uniform(-1, 1, (50, 2)))
    np.testing.assert_allclose(np.linalg.norm(reached, axis=1), np.median(np.linalg.norm(latents, axis=1)), rtol=1e-4)
    assert plane.inverse is None


def test_a_map_without_steps_moves_evenly() -> None:
    latents = np.random.default_rng(0).uniform(-1, 1, (400, 100))
    plane = prior_map(latents, latents[:, :10])
    line = plane.forward(np.linspace([-1, -0.3], [1, 0.4], 400))
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert steps.max() < 12 * np.median(steps)


LATENTS = np.random.default_rng(0).normal(size=(300, 7))
FUNCTIONS = {
    "affine": affine_map(LATENTS[:, :2]).forward,
    "affine back": affine_map(LATENTS[:, :2]).inverse,
    "anchored": anchored_map(LATENTS, LATENTS).forward,
    "anchored back": anchored_map(LATENTS, LATENTS).inverse,
    "prior": prior_map(LATENTS, LATENTS).forward,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_graph_computes_what_its_function_does(name: str) -> None:
    import onnxruntime

    function = FUNCTIONS[name]
    assert function is not None
    session = onnxruntime.InferenceSession(function.graph("a", "b"), providers=["CPUExecutionProvider"])
    size = session.get_inputs()[0].shape[1]
    at = np.random.default_rng(2).uniform(-1.2, 1.2, (5, size)).astype(np.float32)
    np.testing.assert_allclose(session.run(["b"], {"a": at})[0], function(at), atol=1e-4)
