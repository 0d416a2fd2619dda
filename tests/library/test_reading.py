from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.drums import hat, snare
from tests.library.sounds import write_drums

from drumlin.audio import write_wav
from drumlin.library import Library
from drumlin.library.facts import measure
from drumlin.library.library import measure_file
from drumlin.library.reading import Problem, read_files
from drumlin.units import Array, Waveform

DAMAGED = {
    "huge.wav": (np.full(2000, 1e30, np.float32), 44100, "its level reaches 1e+30"),
    "slow.wav": (snare(0)[:50], 1, "the header says 1 Hz: 1000 to 768000 Hz are expected"),
    "fast.wav": (snare(0), 4_000_000_000, "the header says 4000000000 Hz: 1000 to 768000 Hz are expected"),
}


def test_a_damaged_sound_stops_no_scan(library: Library, place: Path) -> None:
    write_drums(place, {"kick.wav": ("kick", 0), "zz.wav": ("hat", 1)})
    for name, (waveform, rate, _) in DAMAGED.items():
        write_wav(place / name, waveform, 44100, encoding="32f")
        content = bytearray((place / name).read_bytes())
        content[24:28] = rate.to_bytes(4, "little")
        (place / name).write_bytes(content)
    library.add(place)
    assert library.scan().read == 2
    reasons = {path.name: reason for path, reason in library.problems()}
    assert all(reasons[name].startswith(reason) for name, (_, _, reason) in DAMAGED.items())


class Stumbling:
    """An embedder that fails at short sounds."""

    name, size = "stumbling", 4

    def picture(self, waveform: Waveform, sample_rate: int, onset: int) -> Array:
        return np.full(4, 1 // (len(waveform) // 6000), np.float32)

    def embed_pictures(self, pictures: Sequence[Array]) -> Array:
        return np.stack(pictures)


def test_a_sound_that_cannot_be_measured_is_reported_with_the_reason(place: Path) -> None:
    write_wav(place / "short.wav", hat(0)[:3000], 44100)
    (outcome,) = read_files([place / "short.wav"], Stumbling())
    assert isinstance(outcome, Problem)
    assert outcome.reason.startswith("cannot be measured (ZeroDivisionError: ")


def test_values_that_are_no_numbers_are_silence_or_full_scale(place: Path) -> None:
    waveform = 0.5 * snare(0)
    waveform[:3] = np.nan, np.inf, -np.inf
    write_wav(place / "odd.wav", waveform, 44100, encoding="32f")
    found = measure_file(place / "odd.wav")
    assert found.peak_db == pytest.approx(0.0)
    assert all(np.isfinite(value) for value in found.as_dict().values() if value is not None)


def test_channels_that_cancel_each_other_are_heard(place: Path) -> None:
    one, both = place / "one.wav", place / "both.wav"
    write_wav(one, snare(0), 44100, encoding="32f")
    write_wav(both, np.stack([snare(0), -snare(0)]), 44100, encoding="32f")
    assert not measure_file(both).is_silent
    assert measure_file(both).loudness_db == measure_file(one).loudness_db


def test_a_click_at_the_very_end_is_a_sound() -> None:
    click = np.zeros(44101, np.float32)
    click[-1] = 0.9
    assert measure(click, 44100, 1).decay_s == pytest.approx(0.0, abs=1e-3)
