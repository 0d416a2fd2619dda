"""How near an instrument comes to unseen sounds once it is given time for each.

What `reconstruction` asks of `locate` alone is asked again after `instrument.refine`, of some of the sounds only, as
each takes its ten seconds; beside it stands the error of `locate` on the very same ones. Seconds are those of the
processor: what else the machine does changes no number, how fast it is may. Every sound is kept by itself: a run that
was stopped goes on at the next one, and one of another number of sounds takes over those that both have.

Shapes: M sounds.
"""

import time
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from ..features import log_mel_distance_db
from ..instrument import Location, refine
from ..instrument.refining import SECONDS
from ..units import Array
from .bench import Bench, Case, Tell
from .redrawing import redraw_noise
from .stage_cache import StageCache
from .summaries import mean_over_kits, quantile_over_kits
from .window import JUDGED_RATE, judged_window

KEPT = "refined"
"""Folder of the sounds' results, among those of their instrument."""

ERRORS = ("log_mel_db", "encoder_log_mel_db", "whole_log_mel_db", "encoder_whole_log_mel_db")
"""Of each sound: refined and by the encoder alone, in the judged window and at the instrument's whole length."""

KEY_LENGTH = 16
"""Digits of a sound's hash that name its result."""


def refined(case: Case, folder: Path, tell: Tell) -> dict[str, Any] | None:
    """Let an instrument come nearer to some unseen sounds; None if it has no encoder or none are asked for.

    Args:
        case: the instrument and what it is judged by.
        folder: where its results are kept.
        tell: told after each sound.
    """
    rows = refined_rows(case.bench)
    if not case.instrument.has_encoder or not len(rows):
        return None
    cache, found = StageCache(folder / KEPT), []
    for done, row in enumerate(rows, 1):
        key = case.bench.reference.sha256s[row][:KEY_LENGTH]
        found.append(cache.get(key, partial(_errors_db, case, int(row))))
        tell(done, len(rows))
    errors = {name: np.array([one[name] for one in found]) for name in ERRORS}
    errors["gain_db"] = errors["encoder_log_mel_db"] - errors["log_mel_db"]
    return {**_summary(case.bench, rows, errors), "seconds": SECONDS}


def real_refined(bench: Bench, tell: Tell) -> dict[str, Any] | None:
    """Return what the same sounds score against themselves, their noise drawn anew; None if none are asked for."""
    rows, generator, errors = refined_rows(bench), np.random.default_rng(bench.settings.seed), []
    for done, row in enumerate(rows, 1):
        window = bench.reference.windows[row]
        errors.append(log_mel_distance_db(window, redraw_noise(window, generator), JUDGED_RATE))
        tell(done, len(rows))
    return _summary(bench, rows, {"log_mel_db": np.array(errors)}) if errors else None


def refined_rows(bench: Bench) -> Array:
    """Return which sounds of the reference are refined, (M,).

    Of each label and, within it, of each kit as large a share: so the mean stands for that of the whole split.
    """
    reference = bench.reference
    order = sorted(range(len(reference)), key=lambda row: (reference.labels[row], reference.kits[row], row))
    count = min(bench.settings.refined, len(order))
    middles = (np.arange(count) + 0.5) * len(order) / max(count, 1)
    rows: Array = np.array(order)[middles.astype(int)]
    return rows


def _errors_db(case: Case, row: int) -> dict[str, Any]:
    """Return `ERRORS` of a sound of the reference."""
    dataset = case.bench.dataset
    waveform = dataset.waveforms[case.bench.reference.rows[row]]
    first = case.instrument.locate(waveform, dataset.sample_rate)
    ends_s = time.process_time() + SECONDS
    found = refine(
        case.instrument,
        waveform,
        dataset.sample_rate,
        first,
        seconds=inf,
        stopped=lambda: time.process_time() >= ends_s,
    )
    windows = (_window_error_db(case, row, location) for location in (found, first))
    return dict(zip(ERRORS, (*windows, found.fit_db, first.fit_db), strict=True))


def _window_error_db(case: Case, row: int, location: Location) -> float:
    made = judged_window(case.instrument.play(location.note), case.instrument.sample_rate)
    return log_mel_distance_db(case.bench.reference.windows[row], made, JUDGED_RATE)


def _summary(bench: Bench, rows: Array, errors: dict[str, Array]) -> dict[str, Any]:
    """Return the mean of each error (M,) and the median of the first, with what other kits would give."""
    kits, resamples = [bench.reference.kits[row] for row in rows], bench.settings.resamples
    means = {name: mean_over_kits(values, kits, resamples) for name, values in errors.items()}
    return {
        "count": len(rows),
        **means,
        "log_mel_median_db": quantile_over_kits(errors["log_mel_db"], kits, resamples),
    }
