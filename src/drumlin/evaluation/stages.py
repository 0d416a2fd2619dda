"""The measures of one system, in stages that can be kept one by one; each returns JSON content.

An instrument and the real sounds go through the same functions.
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ..features import log_mel_distance_db
from ..units import Array, Waveform
from .bench import Bench, Case
from .continuity import plane_continuity
from .gallery import TILES, write_sounds, write_tiles
from .instruments import score_sounds
from .window import JUDGED_RATE, judged_window

Stage = Callable[[Case, Path], dict[str, Any]]
RealStage = Callable[[Bench, Path], dict[str, Any]]


def gallery(case: Case, folder: Path) -> dict[str, Any]:
    """Draw and write `TILES` random hits of each class."""
    shown = {label: _rows(case.bench.asked * case.bench.settings.repeats, label) for label in set(case.bench.asked)}
    return {
        label: _show(folder, label, case.windows[rows], [case.hits.waveforms[row] for row in rows], case)
        for label, rows in sorted(shown.items())
    }


def _show(folder: Path, label: str, windows: Waveform, sounds: list[Waveform], case: Case) -> dict[str, Any]:
    stem = label or "any"
    write_tiles(folder / f"{stem}.png", windows)
    return {"picture": f"{stem}.png", "sounds": write_sounds(folder, stem, sounds, case.instrument.sample_rate)}


def real_gallery(bench: Bench, folder: Path) -> dict[str, Any]:
    """Draw and write real hits of each class, out of the reference."""
    shown = {}
    for label in sorted(set(bench.asked)):
        rows, stem = _rows(bench.reference.labels, label), label or "any"
        write_tiles(folder / f"{stem}.png", bench.reference.windows[rows])
        sounds = [bench.dataset.waveforms[bench.reference.rows[row]] for row in rows]
        names = write_sounds(folder, stem, sounds, bench.dataset.sample_rate)
        shown[label] = {"picture": f"{stem}.png", "sounds": names}
    return shown


def defects(case: Case, folder: Path) -> dict[str, Any]:
    """Look for defects at random places."""
    return asdict(score_sounds(case.anywhere.waveforms, case.instrument.sample_rate))


def real_defects(bench: Bench, folder: Path) -> dict[str, Any]:
    """Look for the same in real sounds."""
    return asdict(score_sounds(bench.whole(bench.reference), bench.dataset.sample_rate))


def reconstruction(case: Case, folder: Path) -> dict[str, Any]:
    """Let the instrument give unseen sounds back."""
    rows = rebuilt_rows(case)
    made = np.stack([rebuild(case, row) for row in rows])
    real = case.bench.reference.windows[rows]
    distances = [log_mel_distance_db(a, b, JUDGED_RATE) for a, b in zip(real, made, strict=True)]
    return {"count": len(rows), "log_mel_db": float(np.mean(distances))}


def rebuilt_rows(case: Case) -> Array:
    """Return which sounds of the reference an instrument is asked to give back."""
    count = len(case.bench.reference)
    if not case.instrument.has_encoder:
        count = min(count, case.bench.settings.searched)
    rows: Array = np.linspace(0, len(case.bench.reference) - 1, count).round().astype(int)
    return rows


def rebuild(case: Case, row: int) -> Waveform:
    """Return the judged window of what an instrument plays for a sound of the reference that was dropped on it."""
    bench, instrument = case.bench, case.instrument
    dropped = bench.dataset.waveforms[bench.reference.rows[row]]
    note = instrument.locate(dropped, bench.dataset.sample_rate).note
    return judged_window(instrument.play(note), instrument.sample_rate)


def playability(case: Case, folder: Path) -> dict[str, Any]:
    """Walk over the plane."""
    instrument, settings = case.instrument, case.bench.settings

    def play(places: Array) -> Waveform:
        sounds: Waveform = instrument.decode(
            instrument.map(places.astype(np.float32)),
            classes=instrument.classes_at(places) if instrument.classes else None,
        )
        return sounds

    return asdict(plane_continuity(play, instrument.sample_rate, settings.seed, settings.lines))


STAGES: dict[str, Stage] = {
    "gallery": gallery,
    "reconstruction": reconstruction,
    "playability": playability,
    "defects": defects,
}
"""In the order in which they are run: what is soon done and tells most comes first."""

REAL_STAGES: dict[str, RealStage] = {"gallery": real_gallery, "defects": real_defects}


def _rows(labels: tuple[str, ...], label: str) -> list[int]:
    """Return the positions of at most `TILES` sounds of a class."""
    return [row for row, asked in enumerate(labels) if asked == label][:TILES]
