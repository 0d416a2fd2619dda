import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, kick, snare, tom

from drumlin.datasets import Settings, default_length_s
from drumlin.datasets.profiles import check_usable, profile_of
from drumlin.errors import PreprocessError, UsageError
from drumlin.features import find_onset

STUDY = profile_of(Settings())
GENERATOR = profile_of(Settings("generator", length_s=default_length_s("generator")))


@given(st.sampled_from(sorted(DRUMS)), st.integers(0, 20), st.integers(0, 9000))
@settings(max_examples=30)
def test_the_study_puts_the_peak_at_a_tenth_of_a_second_and_changes_no_point(name: str, seed: int, head: int) -> None:
    sound = np.pad(DRUMS[name](seed), (head, 0))
    row = STUDY.apply(sound, find_onset(sound, 44100))
    loudest = int(np.abs(sound).argmax())
    whole = np.pad(sound, (4410, 17640))[loudest : loudest + 17640]
    assert np.array_equal(row.waveform, whole)
    assert (row.peak, row.gain_db) == (4410, 0)


def test_the_onset_of_a_row_is_the_onset_of_its_waveform() -> None:
    sound = np.pad(snare(1), (3000, 0))
    for profile in (STUDY, GENERATOR):
        row = profile.apply(sound, find_onset(sound, 44100))
        assert abs(row.onset - find_onset(row.waveform, 44100)) <= 66
        assert np.abs(row.waveform).argmax() == row.peak


@given(st.sampled_from(sorted(DRUMS)), st.integers(0, 20), st.floats(0.01, 1), st.sampled_from([-1, 1]))
@settings(max_examples=30)
def test_the_generator_removes_level_and_polarity(name: str, seed: int, gain: float, sign: int) -> None:
    sound = DRUMS[name](seed)
    row, changed = GENERATOR.apply(sound, 0), GENERATOR.apply(sound * np.float32(sign * gain), 0)
    assert np.abs(row.waveform - changed.waveform).max() < 1e-3


@given(st.sampled_from(sorted(DRUMS)), st.integers(0, 20), st.floats(0.01, 1))
@settings(max_examples=30)
def test_the_generator_removes_place_and_keeps_the_gain(name: str, seed: int, gain: float) -> None:
    sound = DRUMS[name](seed)
    changed = np.pad(sound * np.float32(gain), (2000, 0))
    row, moved = GENERATOR.apply(sound, 0), GENERATOR.apply(changed, 0)
    assert np.abs(row.waveform).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)
    assert row.gain_db - moved.gain_db == pytest.approx(20 * np.log10(gain), abs=0.5)
    likeness = [np.corrcoef(row.waveform, np.roll(moved.waveform, shift))[0, 1] for shift in (-1, 0, 1)]
    assert np.abs(likeness).max() > 0.95  # silence before it may tip the sign of a first half-wave near the threshold
    assert row.onset == moved.onset == 66  # 1.5 ms


def test_rows_of_the_generator_start_and_end_in_silence() -> None:
    endless = np.random.default_rng(0).uniform(-1, 1, 3 * 44100).astype(np.float32)
    for sound in (kick(0), snare(0), endless):
        row = GENERATOR.apply(sound, 0).waveform
        assert len(row) == 88200
        assert max(abs(row[0]), abs(row[-1])) < 1e-3
    assert not GENERATOR.apply(kick(0), 0).waveform[44100:].any()


def test_the_offset_is_removed_by_the_generator() -> None:
    row = GENERATOR.apply(np.pad(tom(0), 4410) + np.float32(0.2), 0).waveform
    assert abs(row[row != 0].mean()) < 0.01


@pytest.mark.parametrize(
    ("waveform", "reason"),
    [
        (np.zeros(1000, np.float32), "silent"),
        (np.full(1, 0.5, np.float32), "1 ms"),
        (np.full(1000, np.nan, np.float32), "no numbers"),
        (np.array([0.1] * 999 + [np.inf], np.float32), "no numbers"),
        (np.array([0.1] * 999 + [-np.inf], np.float32), "no numbers"),
        (np.full(1000, 1e9, np.float32), "damaged"),
    ],
)
def test_useless_sounds_are_refused_with_a_reason(waveform: np.ndarray, reason: str) -> None:
    with pytest.raises(PreprocessError, match=reason):
        check_usable(waveform, 44100)


@pytest.mark.parametrize(
    "values", [{"sample_rate": 0}, {"length_s": 0.0}, {"length_s": float("nan")}, {"attack_s": 0.5}, {"attack_s": -0.1}]
)
def test_impossible_settings_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="expected"):
        Settings(**values)
