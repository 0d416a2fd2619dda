from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, snare, tom
from tests.instruments import LENGTH, make_instrument

from drumlin.evaluation import DEFECTS, Defects, count_defects, find_defects, random_points, survey_defects
from drumlin.instrument import load
from drumlin.parameters import ParameterRange

SAMPLE_RATE = 44_100
KNOB = ParameterRange("bend", "", -0.5, 0.5, 0.0)


def clean(name: str, seed: int = 0) -> np.ndarray:
    """Return a drum that begins and ends in silence."""
    sound = np.array(DRUMS[name](seed), np.float64)
    sound[-3000:] *= np.linspace(1, 0, 3000) ** 2
    return np.pad(sound, (64, 6000))


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), seed=st.integers(0, 200))
def test_a_clean_drum_is_not_accused(name: str, seed: int) -> None:
    assert find_defects(clean(name, seed), SAMPLE_RATE).names == ()


def planted() -> dict[str, np.ndarray]:
    """Return a tom with one defect each."""
    sound, time = clean("tom"), np.arange(len(clean("tom"))) / SAMPLE_RATE
    start, inside = sound.copy(), sound.copy()
    start[0], inside[9000] = 0.05, inside[9000] + 0.2
    lines = sum(np.sin(2 * np.pi * k * time * SAMPLE_RATE / 256 + k * k) for k in range(1, 128))
    hiss = np.random.default_rng(0).standard_normal(len(sound))
    return {
        "silent": 1e-4 * sound,
        "click_start": start,
        "click_end": tom()[:6000].astype(np.float64),
        "click_inside": inside,
        "tail": sound + 0.001 * hiss,
        "comb": sound + 1e-4 * hiss * (sound != 0) + 0.002 * lines * np.exp(-time / 0.1) * (sound != 0),
        "cliff": np.fft.irfft(
            np.where(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE) < 9000, np.fft.rfft(clean("snare"), len(sound)), 0),
            len(sound),
        ),
        "stairs": np.repeat(clean("snare")[::4], 4),
        "offset": sound + 0.01,
        "clipped": np.clip(3 * sound, -0.7, 0.7),
    }


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found(name: str) -> None:
    assert name in find_defects(planted()[name], SAMPLE_RATE).names


def test_a_lone_click_is_all_that_is_wrong() -> None:
    assert find_defects(planted()["click_inside"], SAMPLE_RATE) == Defects(click_inside=True)


def test_counts_say_in_how_many_sounds_each_was_found() -> None:
    counts = count_defects([clean("kick"), planted()["offset"], planted()["silent"]], SAMPLE_RATE)
    assert (counts.sounds, counts.any) == (3, 2)
    assert counts.counts["silent"] == 1 and counts.share("offset") == pytest.approx(1 / 3)
    assert set(counts.counts) == set(DEFECTS)


def test_no_sounds_have_no_defects() -> None:
    counts = count_defects([], SAMPLE_RATE)
    assert counts.sounds == counts.any == 0 and counts.share("comb") == 0.0


def test_a_survey_finds_that_tones_of_this_family_are_cut_off(tmp_path: Path) -> None:
    instrument = load(make_instrument(tmp_path / "a.drumlin"))
    survey = survey_defects(instrument, 20)
    cut = sum(abs(instrument.raw(note)[-45:]).max() > 0.002 for note in random_points(instrument, 20))
    assert survey.counts.counts["click_end"] >= cut > 0
    assert all(find_defects(instrument.raw(note), SAMPLE_RATE).click_end for note in survey.examples["click_end"])


def test_points_are_random_in_place_control_and_seed_and_come_again(tmp_path: Path) -> None:
    instrument = load(make_instrument(tmp_path / "a.drumlin", controls=(KNOB,)))
    notes = random_points(instrument, 50, seed=3)
    assert notes == random_points(instrument, 50, seed=3) != random_points(instrument, 50, seed=4)
    assert all(np.ptp(values) > 0.8 for values in ([n.x for n in notes], [n.controls["bend"] for n in notes]))
    assert len({note.seed for note in notes}) == 50 and len(instrument.raw(notes[0])) == LENGTH


def test_a_survey_reports_each_sound_and_can_be_stopped(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survey_defects(load(make_instrument(tmp_path / "a.drumlin")), 5, on_sound=stop)
    assert steps == [(1, 5), (2, 5)]


def test_a_snare_is_no_rattle() -> None:
    assert not find_defects(np.pad(snare(), 64), SAMPLE_RATE).click_inside
