"""Spoken rhythms for tests: a synthesised mouth before a known microphone, seeded and cached."""

from functools import cache

import numpy as np

from drumlin.audio import MonoSound
from drumlin.synthesis.mouth import Speaker, say
from drumlin.synthesis.taping import Microphone, record
from drumlin.units import Waveform

RATE = 44100
FIRST_S, STEP_S = 0.3, 0.4
SPEAKER = Speaker(voice_hz=110.0, tract=1.0, hiss=1.0, tempo=1.0, pop_db=-3.0, breath_db=-30.0)


@cache
def spoken(
    *said: tuple[str, float], seed: int = 5, step_s: float = STEP_S, microphone: Microphone | None = None
) -> Waveform:
    """Return syllables with their levels in dB, one every `step_s` from `FIRST_S` on; read-only."""
    generator = np.random.default_rng(seed)
    strokes = [
        (FIRST_S + place * step_s, level_db, say(syllable, SPEAKER, RATE, generator))
        for place, (syllable, level_db) in enumerate(said)
    ]
    duration_s = FIRST_S + len(said) * step_s + 0.5
    waveform = record(strokes, duration_s, microphone or Microphone(), RATE, generator)
    waveform.flags.writeable = False
    return waveform


def sound(*said: tuple[str, float], **options: int) -> MonoSound:
    """Return the same as a decoded file."""
    return MonoSound(spoken(*said, **options), RATE, 1, "")
