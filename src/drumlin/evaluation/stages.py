"""All measures of one system, in stages that can be kept one by one; each returns JSON content.

Here stand those of the instrument as a whole; those of its hits are in `hit_stages`.
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ..features import log_mel_distance_db
from ..units import Array, Waveform
from .bench import Bench, Case, Tell
from .defects import DefectCounts, count_defects, survey_defects
from .drawing import notes_for
from .families import family_of
from .fidelity import compare_pairs
from .frozen import load_classifier
from .gallery import write_sounds
from .hit_stages import (
    embeddings,
    gallery,
    highs,
    originality,
    real_embeddings,
    real_gallery,
    real_highs,
    real_originality,
    real_recognised,
    recognised,
)
from .playability import plane_cells, plane_steps
from .redrawing import redraw_noise
from .sliders import score_sliders
from .summaries import mean_over_kits, quantile_over_kits, share_of
from .window import JUDGED_RATE, judged_window

RETURN_DISTANCE, RETURN_DB = 0.05, 1.0
"""A sound has returned if it is found this near to its place, on a plane of side 2, and sounds this much the same."""

EXAMPLES = 3
"""Sounds that can be heard of each defect."""

Stage = Callable[[Case, Path, Tell], dict[str, Any]]
RealStage = Callable[[Bench, Path, Tell], dict[str, Any]]


def defects(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Look for defects at random points, and keep some sounds that have one."""
    instrument, settings = case.instrument, case.bench.settings
    survey = survey_defects(instrument, settings.count, settings.seed, on_sound=tell)
    heard = {}
    for name, notes in survey.examples.items():
        sounds = [instrument.raw(note) for note in notes[:EXAMPLES]]
        heard[name] = write_sounds(folder, name, sounds, instrument.sample_rate)
    return {**_counted(survey.counts), "examples": {name: files for name, files in heard.items() if files}}


def real_defects(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
    """Look for the same in the real sounds that are learned from: what is found there is a false alarm, or theirs."""
    some = np.random.default_rng(bench.settings.seed).permutation(bench.train.rows)[: bench.settings.count]
    return _counted(count_defects((bench.dataset.waveforms[row] for row in some), bench.dataset.sample_rate))


def _counted(counts: DefectCounts) -> dict[str, Any]:
    shares = {name: share_of(count, counts.sounds) for name, count in counts.counts.items()}
    levels = {"tail_median_db": counts.tail_median_db, "tail_p95_db": counts.tail_p95_db}
    return {"count": counts.sounds, "any": share_of(counts.any, counts.sounds), **levels, "shares": shares}


def reconstruction(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Let the instrument give unseen sounds back, each dropped on it as on the page."""
    bench, instrument = case.bench, case.instrument
    rows = rebuilt_rows(case)
    made, whole_db = [], []
    for done, row in enumerate(rows, 1):
        dropped = bench.dataset.waveforms[bench.reference.rows[row]]
        location = instrument.locate(dropped, bench.dataset.sample_rate)
        made.append(judged_window(instrument.play(location.note), instrument.sample_rate))
        whole_db.append(location.fit_db)
        tell(done, len(rows))
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


def real_reconstruction(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
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


def returning(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Drop sounds of the instrument itself on it, without what their files tell: does it find them again?"""
    instrument, settings = case.instrument, case.bench.settings
    count = settings.returned if instrument.has_encoder else min(settings.returned, settings.searched)
    distances, errors_db = [], []
    for done, note in enumerate(notes_for(instrument, [""] * count, settings.seed), 1):
        sound = instrument.play(note)
        found = instrument.locate(sound, instrument.sample_rate).note
        distances.append(float(np.hypot(found.x - note.x, found.y - note.y)))
        errors_db.append(log_mel_distance_db(sound, instrument.play(found), instrument.sample_rate))
        tell(done, count)
    near, same = np.array(distances) <= RETURN_DISTANCE, np.array(errors_db) <= RETURN_DB
    return {
        "count": count,
        "returned": share_of(int((near & same).sum()), count),
        "distance_median": float(np.median(distances)),
        "distance_max": max(distances),
        "log_mel_median_db": float(np.median(errors_db)),
        "log_mel_max_db": max(errors_db),
    }


def plane(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Walk over the plane, and ask what its cells hold."""
    instrument, settings = case.instrument, case.bench.settings
    classify = load_classifier().call_families
    cells = plane_cells(instrument, classify, family_of, settings.seed, settings.grid, tell)
    return {**asdict(plane_steps(instrument, settings.seed, settings.lines)), "cells": asdict(cells)}


def sliders(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Move each slider that names an attribute over its travel."""
    instrument, settings = case.instrument, case.bench.settings
    if not instrument.controls:
        return {"scores": {}}
    classify = load_classifier().call_families
    spread = case.bench.spread
    scores = score_sliders(instrument, spread, classify, count=settings.notes, seed=settings.seed, on_sound=tell)
    return {"scores": {one.name: {**asdict(one), "worst_leakage": one.worst_leakage} for one in scores}}


STAGES: dict[str, Stage] = {
    "gallery": gallery,
    "embeddings": embeddings,
    "recognition": recognised,
    "highs": highs,
    "originality": originality,
    "reconstruction": reconstruction,
    "returning": returning,
    "plane": plane,
    "sliders": sliders,
    "defects": defects,
}
"""In the order in which they are run: what is soon done and tells most comes first."""

REAL_STAGES: dict[str, RealStage] = {
    "gallery": real_gallery,
    "embeddings": real_embeddings,
    "recognition": real_recognised,
    "highs": real_highs,
    "originality": real_originality,
    "reconstruction": real_reconstruction,
    "defects": real_defects,
}
"""The same of the real sounds."""
