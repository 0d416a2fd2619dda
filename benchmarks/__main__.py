"""`python -m benchmarks [NAME...]`: measure, and write `docs/benchmarks.md`.

A benchmark is a module of this package with `run(quick) -> dict` (`rows`: a list of flat dicts, `gates`: a list of
`name`, `value`, `target`, `passed`). Results are kept per benchmark in `docs/benchmarks.json` with commit, load and
machine, so that a stopped run goes on where it was. A busy machine is refused unless `--busy` says that it is known;
its rows are marked.
"""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "docs/benchmarks.json"
PAGE = ROOT / "docs/benchmarks.md"
NAMES = (
    *("prepare", "decode", "flagship", "refine", "listening", "rendering", "loop", "library", "search", "cluster"),
    *("teaching", "serve", "page"),
)
BUSY_SHARE = 0.15
"""Share of the cores that other processes may use before a measurement is not trusted."""


def main() -> None:
    """Run the benchmarks that were asked for and write the page."""
    arguments = _parse()
    results = json.loads(STORE.read_text()) if STORE.exists() else {}
    commit = _commit()
    for name in arguments.names or NAMES:
        if arguments.resume and results.get(name, {}).get("commit") == commit:
            print(f"{name}: measured already at {commit}")
            continue
        busy = _busy_share()
        if busy > BUSY_SHARE and not arguments.busy:
            sys.exit(f"{busy:.0%} of the cores are busy: stop what runs, or say --busy and the rows are marked")
        print(f"{name}: measuring", flush=True)
        result = importlib.import_module(f"benchmarks.{name}").run(quick=arguments.quick)
        results[name] = {**result, **_circumstances(commit, busy, quick=arguments.quick)}
        _write(results)
    failed = [gate for result in results.values() for gate in result["gates"] if not gate["passed"]]
    for gate in failed:
        print(f"missed: {gate['name']}: {gate['value']} (target {gate['target']})")
    sys.exit(1 if arguments.gates and failed else 0)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all if none")
    parser.add_argument("--gates", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--busy", action="store_true", help="measure beside other work and mark the rows")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, to try a benchmark out")
    parser.add_argument("--resume", action="store_true", help="skip what was measured at this commit")
    return parser.parse_args()


def _busy_share() -> float:
    return float(psutil.cpu_percent(interval=2.0)) / 100.0


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _circumstances(commit: str, busy: float, *, quick: bool) -> dict[str, Any]:
    return {
        "commit": commit,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "load": [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "busy": busy > BUSY_SHARE,
        "quick": quick,
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _write(results: dict[str, Any]) -> None:
    for path, text in ((STORE, json.dumps(results, indent=1) + "\n"), (PAGE, _page(results))):
        temporary = path.with_suffix(path.suffix + ".tmp")
        temporary.write_text(text)
        temporary.replace(path)


def _page(results: dict[str, Any]) -> str:
    parts = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Trust the ratios inside one table; the absolutes are the machine's.",
    ]
    for name in (name for name in NAMES if name in results):
        parts += _section(name, results[name])
    return "\n".join(parts) + "\n"


def _section(name: str, result: dict[str, Any]) -> list[str]:
    marks = [mark for mark in ("busy", "quick") if result[mark]]
    lines = [
        "",
        f"## {name}",
        "",
        f"{result['date']}, commit {result['commit']}, {result['machine']}, load {result['load']}",
    ]
    lines += [f"**Marked: {', '.join(marks)} run.**"] if marks else []
    lines += ["", *_table(result["rows"]), ""]
    lines += _table([{**gate, "passed": "yes" if gate["passed"] else "**no**"} for gate in result["gates"]])
    return lines


def _table(rows: list[dict[str, Any]]) -> list[str]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    body = [" | ".join(_cell(row.get(column, "")) for column in columns) for row in rows]
    return (
        [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *(f"| {line} |" for line in body)] if rows else []
    )


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
