"""Drums that are said: a spoken rhythm cut into strokes, and what each of them means; numpy alone, no torch."""

from .grouping import group_alike
from .model import OTHER, Discriminant, Side, VoiceModel, voice_model
from .own import own_offset
from .pattern import Beat, read_pattern
from .ranking import Meant, best, fits, interpret, known_classes
from .strokes import LONGEST_S, Stroke, cut_strokes
from .traits import FACTS, NAMES, RELATIVE, measure_traits

__all__ = [
    "FACTS",
    "LONGEST_S",
    "NAMES",
    "OTHER",
    "RELATIVE",
    "Beat",
    "Discriminant",
    "Meant",
    "Side",
    "Stroke",
    "VoiceModel",
    "best",
    "cut_strokes",
    "fits",
    "group_alike",
    "interpret",
    "known_classes",
    "measure_traits",
    "own_offset",
    "read_pattern",
    "voice_model",
]
