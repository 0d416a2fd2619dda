"""Rendering a whole piece: how many times faster than it plays, without notes in the cache and with them.

The piece is a minute of a full band, about 16 notes a second, in two regions with a room, a tilt and some drive. The
same with a kit and pitches that were heard before is the common case of many pieces of one style. Times are those of
the processor, so that other work does not count; shares are of the steps that rendering reports.
"""

import time
from itertools import pairwise
from typing import Any

import numpy as np

from drumlin.composing.score import Part, Score, ScoreNote, ScoreRegion, Sound
from drumlin.instrument import Instrument, default_instrument
from drumlin.progress import Progress
from drumlin.rendering import PATCHES, NoteCache, RenderSettings, held_note, render

from .measuring import gate

TARGET = 30.0
"""Times real time on one core, of a full mix."""

BEAT_S, BARS = 0.5, 30
PARTS = (
    Part("kit", "drums", "", "drums"),
    Part("bass", "bass", "bass_saw", "bass"),
    Part("pad", "pad", "pad_strings", "harmony", -2.0),
    Part("keys", "keys", "keys_piano", "harmony", -1.0, -0.2),
    Part("pluck", "pluck", "pluck_guitar", "harmony", -2.0, 0.3),
    Part("lead", "lead", "lead_saw", "lead"),
)
CHORDS = ((57, 60, 64), (53, 57, 60), (60, 64, 67), (55, 59, 62))


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    instrument = default_instrument()
    piece = band(8 if quick else BARS)
    render(band(1), instrument, RenderSettings(variation=1))  # what is loaded once
    rounds = [_round(piece, instrument) for _ in range(1 if quick else 5)]
    rows = []
    for name in ("cold", "warm"):
        runs = [round_[name] for round_ in rounds]
        rows.append({"what": f"a minute of a band, cache {name}", **_median(runs)})
    by_role: dict[str, list[float]] = {}
    for name in PATCHES:
        by_role.setdefault(name.split("_")[0], []).append(_note_ms(name))
    rows += [{"what": f"a note of 1.4 s: {role}", "ms": float(np.mean(times))} for role, times in by_role.items()]
    return {
        "rows": rows,
        "gates": [
            gate(f"times real time, {row['what']}", row["x real time"], TARGET, row["x real time"] >= TARGET)
            for row in rows[:2]
        ],
    }


def band(bars: int) -> Score:
    """Return a piece for a full band, two bars to a chord, half of it in each of two regions."""
    generator = np.random.default_rng(11)
    notes: list[ScoreNote] = []
    for bar in range(bars):
        start_s, chord = bar * 4 * BEAT_S, CHORDS[bar // 2 % 4]
        notes += [ScoreNote("pad", start_s, 3.8 * BEAT_S, 0.6, pitch) for pitch in chord]
        for step in range(16):
            at_s, loud = start_s + step * BEAT_S / 4, float(0.55 + 0.35 * (step % 4 == 0) + generator.uniform(0, 0.1))
            drums = {"hihat_closed": step % 2 == 0, "kick": step in (0, 7, 10), "snare": step in (4, 12)}
            drums |= {"shaker": step % 4 == 2, "hihat_open": step == 14, "crash": step == 0 and bar % 8 == 0}
            notes += [ScoreNote("kit", at_s, 0.1, loud, drum=drum, repeat=step) for drum, on in drums.items() if on]
            if step % 4 in (0, 3):
                notes.append(ScoreNote("bass", at_s, 0.2, loud, chord[0] - 24))
            if step in (0, 6):
                notes += [ScoreNote("keys", at_s, 0.6, loud, pitch) for pitch in chord]
            if step % 4 == 2:
                notes.append(ScoreNote("pluck", at_s, 0.4, loud, chord[step // 4 % 3] + 12))
            if step in (3, 8, 11):
                notes.append(ScoreNote("lead", at_s, 0.3, loud, chord[int(generator.integers(0, 3))] + 12))
    notes.sort(key=lambda note: note.onset_s)
    half_s, end_s = bars // 2 * 4 * BEAT_S, bars * 4 * BEAT_S
    sounds = (Sound(tilt_db=-0.3), Sound(1.2, -13.0, 0.7, 3.0, 0.2, -14.0))
    spans = ((0.0, half_s), (half_s, end_s))
    regions = tuple(
        ScoreRegion(f"r{number}", "bench", start_s, stop_s, "ring_out", sound, _between(notes, start_s, stop_s))
        for number, ((start_s, stop_s), sound) in enumerate(zip(spans, sounds, strict=True))
        if stop_s > start_s
    )
    return Score(end_s + 2.0, 11, PARTS, regions)


def _between(notes: list[ScoreNote], start_s: float, stop_s: float) -> tuple[ScoreNote, ...]:
    return tuple(note for note in notes if start_s <= note.onset_s < stop_s)


def _round(piece: Score, instrument: Instrument) -> dict[str, dict[str, float]]:
    cache = NoteCache()
    return {name: _timed(piece, instrument, cache) for name in ("cold", "warm")}


def _timed(piece: Score, instrument: Instrument, cache: NoteCache) -> dict[str, float]:
    marks: list[tuple[str, float]] = []

    def mark(progress: Progress) -> None:
        marks.append((progress.message.split(": ")[-1], time.process_time()))

    misses = cache.misses
    render(piece, instrument, cache=cache, report=mark)
    whole_s = marks[-1][1] - marks[0][1]
    shares = dict.fromkeys(("notes", "mix", "master"), 0.0)
    for (name, begun_s), (_, ended_s) in pairwise(marks):
        if name in shares:
            shares[name] += 100.0 * (ended_s - begun_s) / whole_s
    played = sum(len(region.notes) for region in piece.regions)
    return {
        "x real time": piece.duration_s / whole_s,
        "notes/s": played / piece.duration_s,
        "made": float(cache.misses - misses),
        **{f"{name} %": share for name, share in shares.items()},
    }


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.median([run_[name] for run_ in runs])) for name in runs[0]}


def _note_ms(name: str) -> float:
    pitches = (40, 52, 64)
    held_note(name, 60, 0, 1.4)
    begun_s = time.process_time()
    for pitch in pitches:
        held_note(name, pitch, PATCHES[name].strokes - 1, 1.4)
    return 1e3 * (time.process_time() - begun_s) / len(pitches)
