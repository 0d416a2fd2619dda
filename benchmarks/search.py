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
from drumlin.library.coarse import coarse_rows

from .measuring import gate, quantile

SIZES = {100_000: 1.5, 1_000_000: 15.0}
"""Rows, and the milliseconds that an exact search may take."""

WIDTH, COUNT = 64, 10

Rows = list[dict[str, Any]]


def run(quick: bool) -> dict[str, Any]:
    """Measure; `quick` takes a tenth of the rows and few repetitions."""
    scale, repetitions = (10, 5) if quick else (1, 50)
    rows: Rows = []
    gates: Rows = []
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as name, threadpool_limits(1, "blas"):
        for size, target_ms in SIZES.items():
            matrix, queries = draw(Path(name) / f"{size}.f32", size // scale, repetitions, draw_noise)
            _measure_exact(matrix, queries, target_ms / scale, rows, gates)
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


def draw_noise(generator: np.random.Generator) -> Callable[[int], np.ndarray]:
    """Return what draws rows without any structure."""
    return lambda count: generator.standard_normal((count, WIDTH))


def _unit(rows: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _measure_exact(matrix: np.ndarray, queries: np.ndarray, target_ms: float, rows: Rows, gates: Rows) -> None:
    start = time.perf_counter()
    coarse = coarse_rows(matrix)
    built_s = time.perf_counter() - start
    taken: dict[str, list[float]] = {"from the third on": [], "the first": [], "product and full sort": []}
    for query in queries:
        found = _timed(lambda query=query: search(matrix, query, COUNT, coarse=coarse), taken["from the third on"])
        first = _timed(lambda query=query: search(matrix, query, COUNT), taken["the first"])
        plain = _timed(lambda query=query: np.argsort(-(matrix @ query))[:COUNT], taken["product and full sort"])
        assert found.rows.tolist() == first.rows.tolist()
        assert set(found.rows) == set(plain)
    size = f"{len(matrix):,}"
    for name, times in taken.items():
        who = name if "sort" in name else f"drumlin, exact, {name}"
        rows.append({"what": f"search {size} x {WIDTH}: {who}", **_spread(times)})
    rows.append({"what": f"search {size} x {WIDTH}: copy in bytes, made once", "value": round(built_s, 2), "unit": "s"})
    median = quantile(taken["from the third on"], 50)
    gates.append(gate(f"search {size}, ms", median, target_ms, median <= target_ms))


def _timed(work: Callable[[], Any], taken: list[float]) -> Any:
    start = time.perf_counter()
    result = work()
    taken.append(1000 * (time.perf_counter() - start))
    return result


def _spread(times: list[float]) -> dict[str, Any]:
    return {"value": round(quantile(times, 50), 3), "unit": f"ms (p95 {quantile(times, 95):.2f})"}
