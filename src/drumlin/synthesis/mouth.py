"""A mouth that imitates drums: syllables of known making, as there is no collection of imitations to learn from.

A syllable is what phonetics says it is: a burst where the closure opens (lips p, b; teeth t, d; palate k), the noise
of a narrow passage (s, sh, f, h), a voice through the resonances of a vowel. All numbers are ranges from which a
syllable draws, around the habits of one speaker: speakers differ more than their repetitions do. It is a model of
speech sounds, not a recording of them. Shape letter: `T` points.

Sources: formants and fundamentals of Peterson and Barney (1952) and Fant (1960); spectra of bursts of Stevens and
Blumstein (1978); of fricatives of Jongman, Wayland and Wong (2000).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform, db_to_gain

Range = tuple[float, float]

SYLLABLES: dict[str, tuple[str, ...]] = {
    "kick": ("boom", "b", "doom", "puh"),
    "tom": ("dom", "bong", "dung"),
    "snare": ("ka", "pf", "psh", "kh"),
    "closed hat": ("ts", "t", "tik"),
    "open hat": ("tss", "tsh", "pss"),
    "rim": ("tok", "k", "click"),
}
"""What a mouth says for a drum."""


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


def say(syllable: str, speaker: Speaker, sample_rate: int, generator: np.random.Generator) -> Waveform:
    """Return a syllable, onset first, peak at 1, shape (T,).

    Args:
        syllable: one of `SYLLABLES`.
        speaker: who says it.
        sample_rate: Hz.
        generator: draws this utterance of it: no two are alike.
    """
    sound = _SAYINGS[syllable](_Tract(speaker, sample_rate, generator))
    loudest = max(float(np.abs(sound).max()), 1e-9)
    said: Waveform = (sound / loudest).astype(np.float32)
    return said


_VOWELS_HZ = {  # the first three resonances, and their widths
    "oo": (320.0, 900.0, 2240.0),
    "o": (480.0, 950.0, 2400.0),
    "uh": (620.0, 1190.0, 2400.0),
    "a": (730.0, 1150.0, 2440.0),
    "i": (320.0, 2100.0, 2900.0),
    "m": (250.0, 1000.0, 2200.0),
}
_WIDTHS_HZ = (70.0, 100.0, 150.0)


class _Tract:
    """The parts of which one utterance is made; each part returns points that begin at its own onset."""

    def __init__(self, speaker: Speaker, sample_rate: int, generator: np.random.Generator) -> None:
        self.speaker, self.rate, self.generator = speaker, sample_rate, generator

    def between(self, low: float, high: float) -> float:
        return float(self.generator.uniform(low, high))

    def points(self, duration_s: float) -> int:
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


def _together(*parts: tuple[float, Array], rate: int) -> Array:
    """Return parts that begin at so many seconds, added up."""
    ends = [round(start * rate) + len(part) for start, part in parts]
    total = np.zeros(max(ends))
    for start, part in parts:
        begin = round(start * rate)
        total[begin : begin + len(part)] += part
    return total


def _boom(tract: _Tract) -> Array:
    voice = tract.voice("oo", (0.18, 0.38), (0.75, 1.05), falls=(0.55, 0.9))
    opening = tract.burst("lips", tract.between(-18, -6))
    return _together((0.0, opening), (0.0, tract.pop()), (tract.between(0.0, 0.012), voice), rate=tract.rate)


def _b(tract: _Tract) -> Array:
    voice = tract.voice("uh", (0.04, 0.09), (0.7, 1.0)) * db_to_gain(tract.between(-14, -2))
    pop = tract.pop() * db_to_gain(tract.between(0, 6))
    return _together((0.0, tract.burst("lips", tract.between(-16, -6))), (0.0, pop), (0.004, voice), rate=tract.rate)


def _doom(tract: _Tract) -> Array:
    voice = tract.voice("oo", (0.18, 0.38), (0.75, 1.05))
    return _together((0.0, tract.burst("teeth", tract.between(-24, -14))), (0.004, voice), rate=tract.rate)


def _puh(tract: _Tract) -> Array:
    air = tract.hiss("h", (0.03, 0.07), tract.between(-26, -14))
    pop = tract.pop() * db_to_gain(tract.between(3, 9))
    return _together((0.0, tract.burst("lips", tract.between(-14, -4))), (0.0, pop), (0.004, air), rate=tract.rate)


def _dom(tract: _Tract) -> Array:
    voice = tract.voice("o", (0.2, 0.42), (1.1, 1.8), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("teeth", tract.between(-22, -12))), (0.003, voice), rate=tract.rate)


def _bong(tract: _Tract) -> Array:
    voice = tract.voice("o", (0.22, 0.45), (1.1, 1.9), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("lips", tract.between(-22, -10))), (0.003, voice), rate=tract.rate)


def _dung(tract: _Tract) -> Array:
    voice = tract.voice("uh", (0.2, 0.42), (1.1, 1.8), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("teeth", tract.between(-22, -12))), (0.003, voice), rate=tract.rate)


def _ka(tract: _Tract) -> Array:
    air = tract.hiss("h", (0.05, 0.09), tract.between(-14, -6))
    voice = tract.voice("a", (0.07, 0.16), (0.9, 1.4)) * db_to_gain(tract.between(-9, -1))
    start = tract.between(0.03, 0.06)
    return _together((0.0, tract.burst("palate")), (0.004, air), (start, voice), rate=tract.rate)


def _pf(tract: _Tract) -> Array:
    air = tract.hiss("f", (0.09, 0.2), tract.between(-8, -1))
    return _together((0.0, tract.burst("lips")), (0.0, tract.pop() * 0.5), (0.004, air), rate=tract.rate)


def _psh(tract: _Tract) -> Array:
    air = tract.hiss("sh", (0.1, 0.22), tract.between(-6, 0))
    return _together((0.0, tract.burst("lips", -3.0)), (0.0, tract.pop() * 0.5), (0.005, air), rate=tract.rate)


def _kh(tract: _Tract) -> Array:
    air = tract.hiss("sh", (0.08, 0.18), tract.between(-8, -1))
    rasp = tract.hiss("h", (0.06, 0.14), tract.between(-12, -4))
    return _together((0.0, tract.burst("palate")), (0.004, air), (0.004, rasp), rate=tract.rate)


def _ts(tract: _Tract) -> Array:
    air = tract.hiss("s", (0.03, 0.09), tract.between(-6, 0), rise_s=0.003)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _t(tract: _Tract) -> Array:
    air = tract.hiss("s", (0.015, 0.035), tract.between(-12, -4), rise_s=0.002)
    return _together((0.0, tract.burst("teeth")), (0.003, air), rate=tract.rate)


def _tik(tract: _Tract) -> Array:
    air = tract.hiss("s", (0.02, 0.04), tract.between(-10, -3), rise_s=0.002)
    voice = tract.voice("i", (0.02, 0.04), (1.0, 1.4)) * db_to_gain(tract.between(-24, -14))
    return _together((0.0, tract.burst("teeth")), (0.004, air), (0.02, voice), rate=tract.rate)


def _tss(tract: _Tract) -> Array:
    air = tract.hiss("s", (0.25, 0.6), tract.between(-4, 0), rise_s=0.004)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _tsh(tract: _Tract) -> Array:
    air = tract.hiss("sh", (0.25, 0.6), tract.between(-4, 0), rise_s=0.004)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _pss(tract: _Tract) -> Array:
    air = tract.hiss("s", (0.25, 0.6), tract.between(-4, 0), rise_s=0.006)
    return _together((0.0, tract.burst("lips", -8.0)), (0.008, air), rate=tract.rate)


def _tok(tract: _Tract) -> Array:
    voice = tract.voice("o", (0.025, 0.05), (1.0, 1.5)) * db_to_gain(tract.between(-10, -2))
    close = tract.burst("palate", tract.between(-14, -6))
    return _together((0.0, tract.burst("teeth")), (0.006, voice), (0.045, close), rate=tract.rate)


def _k(tract: _Tract) -> Array:
    air = tract.hiss("h", (0.015, 0.03), tract.between(-18, -8))
    return _together((0.0, tract.burst("palate")), (0.003, air), rate=tract.rate)


def _click(tract: _Tract) -> Array:
    return tract.click()


_SAYINGS: dict[str, Callable[[_Tract], Array]] = {
    **{"boom": _boom, "b": _b, "doom": _doom, "puh": _puh, "dom": _dom, "bong": _bong, "dung": _dung},
    **{"ka": _ka, "pf": _pf, "psh": _psh, "kh": _kh, "ts": _ts, "t": _t, "tik": _tik},
    **{"tss": _tss, "tsh": _tsh, "pss": _pss, "tok": _tok, "k": _k, "click": _click},
}


def _fade(count: int, rate: int, rise_s: float) -> Array:
    """Return a rise to 1."""
    rise: Array = np.minimum(1.0, (np.arange(count) + 1.0) / max(1.0, rise_s * rate))
    return rise
