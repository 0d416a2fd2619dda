"""The library: the user's own folders of sounds, catalogued, measured, tagged, found and sorted; torch-free.

The names are loaded when first used: the processes that read files need no database.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .facts import Facts, measure
    from .finding import Found, Page
    from .indexing import Index, drop_index, make_index
    from .library import ASPECT_NAMES, Library, measure_file
    from .nearest import Nearest, search
    from .plans import Plan, Step, read_plan
    from .query import parse_query
    from .reading import Embedder
    from .saying import Saying
    from .scan_summary import ScanOptions, ScanSummary
    from .sorting import Applied
    from .tags import Assignment, Tag
    from .watching import watch

_HOMES = {
    "ASPECT_NAMES": "library",
    "Applied": "sorting",
    "Assignment": "tags",
    "Embedder": "reading",
    "Facts": "facts",
    "Found": "finding",
    "Index": "indexing",
    "Library": "library",
    "Nearest": "nearest",
    "Page": "finding",
    "Plan": "plans",
    "Saying": "saying",
    "ScanOptions": "scan_summary",
    "ScanSummary": "scan_summary",
    "Step": "plans",
    "Tag": "tags",
    "drop_index": "indexing",
    "make_index": "indexing",
    "measure": "facts",
    "measure_file": "library",
    "parse_query": "query",
    "read_plan": "plans",
    "search": "nearest",
    "watch": "watching",
}

__all__ = [
    "ASPECT_NAMES",
    "Applied",
    "Assignment",
    "Embedder",
    "Facts",
    "Found",
    "Index",
    "Library",
    "Nearest",
    "Page",
    "Plan",
    "Saying",
    "ScanOptions",
    "ScanSummary",
    "Step",
    "Tag",
    "drop_index",
    "make_index",
    "measure",
    "measure_file",
    "parse_query",
    "read_plan",
    "search",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
