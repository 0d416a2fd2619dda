import numpy as np
import pytest
from tests.drums import DRUMS, tom

from drumlin.evaluation import count_clicks, find_clicks

SAMPLE_RATE = 44_100


def faded(name: str) -> np.ndarray:
    """Return a drum that ends in silence."""
    sound = np.array(DRUMS[name]())
    sound[-2000:] *= np.linspace(1, 0, 2000) ** 2
    return np.pad(sound, (64, 256))


@pytest.mark.parametrize("name", DRUMS)
def test_a_clean_drum_has_no_clicks(name: str) -> None:
    assert not find_clicks(faded(name), SAMPLE_RATE).any


@pytest.mark.parametrize("place", [6000, 9000, 12_000])
def test_a_planted_click_is_found_where_it_is(place: int) -> None:
    sound = faded("tom")
    sound[place] += 0.2
    found = find_clicks(sound, SAMPLE_RATE).inside
    assert len(found) == 1
    assert abs(found[0] - place) <= 2


def test_two_planted_clicks_are_two() -> None:
    sound = faded("kick")
    sound[[7000, 9000]] += 0.3
    assert len(find_clicks(sound, SAMPLE_RATE).inside) == 2


def test_a_step_at_the_start_is_found() -> None:
    sound = faded("tom")
    sound[0] = 0.01 * np.abs(sound).max()
    clicks = find_clicks(sound, SAMPLE_RATE)
    assert (clicks.start, clicks.end) == (True, False)


def test_a_sound_that_is_cut_off_is_found() -> None:
    clicks = find_clicks(tom()[:6000], SAMPLE_RATE)
    assert clicks.end


def test_silence_has_no_clicks() -> None:
    assert not find_clicks(np.zeros(5000, np.float32), SAMPLE_RATE).any


def test_loudness_changes_nothing() -> None:
    sound = faded("snare")
    sound[7000] += 0.5
    assert find_clicks(sound, SAMPLE_RATE) == find_clicks(0.01 * sound, SAMPLE_RATE)


def test_counts_are_shares_and_means() -> None:
    clean = faded("tom")
    clicked = clean.copy()
    clicked[[6000, 9000]] += 0.2
    assert count_clicks(np.stack([clean, clicked]), SAMPLE_RATE) == {"start": 0.0, "end": 0.0, "inside": 1.0}
