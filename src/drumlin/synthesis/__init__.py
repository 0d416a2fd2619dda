"""A drum synthesiser whose every number is known: material to learn from where recordings are few."""

from .drawing import FAMILIES, draw_hit
from .hit import Around, Click, Hit, Mode, Noise, Sweep
from .rendering import render

__all__ = ["FAMILIES", "Around", "Click", "Hit", "Mode", "Noise", "Sweep", "draw_hit", "render"]
