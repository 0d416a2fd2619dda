"""The measures of one system on the hits of the classes that are asked for: pictures, embeddings, names, originality.

Each stage returns JSON content, and writes what is larger into the folder of the system.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ..units import Array, Waveform
from .bandwidth import dull_share, highs_db
from .bench import Bench, Case, Tell
from .comparison import REFERENCE, SCALE, TRAIN, embed_all, write_embedded
from .drawing import draw
from .embeddings import Embedding, LogMelStatistics, Standardiser
from .frozen import load_classifier, load_listener
from .gallery import TILES, write_sounds, write_tiles
from .originality import Library, Pair, measure_originality
from .recognition import recognition
from .scattering import Scattering
from .summaries import mean_over_kits, share_of
from .window import JUDGED_RATE, judged_windows

HITS = "hits.npz"
"""File of an instrument's embeddings."""

PAIRS = 12
"""Made sounds that are nearest to a learned one, to be heard beside it."""


def gallery(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Draw and write `TILES` random hits of each class."""
    shown, rate = {}, case.instrument.sample_rate
    for number, label in enumerate(sorted(set(case.bench.asked)), 1):
        sounds = draw(case.instrument, [label] * TILES, case.bench.settings.seed).waveforms
        shown[label] = _show(folder, f"class-{number:02d}", judged_windows(sounds, rate), list(sounds), rate)
    return shown


def real_gallery(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
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


def all_embeddings() -> tuple[Embedding, ...]:
    """Return the three embeddings of the judge."""
    return load_listener(), LogMelStatistics(), Scattering()


def embeddings(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Embed the hits that the distribution is compared on."""
    write_embedded(folder / HITS, embed_all(case.first_windows, all_embeddings()))
    return {"count": len(case.first_windows), "labels": list(case.hits.labels[: len(case.first_windows)])}


def real_embeddings(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
    """Embed all real sounds, those learned from and those not."""
    train = embed_all(bench.train.windows, all_embeddings())
    scale = train if bench.scale is bench.train else embed_all(bench.scale.windows, all_embeddings())
    reference = embed_all(bench.reference.windows, all_embeddings())
    for name, arrays in ((REFERENCE, reference), (TRAIN, train), (SCALE, scale)):
        write_embedded(folder / f"{name}.npz", arrays)
    return {"count": len(bench.reference)}


def recognised(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Ask the classifier what the hits are; those of classes that it or the classifier does not know are left out."""
    return _called(case.windows, case.hits.labels)


def real_recognised(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
    """Ask it what unseen real sounds are."""
    return _called(bench.reference.windows, bench.reference.labels)


def _called(windows: Waveform, labels: Sequence[str]) -> dict[str, Any]:
    classifier = load_classifier()
    asked = [label if label in classifier.classes else "" for label in labels]
    found = recognition(asked, classifier.call(windows))
    if not found.label.count:
        return {"count": 0, "confusions": []}
    return {
        "count": found.label.count,
        "label": asdict(found.label.share),
        "family": asdict(found.family.share),
        "labels": {name: {**asdict(one.share), "count": one.count} for name, one in found.labels.items()},
        "families": {name: {**asdict(one.share), "count": one.count} for name, one in found.families.items()},
        "confusions": [
            {"asked": asked, "called": called, "count": count} for (asked, called), count in found.confusions.items()
        ],
    }


def highs(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Ask how many hits have less highs than real ones of their class."""
    return _dull(case.bench, case.windows, case.hits.labels)


def real_highs(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
    """Ask the same of unseen real sounds."""
    return _dull(bench, bench.reference.windows, bench.reference.labels)


def _dull(bench: Bench, windows: Waveform, labels: Sequence[str]) -> dict[str, Any]:
    made, learned = ([highs_db(window, JUDGED_RATE) for window in some] for some in (windows, bench.train.windows))
    share = dull_share(made, labels, learned, bench.train.labels)
    return {"count": len(windows), "dull": share_of(round(share * len(windows)), len(windows))}


def originality(case: Case, folder: Path, tell: Tell) -> dict[str, Any]:
    """Look for the nearest learned sound of each hit, and keep the nearest pairs to be heard."""
    bench, made = case.bench, case.first_windows
    found = measure_originality(made, bench.train.windows, bench.reference.windows, _embed(bench), JUDGED_RATE)
    sounds = [case.hits.waveforms[pair.made] for pair in found.pairs[:PAIRS]]
    shares = {
        name: share_of(round(getattr(found, name) * len(made)), len(made)) for name in ("copy_share", "nearer_share")
    }
    return {
        "count": len(made),
        "median_db": found.median_db,
        **shares,
        "copy_db": found.copy_db,
        "pairs": _pairs(bench, folder, found.pairs, sounds, case.instrument.sample_rate, case.hits.labels),
    }


def real_originality(bench: Bench, folder: Path, tell: Tell) -> dict[str, Any]:
    """Do the same with unseen real sounds: how near they are to learned ones is what distances are held against."""
    found = Library(bench.train.windows, _embed(bench), JUDGED_RATE).nearest(bench.reference.windows)
    distances = np.array([pair.distance_db for pair in found])
    pairs = sorted(found, key=lambda pair: (pair.distance_db, pair.made))
    sounds = [bench.dataset.waveforms[bench.reference.rows[pair.made]] for pair in pairs[:PAIRS]]
    return {
        "count": len(pairs),
        "median_db": float(np.median(distances)),
        "mean_db": mean_over_kits(distances, bench.reference.kits, bench.settings.resamples),
        "pairs": _pairs(bench, folder, pairs, sounds, bench.dataset.sample_rate, bench.reference.labels),
    }


def _embed(bench: Bench) -> Callable[[Waveform], Array]:
    embedding = LogMelStatistics()
    standardise = Standardiser.fit(embedding.embed(bench.train.windows))
    return lambda windows: standardise(embedding.embed(windows))


def _pairs(
    bench: Bench, folder: Path, pairs: Sequence[Pair], sounds: list[Waveform], rate: int, labels: Sequence[str]
) -> list[dict[str, Any]]:
    """Write the sounds of the first pairs and return what is told of each."""
    learned = [bench.train.rows[pair.learned] for pair in pairs[:PAIRS]]
    made_files = write_sounds(folder, "pair-made", sounds, rate)
    real = [bench.dataset.waveforms[row] for row in learned]
    real_files = write_sounds(folder, "pair-learned", real, bench.dataset.sample_rate)
    return [
        {
            "distance_db": pair.distance_db,
            "label": labels[pair.made],
            "made": made,
            "learned": file,
            "path": bench.dataset.samples[row].path,
        }
        for pair, row, made, file in zip(pairs[:PAIRS], learned, made_files, real_files, strict=True)
    ]
