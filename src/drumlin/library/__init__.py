"""The library: the user's own folders of sounds, catalogued, measured, tagged, found and sorted; torch-free.

The names are loaded when first used: the processes that read files need no database.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .by_voice import Spoken, VoiceList, find_by_voice
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
    from .voice_test import VoiceScore, score_voice
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
    "Spoken": "by_voice",
    "Step": "plans",
    "Tag": "tags",
    "VoiceList": "by_voice",
    "VoiceScore": "voice_test",
    "drop_index": "indexing",
    "find_by_voice": "by_voice",
    "make_index": "indexing",
    "measure": "facts",
    "measure_file": "library",
    "parse_query": "query",
    "read_plan": "plans",
    "search": "nearest",
    "score_voice": "voice_test",
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
    "Spoken",
    "Step",
    "Tag",
    "VoiceList",
    "VoiceScore",
    "drop_index",
    "find_by_voice",
    "make_index",
    "measure",
    "measure_file",
    "parse_query",
    "read_plan",
    "score_voice",
    "search",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
