"""From stored rows to a published data set: near-duplicates, splits, manifest, report, extras."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ..audio.files import write_atomically
from ..progress import Progress
from ..units import Array
from .dataset import Dataset
from .duplicates import find_clusters
from .extras import copy_credits, remove_wavs, write_wavs
from .partial import Entry
from .plan import Plan
from .preparing import Facts, Problem
from .previous import Previous
from .report import Summary, format_report
from .samples import Refused, Sample
from .splitting import SplitResult, split_rows
from .walk import Candidate
from .writing import json_lines, publish, write_lines

Kept = list[tuple[Candidate, Facts]]


def finish(
    plan: Plan,
    entries: Sequence[Entry],
    fingerprints: Array,
    arrays: dict[str, Path],
    previous: Previous | None,
    reused: int,
) -> Summary:
    """Publish what was prepared and describe it.

    Args:
        plan: the preparation.
        entries: what became of each file that was looked at.
        fingerprints: shape (M, D), one per row.
        arrays: finished array files to move into place; none if those of `previous` still hold.
        previous: the data set that was there before.
        reused: files that needed no reading.
    """
    by_key = dict(zip(plan.keys, plan.found.candidates, strict=True))
    kept = [(by_key[entry.key], entry.outcome) for entry in entries if isinstance(entry.outcome, Facts)]
    plan.report(Progress(len(entries), len(plan.keys), "finding near-duplicates"))
    clusters = [int(number) for number in find_clusters(fingerprints, [facts.sha256 for _, facts in kept])]
    split = _split(kept, clusters)
    samples = [
        _sample(candidate, facts, cluster, split.splits[row])
        for row, ((candidate, facts), cluster) in enumerate(zip(kept, clusters, strict=True))
    ]
    refused = [*plan.found.refused, *_refused(by_key, entries)]
    summary = Summary(
        folder=plan.folder,
        samples=tuple(samples),
        refused=tuple(sorted(refused, key=lambda item: (item.root, item.path))),
        settings=plan.settings,
        split_method=split.method,
        straddling=tuple(split.straddling),
        file_count=len(plan.keys),
        reused_count=reused,
        is_complete=len(entries) == len(plan.keys),
        seconds=time.monotonic() - plan.started_s,
    )
    _store(plan, summary, entries, arrays, previous)
    _write_beside(plan, summary)
    return summary


def _split(kept: Kept, clusters: list[int]) -> SplitResult:
    return split_rows(
        [candidate.kit for candidate, _ in kept],
        clusters,
        [facts.sha256 for _, facts in kept],
        [candidate.split for candidate, _ in kept],
    )


def _sample(candidate: Candidate, facts: Facts, cluster: int, split: str) -> Sample:
    return Sample(
        path=candidate.path,
        split=split,  # type: ignore[arg-type]
        label=candidate.label,
        kit=candidate.kit,
        source=candidate.source,
        licence=candidate.licence,
        drum=candidate.drum,
        file_gain_db=candidate.gain_db,
        cluster=cluster,
        root=candidate.root,
        credits=dict(candidate.credits),
        **facts.as_dict(),
    )


def _refused(by_key: dict[str, Candidate], entries: Sequence[Entry]) -> list[Refused]:
    problems = [(by_key[entry.key], entry.outcome) for entry in entries if isinstance(entry.outcome, Problem)]
    return [Refused(candidate.path, problem.reason, candidate.root) for candidate, problem in problems]


def _store(
    plan: Plan, summary: Summary, entries: Sequence[Entry], arrays: dict[str, Path], previous: Previous | None
) -> None:
    """Publish, unless nothing at all has changed."""
    keep: dict[str, str] = {}
    if previous is not None and not arrays:
        head = previous.dataset.head
        if previous.dataset.samples == summary.samples and head.sources == plan.names:
            return
        keep = {key: head.files[key] for key in ("waveforms", "fingerprints")}
    remove_wavs(plan.folder)
    publish(
        plan.folder,
        arrays,
        summary.samples,
        plan.settings,
        split_method=summary.split_method,
        sources=plan.names,
        complete=summary.is_complete,
        texts={"index": (entry.line() for entry in entries)},
        keep=keep,
    )


def _write_beside(plan: Plan, summary: Summary) -> None:
    write_lines(plan.folder / "refused.jsonl", json_lines(map(asdict, summary.refused)))
    text = format_report(summary, plan.names)
    write_atomically(plan.folder / "report.md", text.encode("utf-8", "backslashreplace"))
    copy_credits(plan.roots, plan.folder)
    if plan.options.wav:
        plan.report(Progress(summary.file_count, summary.file_count, "writing WAVs"))
        write_wavs(Dataset.open(plan.folder), plan.options.threads)
