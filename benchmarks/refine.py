"""Finding sounds again, and coming nearer to foreign ones, on the built-in instrument and one thread.

Its own sounds are played at random places with random variations and dropped without what their files tell. Foreign
ones are unseen real drums, the middle file of each class, where `../shared/data/drums/valid` is there. Seconds are
those of the processor, so that other work does not count.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from drumlin.audio import read_mono
from drumlin.features import log_mel_distance_db
from drumlin.instrument import Instrument, Note, default_instrument, random_notes, refine
from drumlin.instrument.note import MAX_SEED
from drumlin.progress import Progress

from .measuring import gate

FOREIGN = Path(__file__).resolve().parents[2] / "shared/data/drums/valid"
OWN_SOUNDS, FOREIGN_SOUNDS = 100, 12
MARKS_S = (1.0, 3.0, 10.0)
NEAR, NEAR_DB = 0.05, 1.0
"""An own sound is found again so near to its place, on a plane of side 2, and sounding so much the same."""


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    instrument = default_instrument()
    instrument.locate(instrument.at(0.0, 0.0), instrument.sample_rate)  # what is worked out once
    own = _own_row(instrument, 10 if quick else OWN_SOUNDS)
    rows = [own, *_foreign_rows(instrument, foreign_sounds()[: 3 if quick else FOREIGN_SOUNDS])]
    share = own["found again"]
    return {"rows": rows, "gates": [gate("own sounds within 0.05 and 1 dB", share, 1.0, share == 1.0)]}


def _own_row(instrument: Instrument, count: int) -> dict[str, Any]:
    generator = np.random.default_rng(0)
    notes = [
        replace(note, seed=int(generator.integers(0, MAX_SEED + 1))) for note in random_notes(Note(), count, seed=7)
    ]
    found = np.array([_found_again(instrument, note) for note in notes])
    apart, distances, seconds = found.T
    return {
        "sounds": f"{count} of its own",
        "found again": float(((apart <= NEAR) & (distances <= NEAR_DB)).mean()),
        "distance, median": float(np.median(apart)),
        "distance, largest": float(apart.max()),
        "again dB": float(np.median(distances)),
        "largest dB": float(distances.max()),
        "locate s": float(np.median(seconds)),
    }


def _found_again(instrument: Instrument, note: Note) -> tuple[float, float, float]:
    sound, begun_s = instrument.play(note), time.process_time()
    found = instrument.locate(sound, instrument.sample_rate).note
    seconds = time.process_time() - begun_s
    distance_db = log_mel_distance_db(sound, instrument.play(found), instrument.sample_rate)
    return float(np.hypot(found.x - note.x, found.y - note.y)), distance_db, seconds


def foreign_sounds() -> list[Path]:
    """Return the middle file of each class of unseen real drums; empty where they are not at hand."""
    folders = sorted(FOREIGN.iterdir()) if FOREIGN.exists() else []
    files = [sorted(folder.iterdir()) for folder in folders]
    return [some[len(some) // 2] for some in files if some]


def _foreign_rows(instrument: Instrument, paths: list[Path]) -> list[dict[str, Any]]:
    rows = [{"sounds": path.parent.name, **_refined(instrument, path)} for path in paths]
    numbers = [name for name in (rows[0] if rows else {}) if name != "sounds"]
    for word, middle in (("median", np.median), ("mean", np.mean)):
        if rows:
            summary = {name: float(middle([row[name] for row in rows[: len(paths)]])) for name in numbers}
            rows.append({"sounds": f"{len(paths)} unseen, {word}", **summary})
    return rows


def _refined(instrument: Instrument, path: Path) -> dict[str, float]:
    sound, begun_s = read_mono(path), time.process_time()
    start = instrument.locate(sound.waveform, sound.sample_rate)
    located_s, reached = time.process_time(), dict.fromkeys(MARKS_S, start.fit_db)

    def is_over() -> bool:
        return time.process_time() - located_s >= MARKS_S[-1]

    def hear(progress: Progress) -> None:
        for mark in MARKS_S:
            if time.process_time() - located_s <= mark:
                reached[mark] = min(reached[mark], progress.metrics["distance_db"])

    found = refine(instrument, sound.waveform, sound.sample_rate, start, seconds=1e9, report=hear, stopped=is_over)
    reached[MARKS_S[-1]] = found.fit_db
    marks = {f"{mark:g} s dB": distance_db for mark, distance_db in reached.items()}
    return {"start dB": start.fit_db, "locate s": located_s - begun_s, **marks}
