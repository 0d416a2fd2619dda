from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.instruments import SPREAD, make_instrument, tone

from drumlin.evaluation import plane_cells, plane_steps, sounds_at
from drumlin.features import find_pitch
from drumlin.instrument import Instrument, load

SAMPLE_RATE = 44_100


@pytest.fixture
def instrument(tmp_path: Path) -> Instrument:
    return load(make_instrument(tmp_path / "a.drumlin"))


def by_pitch(windows: np.ndarray) -> Sequence[str]:
    """Name a tone above 200 Hz high: the right half of the test instrument's plane."""
    return ["high" if find_pitch(window, SAMPLE_RATE).hz > 200.0 else "low" for window in windows]


def test_sounds_at_places_are_those_of_the_map(instrument: Instrument) -> None:
    places = np.array([[0.5, -0.5], [-1.0, 1.0]])
    expected = np.stack([tone(*(SPREAD * place)) for place in places])
    np.testing.assert_allclose(sounds_at(instrument, places), expected, atol=1e-4)


def test_steps_of_an_even_plane_are_even(instrument: Instrument) -> None:
    steps = plane_steps(instrument, lines=4, steps=8)
    assert steps.median_db > 0 and steps.range_db > 0
    assert steps.p95_db == pytest.approx(steps.ratio * steps.median_db)
    assert steps.ratio < 4


def test_a_plane_of_two_halves_is_pure_but_for_its_seam(instrument: Instrument) -> None:
    cells = plane_cells(instrument, by_pitch, side=8)
    grid = np.array(cells.families).reshape(8, 8)
    assert set(grid[:, :3].ravel()) == {"low"} and set(grid[:, 5:].ravel()) == {"high"}
    assert cells.audible == 1.0 and cells.good == cells.pure >= 0.75


def test_rows_go_from_the_bottom_and_columns_from_the_left(instrument: Instrument) -> None:
    def by_length(windows: np.ndarray) -> list[str]:
        return ["long" if np.abs(window[2000:3000]).max() > 0.45 else "short" for window in windows]

    grid = np.array(plane_cells(instrument, by_length, side=4).families).reshape(4, 4)
    assert set(grid[0]) == {"short"} and set(grid[3]) == {"long"}


def test_families_at_random_are_not_pure(instrument: Instrument) -> None:
    generator = np.random.default_rng(0)
    cells = plane_cells(instrument, lambda windows: list(generator.choice(list("abcdefgh"), len(windows))), side=6)
    assert cells.pure < 0.3


def test_cells_are_compared_with_the_labels_nearby(instrument: Instrument) -> None:
    everything_a_kick = plane_cells(instrument, lambda windows: ["kick"] * len(windows), lambda label: label, side=6)
    middles = (2 * np.arange(6) + 1) / 6 - 1
    kicks = np.mean([instrument.label_at(float(x), float(y)) == "kick" for x in middles for y in middles])
    assert everything_a_kick.as_labelled == pytest.approx(kicks)
    assert np.isnan(plane_cells(instrument, by_pitch, side=2).as_labelled)


def test_rows_are_told_as_they_are_done(instrument: Instrument) -> None:
    rows: list[tuple[int, int]] = []
    plane_cells(instrument, by_pitch, side=2, on_row=lambda done, total: rows.append((done, total)))
    assert rows == [(1, 2), (2, 2)]
