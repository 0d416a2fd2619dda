"""Synthesised music with known truth, for the listening wing's tests, fits and figures."""

from .composing import Piece, Truth, Wishes, compose, describe, shifted
from .rendering import at_rate, render, spoil
from .voices import RATE

__all__ = ["RATE", "Piece", "Truth", "Wishes", "at_rate", "compose", "describe", "render", "shifted", "spoil"]
