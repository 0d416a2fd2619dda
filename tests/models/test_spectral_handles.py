"""Each handle moves what it names, and at rest nothing moves."""

import numpy as np
import pytest
import torch

from drumlin.features.envelope import attack_s
from drumlin.models.spectral_handles import (
    HANDLES,
    NOISE_PER_TILT,
    Parts,
    handled,
    made_up,
    shortened,
    softened,
    softer,
    tilted,
    tonality,
)
from drumlin.models.spectral_tables import octaves_from_1k

pytestmark = pytest.mark.train

RATE, FRAMES, BINS, LOW = 44_100, 40, 513, 33
FRAME_S = 256 / RATE
OCTAVES = octaves_from_1k(RATE, 1024)


def parts() -> Parts:
    generator = torch.Generator().manual_seed(0)
    fall = torch.exp(-torch.arange(FRAMES) / 10.0)[None, :, None]
    colour = torch.exp(-torch.arange(BINS) / 120.0)[None, None]
    tone, noise = (torch.rand(2, FRAMES, BINS, generator=generator) * fall * colour for _ in range(2))
    body = torch.rand(2, FRAMES, LOW, generator=generator) * fall.square()
    return Parts(tone, noise, body, torch.ones(2, FRAMES, LOW))


def moved(**controls: float) -> tuple[Parts, torch.Tensor]:
    values = torch.tensor([[controls.get(handle.name, handle.default) for handle in HANDLES]] * 2)
    return handled(parts(), values, OCTAVES, FRAME_S)


def colour(made: Parts) -> float:
    """Mean octave of the power; the body's is what its gain makes of it."""
    power = made.tone.square() + 0.25 * made.noise.square()
    low = torch.nn.functional.pad(made.body * made.gain.square(), (0, BINS - LOW))
    total = (power + low).sum(dim=(0, 1))
    return float((total * OCTAVES).sum() / total.sum())


def noise_db(made: Parts) -> float:
    noise = 0.25 * made.noise.square().sum()
    pitched = made.tone.square().sum() + (made.body * made.gain.square()).sum()
    return float(10.0 * torch.log10(noise / pitched))


def frame_power(made: Parts) -> torch.Tensor:
    power = (made.tone.square() + 0.25 * made.noise.square()).sum(dim=-1)
    return power + (made.body * made.gain.square()).sum(dim=-1)


def test_at_rest_the_parts_are_those_given() -> None:
    given, (made, energy) = parts(), moved()
    for name in ("tone", "noise", "body", "gain"):
        assert torch.allclose(getattr(made, name), getattr(given, name), rtol=1e-4, atol=1e-7)
    assert torch.allclose(energy, given.energy(), rtol=1e-4)


@pytest.mark.parametrize("control", ["brightness", "noisiness"])
def test_the_envelope_stays(control: str) -> None:
    for value in (-6.0, 4.0):
        made, energy = moved(**{control: value})
        assert torch.allclose(energy, parts().energy(), rtol=1e-4)
        assert torch.allclose(frame_power(made), parts().energy(), rtol=1e-3)


def test_brightness_raises_the_colour() -> None:
    colours = [colour(moved(brightness=value)[0]) for value in (-6.0, -2.0, 0.0, 2.0, 6.0)]
    assert colours == sorted(colours)
    assert colours[-1] - colours[0] > 1.0


def partial_and_noise(slope_db: float) -> tuple[float, float]:
    """Energies of two partials in a floor of noise, and of the floor, tilted."""
    power = torch.full((1, 8, BINS), 1e-3)
    partials = torch.zeros(BINS, dtype=torch.bool)
    partials[[10, 90]] = True
    power[..., partials] = 5.0
    level = tilted(power, tonality(power), torch.tensor([[slope_db]]), OCTAVES)
    made = level * power
    return float(made[..., partials].sum()), float(made[..., ~partials].sum())


@pytest.mark.parametrize("slope_db", [3.0, 6.0])
def test_brightness_leaves_partials_and_noise_their_energies(slope_db: float) -> None:
    partials, noise = partial_and_noise(0.0)
    made = partial_and_noise(slope_db)
    assert made[0] == pytest.approx(partials, rel=0.05)
    wanted_db = -NOISE_PER_TILT * slope_db
    assert 10.0 * np.log10(made[1] / noise) == pytest.approx(wanted_db, abs=5.0)  # a tilt alone: 10 and 22 dB


def test_a_partial_stands_out_and_noise_does_not() -> None:
    power = torch.rand(1, 4, BINS, generator=torch.Generator().manual_seed(1)) + 0.5
    assert float(tonality(power).mean()) < 0.05
    power[..., 100] = 100.0
    assert float(tonality(power)[..., 100].min()) > 0.95


def test_noisiness_raises_noise_and_little_else() -> None:
    shares = [noise_db(moved(noisiness=value)[0]) for value in (-12.0, -4.0, 0.0, 4.0, 12.0)]
    assert shares == sorted(shares)
    assert shares[-1] - shares[0] > 20.0


def test_decay_is_multiplied() -> None:
    energy = torch.exp(-torch.arange(400.0) / 20.0)[None]  # falls by 40 dB in 184 frames
    for times in (0.25, 0.5, 1.0):
        left = energy * shortened(energy, torch.tensor([[times]]), FRAME_S)
        decayed = int((left[0] >= 1e-4 * left[0, 0]).sum())
        assert decayed == pytest.approx(184 * times, abs=2)


def test_no_frame_is_lifted_by_more_than_18_db() -> None:
    energy = torch.exp(-torch.arange(400.0) / 20.0)[None]
    assert float(shortened(energy, torch.tensor([[3.0]]), FRAME_S).max()) == pytest.approx(10**1.8, rel=1e-3)


def test_a_soft_attack_rises_later_to_the_same_peak() -> None:
    time = torch.arange(RATE) / RATE
    sound = (torch.sin(2 * torch.pi * 200.0 * time) * torch.exp(-8.0 * time))[None]
    rises = []
    for attack_ms in (0.0, 10.0, 40.0):
        made = softened(sound, torch.tensor([[attack_ms]]), RATE)
        assert float(made.abs().max()) == pytest.approx(float(sound.abs().max()), rel=1e-3)
        rises.append(int((made.abs()[0] > 0.7 * made.abs().max()).float().argmax()))
    assert rises == sorted(rises)
    assert rises[2] > 0.01 * RATE


def test_a_hit_shorter_than_its_attack_rises_for_as_long_as_asked() -> None:
    time = torch.arange(RATE) / RATE
    click = (torch.sin(2 * torch.pi * 2000.0 * time) * torch.exp(-time / 0.008))[None]
    rises = [attack_s(softened(click, torch.tensor([[ms]]), RATE)[0].numpy(), RATE) for ms in (0.0, 8.0, 16.0, 24.0)]
    assert rises == sorted(rises)
    assert rises[3] > 2.5 * rises[0]


def test_what_rises_is_raised_until_it_has_risen_and_then_decays_as_before() -> None:
    sound = torch.exp(-torch.arange(4096.0) / 1000.0)[None]
    gain = (made_up(sound, torch.tensor([[640.0]])) / sound)[0]
    assert float(gain[:32].max()) == pytest.approx(1.0)
    assert float(gain[600]) == pytest.approx(np.exp(0.6), rel=0.1)
    assert torch.allclose(gain[800:], gain[-1].expand(4096 - 800), rtol=1e-4)


def test_no_attack_passes_the_waveform_on() -> None:
    sound = torch.randn(2, 5000, generator=torch.Generator().manual_seed(0))
    assert np.allclose(softened(sound, torch.zeros(2, 1), RATE).numpy(), sound.numpy(), atol=1e-6)


def test_a_softer_stroke_is_duller_and_shorter_and_a_hard_one_as_asked() -> None:
    controls = torch.tensor([[1.0, 0.5, 3.0, 4.0]])
    assert torch.equal(softer(controls, torch.ones(1, 1)), controls)
    soft = softer(controls, torch.full((1, 1), 0.25))[0]
    assert soft[0] < 1.0
    assert soft[1] < 0.5
    assert soft[2:].tolist() == [3.0, 4.0]
