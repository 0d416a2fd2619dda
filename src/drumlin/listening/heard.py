"""What was heard in a track, as a record; times are seconds, tempi beats per minute."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from .key import Key
from .tempo import TempoCandidate

FORMAT, VERSION = "drumlin-heard", 1


@dataclass(frozen=True)
class Segment:
    """One part of the form.

    Args:
        start_s: its begin.
        end_s: its end.
        letter: parts of one letter are the same again.
        boundary_confidence: probability that a part begins here; 1 for the first.
        tempo_bpm: median tempo of its beats; None: it has fewer than two.
        key: its key.
    """

    start_s: float
    end_s: float
    letter: str
    boundary_confidence: float
    tempo_bpm: float | None
    key: Key


@dataclass(frozen=True)
class Form:
    """One reading of the form: begins, ends, letters, and its probability among all readings."""

    starts_s: tuple[float, ...]
    end_s: float
    letters: str
    probability: float


@dataclass(frozen=True)
class Window:
    """A stretch of fixed length.

    Args:
        start_s: its begin.
        end_s: its end.
        tempo_bpm: the tempo there, within the track's path.
        tempo: the window's own readings, likeliest first.
        key: the key there.
    """

    start_s: float
    end_s: float
    tempo_bpm: float
    tempo: tuple[TempoCandidate, ...]
    key: Key


@dataclass(frozen=True)
class Heard:
    """All that is heard in a track.

    Args:
        duration_s: of the track.
        tempo: up to three readings, likeliest first.
        octave_confidence: probability of the first reading against half, double, and the like.
        beats_s: ascending.
        downbeats_s: a part of the beats.
        meter: `4/4`, `3/4`, `5/4`, or `6/8` and `12/8`, whose beat is the dotted quarter.
        meter_confidence: its probability.
        key: of the whole track.
        tuning_cents: of the track, from A = 440 Hz.
        segments: the likeliest form.
        alternatives: other readings of the form, likeliest first.
        windows: in steps of the stride.
    """

    duration_s: float
    tempo: tuple[TempoCandidate, ...]
    octave_confidence: float
    beats_s: tuple[float, ...]
    downbeats_s: tuple[float, ...]
    meter: str
    meter_confidence: float
    key: Key
    tuning_cents: float
    segments: tuple[Segment, ...]
    alternatives: tuple[Form, ...]
    windows: tuple[Window, ...]

    @property
    def tempo_bpm(self) -> float:
        """Return the likeliest tempo."""
        return self.tempo[0].bpm

    @property
    def form(self) -> str:
        """Return the letters of the segments, `ABAC`."""
        return "".join(segment.letter for segment in self.segments)

    def as_json(self) -> dict[str, Any]:
        """Return plain numbers, words and lists: what `drumlin listen --json` prints."""
        content = {"format": FORMAT, "version": VERSION, **_rounded(asdict(self))}
        for part in (content, *content["segments"], *content["windows"]):
            part["key"] |= {"name": Key(**part["key"]).name}
        return {**content, "form": self.form}


def _rounded(value: Any) -> Any:
    """Return the value with numbers of at most four decimals, tuples as lists."""
    rounders: dict[type, Callable[[Any], Any]] = {
        float: lambda number: round(number, 4),
        dict: lambda record: {name: _rounded(part) for name, part in record.items()},
        tuple: lambda parts: [_rounded(part) for part in parts],
        list: lambda parts: [_rounded(part) for part in parts],
    }
    return rounders.get(type(value), lambda other: other)(value)
