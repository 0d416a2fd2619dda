"""Listening to a track: waveform or file in, tempo, beats, bars, key, form and windows out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..audio import read_mono
from ..errors import AudioError
from ..progress import Progress, ignore
from ..units import Array, Waveform
from .analysis import Features, analyse
from .barwise import tabulate_bars
from .form import BarForm, find_forms
from .heard import Form, Heard, Segment, Window
from .joins import frame_rows
from .key import find_key
from .key_path import follow_key
from .loops import is_loop, length_scores
from .periodicity import autocorrelate
from .placing import place_boundary
from .pulse import Pulse, follow_pulse
from .settings import ListenSettings
from .tempo import Tempo, TempoCandidate, find_tempo
from .tempo_curve import TempoCurve, follow_tempo

MAX_DURATION_S = 3600.0
"""Longer files are refused: about 1.5 GB of memory at 44.1 kHz is what an hour needs."""

MISSING_POINTS = 1 << 14
"""A third of a second may be missing of what the header counts: tags and padding of MP3 mislead many a header."""

STEPS = ("reading", "analysing", "tempo", "beats and bars", "key", "form")


def listen_to_file(
    path: Path, settings: ListenSettings | None = None, report: Callable[[Progress], None] = ignore
) -> Heard:
    """Listen to a file.

    Raises:
        AudioReadError: missing, no audio, damaged, empty, or longer than an hour; the message begins with the name.
        PreprocessError: silent, or with less than a second of sound.
    """
    return hear(analyse_file(path, report), settings, report)


def analyse_file(path: Path, report: Callable[[Progress], None] = ignore) -> Features:
    """Return the features of a file, for `hear` and whatever else looks at them; raises as `listen_to_file` does."""
    try:
        report(Progress(0, len(STEPS), "reading"))
        sound = read_mono(path, mix="mean", max_duration_s=MAX_DURATION_S, tolerance_points=MISSING_POINTS)
        report(Progress(1, len(STEPS), "analysing"))
        return analyse(sound.waveform, sound.sample_rate)
    except AudioError as error:
        raise type(error)(f"{path.name}: {error}") from error


def listen(waveform: Waveform, sample_rate: int, settings: ListenSettings | None = None) -> Heard:
    """Listen to a waveform.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        settings: windows, range of tempi; the usual ones if None.
    Raises:
        PreprocessError: silent, not a number, or with less than a second of sound.
    """
    return hear(analyse(waveform, sample_rate), settings)


def hear(
    features: Features, settings: ListenSettings | None = None, report: Callable[[Progress], None] = ignore
) -> Heard:
    """Return what features say; they may have been used for something else before."""
    settings = settings or ListenSettings()
    report(Progress(2, len(STEPS), "tempo"))
    known = length_scores(features.duration_s) if is_loop(features) else None
    tempo = find_tempo(autocorrelate(features.onsets), settings, known)
    curve = follow_tempo(features.onsets, tempo, settings, known)
    report(Progress(3, len(STEPS), "beats and bars"))
    pulse = follow_pulse(features, tempo, curve, settings)
    beats_s, bars = pulse.beats_s, pulse.bars
    report(Progress(4, len(STEPS), "key"))
    windows = _windows(features, pulse.curve)
    report(Progress(5, len(STEPS), "form"))
    segments, alternatives = _form(features, pulse, settings)
    report(Progress(len(STEPS), len(STEPS), "done"))
    return Heard(
        duration_s=features.duration_s,
        tempo=_steadied(tempo, beats_s),
        octave_confidence=tempo.octave_confidence,
        beats_s=_times(beats_s),
        downbeats_s=_times(beats_s[bars.downbeats]),
        meter=bars.meter,
        meter_confidence=bars.meter_confidence,
        key=find_key(features.chroma),
        tuning_cents=features.chroma.tuning_cents,
        segments=segments,
        alternatives=alternatives,
        windows=windows,
    )


def _steadied(tempo: Tempo, beats_s: Array) -> tuple[TempoCandidate, ...]:
    """Return the candidates, the first as the beats have it where they agree with it."""
    first, *others = tempo.candidates
    if len(beats_s) > 3:
        beaten = 60.0 / float(np.median(np.diff(beats_s)))
        if abs(np.log(beaten / first.bpm)) < 0.04:
            mean = _mean_tempo(beats_s, beaten)
            first = TempoCandidate(mean, first.probability)
    return (first, *others)


def _mean_tempo(beats_s: Array, near_bpm: float) -> float:
    """Return the tempo of the steps within 8 % of one, averaged: finer than any one step."""
    steps = np.diff(beats_s)
    good = np.abs(np.log(steps * near_bpm / 60.0)) < 0.08
    return 60.0 / float(steps[good].mean()) if good.any() else near_bpm


def _windows(features: Features, curve: TempoCurve) -> tuple[Window, ...]:
    ends = np.minimum(curve.start_s + curve.window_s, features.duration_s)
    spans = [(float(start_s), float(end_s)) for start_s, end_s in zip(curve.start_s, ends, strict=True)]
    keys = follow_key(features.chroma, spans)
    return tuple(
        Window(start_s, end_s, float(bpm), tempo.candidates, key)
        for (start_s, end_s), bpm, tempo, key in zip(spans, curve.bpm, curve.tempi, keys, strict=True)
    )


def _form(features: Features, pulse: Pulse, settings: ListenSettings) -> tuple[tuple[Segment, ...], tuple[Form, ...]]:
    edges_s, beats_s = pulse.edges_s, pulse.beats_s
    if len(edges_s) < 3:
        spans = [(0.0, features.duration_s)]
        return _segments(features, beats_s, spans, "A", [1.0]), ()
    forms = find_forms(tabulate_bars(features, edges_s), settings, pulse.joins, frame_rows(features))
    best, *others = forms.readings
    begins = [0.0, *_placed(features, pulse, best.starts[1:])]
    spans = list(zip(begins, [*begins[1:], features.duration_s], strict=True))
    confidence = [float(forms.boundary[bar]) for bar in best.starts]
    alternatives = tuple(_named(form, edges_s, features.duration_s) for form in others)
    return _segments(features, beats_s, spans, best.letters, confidence), alternatives


def _placed(features: Features, pulse: Pulse, bars: tuple[int, ...]) -> list[float]:
    """Return where these bars begin as parts: a hard join where it is, others on the beat near them that fits best."""
    edges_s = pulse.edges_s
    bar_s = float(np.median(np.diff(edges_s)))
    exact = [float(edges_s[bar]) for bar in bars]
    placed = [
        begin if bar in pulse.joins else place_boundary(features, begin, pulse.beats_s, bar_s)
        for bar, begin in zip(bars, exact, strict=True)
    ]
    return placed if placed == sorted(set(placed)) else exact


def _segments(
    features: Features, beats_s: Array, spans: list[tuple[float, float]], letters: str, confidence: list[float]
) -> tuple[Segment, ...]:
    keys = follow_key(features.chroma, spans)
    return tuple(
        Segment(start_s, end_s, letter, sure, _tempo_between(beats_s, start_s, end_s), key)
        for (start_s, end_s), letter, sure, key in zip(spans, letters, confidence, keys, strict=True)
    )


def _tempo_between(beats_s: Array, start_s: float, end_s: float) -> float | None:
    steps = np.diff(beats_s[(beats_s >= start_s - 1e-6) & (beats_s < end_s - 1e-6)])
    return _mean_tempo(np.append(0.0, np.cumsum(steps)), 60.0 / float(np.median(steps))) if len(steps) else None


def _named(form: BarForm, edges_s: Array, end_s: float) -> Form:
    starts = (0.0, *(float(edges_s[bar]) for bar in form.starts[1:]))
    return Form(starts, end_s, form.letters, form.probability)


def _times(times_s: Array) -> tuple[float, ...]:
    return tuple(float(time_s) for time_s in times_s)


__all__ = ["MAX_DURATION_S", "analyse_file", "hear", "listen", "listen_to_file"]
