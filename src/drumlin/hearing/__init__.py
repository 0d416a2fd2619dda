"""Hearing: what a one-shot is, and the numbers by which it is found and taught; ONNX, without torch."""

from .ear import UNSURE, Ear, Hearing, hear_sounds, starter_ear
from .kinds import CLASSES, FAMILIES, family_of, family_shares

__all__ = [
    "CLASSES",
    "FAMILIES",
    "UNSURE",
    "Ear",
    "Hearing",
    "family_of",
    "family_shares",
    "hear_sounds",
    "starter_ear",
]
