"""Write what a synthesised mouth says into a microphone, "boom ts ka ts", for a browser that has no microphone.

Usage: python make_voice.py FILE
"""

import sys
from pathlib import Path

import numpy as np

from drumlin.audio import write_wav
from drumlin.synthesis.mouth import Speaker, say
from drumlin.synthesis.taping import Microphone, record

RATE, STEP_S, BEGIN_S, END_S = 48_000, 0.45, 0.8, 2.8
SAID = (("boom", 0.0), ("ts", -4.0), ("ka", -2.0), ("ts", -10.0))

generator = np.random.default_rng(5)
speaker = Speaker(voice_hz=110.0, tract=1.0, hiss=1.0, tempo=1.0, pop_db=-3.0, breath_db=-30.0)
strokes = [
    (BEGIN_S + place * STEP_S, level_db, say(syllable, speaker, RATE, generator))
    for place, (syllable, level_db) in enumerate(SAID)
]
write_wav(Path(sys.argv[1]), record(strokes, END_S, Microphone(), RATE, generator), RATE, encoding="16")
