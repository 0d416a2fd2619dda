from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from benchmarks.flagship import (
    SOUNDS,
    Sound,
    decoding,
    encoding,
    gates,
    refined_twice,
    sounds_to_meet,
    speed_rows,
    torch_decoding,
)
from tests.instruments import LENGTH, SAMPLE_RATE, make_instrument, tone

from drumlin.instrument import Instrument, load
from drumlin.models.model import Graph

pytestmark = pytest.mark.train


class Tones(torch.nn.Module):
    """The decoder of the small instruments, as torch would have it; `gain` other than 1 makes it another one."""

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        self.gain = gain

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        time = torch.arange(LENGTH) / SAMPLE_RATE
        f0_hz, decay_s = 200.0 * 2.0 ** latent[:, :1], 0.08 * 2.0 ** latent[:, 1:]
        return self.gain * 0.5 * torch.sin(2 * torch.pi * f0_hz * time) * torch.exp(-time / decay_s)


@pytest.fixture
def instrument(tmp_path: Path) -> Instrument:
    return load(make_instrument(tmp_path / "a.drumlin"), verify=False)


def origin_of(instrument: Instrument, gain: float = 1.0) -> Any:
    graph = Graph(Tones(gain), {"latent": torch.zeros(2, 2)}, "waveform")
    return SimpleNamespace(instrument=instrument, model=SimpleNamespace(graphs=lambda: {"decode": graph}))


def rows_of(instrument: Instrument, ours_s: float, theirs_s: float, encoded_s: float, size_mb: float) -> list[Any]:
    times = {"ours": [ours_s] * 3, "theirs": [theirs_s] * 3, "encoded": [encoded_s] * 3}
    return speed_rows(instrument, instrument, times, size_mb)


def test_times_are_given_for_a_second_of_sound(instrument: Instrument) -> None:
    decoded, encoded, wavegan, published = rows_of(instrument, 0.001, 0.004, 0.002, 6.0)  # sounds of 0.1 s
    assert decoded["ms for 1 s of sound"] == pytest.approx(10.0)
    assert encoded["p50 ms"] == pytest.approx(2.0)
    assert wavegan["times slower than built-in"] == pytest.approx(4.0)
    assert published["sound s"] == pytest.approx(LENGTH / 16_000)
    assert published["times slower than built-in"] == pytest.approx(4.0 * 16_000 / SAMPLE_RATE)


@pytest.mark.parametrize(
    ("numbers", "missed"),
    [
        ((0.00099, 0.0040, 0.0049, 14.9), []),
        ((0.00101, 0.0041, 0.0049, 14.9), [0]),
        ((0.00099, 0.0040, 0.0051, 14.9), [1]),
        ((0.00099, 0.0040, 0.0049, 15.1), [2]),
        ((0.00099, 0.0039, 0.0049, 14.9), [3]),
    ],
)
def test_each_gate_is_held_against_its_own_number(
    instrument: Instrument, numbers: tuple[float, float, float, float], missed: list[int]
) -> None:
    found = gates(rows_of(instrument, *numbers))
    assert [at for at, gate in enumerate(found) if not gate["passed"]] == missed


def test_timed_calls_decode_a_sample_and_encode_a_sound(instrument: Instrument) -> None:
    made = decoding(instrument)()
    np.testing.assert_array_equal(made, instrument.decode(instrument.points.latents[:1]))
    assert encoding(instrument)().shape == (1, 2)


def test_synthesised_drums_stand_in_for_real_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.refine.FOREIGN", tmp_path / "none")
    sounds = sounds_to_meet()
    assert len({sound.name for sound in sounds}) == len(sounds) >= SOUNDS
    assert all(np.abs(sound.waveform).max() > 0.5 for sound in sounds)


def test_model_that_makes_other_sounds_is_refused(instrument: Instrument) -> None:
    with pytest.raises(RuntimeError, match="Test tones"):
        torch_decoding(origin_of(instrument, gain=1.5), None)


def test_both_ways_come_nearer_than_the_first_guess(instrument: Instrument) -> None:
    sound = Sound("short", np.pad(tone(0.0, -2.2), (66, 0)), SAMPLE_RATE)  # shorter than any place of the plane
    found = refined_twice(origin_of(instrument), sound, seconds=1.0)
    assert found["first guess dB"] > 2.0
    assert found["seconds"] > 0.0
    assert found["refine dB"] < 1.0
    assert found["torch's Adam 0.1 dB"] < 1.0
