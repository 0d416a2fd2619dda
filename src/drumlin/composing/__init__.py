"""From descriptors to a timeline, to notes, to sound."""

from .composer import Composition, compose
from .descriptor import Descriptor
from .dictionary import dictionary_hash, find_descriptor, load_dictionary
from .documents import load_timeline, read_timeline, request_timeline, timeline_json, timeline_schema, write_timeline
from .midi import encode_midi
from .outline import RegionOutline, SectionSpan, outline
from .rules import Violation, check_score
from .score import Part, Score, ScoreNote, ScoreRegion, Sound
from .timeline import Timeline
from .truth import truth_of
from .writing import Written, write_composition

__all__ = [
    "Composition",
    "Descriptor",
    "Part",
    "RegionOutline",
    "Score",
    "ScoreNote",
    "ScoreRegion",
    "SectionSpan",
    "Sound",
    "Timeline",
    "Violation",
    "Written",
    "check_score",
    "compose",
    "dictionary_hash",
    "encode_midi",
    "find_descriptor",
    "load_dictionary",
    "load_timeline",
    "outline",
    "read_timeline",
    "request_timeline",
    "timeline_json",
    "timeline_schema",
    "truth_of",
    "write_composition",
    "write_timeline",
]
