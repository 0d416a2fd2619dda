"""Labels of a descriptor's mood, binned from two continuous values so that they cannot contradict each other.

Valence, -1 to 1, is cut into thirds, the sentiment, and each third into three levels of valence; arousal, -1 to 1, into
five levels of momentum.
"""

from typing import Literal

Sentiment = Literal["negative", "neutral", "positive"]

SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
"""From low to high valence."""

VALENCE_LEVELS = 3
"""Levels of valence within a sentiment."""

MOMENTUM_LEVELS = 5
"""Levels of momentum."""


def sentiment_of(valence: float) -> Sentiment:
    """Return the third in which a valence lies."""
    return SENTIMENTS[_bin(valence, len(SENTIMENTS))]


def valence_level_of(valence: float) -> int:
    """Return where in its sentiment a valence lies: 0 the lowest to 2 the highest."""
    return _bin(valence, len(SENTIMENTS) * VALENCE_LEVELS) % VALENCE_LEVELS


def momentum_of(arousal: float) -> int:
    """Return the fifth in which an arousal lies: 0 at rest to 4 driven."""
    return _bin(arousal, MOMENTUM_LEVELS)


def _bin(value: float, count: int) -> int:
    return min(max(int((value + 1.0) / 2.0 * count), 0), count - 1)
