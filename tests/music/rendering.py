"""Test music as sound, and what spoils it: room, noise, codec, a narrow band, a loud bus."""

import io

import numpy as np
import soundfile

from drumlin.audio import resample

from .composing import Piece
from .voices import RATE, Waveform, drum, note


def render(piece: Piece) -> Waveform:
    """Return the piece as mono audio at `RATE`, peak 0.9."""
    generator = np.random.default_rng((13, piece.seed, piece.half == "held"))
    seeds = {name: int(generator.integers(40)) for name in ("kick", "snare", "hat", "open")}
    mix = np.zeros(round(piece.truth.duration_s * RATE) + 4 * RATE, np.float32)
    for hit in piece.hits:
        if hit.midi is None:
            sound = drum(hit.voice, piece.half, seeds[hit.voice])
        else:
            sound = note(hit.voice, hit.midi, max(5, round(hit.duration_s * 50) * 2), hit.pad, piece.cents)
        start = round(hit.time_s * RATE)
        sound = sound[: max(0, len(mix) - start)]
        mix[start : start + len(sound)] += np.float32(hit.gain) * sound
    mix = mix[: round(piece.truth.duration_s * RATE)]
    mix *= np.float32(0.9 / max(1e-9, float(np.abs(mix).max())))
    return mix


def spoil(waveform: Waveform, seed: int, how: str) -> Waveform:
    """Return the sound in a `room`, in `noise`, through a `codec`, in a `narrow` band, from a `loud` bus, or `all`."""
    generator = np.random.default_rng((17, seed))
    for step in ("loud", "room", "noise", "narrow", "codec") if how == "all" else (how,):
        waveform = _SPOILERS[step](waveform, generator)
    return waveform


def _room(waveform: Waveform, generator: np.random.Generator) -> Waveform:
    """Add a tail that decays by 60 dB in 0.3 to 0.9 s, 8 dB below the direct sound."""
    decay_s = generator.uniform(0.3, 0.9)
    time = np.arange(round(decay_s * RATE)) / RATE
    tail = generator.standard_normal(len(time)) * np.exp(-6.9 * time / decay_s)
    tail[: round(0.008 * RATE)] = 0.0
    tail *= 0.4 / np.linalg.norm(tail)
    size = 1 << (len(waveform) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(waveform, size) * np.fft.rfft(tail, size), size)[: len(waveform)]
    return _fit(waveform + wet)


def _noise(waveform: Waveform, generator: np.random.Generator) -> Waveform:
    """Add pink noise, 15 to 25 dB below the music."""
    spectrum = np.fft.rfft(generator.standard_normal(len(waveform)))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    pink = np.fft.irfft(spectrum, len(waveform))
    level = np.sqrt(np.mean(np.square(waveform))) * 10 ** (-generator.uniform(15, 25) / 20)
    return _fit(waveform + pink * level / np.sqrt(np.mean(np.square(pink))))


def _narrow(waveform: Waveform, generator: np.random.Generator) -> Waveform:
    """Cut what is above 4 kHz and below 80 Hz, as a small speaker and a telephone do."""
    spectrum = np.fft.rfft(waveform)
    frequency = np.fft.rfftfreq(len(waveform), 1 / RATE)
    gain = 1 / np.sqrt(1 + (frequency / 4000) ** 8) / np.sqrt(1 + (80 / np.maximum(frequency, 1e-3)) ** 4)
    return _fit(np.fft.irfft(spectrum * gain, len(waveform)))


def _codec(waveform: Waveform, generator: np.random.Generator) -> Waveform:
    """Pass through MP3 at the worst quality that libsndfile writes, or Vorbis where it writes no MP3."""
    buffer = io.BytesIO()
    kind = "MP3" if "MP3" in soundfile.available_formats() else "OGG"
    soundfile.write(buffer, waveform, RATE, format=kind, compression_level=0.95)
    buffer.seek(0)
    decoded, _ = soundfile.read(buffer, dtype="float32")
    return _fit(np.pad(decoded, (0, max(0, len(waveform) - len(decoded))))[: len(waveform)])


def _loud(waveform: Waveform, generator: np.random.Generator) -> Waveform:
    """Drive the bus into saturation, as loud masters are."""
    return _fit(np.tanh(generator.uniform(1.5, 3.0) * waveform))


_SPOILERS = {"room": _room, "noise": _noise, "narrow": _narrow, "codec": _codec, "loud": _loud}


def _fit(waveform: np.ndarray) -> Waveform:
    return np.asarray(0.9 * waveform / max(1e-9, float(np.abs(waveform).max())), np.float32)


def at_rate(waveform: Waveform, rate: int) -> Waveform:
    """Return the sound at another sample rate."""
    return resample(waveform, RATE, rate)
