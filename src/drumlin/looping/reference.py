"""A track as the loop knows it: what was heard in it, and its two tables.

The *window table* has a line for each window of 10 s: tempo, key, descriptor and what it is called by. The *segment
table* has a line for each part of the form: what most of its windows say, and what all of them say together.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..listening import TARGETS, Descriptors, Heard, analyse_file, hear, hear_descriptors
from ..progress import Progress, ignore
from .agreement import labels_heard


@dataclass(frozen=True)
class Reference:
    """A track that was heard.

    Args:
        name: of its file.
        heard: tempo, key, form.
        descriptors: of its windows and segments.
    """

    name: str
    heard: Heard
    descriptors: Descriptors

    @property
    def styles(self) -> tuple[str, ...]:
        """Return the likeliest descriptor of each segment, by id."""
        return tuple(reading.candidates[0].name for reading in self.descriptors.segments)


def hear_reference(path: Path, report: Callable[[Progress], None] = ignore) -> Reference:
    """Listen to a file.

    Raises:
        AudioReadError: missing, no audio, damaged, empty, or longer than an hour.
        PreprocessError: silent, or with less than a second of sound.
    """
    features = analyse_file(path, report)
    heard = hear(features, None, report)
    return Reference(path.name, heard, hear_descriptors(features, heard))


def window_table(reference: Reference) -> list[dict[str, Any]]:
    """Return the merged table: a line for each window."""
    lines = []
    for window, reading in zip(reference.heard.windows, reference.descriptors.windows, strict=True):
        best = reading.candidates[0]
        lines.append(
            {
                "start_s": round(window.start_s, 3),
                "end_s": round(window.end_s, 3),
                "segment": _segment_at(reference.heard, (window.start_s + window.end_s) / 2.0),
                "tempo_bpm": round(window.tempo_bpm, 2),
                "key": window.key.name,
                "descriptor": best.name,
                "probability": round(best.probability, 4),
                "known": round(reading.known, 4),
                **labels_heard(reading),
            }
        )
    return lines


def segment_table(reference: Reference) -> list[dict[str, Any]]:
    """Return a line for each part: the majority of its windows, and the reading of all of them together."""
    windows = window_table(reference)
    lines = []
    for index, (segment, reading) in enumerate(
        zip(reference.heard.segments, reference.descriptors.segments, strict=True)
    ):
        inside = [line for line in windows if line["segment"] == index]
        lines.append(
            {
                "start_s": round(segment.start_s, 3),
                "end_s": round(segment.end_s, 3),
                "letter": segment.letter,
                "boundary_confidence": round(segment.boundary_confidence, 4),
                "tempo_bpm": round(segment.tempo_bpm, 2) if segment.tempo_bpm else None,
                "key": segment.key.name,
                "windows": len(inside),
                "majority": {name: _most(inside, name) for name in ("descriptor", *TARGETS, "key")},
                "descriptor": reading.candidates[0].name,
                "probability": round(reading.candidates[0].probability, 4),
                "known": round(reading.known, 4),
                **labels_heard(reading),
            }
        )
    return lines


def _segment_at(heard: Heard, time_s: float) -> int:
    return max(0, sum(segment.start_s <= time_s for segment in heard.segments) - 1)


def _most(lines: Sequence[dict[str, Any]], name: str) -> str | None:
    """Return what most lines say, the earliest of several; None without lines."""
    counts = Counter(line[name] for line in lines)
    return counts.most_common(1)[0][0] if counts else None
