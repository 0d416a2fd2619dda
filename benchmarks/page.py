"""From a pointer event on the pad to the first changed audio quantum, in a real Chromium.

Measured to the moment at which the page learns of the hit from its audio thread: the message's way is counted in.
Beside it, what a plain page does: ask for a WAV by HTTP and decode it, without starting it. The floor is one audio
quantum (128 points) and the decode itself.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
QUANTUM_MS = 128 / 44.1
NEAR_MS, FAR_MS = 30.0, 100.0
"""Targets of the median and of the 99th percentile: below 30 ms an answer counts as immediate."""


def run(quick: bool) -> dict[str, object]:
    """Measure; `quick` presses 40 times, else 400 times."""
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as folder:
        out = Path(folder) / "latency.json"
        count = "40" if quick else "400"
        environment = {**os.environ, "DRUMLIN_LATENCY_OUT": str(out), "DRUMLIN_LATENCY_COUNT": count}
        command = [shutil.which("npx") or "npx", "playwright", "test", "--config", "bench/playwright.config.ts"]
        subprocess.run(command, cwd=ROOT / "studio-ui", env=environment, check=True)
        measured = json.loads(out.read_text())
    rows = [_row(name, times) for name, times in measured.items()]
    built_in = rows[0]
    return {
        "rows": rows,
        "gates": [
            _gate("pointer to sound, p50 ms", built_in["p50 ms"], NEAR_MS),
            _gate("pointer to sound, p99 ms", built_in["p99 ms"], FAR_MS),
        ],
    }


def _row(name: str, times: dict[str, list[float]]) -> dict[str, Any]:
    pad, http = np.array(times["pad"]), np.array(times["http"])
    floor = _decode_ms() + QUANTUM_MS if name == "default" else None
    median = float(np.median(pad))
    return {
        "instrument": name,
        "presses": len(pad),
        "p50 ms": median,
        "p99 ms": float(np.percentile(pad, 99)),
        "plain HTTP p50 ms": float(np.median(http)),
        "plain HTTP p99 ms": float(np.percentile(http, 99)),
        "floor ms": floor if floor is not None else "",
        "over floor": median / floor if floor is not None else "",
    }


def _decode_ms() -> float:
    import drumlin

    instrument = drumlin.default_instrument()
    times = []
    for step in range(60):
        started = time.perf_counter()
        instrument.play(drumlin.Note(x=-0.9 + 0.03 * step, y=0.1))
        times.append(time.perf_counter() - started)
    return 1000.0 * float(np.median(times[10:]))


def _gate(name: str, value: float, target: float) -> dict[str, Any]:
    return {"name": name, "value": value, "target": f"at most {target:g}", "passed": value <= target}
