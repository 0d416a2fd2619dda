"""The library: the user's own folders of sounds, catalogued, measured, tagged, found and sorted; torch-free."""

from .facts import Facts, measure
from .finding import Found, Page
from .library import ASPECT_NAMES, Library, measure_file
from .nearest import Nearest, search
from .plans import Plan, Step, read_plan
from .query import parse_query
from .reading import Embedder
from .scanning import ScanOptions, ScanSummary
from .sorting import Applied
from .tags import Assignment, Tag
from .watching import watch

__all__ = [
    "ASPECT_NAMES",
    "Applied",
    "Assignment",
    "Embedder",
    "Facts",
    "Found",
    "Library",
    "Nearest",
    "Page",
    "Plan",
    "ScanOptions",
    "ScanSummary",
    "Step",
    "Tag",
    "measure",
    "measure_file",
    "parse_query",
    "read_plan",
    "search",
    "watch",
]
