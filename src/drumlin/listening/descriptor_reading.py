"""What was heard of descriptors, as a record; times are seconds."""

from dataclasses import dataclass
from typing import Any

UNKNOWN = "unknown"
"""Name of a choice that is refused."""


@dataclass(frozen=True)
class Choice:
    """One answer.

    Args:
        name: a label, a level (`0`, `1`, ...), a descriptor, or `unknown`.
        probability: of a label, that it is right; of `unknown`, that naming one would be wrong.
    """

    name: str
    probability: float


@dataclass(frozen=True)
class DescriptorReading:
    """A stretch of music, in all respects.

    Args:
        start_s: its begin.
        end_s: its end.
        candidates: up to five descriptors, likeliest first, with their probabilities among all of the dictionary.
        genre: likeliest one, or refused.
        subgenre: likewise; refused where the genre is.
        mood: likewise.
        sentiment: `negative`, `neutral` or `positive`, or refused.
        valence: level within the sentiment, `0` to `2`; refused where the sentiment is.
        momentum: level, `0` to `4`.
        known: probability that it is any descriptor of the dictionary at all.
        momentum_value: 0 to 4, measured from onsets alone.
    """

    start_s: float
    end_s: float
    candidates: tuple[Choice, ...]
    genre: Choice
    subgenre: Choice
    mood: Choice
    sentiment: Choice
    valence: Choice
    momentum: Choice
    known: float
    momentum_value: float

    def asdict(self) -> dict[str, Any]:
        """Return plain numbers, words and lists."""
        record: dict[str, Any] = {"start_s": round(self.start_s, 4), "end_s": round(self.end_s, 4)}
        record["candidates"] = [_plain(choice) for choice in self.candidates]
        for target in ("genre", "subgenre", "mood", "sentiment", "valence", "momentum"):
            record[target] = _plain(getattr(self, target))
        return record | {"known": round(self.known, 4), "momentum_value": round(self.momentum_value, 4)}


@dataclass(frozen=True)
class Descriptors:
    """A track.

    Args:
        windows: one for each window of `Heard`.
        segments: one for each segment of `Heard`.
        track: the whole.
    """

    windows: tuple[DescriptorReading, ...]
    segments: tuple[DescriptorReading, ...]
    track: DescriptorReading

    def asdict(self) -> dict[str, Any]:
        """Return plain numbers, words and lists: what `drumlin listen --json` prints under `descriptors`."""
        return {
            "windows": [reading.asdict() for reading in self.windows],
            "segments": [reading.asdict() for reading in self.segments],
            "track": self.track.asdict(),
        }


def _plain(choice: Choice) -> dict[str, Any]:
    return {"name": choice.name, "probability": round(choice.probability, 4)}
