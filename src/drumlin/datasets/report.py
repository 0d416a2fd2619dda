"""What a preparation tells: as numbers, and as a page of Markdown for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .samples import SPLITS, Refused, Sample, Settings
from .writing import count_credits

_SHOWN = 200  # longer lists are cut in the report; the JSON lines hold all

_METHODS = {
    "manifest": "The splits are those of the manifest.",
    "kit": "Whole kits were kept together, chosen by a hash of their names.",
    "cluster": (
        "There are fewer than three kits, so sounds were split by near-duplicate cluster: copies stay together, but "
        "sounds of one kit are in several splits, and results on held-out sounds will look better than on a new kit."
    ),
}


@dataclass(frozen=True)
class Summary:
    """The outcome of a preparation.

    Args:
        folder: the data set.
        samples: its rows.
        refused: every file that gave none, with the reason.
        settings: how rows were made.
        split_method: `manifest`, `kit` or `cluster`, with a remark if mixed.
        straddling: clusters that lie in several splits, because a manifest put them there.
        file_count: files that were candidates.
        reused_count: of these, the ones that needed no reading.
        is_complete: whether all candidates were looked at.
        seconds: how long it took.
    """

    folder: Path
    samples: tuple[Sample, ...]
    refused: tuple[Refused, ...]
    settings: Settings
    split_method: str
    straddling: tuple[int, ...]
    file_count: int
    reused_count: int
    is_complete: bool
    seconds: float

    @property
    def count(self) -> int:
        """Number of prepared samples."""
        return len(self.samples)

    @cached_property
    def splits(self) -> dict[str, int]:
        """Number of samples by split."""
        counts = Counter(sample.split for sample in self.samples)
        return {split: counts[split] for split in SPLITS}

    @cached_property
    def labels(self) -> dict[str, int]:
        """Number of samples by label, sorted."""
        return dict(sorted(Counter(sample.label for sample in self.samples).items()))

    @cached_property
    def duplicates(self) -> list[list[Sample]]:
        """Clusters of two or more near-duplicates."""
        clusters: dict[int, list[Sample]] = {}
        for sample in self.samples:
            clusters.setdefault(sample.cluster, []).append(sample)
        return [members for members in clusters.values() if len(members) > 1]

    def notes(self) -> list[str]:
        """Return what a user should know, in sentences."""
        notes = [_METHODS[self.split_method.split(" ")[0]]]
        if self.straddling:
            notes.append(
                f"{len(self.straddling)} near-duplicate clusters lie in more than one split, because the manifest put "
                "them there: results on held-out sounds will look a little better than they are."
            )
        notes += [f"No sound is in {split}." for split, count in self.splits.items() if not count]
        if not self.is_complete:
            notes.append("The preparation was stopped: run the same command again to go on.")
        return notes

    def as_dict(self) -> dict[str, Any]:
        """Return the summary for `--json`."""
        return {
            "folder": str(self.folder),
            "count": self.count,
            "splits": self.splits,
            "labels": self.labels,
            "split_method": self.split_method,
            "refused": [{"path": item.path, "reason": item.reason} for item in self.refused],
            "near_duplicates": {"clusters": len(self.duplicates), "straddling": len(self.straddling)},
            "files": self.file_count,
            "reused": self.reused_count,
            "complete": self.is_complete,
            "notes": self.notes(),
            "seconds": round(self.seconds, 3),
        }


def format_report(summary: Summary, names: Sequence[str]) -> str:
    """Return the report as Markdown; equal data sets give equal texts.

    Args:
        summary: of the preparation.
        names: of the source folders.
    """
    settings = summary.settings
    parts = [
        "# Data set\n",
        f"{summary.count} samples from {', '.join(map(_code, names))}; {len(summary.refused)} files were refused.\n",
        f"Profile {settings.profile}: {settings.sample_rate} Hz, {settings.length_s:g} s ({settings.length} points), "
        f"channel: {settings.mix}"
        + (f", peak at {settings.attack_s:g} s.\n" if settings.profile == "study" else ".\n"),
        "## Splits\n",
        " ".join(summary.notes()) + "\n",
        _count_table(summary),
        "## Refused\n",
        _bullets(f"{_code(item.path)}: {_plain(item.reason)}" for item in summary.refused),
        "## Near-duplicates\n",
        f"{len(summary.duplicates)} groups of sounds that are all but the same.\n",
        _bullets(_cluster_line(members, summary) for members in summary.duplicates),
        "## Credits\n",
        _credit_table(summary),
    ]
    return "\n".join(parts)


def _count_table(summary: Summary) -> str:
    counts = Counter((sample.label, sample.split) for sample in summary.samples)
    rows = [[label or "(no label)", *(counts[label, split] for split in SPLITS)] for label in summary.labels]
    rows.append(["**all**", *summary.splits.values()])
    return _table(["label", *SPLITS], rows)


def _credit_table(summary: Summary) -> str:
    rows = [
        [
            credit.source,
            credit.licence or "(not said)",
            credit.count,
            "; ".join(f"{k}: {v}" for k, v in credit.details.items()),
        ]
        for credit in count_credits(summary.samples)
    ]
    return _table(["source", "licence", "samples", "details"], rows)


def _cluster_line(members: list[Sample], summary: Summary) -> str:
    mark = " (in more than one split)" if members[0].cluster in summary.straddling else ""
    return ", ".join(_code(sample.path) for sample in members) + mark


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_plain(str(cell)) for cell in line)} |" for line in lines) + "\n"


def _bullets(lines: Iterable[str]) -> str:
    listed = list(lines)
    more = [f"and {len(listed) - _SHOWN} more"] if len(listed) > _SHOWN else []
    return "".join(f"- {line}\n" for line in listed[:_SHOWN] + more) or "None.\n"


def _code(text: str) -> str:
    return f"`{_plain(text).replace('`', chr(39))}`"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("\r", " ")
