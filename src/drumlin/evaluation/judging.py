"""The judge: several instruments against the real sounds of one data set, all by the same rules.

Everything is measured system by system and kept as it is done: a run that was stopped goes on where it was, and an
instrument that was judged before is not judged again. What is compared across systems is worked out at the end.
The report is specified in docs/evaluating.md.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .. import __version__
from ..audio import write_atomically
from ..datasets import Dataset
from ..errors import UsageError
from ..instrument import Instrument
from ..progress import Progress, Report, ignore
from .bench import REAL, Bench, Case, JudgeSettings
from .comparison import REFERENCE, SCALE, TRAIN, compare, read_embedded
from .frozen import judge_hash
from .gates import judge_gates
from .hit_stages import HITS
from .looks import commit, log_test_look
from .page import write_page
from .refined import real_refined, refined
from .stage_cache import StageCache, forget_old
from .stages import REAL_STAGES, STAGES
from .summaries import plain

FORMAT = "drumlin-report"
VERSION = 1
FILES = "files"
"""Folder beside the report: pictures, sounds, and results that a later run takes over."""

REFINING_STEPS = 2
"""Of the first instrument and of the real sounds: the others are its baselines, and ten seconds a sound are long."""

TELL_S = 0.5
"""Seconds between two words on the sounds of a stage."""


@dataclass(frozen=True)
class Judgement:
    """What came out: the content of `report.json`, and where it lies."""

    content: dict[str, Any]
    report: Path
    page: Path


def judge(
    instruments: Sequence[Instrument],
    dataset: Dataset,
    out: Path,
    settings: JudgeSettings | None = None,
    report: Report = ignore,
) -> Judgement:
    """Judge instruments and write `report.json` and `index.html`.

    Args:
        instruments: at least one, each another file.
        dataset: real sounds; instruments that are compared should have learned its `train` split or less.
        out: folder of the report.
        settings: how much is measured; a look at the test split is written down before anything is measured.
        report: told after each stage.
    Raises:
        UsageError: no instrument, the same one twice, or `out` is a file.
        DatasetError: too few real sounds.
        InstrumentError: an instrument fails at a place.
    """
    settings = settings or JudgeSettings()
    bench = Bench(dataset, settings)
    named = dict(zip(unique_names(instruments), instruments, strict=True))
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file: name a folder for the report")
    if settings.split == "test":
        log_test_look(out, [(name, one.sha256) for name, one in named.items()], dataset.hash)
    steps = _Steps(report, len(REAL_STAGES) + len(STAGES) * len(named) + REFINING_STEPS + 1)
    rows = {REAL: _measure_real(bench, out, steps)}
    for name, instrument in named.items():
        is_first = len(rows) == 1
        rows[name] = _measure(
            Case(name, instrument, bench), out, steps, is_first
        )  # what it drew is freed before the next
    steps.begin("comparing")
    content = {**_head(bench, named), "rows": rows, "distribution": plain(_compare(bench, rows, out))}
    content["gates"] = judge_gates(content)
    steps.end()
    page = write_page(content, out)
    write_atomically(out / "report.json", (json.dumps(content, indent=1, allow_nan=False) + "\n").encode("ascii"))
    forget_old(out / FILES)
    return Judgement(content, out / "report.json", page)


def unique_names(instruments: Sequence[Instrument]) -> list[str]:
    """Return a name for each row: the instrument's own, with a part of its hash where two have the same.

    Raises:
        UsageError: no instrument, or the same one twice.
    """
    hashes = [instrument.sha256 for instrument in instruments]
    if not hashes or len(set(hashes)) != len(hashes):
        raise UsageError("no instrument, or the same one twice: name at least one, and each once")
    names = [instrument.name for instrument in instruments]
    taken = {REAL, *(name for name in names if names.count(name) > 1)}
    return [f"{name} {sha256[:8]}" if name in taken else name for name, sha256 in zip(names, hashes, strict=True)]


class _Steps:
    """Counts stages and tells of them, and of the sounds within one now and then."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._total, self._done = report, total, -1
        self._message, self._told = "", 0.0

    def begin(self, message: str) -> None:
        self._done, self._message, self._told = self._done + 1, message, time.monotonic()
        self._report(Progress(self._done, self._total, message))

    def tell(self, done: int, count: int) -> None:
        if time.monotonic() - self._told >= TELL_S:
            self._told = time.monotonic()
            self._report(Progress(self._done, self._total, f"{self._message}, {done} of {count}"))

    def end(self) -> None:
        self._report(Progress(self._total, self._total, "done"))


def _measure(case: Case, out: Path, steps: _Steps, is_first: bool) -> dict[str, Any]:
    """Return an instrument's results by stage, each measured or taken over."""
    cache = StageCache.of(out / FILES, {"instrument": case.instrument.sha256, **_identity(case.bench)})
    row: dict[str, Any] = {"files": f"{FILES}/{cache.folder.name}"}
    for name, stage in STAGES.items():
        steps.begin(f"{case.name}: {name}")
        row[name] = cache.get(name, partial(stage, case, cache.folder, steps.tell))
    row["refined"] = None
    if is_first:
        steps.begin(f"{case.name}: refining")
        row["refined"] = plain(refined(case, cache.folder, steps.tell))
    return row


def _measure_real(bench: Bench, out: Path, steps: _Steps) -> dict[str, Any]:
    cache = StageCache.of(out / FILES, {"instrument": REAL, **_identity(bench)})
    row: dict[str, Any] = {"files": f"{FILES}/{cache.folder.name}"}
    for name, stage in REAL_STAGES.items():
        steps.begin(f"{REAL}: {name}")
        row[name] = cache.get(name, partial(stage, bench, cache.folder, steps.tell))
    steps.begin(f"{REAL}: refining")
    row["refined"] = plain(real_refined(bench, steps.tell))
    return row


def _compare(bench: Bench, rows: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """Return the measures of the distribution, which need all systems at once."""
    folders = {name: out / row["files"] for name, row in rows.items()}
    real = {name: read_embedded(folders[REAL] / f"{name}.npz") for name in (REFERENCE, TRAIN, SCALE)}
    made = {name: read_embedded(folder / HITS) for name, folder in folders.items() if name != REAL}
    labels = {name: rows[name]["embeddings"]["labels"] for name in made}
    return compare(bench, real, made, labels)


def _identity(bench: Bench) -> dict[str, Any]:
    """Return what kept results depend on; how many sounds are refined is left out, as those are kept one by one."""
    settings = {name: value for name, value in bench.settings.as_dict().items() if name != "refined"}
    return {"data": bench.dataset.hash, "settings": settings}


def _head(bench: Bench, named: Mapping[str, Instrument]) -> dict[str, Any]:
    reference = bench.reference
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": {"drumlin": __version__, "commit": commit()},
        "judge": judge_hash(),
        "settings": bench.settings.as_dict(),
        "data": {
            "hash": bench.dataset.hash,
            "sounds": len(reference),
            "kits": len(set(reference.kits)),
            "train_sounds": len(bench.train),
            "asked": {label: bench.asked.count(label) for label in sorted(set(bench.asked))},
        },
        "instruments": [_describe(name, instrument, bench) for name, instrument in named.items()],
    }


def _describe(name: str, instrument: Instrument, bench: Bench) -> dict[str, Any]:
    known = set(instrument.classes) | set(instrument.points.labels)
    return {
        "name": name,
        "sha256": instrument.sha256,
        "recipe": instrument.recipe,
        "length_s": instrument.length / instrument.sample_rate,
        "heard_s": instrument.length / instrument.sample_rate - instrument.manifest.play_start_s,
        "has_encoder": instrument.has_encoder,
        "unknown_classes": sorted(set(bench.asked) - known - {""}),
    }
