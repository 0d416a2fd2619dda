"""What the report page says of each measure, and which numbers it shows."""

from dataclasses import dataclass

from .families import FAMILIES
from .page_tables import Column
from .sliders import ATTRIBUTES

DEFECT_WORDS = {
    "silent": "Silent",
    "click_start": "Click at the start",
    "click_end": "Cut off",
    "click_inside": "Clicks inside",
    "tail": "Loud tail",
    "comb": "Comb lines",
    "cliff": "Lost bandwidth",
    "stairs": "Stairs",
    "offset": "DC",
    "clipped": "Clipped",
}
"""Titles of the defects."""


@dataclass(frozen=True)
class Section:
    """A part of the page: a title, what is measured in plain words, its table, and a second one of more columns."""

    anchor: str
    title: str
    words: str
    columns: tuple[Column, ...]
    more: tuple[Column, ...] = ()


def _shares(*names: str) -> tuple[Column, ...]:
    return tuple(Column(("defects", "shares", name), DEFECT_WORDS[name], "", 1, "low", percent=True) for name in names)


RECOGNITION = (
    Column(("recognition", "count"), "Sounds", "", 0),
    Column(("recognition", "label"), "All", "by label", 0, "high", percent=True),
    Column(("recognition", "family"), "All", "by family", 0, "high", percent=True),
    *(Column(("recognition", "families", family), family, "", 0, "high", percent=True) for family in FAMILIES),
)

SLIDERS = (
    Column(("places",), "Places", "", 0),
    Column(("spearman",), "Spearman, median", "", 2, "high"),
    Column(("spearman_p10",), "nine in ten above", "", 2, "high"),
    Column(("change",), "Change", "deviations of real sounds", 1),
    *(Column(("leakage", name), f"{name} goes along", "share", 2, "low") for name in ATTRIBUTES),
    Column(("family_kept",), "Family kept", "", 0, "high", percent=True),
)

SLIDERS_WORDS = (
    "Each slider that names an attribute is moved over its whole travel at random places. Does the attribute follow "
    "(pitch only where it can be told), and how far do the others go along, in standard deviations of real sounds of "
    "the class, for each such deviation of the named one? The family should stay over most of the middle 80 %."
)

SECTIONS = (
    Section(
        "recognition",
        "Recognised",
        "How many sounds a classifier that was trained on real kits alone calls what was asked for. Real sounds of "
        "unseen kits: how many it calls what they are.",
        RECOGNITION,
    ),
    Section(
        "reconstruction",
        "Giving a dropped sound back",
        "Each unseen sound is dropped on the instrument as on the page, and what it plays for it is compared in the "
        "judged window. The row of real sounds is the floor: each against itself with its noise drawn anew, which is "
        "the same sound to the ear.",
        (
            Column(("reconstruction", "count"), "Sounds", "", 0),
            Column(("reconstruction", "log_mel_db"), "Log-mel error", "dB", 2, "low", whisker=True),
            Column(("reconstruction", "log_mel_median_db"), "its median", "dB", 2, "low"),
            Column(("reconstruction", "whole_log_mel_db"), "at whole length", "dB", 2, "low"),
            Column(("originality", "mean_db"), "Nearest learned sound instead", "dB", 2),
            Column(("reconstruction", "convergence"), "Spectral convergence", "", 2, "low"),
            Column(("reconstruction", "log_magnitude_db"), "Log magnitude", "dB", 2, "low"),
            Column(("reconstruction", "attack_median_ms"), "Attack time, median", "ms", 2, "low"),
            Column(("reconstruction", "low_band_db"), "SI-SDR below 250 Hz", "dB", 1, "high"),
        ),
    ),
    Section(
        "refined",
        "Coming nearer to a dropped sound",
        "The same after ten seconds of refinement for each sound, as the page does in the background: of some of the "
        "sounds, as large a part of each label and kit, and beside it what the encoder alone made of the very same. "
        "Only the first instrument is asked for it. Real sounds: their noise drawn anew.",
        (
            Column(("refined", "count"), "Sounds", "", 0),
            Column(("refined", "encoder_log_mel_db"), "Log-mel error by the encoder", "dB", 2, "low", whisker=True),
            Column(("refined", "log_mel_db"), "refined", "dB", 2, "low", whisker=True),
            Column(("refined", "log_mel_median_db"), "its median", "dB", 2, "low"),
            Column(("refined", "gain_db"), "Gained", "dB", 2, "high"),
            Column(("refined", "encoder_whole_log_mel_db"), "At whole length by the encoder", "dB", 2, "low"),
            Column(("refined", "whole_log_mel_db"), "refined", "dB", 2, "low"),
        ),
    ),
    Section(
        "returning",
        "Finding its own sounds",
        "Sounds of random places are dropped on the instrument that made them, without what their files tell. One has "
        "returned if it is found within 0.05 of its place and sounds the same within 1 dB.",
        (
            Column(("returning", "count"), "Sounds", "", 0),
            Column(("returning", "returned"), "Returned", "", 0, "high", percent=True, whisker=True),
            Column(("returning", "distance_median"), "Distance, median", "side is 2", 3, "low"),
            Column(("returning", "distance_max"), "largest", "", 2, "low"),
            Column(("returning", "log_mel_median_db"), "Log-mel error, median", "dB", 2, "low"),
            Column(("returning", "log_mel_max_db"), "largest", "dB", 1, "low"),
        ),
    ),
    Section(
        "plane",
        "Moving on the plane",
        "Walks along straight lines over the plane: how much the sound changes on the way, and how evenly. Then its "
        "cells: are all places of a cell heard, and are they of one family, as the classifier hears them?",
        (
            Column(("plane", "median_db"), "Change per unit, median", "dB", 1),
            Column(("plane", "p95_db"), "95th percentile", "dB", 1),
            Column(("plane", "ratio"), "the one over the other", "", 2, "low"),
            Column(("plane", "range_db"), "From end to end", "dB", 1),
            Column(("plane", "cells", "audible"), "Cells that sound", "", 0, "high", percent=True),
            Column(("plane", "cells", "pure"), "of one family", "", 0, "high", percent=True),
            Column(("plane", "cells", "good"), "both", "", 0, "high", percent=True),
            Column(("plane", "cells", "as_labelled"), "as the dots say", "", 0, "high", percent=True),
        ),
    ),
    Section(
        "defects",
        "Defects",
        "Sounds of random points, places and controls over their whole travel, at their whole length and as the model "
        "makes them, nothing repaired: how many of them have a defect. Real sounds: those learned from.",
        (
            Column(("defects", "any"), "Any defect", "", 1, "low", percent=True, whisker=True),
            *_shares("silent", "click_start", "click_end", "click_inside", "tail"),
            Column(("defects", "tail_median_db"), "Tail, median", "dB", 0, "low"),
            Column(("defects", "tail_p95_db"), "95th percentile", "dB", 0, "low"),
        ),
        (
            *_shares("comb", "cliff", "stairs", "offset", "clipped"),
            Column(("highs", "dull"), "Dull for its class", "hits", 1, "low", percent=True),
        ),
    ),
)

ORIGINALITY = (
    Column(("originality", "count"), "Hits", "", 0),
    Column(("originality", "median_db"), "Distance to the nearest learned sound, median", "dB", 2),
    Column(("originality", "copy_share"), "Nearer than 99 of 100 real sounds", "", 1, "low", percent=True),
    Column(("originality", "nearer_share"), "Nearer than half of the real sounds", "", 0, percent=True),
)

ORIGINALITY_WORDS = (
    "How near each hit comes to the nearest sound that was learned from, by log-mel distance, beside how near unseen "
    "real sounds come to them. The nearest pairs can be heard: what was made, then what was learned."
)

DISTRIBUTION = (
    Column(("kid",), "Kernel distance", "", 3, "low", whisker=True),
    Column(("frechet",), "Frechet distance", "for endless sounds", 1, "low"),
    Column(("density",), "Density", "", 2, "high"),
    Column(("coverage",), "Coverage", "", 0, "high", percent=True),
    Column(("learned_label",), "Right on real, learned from these", "by label", 0, "high", percent=True),
    Column(("learned_family",), "Right on real, learned from these", "by family", 0, "high", percent=True),
)

DISTRIBUTION_WORDS = (
    "How near the hits of a system come to the real hits of unseen kits, taken together: equal numbers, the same "
    "window, the same resamples of kits for all. The row of real sounds is what the kits that were learned from score "
    "themselves."
)
