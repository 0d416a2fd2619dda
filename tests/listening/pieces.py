"""Pieces that several tests hear, each composed, rendered and heard once."""

from functools import cache

import numpy as np
from tests.music import RATE, Piece, Wishes, compose, render

from drumlin.listening import Features, Heard, analyse, hear

# 92 BPM: neither its half nor its double is a usual tempo of a piece with kick, snare and chords.
BAND = Wishes(tempo_bpm=92.0, meter="4/4", tonic=9, mode="minor", form="ABA", bars=4, kind="band", steady=True)
DRUMS = Wishes(tempo_bpm=110.0, meter="4/4", form="A", bars=8, kind="drums", steady=True)


@cache
def piece(wishes: Wishes = BAND, seed: int = 3) -> Piece:
    return compose(seed, "held", wishes)


@cache
def sound(wishes: Wishes = BAND, seed: int = 3) -> np.ndarray:
    waveform = render(piece(wishes, seed))
    waveform.flags.writeable = False
    return waveform


@cache
def features(wishes: Wishes = BAND, seed: int = 3) -> Features:
    return analyse(sound(wishes, seed), RATE)


@cache
def heard(wishes: Wishes = BAND, seed: int = 3) -> Heard:
    return hear(features(wishes, seed))


def f_measure(true_s: np.ndarray, found_s: np.ndarray) -> float:
    """Return the F measure of times that match within 70 ms; each is so far from the next that none matches twice."""
    apart = np.abs(true_s[:, None] - found_s[None, :])
    return float((apart.min(axis=0) < 0.07).sum() + (apart.min(axis=1) < 0.07).sum()) / (len(true_s) + len(found_s))


BAR_S, OTHER_BAR_S = 240.0 / 92.0, 240.0 / 110.0
JOIN_S = 5 * BAR_S


@cache
def joined() -> np.ndarray:
    """Return a bar of the band at 92 BPM again and again, and from `JOIN_S` on one of drums alone at 110, cut hard."""
    begin = round(piece().truth.downbeats_s[0] * RATE)
    bar = sound()[begin : begin + round(BAR_S * RATE)]
    other = sound(DRUMS)[begin : begin + round(OTHER_BAR_S * RATE)]
    waveform = np.concatenate([np.tile(bar, 5), np.tile(other, 6)])
    waveform.flags.writeable = False
    return waveform


@cache
def joined_features() -> Features:
    return analyse(joined(), RATE)


@cache
def joined_heard() -> Heard:
    return hear(joined_features())
