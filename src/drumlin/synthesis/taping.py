"""From what a mouth says to what a cheap microphone in a room records of it. Shape letter: `T` points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform, db_to_gain

_DECAY = 6.907755  # ln(1000): 60 dB


@dataclass(frozen=True)
class Microphone:
    """A microphone and where it stands.

    Args:
        low_hz: below, it hears less: 12 dB an octave.
        high_hz: above likewise.
        room_s: the room's reverberation, to 60 dB below.
        room_db: its level beside the direct sound.
        noise_db: of the room and the electronics, RMS of full scale; darker than white.
        offset: of the direct current.
        gain_db: of the loudest stroke; above 0 it clips.
    """

    low_hz: float = 60.0
    high_hz: float = 16_000.0
    room_s: float = 0.3
    room_db: float = -18.0
    noise_db: float = -66.0
    offset: float = 0.0
    gain_db: float = -6.0


def draw_microphone(generator: np.random.Generator) -> Microphone:
    """Return a microphone as laptops, headsets and studios have them."""
    return Microphone(
        low_hz=float(generator.uniform(30, 160)),
        high_hz=float(generator.uniform(8_000, 18_000)),
        room_s=float(generator.uniform(0.1, 0.6)),
        room_db=float(generator.uniform(-36, -12)),
        noise_db=float(generator.uniform(-80, -52)),
        offset=float(generator.uniform(-0.02, 0.02)),
        gain_db=float(generator.uniform(-18, 2)),
    )


def record(
    strokes: Sequence[tuple[float, float, Waveform]],
    duration_s: float,
    microphone: Microphone,
    sample_rate: int,
    generator: np.random.Generator,
) -> Waveform:
    """Return what is recorded, shape (T,), within [-1, 1].

    Args:
        strokes: when each begins in seconds, its level in dB, and its points.
        duration_s: of the recording.
        microphone: what hears it.
        sample_rate: Hz.
        generator: of noise and room.
    """
    total = np.zeros(round(duration_s * sample_rate))
    for start_s, level_db, sound in strokes:
        begin = round(start_s * sample_rate)
        part = sound[: max(0, len(total) - begin)] * db_to_gain(level_db)
        total[begin : begin + len(part)] += part
    heard = _heard(total, microphone, sample_rate, generator)
    heard *= db_to_gain(microphone.gain_db) / max(float(np.abs(heard).max()), 1e-9)
    noise = _coloured(generator.standard_normal(len(heard)), 20.0, 2000.0, sample_rate)
    noise *= db_to_gain(microphone.noise_db) / max(float(np.sqrt(np.square(noise).mean())), 1e-12)
    taped: Waveform = np.clip(heard + noise + microphone.offset, -1.0, 1.0).astype(np.float32)
    return taped


def _heard(dry: Array, microphone: Microphone, sample_rate: int, generator: np.random.Generator) -> Array:
    tail_s = np.arange(round(microphone.room_s * sample_rate)) / sample_rate
    tail = generator.standard_normal(len(tail_s)) * np.exp(-_DECAY / microphone.room_s * tail_s)
    tail *= db_to_gain(microphone.room_db) / max(float(np.sqrt(np.square(tail).sum())), 1e-12)
    tail[0] += 1.0
    size = 1 << (len(dry) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(tail, size), size)[: len(dry)]
    return _coloured(wet, microphone.low_hz, microphone.high_hz, sample_rate)


def _coloured(sound: Array, low_hz: float, high_hz: float, sample_rate: int) -> Array:
    size = 1 << len(sound).bit_length()
    ratio = np.maximum(np.fft.rfftfreq(size, 1 / sample_rate), 1.0)
    gain = 1.0 / np.sqrt((1.0 + (low_hz / ratio) ** 4) * (1.0 + (ratio / high_hz) ** 4))
    found: Array = np.fft.irfft(np.fft.rfft(sound, size) * gain, size)[: len(sound)]
    return found
