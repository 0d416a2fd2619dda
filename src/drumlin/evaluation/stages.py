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
from .comparison import REFERENCE, TRAIN, embed_all, write_embedded
from .continuity import plane_continuity
from .drawing import draw
from .embeddings import Embedding, LogMelStatistics
from .gallery import TILES, write_sounds, write_tiles
from .instruments import score_sounds
from .window import JUDGED_RATE, judged_window, judged_windows

EMBEDDINGS: tuple[Embedding, ...] = (LogMelStatistics(),)

HITS = "hits.npz"
"""File of an instrument's embeddings."""

Stage = Callable[[Case, Path], dict[str, Any]]
RealStage = Callable[[Bench, Path], dict[str, Any]]


def gallery(case: Case, folder: Path) -> dict[str, Any]:
    """Draw and write `TILES` random hits of each class."""
    shown, rate = {}, case.instrument.sample_rate
    for number, label in enumerate(sorted(set(case.bench.asked)), 1):
        sounds = draw(case.instrument, [label] * TILES, case.bench.settings.seed).waveforms
        shown[label] = _show(folder, f"class-{number:02d}", judged_windows(sounds, rate), list(sounds), rate)
    return shown


def real_gallery(bench: Bench, folder: Path) -> dict[str, Any]:
    """Draw and write up to `TILES` real hits of each class, out of the reference."""
    shown, reference = {}, bench.reference
    for number, label in enumerate(sorted(set(bench.asked)), 1):
        rows = [row for row, name in enumerate(reference.labels) if name == label]
        some = np.random.default_rng(bench.settings.seed).permutation(rows)[:TILES]
        sounds = [bench.dataset.waveforms[reference.rows[row]] for row in some]
        shown[label] = _show(folder, f"class-{number:02d}", reference.windows[some], sounds, bench.dataset.sample_rate)
    return shown


def _show(folder: Path, stem: str, windows: Waveform, sounds: list[Waveform], sample_rate: int) -> dict[str, Any]:
    write_tiles(folder / f"{stem}.png", windows)
    return {"picture": f"{stem}.png", "sounds": write_sounds(folder, stem, sounds, sample_rate)}


def embeddings(case: Case, folder: Path) -> dict[str, Any]:
    """Embed the hits that the distribution is compared on."""
    write_embedded(folder / HITS, embed_all(case.first_windows, EMBEDDINGS))
    return {"count": len(case.first_windows)}


def real_embeddings(bench: Bench, folder: Path) -> dict[str, Any]:
    """Embed all real sounds, those learned from and those not."""
    for name, real in ((REFERENCE, bench.reference), (TRAIN, bench.train)):
        write_embedded(folder / f"{name}.npz", embed_all(real.windows, EMBEDDINGS))
    return {"count": len(bench.reference)}


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
    "embeddings": embeddings,
    "reconstruction": reconstruction,
    "playability": playability,
    "defects": defects,
}
"""In the order in which they are run: what is soon done and tells most comes first."""

REAL_STAGES: dict[str, RealStage] = {"gallery": real_gallery, "embeddings": real_embeddings, "defects": real_defects}
