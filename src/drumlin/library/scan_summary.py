"""What a scan is told, and what it tells."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .paths import printable
from .reading import Embedder


@dataclass(frozen=True)
class ScanOptions:
    """How to scan.

    Args:
        workers: processes that read; 0 for one per core where there is enough to read.
        again: files that could not be read are tried again, though they have not changed.
        embedder: see `reading.Embedder`; None for the library's own way of hearing.
        ray: address of a Ray cluster that reads in place of this machine, see `ray_crew`; None for this machine.
    """

    workers: int = 0
    again: bool = False
    embedder: Embedder | None = None
    ray: str | None = None


@dataclass
class ScanSummary:
    """What a scan found; counts of files, `problems` those that were read and cannot be used, with the reason."""

    unchanged: int = 0
    read: int = 0
    moved: int = 0
    missing: int = 0
    returned: int = 0
    skipped: tuple[str, ...] = ()
    problems: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the summary for JSON."""
        found = asdict(self)
        found["problems"] = [{"path": printable(path), "reason": reason} for path, reason in self.problems]
        return found
