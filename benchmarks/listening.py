"""Listening to a three-minute track, stage by stage, beside librosa's beat tracker alone; one thread, processor time.

The track is a synthesised piece, repeated, at 44.1 kHz. Decoding the file is not part of it. librosa's first call,
which compiles, does not count.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.music import RATE, Wishes, at_rate, compose, render

from drumlin.listening import ListenSettings, analyse, hear
from drumlin.listening.analysis import FRAME_RATE
from drumlin.listening.bars import find_bars
from drumlin.listening.barwise import tabulate_bars
from drumlin.listening.beats import find_beats
from drumlin.listening.form import find_forms
from drumlin.listening.joins import find_joins
from drumlin.listening.key import find_key
from drumlin.listening.key_path import follow_key
from drumlin.listening.periodicity import autocorrelate
from drumlin.listening.pulse import bar_edges
from drumlin.listening.stretches import Stretch, find_stretches
from drumlin.listening.tempo import find_tempo
from drumlin.listening.tempo_curve import follow_tempo

from .measuring import gate

SAMPLE_RATE = 44_100
DURATION_S = 180.0
LEAST_SPEED = 20.0
"""Times real time that the whole must reach on one core."""


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    rounds = 1 if quick else 5
    piece = at_rate(render(compose(0, "held", Wishes(kind="band"))), SAMPLE_RATE)
    track = np.resize(piece, round(DURATION_S * SAMPLE_RATE)).astype(np.float32)
    stages = _stages(track)
    whole_s = _seconds(lambda: hear(analyse(track, SAMPLE_RATE)), rounds)
    rows = [{"what": "all of it", "seconds": whole_s, "x real time": DURATION_S / whole_s, "share": 1.0}]
    for name, call in stages.items():
        seconds = _seconds(call, rounds)
        rows.append({"what": name, "seconds": seconds, "x real time": DURATION_S / seconds, "share": seconds / whole_s})
    other_s = _seconds(_librosa(at_rate_analysis(track)), rounds)
    rows.append({"what": "librosa beat_track", "seconds": other_s, "x real time": DURATION_S / other_s, "share": 0.0})
    speed = DURATION_S / whole_s
    return {"rows": rows, "gates": [gate("x real time", speed, LEAST_SPEED, speed >= LEAST_SPEED)]}


def at_rate_analysis(track: np.ndarray) -> np.ndarray:
    """Return the track at the rate at which librosa works too."""
    from drumlin.audio import resample

    return resample(track, SAMPLE_RATE, RATE)


def _stages(track: np.ndarray) -> dict[str, Callable[[], Any]]:
    settings = ListenSettings()
    features = analyse(track, SAMPLE_RATE)
    tempo = find_tempo(autocorrelate(features.onsets), settings)
    curve = follow_tempo(features.onsets, tempo, settings)
    bpm = curve.at(np.arange(features.frame_count) / FRAME_RATE)
    beats_s = find_beats(features.onsets, bpm)
    bars = find_bars(features, beats_s)
    edges_s = bar_edges(Stretch(0.0, features.duration_s), beats_s[bars.downbeats], is_last=True)
    spans = [(float(start_s), float(start_s) + curve.window_s) for start_s in curve.start_s]
    return {
        "analysing": lambda: analyse(track, SAMPLE_RATE),
        "tempo": lambda: follow_tempo(features.onsets, tempo, settings),
        "joins": lambda: find_stretches(features, find_joins(features).tolist(), settings),
        "beats": lambda: find_beats(features.onsets, bpm),
        "bars": lambda: find_bars(features, beats_s),
        "key": lambda: (find_key(features.chroma), follow_key(features.chroma, spans)),
        "form": lambda: find_forms(tabulate_bars(features, edges_s), settings),
    }


def _librosa(sound: np.ndarray) -> Callable[[], Any]:
    import librosa

    return lambda: librosa.beat.beat_track(y=sound, sr=RATE)


def _seconds(call: Callable[[], Any], rounds: int) -> float:
    """Return the least processor time of some calls, after one that does not count."""
    call()
    taken = []
    for _ in range(rounds):
        begun_s = time.process_time()
        call()
        taken.append(time.process_time() - begun_s)
    return min(taken)
