"""Search by sound beside a plain product: exact, and with the optional index, whose recall is measured against exact.

All on one thread, the rows mapped from disk. *Sounds* are drawn like embeddings of real one-shots: many groups of
different sizes, most of the variance in a few directions. *Noise* has no structure: the hardest case for an index.
Queries are drawn as the rows are and are none of them: no recall comes from finding a sound itself.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from drumlin.library import search
from drumlin.library.cell_files import index_path, read_cells, write_cells
from drumlin.library.cells import build_cells
from drumlin.library.coarse import coarse_rows
from drumlin.library.copies import stamp_of

from .measuring import gate, quantile

SIZES = {100_000: 1.5, 1_000_000: 15.0}
"""Rows, and the milliseconds that an exact search may take."""

WIDTH, COUNT = 64, 10

GROUPS, MOST_EXACT = 300, 50

MOST_MS, LEAST_RECALL = 1.0, 0.95
"""Of the index, at the larger size."""

Rows = list[dict[str, Any]]


def run(quick: bool) -> dict[str, Any]:
    """Measure; `quick` takes a tenth of the rows and few repetitions."""
    scale, repetitions = (10, 20) if quick else (1, 200)
    rows: Rows = []
    gates: Rows = []
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as name, threadpool_limits(1, "blas"):
        for size, target_ms in SIZES.items():
            for label, kind in KINDS.items():
                path = Path(name) / f"{label}-{size}.f32"
                matrix, queries = draw(path, size // scale, repetitions, kind)
                what = f"{label}, {len(matrix):,} x {WIDTH}"
                _measure_exact(what, matrix, queries, target_ms / scale, rows, gates)
                if size == max(SIZES):
                    _measure_index(what, path, matrix, queries, rows, gates)
                path.unlink()
    return {"rows": rows, "gates": gates}


def draw(path: Path, size: int, queries: int, kind: "Kind") -> tuple[np.ndarray, np.ndarray]:
    """Return rows (size, WIDTH), written to a file and mapped from it, and queries (queries, WIDTH)."""
    generator = np.random.default_rng(0)
    drawn = kind(generator)
    with path.open("wb") as file:
        for start in range(0, size, 100_000):
            file.write(_unit(drawn(min(100_000, size - start))).data)
    return np.memmap(path, np.float32, "r", shape=(size, WIDTH)).view(np.ndarray), _unit(drawn(queries))


Kind = Callable[[np.random.Generator], Callable[[int], np.ndarray]]


def draw_sounds(generator: np.random.Generator) -> Callable[[int], np.ndarray]:
    """Return what draws rows like embeddings of one-shots.

    The starter ear's of 864 real drums: their mean has length 0.58, ten directions hold 0.9 of the variance, the rest
    fades slowly; the nearest other sound has a cosine of 0.99.
    """
    axes = np.arange(WIDTH)
    spread = np.sqrt(0.25 * np.exp(-axes / 4.0) + 0.004 * np.exp(-axes / 20.0))
    middle = np.roll(np.eye(WIDTH)[0], WIDTH // 2) * 0.7
    centres = middle + spread * generator.standard_normal((GROUPS, WIDTH))
    shares = 1.0 / (5.0 + np.arange(GROUPS))

    def drawn(count: int) -> np.ndarray:
        groups = generator.choice(GROUPS, count, p=shares / shares.sum())
        return centres[groups] + 0.4 * spread * generator.standard_normal((count, WIDTH))

    return drawn


def draw_noise(generator: np.random.Generator) -> Callable[[int], np.ndarray]:
    """Return what draws rows without any structure."""
    return lambda count: generator.standard_normal((count, WIDTH))


KINDS: dict[str, Kind] = {"sounds": draw_sounds, "noise": draw_noise}


def _unit(rows: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _measure_exact(
    what: str, matrix: np.ndarray, queries: np.ndarray, target_ms: float, rows: Rows, gates: Rows
) -> None:
    start = time.perf_counter()
    coarse = coarse_rows(matrix)
    built_s = time.perf_counter() - start
    taken: dict[str, list[float]] = {"from the third on": [], "the first": [], "product and full sort": []}
    for query in queries[:MOST_EXACT]:
        found = _timed(lambda query=query: search(matrix, query, COUNT, coarse=coarse), taken["from the third on"])
        first = _timed(lambda query=query: search(matrix, query, COUNT), taken["the first"])
        plain = _timed(lambda query=query: np.argsort(-(matrix @ query))[:COUNT], taken["product and full sort"])
        assert found.rows.tolist() == first.rows.tolist()
        assert set(found.rows) == set(plain)
    for name, times in taken.items():
        who = name if "sort" in name else f"drumlin, exact, {name}"
        rows.append({"what": f"{what}: {who}", **_spread(times)})
    rows.append({"what": f"{what}: copy in bytes, made once", "value": round(built_s, 2), "unit": "s"})
    median = quantile(taken["from the third on"], 50)
    gates.append(gate(f"{what}: exact, ms", median, target_ms, median <= target_ms))


def _measure_index(what: str, path: Path, matrix: np.ndarray, queries: np.ndarray, rows: Rows, gates: Rows) -> None:
    start = time.perf_counter()
    cells = build_cells(matrix)
    rows.append({"what": f"{what}: index built", "value": round(time.perf_counter() - start, 1), "unit": "s"})
    if cells is None:  # what has no order gets no index; that it is known counts
        rows.append({"what": f"{what}: index refused, the search stays exact", "value": 0, "unit": ""})
        return
    write_cells(index_path(path), cells, stamp_of(path))
    kept = read_cells(index_path(path), stamp_of(path))
    assert kept is not None
    taken: list[float] = []
    found = []
    for query in queries:
        nearest = _timed(lambda query=query: kept.search(query, COUNT), taken)
        truth = search(matrix, query, COUNT)
        found.append(len(set(nearest.rows) & set(truth.rows)) / COUNT)
    index_path(path).unlink()
    recall, median = float(np.mean(found)), quantile(taken, 50)
    rows.append({"what": f"{what}: index, {kept.probes} of {len(kept.centres)} cells", **_spread(taken)})
    rows.append({"what": f"{what}: recall at {COUNT}, {len(queries)} queries", "value": round(recall, 3), "unit": ""})
    gates.append(gate(f"{what}: index, ms", median, MOST_MS, median <= MOST_MS))
    gates.append(gate(f"{what}: index, recall at {COUNT}", recall, LEAST_RECALL, recall >= LEAST_RECALL))


def _timed(work: Callable[[], Any], taken: list[float]) -> Any:
    start = time.perf_counter()
    result = work()
    taken.append(1000 * (time.perf_counter() - start))
    return result


def _spread(times: list[float]) -> dict[str, Any]:
    return {"value": round(quantile(times, 50), 3), "unit": f"ms (p95 {quantile(times, 95):.2f})"}
