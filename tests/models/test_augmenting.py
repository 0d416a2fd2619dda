import math

import numpy as np
import pytest
import torch

from drumlin.models.augmenting import Ranges, augment, recoloured

from .learning import four_drums

pytestmark = pytest.mark.train

RATE, ONSET = 44_100, 66
STILL = Ranges(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def sounds(length: int = 8192) -> torch.Tensor:
    drums = four_drums(length)
    onsets = [int(np.flatnonzero(np.abs(drum) > 0.01 * np.abs(drum).max())[0]) for drum in drums.numpy()]
    return torch.stack([torch.roll(drum, ONSET - onset) for drum, onset in zip(drums, onsets, strict=True)])


def onset_of(sound: torch.Tensor) -> int:
    return int(torch.nonzero(sound.abs() > 0.02 * sound.abs().max())[0])


def loudest_hz(sound: torch.Tensor) -> float:
    return float(np.abs(np.fft.rfft(sound.numpy(), 1 << 17)).argmax()) * RATE / (1 << 17)


@pytest.mark.parametrize("semitones", [-12.0, -3.0, 5.0, 12.0])
def test_speed_moves_the_pitch_and_leaves_onset_and_level(semitones: float) -> None:
    time = torch.arange(8192 - ONSET) / RATE
    tone = torch.cat([torch.zeros(ONSET), torch.sin(2 * math.pi * 500 * time) * torch.exp(-time * 60)])
    moved = recoloured(tone, ONSET, RATE, semitones, 0.0)
    assert moved.shape == tone.shape
    assert loudest_hz(moved) == pytest.approx(500 * 2 ** (semitones / 12), rel=0.01)
    assert abs(onset_of(moved) - onset_of(tone)) <= 2
    assert float(moved.abs().max()) == pytest.approx(float(tone.abs().max()), rel=0.03)


def test_a_tilt_adds_so_many_db_per_octave() -> None:
    impulse = torch.zeros(8192)
    impulse[4096] = 1.0
    power_db = 20 * np.log10(np.abs(np.fft.rfft(recoloured(impulse, ONSET, RATE, 0.0, 3.0).numpy())))
    at = [round(hz * 8192 / RATE) for hz in (1000, 2000, 4000, 250)]
    assert power_db[at] == pytest.approx([0.0, 3.0, 6.0, -6.0], abs=0.05)


def test_no_change_is_asked_for_and_none_is_made() -> None:
    given = sounds()
    same = augment(given, torch.arange(4), ONSET, RATE, STILL)
    torch.testing.assert_close(same[:, ONSET:], given[:, ONSET:], atol=1e-5, rtol=1e-4)


def test_ranges_are_scaled() -> None:
    assert Ranges().scaled(0.5) == Ranges(1.5, 1.5, 30.0, 0.05, 0.075, 0.1)
    assert Ranges().scaled(0.0) == STILL


def test_changed_sounds_keep_onset_and_peak_and_repeat_with_the_seed() -> None:
    given = sounds().repeat(8, 1)
    label = torch.arange(4).repeat(8)
    torch.manual_seed(5)
    first = augment(given, label, ONSET, RATE)
    torch.manual_seed(5)
    assert torch.equal(augment(given, label, ONSET, RATE), first)
    assert not torch.equal(augment(given, label, ONSET, RATE), first)
    torch.testing.assert_close(first.abs().amax(1), given.abs().amax(1))
    early, whole = first[:, : ONSET - 10].square().sum(1), first.square().sum(1)
    assert (early < 5e-3 * whole).all()
    assert (first - given).abs().amax(1).min() > 0.01


def test_only_sounds_of_the_same_class_are_mixed() -> None:
    given = torch.eye(4, 1024) + torch.eye(4, 1024).roll(100, 1)
    label = torch.tensor([0, 1, 0, 1])
    torch.manual_seed(0)
    mixed = augment(given, label, 0, RATE, Ranges(0.0, 0.0, 0.0, 0.0, 0.0, mix_share=1.0))
    heard = mixed[:, :4] > 1e-3
    assert heard.tolist() == [[True, False, True, False], [False, True, False, True]] * 2


def test_a_gate_silences_what_follows() -> None:
    torch.manual_seed(0)
    steady = torch.ones(16, 22_050)
    gated = augment(steady, torch.zeros(16), 0, RATE, Ranges(0.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    assert (gated[:, : round(0.06 * RATE)] > 0.99).all()
    ends = [int(torch.nonzero(row > 1e-6)[-1]) for row in gated]
    assert sum(end < 22_000 for end in ends) > 10
