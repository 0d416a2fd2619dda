"""The judge: measures of what a model makes, and the report of several instruments beside real sounds."""

from .bench import JudgeSettings
from .clicks import CLICK_SCORE, END_DB, START_DB, Clicks, count_clicks, find_clicks
from .continuity import Continuity, plane_continuity
from .drawing import Drawn, RealSet, draw, notes_for, real_set
from .fidelity import Fidelity, attack_error_ms, compare_pairs, low_band_si_sdr_db, multi_resolution
from .instruments import SoundScores, score_instrument, score_sounds
from .judging import Judgement, judge
from .noise import noise_floor_db, stair_share, tail_line_db
from .reconstruction import Reconstruction, compare_sounds
from .redrawing import redraw_noise
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
    "Fidelity",
    "JudgeSettings",
    "Judgement",
    "RealSet",
    "Reconstruction",
    "SoundScores",
    "attack_error_ms",
    "compare_pairs",
    "compare_sounds",
    "count_clicks",
    "draw",
    "find_clicks",
    "judge",
    "judged_window",
    "judged_windows",
    "low_band_si_sdr_db",
    "multi_resolution",
    "noise_floor_db",
    "notes_for",
    "plane_continuity",
    "real_set",
    "redraw_noise",
    "score_instrument",
    "score_sounds",
    "stair_share",
    "tail_line_db",
]
