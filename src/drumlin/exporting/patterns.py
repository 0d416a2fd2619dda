"""A spoken rhythm to files: MIDI for a sampler, and a mix of sounds that play it. Shape letter: `T` points."""

import io
from collections.abc import Sequence

import mido
import numpy as np

from ..audio import fade_out, resample
from ..audio.files import MonoSound
from ..features.loudness import weighting_gain
from ..imitating import Beat
from ..units import Array, Waveform, db_to_gain

RATE = 44_100
"""Of the mix, Hz."""

TICKS, TEMPO_BPM = 480, 120
"""Of the MIDI file: times are as they were said, a tick is about a millisecond, and no beat is guessed."""

CHANNEL = 9
"""Of drums in General MIDI, counted from 0."""

KEYS: dict[str, tuple[int, ...]] = {
    "kick": (36, 35),
    "tom": (45, 47, 50, 41),
    "snare": (38, 40, 39),
    "closed hat": (42, 44),
    "open hat": (46, 49, 51),
    "rim": (37, 56, 76),
}
"""Keys of General MIDI for each class; a second list of a class takes the second."""

_SPARE = range(60, 128)
_LENGTH_S = 0.05
_PEAK_DB = -1.0


def encode_pattern(pattern: Sequence[Beat], classes: Sequence[str]) -> bytes:
    """Return a MIDI file of one track.

    Args:
        pattern: when, how hard, and by which list.
        classes: what each list is called: one of `KEYS`.
    """
    keys = pattern_keys(classes)
    per_second = TICKS * TEMPO_BPM / 60.0
    events = []
    for beat in pattern:
        strength = max(1, min(127, round(127 * beat.velocity)))
        events.append((round(per_second * beat.at_s), 1, "note_on", keys[beat.which], strength))
        events.append((round(per_second * (beat.at_s + _LENGTH_S)), 0, "note_off", keys[beat.which], 0))
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="by voice")])
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(TEMPO_BPM)))
    now = 0
    for tick, _, kind, key, strength in sorted(events):
        track.append(mido.Message(kind, channel=CHANNEL, note=key, velocity=strength, time=tick - now))
        now = tick
    buffer = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=TICKS, tracks=[track]).save(file=buffer)
    return buffer.getvalue()


def pattern_keys(classes: Sequence[str]) -> list[int]:
    """Return the MIDI key of each list; no two share one."""
    taken: list[int] = []
    for name in classes:
        taken.append(next(key for key in (*KEYS.get(name, ()), *_SPARE) if key not in taken))
    return taken


def mix_pattern(pattern: Sequence[Beat], sounds: Sequence[MonoSound]) -> Waveform:
    """Return a pattern played by one sound a list, float32 (T,) at `RATE`, its peak at -1 dB.

    The sounds are brought to the same loudness first; a sound of a list ends where the list's next one begins.
    """
    voices = [_level(one) for one in sounds]
    ends = [beat.at_s * RATE + len(voices[beat.which]) for beat in pattern]
    total = np.zeros(int(max(ends)) + 1)
    for place, beat in enumerate(pattern):
        start = round(beat.at_s * RATE)
        following = [round(one.at_s * RATE) for one in pattern[place + 1 :] if one.which == beat.which]
        part = voices[beat.which][: (following[0] - start) if following else None]
        total[start : start + len(part)] += beat.gain * fade_out(part, min(len(part), RATE // 200))
    mixed: Waveform = (total * db_to_gain(_PEAK_DB) / max(float(np.abs(total).max()), 1e-9)).astype(np.float32)
    return mixed


def _level(sound: MonoSound) -> Waveform:
    """Return a sound at the rate of the mix, its loudest 0.1 s at the same weighted level as of all others."""
    waveform = resample(sound.waveform, sound.sample_rate, RATE)
    heard: Array = np.fft.irfft(np.fft.rfft(waveform, 2 * len(waveform)) * _weights(2 * len(waveform)))[: len(waveform)]
    energy = np.concatenate([[0.0], np.cumsum(np.square(heard))])
    size = min(RATE // 10, len(heard))
    most = float((energy[size:] - energy[:-size]).max()) if size else 0.0
    level: Waveform = (waveform / max(np.sqrt(most), 1e-6)).astype(np.float32)
    return level


def _weights(points: int) -> Array:
    """Return the meter's weighting of a transform; by Fourier, as loading filters takes longer than playing."""
    gain: Array = weighting_gain(np.fft.rfftfreq(points, 1.0 / RATE), RATE)
    return gain
