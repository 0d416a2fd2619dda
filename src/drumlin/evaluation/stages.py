"""The measures of one system, in stages that can be kept one by one; each returns JSON content.

An instrument and the real sounds go through the same functions.
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ..units import Array, Waveform
from .bench import Bench, Case
from .comparison import REFERENCE, TRAIN, embed_all, write_embedded
from .continuity import plane_continuity
from .drawing import draw
from .embeddings import Embedding, LogMelStatistics
from .fidelity import compare_pairs
from .gallery import TILES, write_sounds, write_tiles
from .instruments import score_sounds
from .redrawing import redraw_noise
from .summaries import mean_over_kits, quantile_over_kits
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
    """Let the instrument give unseen sounds back, each dropped on it as on the page."""
    bench, instrument = case.bench, case.instrument
    rows = rebuilt_rows(case)
    made, whole_db = [], []
    for row in rows:
        dropped = bench.dataset.waveforms[bench.reference.rows[row]]
        location = instrument.locate(dropped, bench.dataset.sample_rate)
        made.append(judged_window(instrument.play(location.note), instrument.sample_rate))
        whole_db.append(location.fit_db)
    kits = [bench.reference.kits[row] for row in rows]
    whole = mean_over_kits(np.array(whole_db), kits, bench.settings.resamples)
    return {**_fidelity(bench, rows, np.stack(made)), "whole_log_mel_db": whole}


def rebuilt_rows(case: Case) -> Array:
    """Return which sounds of the reference an instrument is asked to give back."""
    count = len(case.bench.reference)
    if not case.instrument.has_encoder:
        count = min(count, case.bench.settings.searched)
    rows: Array = np.linspace(0, len(case.bench.reference) - 1, count).round().astype(int)
    return rows


def real_reconstruction(bench: Bench, folder: Path) -> dict[str, Any]:
    """Compare each unseen sound with itself, its noise drawn anew: the floor, which no model passes."""
    generator = np.random.default_rng(bench.settings.seed)
    redrawn = np.stack([redraw_noise(window, generator) for window in bench.reference.windows])
    return _fidelity(bench, np.arange(len(redrawn)), redrawn)


def _fidelity(bench: Bench, rows: Array, made: Waveform) -> dict[str, Any]:
    """Return how far windows (M, T) are from those of the reference that they were made of."""
    found = compare_pairs(bench.reference.windows[rows], made, JUDGED_RATE)
    kits, resamples = [bench.reference.kits[row] for row in rows], bench.settings.resamples
    means = {name: mean_over_kits(values, kits, resamples) for name, values in vars(found).items()}
    return {
        "count": len(rows),
        **means,
        "log_mel_median_db": quantile_over_kits(found.log_mel_db, kits, resamples),
        "attack_median_ms": quantile_over_kits(found.attack_ms, kits, resamples),
    }


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

REAL_STAGES: dict[str, RealStage] = {
    "gallery": real_gallery,
    "embeddings": real_embeddings,
    "reconstruction": real_reconstruction,
    "defects": real_defects,
}
