"""The judge: measures of what a model makes, and the report of several instruments beside real sounds."""

from .bandwidth import cliff_hz, dull_share, highs_db
from .bench import JudgeSettings
from .clicks import CLICK_SCORE, END_DB, START_DB, Clicks, count_clicks, find_clicks, lone_clicks
from .combs import PERIODS, Comb, find_combs, line_height_db
from .continuity import Continuity, plane_continuity
from .defects import (
    DEFECTS,
    DefectCounts,
    Defects,
    Survey,
    count_defects,
    find_defects,
    is_heard,
    random_points,
    survey_defects,
)
from .distortion import clipped_tops, offset_db, stair_points
from .distribution import KernelDistances, Neighbourhood, compare_kernel_distances, kernel_distance, neighbourhood
from .drawing import Drawn, RealSet, draw, notes_for, real_set
from .embeddings import Embedding, LogMelStatistics, Standardiser
from .families import FAMILIES, family_of
from .fidelity import Fidelity, attack_error_ms, compare_pairs, low_band_si_sdr_db, multi_resolution
from .frechet import Extrapolated, extrapolated_frechet, frechet_distance
from .instruments import SoundScores, score_instrument, score_sounds
from .intervals import Interval, wilson
from .judging import Judgement, judge
from .noise import noise_floor_db, stair_share, tail_line_db
from .originality import Library, Originality, Pair, measure_originality
from .playability import Cells, Classify, Steps, plane_cells, plane_steps, sounds_at
from .recognition import Recognition, Share, learned_from
from .reconstruction import Reconstruction, compare_sounds
from .redrawing import redraw_noise
from .scattering import Scattering
from .sliders import SliderScore, Spread, attribute_vector, measure_spread, score_sliders, spearman
from .window import JUDGED_RATE, PRE_ROLL_S, WINDOW, judged_window, judged_windows

__all__ = [
    "CLICK_SCORE",
    "DEFECTS",
    "END_DB",
    "FAMILIES",
    "JUDGED_RATE",
    "PERIODS",
    "PRE_ROLL_S",
    "START_DB",
    "WINDOW",
    "Cells",
    "Classify",
    "Clicks",
    "Comb",
    "Continuity",
    "DefectCounts",
    "Defects",
    "Drawn",
    "Embedding",
    "Extrapolated",
    "Fidelity",
    "Interval",
    "JudgeSettings",
    "Judgement",
    "KernelDistances",
    "Library",
    "LogMelStatistics",
    "Neighbourhood",
    "Originality",
    "Pair",
    "RealSet",
    "Recognition",
    "Reconstruction",
    "Scattering",
    "Share",
    "SliderScore",
    "SoundScores",
    "Spread",
    "Standardiser",
    "Steps",
    "Survey",
    "attack_error_ms",
    "attribute_vector",
    "cliff_hz",
    "clipped_tops",
    "compare_kernel_distances",
    "compare_pairs",
    "compare_sounds",
    "count_clicks",
    "count_defects",
    "draw",
    "dull_share",
    "extrapolated_frechet",
    "family_of",
    "find_clicks",
    "find_combs",
    "find_defects",
    "frechet_distance",
    "highs_db",
    "is_heard",
    "judge",
    "judged_window",
    "judged_windows",
    "kernel_distance",
    "learned_from",
    "line_height_db",
    "lone_clicks",
    "low_band_si_sdr_db",
    "measure_originality",
    "measure_spread",
    "multi_resolution",
    "neighbourhood",
    "noise_floor_db",
    "notes_for",
    "offset_db",
    "plane_cells",
    "plane_continuity",
    "plane_steps",
    "random_points",
    "real_set",
    "redraw_noise",
    "score_instrument",
    "score_sliders",
    "score_sounds",
    "sounds_at",
    "spearman",
    "stair_points",
    "stair_share",
    "survey_defects",
    "tail_line_db",
    "wilson",
]
