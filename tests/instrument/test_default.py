"""The built-in instrument: what is promised of it, at a hundred places."""

import math

import numpy as np
import pytest

from drumlin.instrument import DEFAULT_PATH, Instrument, Note, default_instrument, random_notes, verify
from drumlin.units import Waveform

LARGEST_BYTES = 15_000_000
MAIN_CLASSES = {"kick", "snare", "hihat_closed", "hihat_open", "tom", "crash", "ride", "clap"}
PERMISSIVE = ("CC0-", "CC-BY-3", "CC-BY-4", "BSD-", "Apache-")


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


@pytest.fixture(scope="module")
def sounds(instrument: Instrument) -> list[Waveform]:
    return [instrument.play(note) for note in random_notes(Note(), 100, seed=5)]


def test_it_is_a_sound_instrument_of_at_most_fifteen_megabytes() -> None:
    assert verify(DEFAULT_PATH)
    assert DEFAULT_PATH.stat().st_size <= LARGEST_BYTES


def test_it_covers_the_main_classes(instrument: Instrument) -> None:
    assert set(instrument.classes) >= MAIN_CLASSES


def test_every_hit_starts_and_ends_in_silence(sounds: list[Waveform]) -> None:
    assert [sound[0] for sound in sounds] == [0.0] * len(sounds)
    assert max(abs(float(sound[-1])) / float(np.abs(sound).max()) for sound in sounds) < 1e-5


def test_every_hit_can_be_heard_and_none_is_over_full_scale(sounds: list[Waveform]) -> None:
    peaks = [float(np.abs(sound).max()) for sound in sounds]
    assert min(peaks) > 0.1
    assert max(peaks) <= 1.0


def test_short_hits_fall_to_digital_silence(sounds: list[Waveform]) -> None:
    silent = [np.count_nonzero(np.abs(sound[-4410:]) > 1e-6) == 0 for sound in sounds]
    assert sum(silent) > len(silent) / 4


def test_it_learned_only_from_permissively_licensed_sounds_and_names_them(instrument: Instrument) -> None:
    provenance = instrument.manifest.provenance
    assert all(licence.startswith(PERMISSIVE) for licence in provenance["licences"])
    assert {credit["source"] for credit in provenance["credits"]} >= set(provenance["sources"])


def test_more_brightness_is_brighter(instrument: Instrument) -> None:
    centres = []
    for value in (-4.0, 0.0, 4.0):
        power = np.abs(np.fft.rfft(instrument.at(0.1, 0.1, controls={"brightness": value}))) ** 2
        centres.append(float((np.arange(len(power)) * power).sum() / power.sum()))
    assert centres == sorted(centres)
    assert not math.isclose(centres[0], centres[-1], rel_tol=0.1)
