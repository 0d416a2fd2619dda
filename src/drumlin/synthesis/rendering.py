"""From a `Hit` to points. Shapes: T points, M modes."""

from itertools import pairwise

import numpy as np

from ..units import Array, Waveform, db_to_gain, seconds_to_points, semitones_to_ratio
from .hit import Around, Click, Hit, Noise

_DECAY = 6.907755  # ln(1000): 60 dB
_PEAK = 0.9
_ROOM_EDGES_HZ = (200.0, 600.0, 2000.0, 6000.0)
_BURST_S = 0.003  # of a burst that is cut off by the next one: what is left of it


def render(hit: Hit, duration_s: float, sample_rate: int, seed: int = 0) -> Waveform:
    """Return a hit, onset first, peak at 0.9, faded to zero over its last 5 ms; shape (T,).

    Args:
        hit: what it is made of.
        duration_s: how long; what rings longer is faded.
        sample_rate: Hz; modes above 0.45 times that are left out.
        seed: of the noise and of the room: another strike of the same drum.
    """
    generator = np.random.default_rng(seed)
    time_s = np.arange(seconds_to_points(duration_s, sample_rate)) / sample_rate
    sound = _modes(hit, time_s, sample_rate)
    for noise in hit.noises:
        sound += _noise(noise, time_s, sample_rate, generator)
    if hit.click is not None:
        sound += _click(hit.click, time_s)
    if hit.around.drive_db > 0:
        sound = np.tanh(sound * (db_to_gain(hit.around.drive_db) / max(float(np.abs(sound).max()), 1e-9)))
    if hit.around.room_s > 0:
        sound = _in_a_room(sound, hit.around, sample_rate, generator)
    return _finished(sound, sample_rate)


def _modes(hit: Hit, time_s: Array, sample_rate: int) -> Array:
    modes = [mode for mode in hit.modes if mode.frequency_hz < 0.45 * sample_rate]
    if not modes:
        return np.zeros(len(time_s))
    higher = semitones_to_ratio(hit.sweep.semitones) - 1.0
    # The integral of f (1 + higher exp(-t / tau)): seconds that a mode of constant pitch would have rung.
    rung_s = time_s + higher * hit.sweep.time_s * (1.0 - np.exp(-time_s / hit.sweep.time_s))
    attack = 1.0 - np.exp(-4.0 * time_s / max(hit.attack_s, 1e-5))
    total = np.zeros(len(time_s))
    for mode in modes:
        envelope = db_to_gain(mode.level_db) * np.exp(-_DECAY / mode.decay_s * time_s)
        total += envelope * np.sin(2 * np.pi * mode.frequency_hz * rung_s + mode.phase)
    whole: Array = total * attack
    return whole


def _noise(noise: Noise, time_s: Array, sample_rate: int, generator: np.random.Generator) -> Array:
    white = generator.standard_normal(len(time_s))
    frequency_hz = np.fft.rfftfreq(len(time_s), 1 / sample_rate)
    ratio = np.maximum(frequency_hz, 1.0)
    gain = 1.0 / np.sqrt((1.0 + (noise.low_hz / ratio) ** 4) * (1.0 + (ratio / noise.high_hz) ** 4))
    if noise.lines_db:
        gain *= 10.0 ** (generator.normal(0.0, noise.lines_db / 20.0, len(gain)))
    coloured = np.fft.irfft(np.fft.rfft(white) * gain, len(time_s))
    coloured *= db_to_gain(noise.level_db) / max(float(np.sqrt(np.square(coloured).mean())), 1e-9)
    shaped: Array = coloured * _bursts(noise, time_s)
    return shaped


def _bursts(noise: Noise, time_s: Array) -> Array:
    envelope = np.zeros(len(time_s))
    for number, start_s in enumerate(noise.starts_s):
        since_s = time_s - start_s
        is_last = number == len(noise.starts_s) - 1
        decay = np.exp(-np.maximum(since_s, 0.0) * (_DECAY / noise.decay_s if is_last else 1.0 / _BURST_S))
        rise = 1.0 - np.exp(-4.0 * np.maximum(since_s, 0.0) / max(noise.attack_s, 1e-5))
        envelope = np.maximum(envelope, np.where(since_s >= 0, decay * rise, 0.0))
    return envelope


def _click(click: Click, time_s: Array) -> Array:
    half: Array = db_to_gain(click.level_db) * np.sin(np.pi * np.minimum(time_s / click.width_s, 1.0))
    return half


def _in_a_room(sound: Array, around: Around, sample_rate: int, generator: np.random.Generator) -> Array:
    """Add the hit convolved with noise that decays, sooner at high frequencies: a room without walls (Moorer 1979)."""
    points = len(sound)
    time_s = np.arange(points) / sample_rate
    frequency_hz = np.fft.rfftfreq(points, 1 / sample_rate)
    white = np.fft.rfft(generator.standard_normal(points))
    response = np.zeros(points)
    for low_hz, high_hz in pairwise([0.0, *_ROOM_EDGES_HZ, np.inf]):
        decay_s = around.room_s * (_ROOM_EDGES_HZ[0] / max(low_hz, _ROOM_EDGES_HZ[0])) ** around.room_damping
        band = np.fft.irfft(white * ((frequency_hz >= low_hz) & (frequency_hz < high_hz)), points)
        response += band * np.exp(-_DECAY / decay_s * time_s)
    response[: max(1, points // 200)] = 0.0  # the way to the walls
    wet = np.fft.irfft(np.fft.rfft(sound, 2 * points) * np.fft.rfft(response, 2 * points), 2 * points)[:points]
    scale = np.sqrt(np.square(sound).sum() / max(float(np.square(wet).sum()), 1e-12))
    mixed: Array = sound + wet * scale * db_to_gain(around.room_db)
    return mixed


def _finished(sound: Array, sample_rate: int) -> Waveform:
    fade = min(len(sound), seconds_to_points(0.005, sample_rate))
    sound[len(sound) - fade :] *= np.linspace(1.0, 0.0, fade) if fade else 1.0
    waveform: Waveform = (sound * (_PEAK / max(float(np.abs(sound).max(initial=0.0)), 1e-9))).astype(np.float32)
    return waveform
