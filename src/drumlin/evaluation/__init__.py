"""Measures of what a model makes, on arrays alone: reconstruction, clicks, noise, continuity of the plane."""

from .clicks import CLICK_SCORE, END_DB, START_DB, Clicks, count_clicks, find_clicks
from .continuity import Continuity, plane_continuity
from .instruments import SoundScores, score_instrument, score_sounds
from .noise import noise_floor_db, stair_share, tail_line_db
from .reconstruction import Reconstruction, compare_sounds

__all__ = [
    "CLICK_SCORE",
    "END_DB",
    "START_DB",
    "Clicks",
    "Continuity",
    "Reconstruction",
    "SoundScores",
    "compare_sounds",
    "count_clicks",
    "find_clicks",
    "noise_floor_db",
    "plane_continuity",
    "score_instrument",
    "score_sounds",
    "stair_share",
    "tail_line_db",
]
