"""What was measured is kept, so that a run that was stopped goes on where it was.

A result is found by a key that holds everything it depends on: the instrument, the data set, the settings and the
definitions themselves, as the hash of this package's sources. A changed definition is measured again.
"""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..audio import write_atomically
from ..provenance import hash_content, hash_sources
from .summaries import plain

DEFINING = ("audio", "evaluation", "features", "instrument")
"""Wings whose code decides what a number means; that of data sets is in their hash."""

CODE_SUFFIXES = (".py", ".onnx", ".json")
PRESENTING = ("page", "gates", "judging", "looks")
"""Files that begin so collect and show numbers, and measure none."""

_FOLDER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{16}")


@dataclass(frozen=True)
class StageCache:
    """Results of one system in a folder.

    Args:
        folder: made when the first result is kept; arrays and files of the system lie in it as well.
    """

    folder: Path

    @classmethod
    def of(cls, root: Path, content: Mapping[str, Any]) -> "StageCache":
        """Return the cache of a system below `root`; `content` is what its results depend on besides the code."""
        return cls(root / f"{definitions_hash()[:8]}-{hash_content(dict(content))[:16]}")

    def get(self, stage: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return a stage's result: the one that is kept, or a new one, which is kept."""
        path = self.folder / f"{stage}.json"
        try:
            kept: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
            return kept
        except (OSError, ValueError):  # none yet, or damaged
            self.folder.mkdir(parents=True, exist_ok=True)
        result: dict[str, Any] = plain(measure())
        write_atomically(path, json.dumps(result, allow_nan=False, sort_keys=True).encode("ascii"))
        return result


def forget_old(root: Path) -> None:
    """Delete what was measured below `root` by other definitions: nobody takes it over any more."""
    for folder in root.iterdir():
        if _FOLDER.fullmatch(folder.name) and not folder.name.startswith(definitions_hash()[:8]):
            shutil.rmtree(folder, ignore_errors=True)


@cache
def definitions_hash() -> str:
    """Return a hash of all code and frozen networks by which sounds are judged."""
    return hash_sources(DEFINING, CODE_SUFFIXES, PRESENTING)
