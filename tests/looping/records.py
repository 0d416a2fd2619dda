"""Tracks as they might have been heard, without any sound."""

from collections.abc import Sequence

from drumlin.listening import Heard, Key, Segment, TempoCandidate

A_MINOR = Key(9, "minor", 0.9, 0.95)
PITCHLESS = Key(None, None, 0.9, 0.1)


def heard_track(
    starts_s: Sequence[float], letters: str, *, duration_s: float = 32.0, tempo_bpm: float = 120.0, key: Key = A_MINOR
) -> Heard:
    """Return a track in 4/4 whose beats run on evenly from 0, with a segment at each of the starts."""
    ends = (*starts_s[1:], duration_s)
    step = 60.0 / tempo_bpm
    beats = tuple(step * number for number in range(int(duration_s / step)))
    segments = tuple(
        Segment(start, end, letter, 0.8, tempo_bpm, key)
        for start, end, letter in zip(starts_s, ends, letters, strict=True)
    )
    reading = (TempoCandidate(tempo_bpm, 0.9),)
    return Heard(duration_s, reading, 0.9, beats, beats[::4], "4/4", 0.9, key, 0.0, segments, (), ())
