"""Documents to timelines and back, in whichever dialect they are."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import TimelineError
from .completing import complete
from .strict_dialect import FORMAT, VERSION, read_strict, strict_schema, write_strict
from .study_dialect import read_study, write_study
from .study_schema import StudyTimeline
from .timeline import Dialect, Timeline


def read_timeline(document: Any, seed: int | None = None) -> Timeline:
    """Return the completed timeline of a document: in the study's grammar if it has `spans`, else in the strict one.

    Args:
        document: as decoded from JSON.
        seed: in place of the document's own; what it leaves open is then drawn anew.
    Raises:
        TimelineError: it does not fit; the message begins with the path in the document.
    """
    if not isinstance(document, Mapping):
        raise TimelineError(f"the document: got {type(document).__name__}, expected an object")
    if "spans" in document and "format" not in document:
        return complete(_reseeded(read_study(document), seed))
    if document.get("format") != FORMAT:
        raise TimelineError(f"format: got {document.get('format')!r}, expected {FORMAT!r}, or `spans` as in the study")
    if document.get("version") != VERSION:
        raise TimelineError(
            f"version: got {document.get('version')!r}, expected {VERSION}: a newer Drumlin may know it"
        )
    return complete(_reseeded(read_strict(document), seed))


def request_timeline(descriptor: str, duration_s: float, seed: int = 0, **entries: Any) -> Timeline:
    """Return the completed timeline of one region.

    Args:
        descriptor: its id.
        duration_s: length of the piece.
        seed: of all chance.
        entries: more of a region in the strict dialect: `tempo_bpm`, `key`, `meter`, ...
    Raises:
        TimelineError: an entry does not fit.
    """
    region = {"start_s": 0.0, "descriptor": descriptor, **entries}
    return read_timeline(
        {"format": FORMAT, "version": VERSION, "seed": seed, "duration_s": duration_s, "regions": [region]}
    )


def write_timeline(timeline: Timeline) -> dict[str, Any]:
    """Return the document of a completed timeline, in the dialect in which it came; reading it gives the same again."""
    return write_study(timeline) if timeline.dialect == "study" else write_strict(timeline)


def timeline_schema(dialect: Dialect = "strict") -> dict[str, Any]:
    """Return the JSON schema of a dialect, for editors and other programs."""
    return StudyTimeline.model_json_schema() if dialect == "study" else strict_schema()


def timeline_json(timeline: Timeline) -> str:
    """Return the text of that document: equal timelines have equal bytes."""
    return json.dumps(write_timeline(timeline), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def load_timeline(path: Path, seed: int | None = None) -> Timeline:
    """Return the completed timeline of a file; `seed` as for `read_timeline`.

    Raises:
        TimelineError: it cannot be read, is no JSON, or does not fit.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise TimelineError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise TimelineError(f"{path} is no JSON: {error}") from error
    try:
        return read_timeline(document, seed)
    except TimelineError as error:
        raise TimelineError(f"{path}: {error}") from error


def _reseeded(timeline: Timeline, seed: int | None) -> Timeline:
    return timeline if seed is None else replace(timeline, seed=seed)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
