"""What benchmarks share: calls that are timed in turns, and the gates that they must pass."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

TURN = 5
"""Calls in a row of each contestant."""


def timed(calls: list[Callable[[], Any]], rounds: int) -> list[list[float]]:
    """Return seconds per call and round, `TURN` rounds of each call in turns; the first turns do not count."""
    times: list[list[float]] = [[] for _ in calls]
    warming = max(1, rounds // (10 * TURN))
    for turn in range(warming + -(-rounds // TURN)):
        for call, taken in zip(calls, times, strict=True):
            for _ in range(TURN):
                start = time.perf_counter()
                call()
                if turn >= warming:
                    taken.append(time.perf_counter() - start)
    return times


def quantile(times: list[float], percent: float) -> float:
    return float(np.percentile(times, percent))


def gate(name: str, value: float, target: float, passed: bool) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "target": round(target, 3), "passed": bool(passed)}
