"""A mouth: the parts of which speech sounds are made.

A burst where the closure opens (lips p, b; teeth t, d; palate k), the noise of a narrow passage (s, sh, f, h), a voice
through the resonances of a vowel. Each part draws from ranges around the habits of one speaker: speakers differ more
than their repetitions do. It is a model of speech sounds, not a recording of them. Shape letter: `T` points.

After: formants and fundamentals of Peterson and Barney (1952) and Fant (1960); spectra of bursts of Stevens and
Blumstein (1978); of fricatives of Jongman, Wayland and Wong (2000). Lengths, levels and ranges are guesses.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array, db_to_gain

Range = tuple[float, float]


@dataclass(frozen=True)
class Speaker:
    """The habits of one person.

    Args:
        voice_hz: fundamental when speaking.
        tract: resonances relative to those of an adult man; shorter tracts have higher ones.
        hiss: where the noise of s lies, relative to the usual.
        tempo: length of syllables, relative to the usual.
        pop_db: how much of a thump the lips leave in the microphone.
        breath_db: noise beside the voice.
    """

    voice_hz: float
    tract: float
    hiss: float
    tempo: float
    pop_db: float
    breath_db: float


def draw_speaker(generator: np.random.Generator) -> Speaker:
    """Return somebody, man or woman, close to the microphone or not."""
    is_low = generator.random() < 0.5
    return Speaker(
        voice_hz=float(generator.uniform(85, 145) if is_low else generator.uniform(150, 235)),
        tract=float(generator.uniform(0.93, 1.07) if is_low else generator.uniform(1.08, 1.25)),
        hiss=float(generator.uniform(0.8, 1.2)),
        tempo=float(generator.uniform(0.75, 1.35)),
        pop_db=float(generator.uniform(-18, 3)),
        breath_db=float(generator.uniform(-36, -20)),
    )


_VOWELS_HZ = {  # the first three resonances; their widths are below
    "oo": (320.0, 900.0, 2240.0),
    "o": (480.0, 950.0, 2400.0),
    "uh": (620.0, 1190.0, 2400.0),
    "a": (730.0, 1150.0, 2440.0),
    "i": (320.0, 2100.0, 2900.0),
}
_WIDTHS_HZ = (70.0, 100.0, 150.0)


class Tract:
    """The parts of which one utterance is made; each part returns points that begin at its own onset."""

    def __init__(self, speaker: Speaker, sample_rate: int, generator: np.random.Generator) -> None:
        self.speaker, self.rate, self.generator = speaker, sample_rate, generator

    def between(self, low: float, high: float) -> float:
        """Return a number of a range, drawn evenly."""
        return float(self.generator.uniform(low, high))

    def points(self, duration_s: float) -> int:
        """Return how many points a time is, a few at least."""
        return max(8, round(duration_s * self.rate))

    def burst(self, place: str, level_db: float = 0.0) -> Array:
        """Return the opening of the lips, the teeth or the palate: some milliseconds of noise of its colour."""
        centre_hz, width = {"lips": (700.0, 3.0), "teeth": (4500.0, 1.3), "palate": (2000.0, 0.8)}[place]
        noise = self.noise(self.between(0.012, 0.03), centre_hz * self.between(0.8, 1.25) * self.speaker.tract, width)
        noise *= np.exp(-np.arange(len(noise)) / self.rate / self.between(0.002, 0.007))
        noise /= max(float(np.abs(noise).max()), 1e-9)
        return noise * db_to_gain(level_db)

    def pop(self) -> Array:
        """Return the thump that air from the lips makes in a microphone."""
        time_s = np.arange(self.points(self.between(0.05, 0.11))) / self.rate
        pitch = self.between(45, 95) * (1 + self.between(0.2, 1.0) * np.exp(-time_s / 0.015))
        swing: Array = np.sin(2 * np.pi * np.cumsum(pitch) / self.rate) * np.exp(-time_s / self.between(0.015, 0.035))
        return swing * _fade(len(time_s), self.rate, 0.004) * db_to_gain(self.speaker.pop_db)

    def noise(self, duration_s: float, centre_hz: float, octaves: float) -> Array:
        """Return noise around a frequency, peak about 1."""
        count = self.points(duration_s)
        size = 1 << (count + 256).bit_length()
        frequency_hz = np.maximum(np.fft.rfftfreq(size, 1 / self.rate), 20.0)
        gain = np.exp(-0.5 * np.square(np.log2(frequency_hz / centre_hz) / (octaves / 2)))
        spectrum = np.fft.rfft(self.generator.standard_normal(size)) * gain
        found = np.fft.irfft(spectrum, size)[:count]
        shaped: Array = found / max(float(np.abs(found).max()), 1e-9)
        return shaped

    def hiss(self, kind: str, duration: Range, level_db: float = 0.0, *, rise_s: float = 0.006) -> Array:
        """Return s, sh, f or h: noise that rises and dies."""
        centre_hz, octaves = {"s": (7000.0, 1.1), "sh": (3600.0, 1.2), "f": (4500.0, 3.5), "h": (1500.0, 2.0)}[kind]
        lasting_s = self.between(*duration) * self.speaker.tempo
        noise = self.noise(lasting_s, centre_hz * self.speaker.hiss * self.between(0.92, 1.08), octaves)
        time = np.linspace(0.0, 1.0, len(noise))
        shape = np.exp(-self.between(1.0, 4.0) * time) * np.minimum(1.0, (1.0 - time) / 0.15)
        hiss: Array = noise * shape * _fade(len(noise), self.rate, rise_s) * db_to_gain(level_db)
        return hiss

    def voice(self, vowel: str, duration: Range, pitch: Range, *, falls: Range = (0.5, 0.9)) -> Array:
        """Return a vowel that decays; `pitch` is relative to the speaker's, `falls` where it ends, of its beginning."""
        time_s = np.arange(self.points(self.between(*duration) * self.speaker.tempo)) / self.rate
        start_hz = self.speaker.voice_hz * self.between(*pitch)
        end_hz = start_hz * self.between(*falls)
        f0_hz = end_hz + (start_hz - end_hz) * np.exp(-time_s / self.between(0.03, 0.12))
        phase = 2 * np.pi * np.cumsum(f0_hz) / self.rate
        sound = np.zeros(len(time_s))
        for harmonic in range(1, int(min(5000.0, self.rate / 2.2) / start_hz) + 1):
            gain = self._resonance(harmonic * f0_hz, vowel) / harmonic**1.5
            sound += gain * np.sin(harmonic * phase + self.between(0, 6.28))
        decay = np.exp(-self.between(2.5, 5.5) * time_s / time_s[-1])
        breath = self.noise(float(time_s[-1]), 1500.0, 3.0)[: len(time_s)] * db_to_gain(self.speaker.breath_db)
        sound /= max(float(np.abs(sound).max()), 1e-9)
        sound[: len(breath)] += breath
        voiced: Array = sound * decay * _fade(len(sound), self.rate, self.between(0.004, 0.015))
        return voiced

    def click(self) -> Array:
        """Return a click of the tongue: the cavity of the mouth rings."""
        time_s = np.arange(self.points(0.04)) / self.rate
        pitch = self.between(900, 2200)
        ring: Array = np.sin(2 * np.pi * pitch * time_s) + 0.4 * np.sin(2 * np.pi * 2.3 * pitch * time_s)
        ring *= np.exp(-time_s / self.between(0.002, 0.006))
        return ring

    def _resonance(self, frequency_hz: Array, vowel: str) -> Array:
        gain = np.ones(len(frequency_hz))
        for centre, width in zip(_VOWELS_HZ[vowel], _WIDTHS_HZ, strict=True):
            place = centre * self.speaker.tract
            ratio = np.square(frequency_hz / place)
            gain /= np.sqrt(np.square(1.0 - ratio) + np.square(width * 1.5 / place) * ratio)
        return gain


def _fade(count: int, rate: int, rise_s: float) -> Array:
    """Return a rise to 1."""
    rise: Array = np.minimum(1.0, (np.arange(count) + 1.0) / max(1.0, rise_s * rate))
    return rise
