"""Measures of what a model makes, on arrays alone: reconstruction, clicks, noise, continuity of the plane."""

from .clicks import CLICK_SCORE, END_DB, START_DB, Clicks, count_clicks, find_clicks
from .continuity import Continuity, plane_continuity
from .drawing import Drawn, RealSet, draw, notes_for, real_set
from .instruments import SoundScores, score_instrument, score_sounds
from .noise import noise_floor_db, stair_share, tail_line_db
from .reconstruction import Reconstruction, compare_sounds
from .window import JUDGED_RATE, PRE_ROLL_S, WINDOW, judged_window, judged_windows

__all__ = [
    "CLICK_SCORE",
    "END_DB",
    "JUDGED_RATE",
    "PRE_ROLL_S",
    "START_DB",
    "WINDOW",
    "Clicks",
    "Continuity",
    "Drawn",
    "RealSet",
    "Reconstruction",
    "SoundScores",
    "compare_sounds",
    "count_clicks",
    "draw",
    "find_clicks",
    "judged_window",
    "judged_windows",
    "noise_floor_db",
    "notes_for",
    "plane_continuity",
    "real_set",
    "score_instrument",
    "score_sounds",
    "stair_share",
    "tail_line_db",
]
