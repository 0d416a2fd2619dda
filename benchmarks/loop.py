"""The loop, stage by stage: compose, render, listen, hear descriptors, as multiples of real time on one core.

A minute of every eighth descriptor is composed, rendered and heard again as `drumlin loop` does it. Beside it, in the
same run: librosa's beat tracker on the same sounds, which finds beats alone, and the study's windowing, which works
its features out anew for each window of 10 s in steps of 2 s, where Drumlin works them out once and pools them. Times
are those of the processor; what loads or compiles once is done before. Composing is measured for all descriptors,
each with its own multiple.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from drumlin.audio import resample
from drumlin.composing import Composition, compose, load_dictionary, request_timeline
from drumlin.instrument import default_instrument
from drumlin.listening import analyse, hear, hear_descriptors, pool_features
from drumlin.rendering import NoteCache, RenderSettings, render
from drumlin.units import Waveform

from .measuring import gate

DURATION_S, WINDOW_S, STRIDE_S = 60.0, 10.0, 2.0
EVERY, QUICK_EVERY = 8, 44
"""Of the descriptors, in order of their names: each so manieth is rendered."""

COMPOSE, RENDER, LISTEN = 1000.0, 30.0, 20.0
"""Gates: times real time on one core."""

ANALYSIS_RATE = 22_050


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    names = sorted(load_dictionary())
    _loop(names[0], NoteCache(), 1)  # what is loaded once
    composed = sorted(DURATION_S / _composing_s(name, 1 if quick else 3) for name in names)
    chosen = names[:: QUICK_EVERY if quick else EVERY]
    notes = NoteCache()
    stages = [_loop(name, notes, seed) for seed, name in enumerate(chosen)]
    total_s = len(chosen) * DURATION_S
    spent = {stage: sum(one[stage] for one in stages) for stage in ("compose", "render", "listen", "descriptors")}
    whole_s = sum(spent.values())
    rows = [_row(f"loop: {stage}", seconds, total_s, seconds / whole_s) for stage, seconds in spent.items()]
    rows.insert(0, _row("loop: all of it", whole_s, total_s, 1.0))
    rows += _baselines(chosen[:1] if quick else chosen[:4])
    median = composed[len(composed) // 2]
    rows.append({"what": f"composing, median of {len(names)} descriptors", "x real time": median})
    rows.append({"what": "composing, slowest descriptor", "x real time": composed[0]})
    heard_s = spent["listen"] + spent["descriptors"]
    return {
        "rows": rows,
        "gates": [
            _gate("composing, slowest descriptor", composed[0], COMPOSE),
            _gate("rendering", total_s / spent["render"], RENDER),
            _gate("listening, descriptors and all", total_s / heard_s, LISTEN),
        ],
    }


def _row(what: str, seconds: float, total_s: float, share: float | None = None) -> dict[str, Any]:
    return {"what": what, "seconds": seconds, "x real time": total_s / seconds, "share": share}


def _gate(what: str, speed: float, least: float) -> dict[str, Any]:
    return gate(f"times real time, {what}", speed, least, speed >= least)


def _composed(name: str, seed: int) -> Composition:
    return compose(request_timeline(name, DURATION_S, seed))


def _composing_s(name: str, rounds: int) -> float:
    """Return the least of some times: a disturbance must not count against a descriptor."""
    return min(_taken(lambda: _composed(name, 1))[0] for _ in range(rounds))


def _rendered(composition: Composition, notes: NoteCache, kit: int) -> tuple[Waveform, int]:
    mix = render(composition.score, default_instrument(), RenderSettings(variation=kit), cache=notes)
    return mix.waveform.mean(axis=0), mix.sample_rate


def _loop(name: str, notes: NoteCache, seed: int) -> dict[str, float]:
    """Return the processor's seconds of each stage for a minute of one descriptor."""
    compose_s, composition = _taken(lambda: _composed(name, seed))
    render_s, (sound, sample_rate) = _taken(lambda: _rendered(composition, notes, seed))
    listen_s, (features, heard) = _taken(lambda: _heard(sound, sample_rate))
    descriptors_s, _ = _taken(lambda: hear_descriptors(features, heard))
    return {"compose": compose_s, "render": render_s, "listen": listen_s, "descriptors": descriptors_s}


def _heard(sound: Waveform, sample_rate: int) -> tuple[Any, Any]:
    features = analyse(sound, sample_rate)
    return features, hear(features)


def _baselines(names: list[str]) -> list[dict[str, Any]]:
    """Return rows of what one would use instead, on some of the same sounds."""
    import librosa

    notes = NoteCache()
    sounds = [_rendered(_composed(name, seed), notes, seed) for seed, name in enumerate(names)]
    low = [resample(sound, sample_rate, ANALYSIS_RATE) for sound, sample_rate in sounds]
    librosa.beat.beat_track(y=low[0], sr=ANALYSIS_RATE)
    beats_s = sum(_taken(lambda one=one: librosa.beat.beat_track(y=one, sr=ANALYSIS_RATE))[0] for one in low)
    once_s = sum(_taken(lambda one=one: _pooled_once(one))[0] for one in low)
    anew_s = sum(_taken(lambda one=one: _pooled_anew(one))[0] for one in low)
    total_s = len(names) * DURATION_S
    return [
        _row("librosa beat_track alone", beats_s, total_s),
        _row("windows, features worked out once", once_s, total_s),
        _row("windows, features worked out for each, as in the study", anew_s, total_s),
    ]


def _spans() -> list[tuple[float, float]]:
    return [(start_s, start_s + WINDOW_S) for start_s in np.arange(0.0, DURATION_S - WINDOW_S + 0.01, STRIDE_S)]


def _pooled_once(sound: Waveform) -> Any:
    return pool_features(analyse(sound, ANALYSIS_RATE), _spans())


def _pooled_anew(sound: Waveform) -> list[Any]:
    edges = [(round(start_s * ANALYSIS_RATE), round(end_s * ANALYSIS_RATE)) for start_s, end_s in _spans()]
    return [pool_features(analyse(sound[start:end], ANALYSIS_RATE), [(0.0, WINDOW_S)]) for start, end in edges]


def _taken(call: Callable[[], Any]) -> tuple[float, Any]:
    begun_s = time.process_time()
    found = call()
    return time.process_time() - begun_s, found
