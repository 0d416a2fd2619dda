"""Defects: what no drum has, counted over many random points of an instrument.

Every detector answers yes or no for one sound, on its whole length and on what the model itself says (`raw`, nothing
repaired). Thresholds are set where prepared real sounds are left in peace: on the 864 training sounds of the reference
data the shares that are accused are those in `docs/judge-measures.md`. Shapes: M sounds, T points.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from ..instrument import Instrument, Note
from ..instrument.note import MAX_SEED
from ..units import Waveform
from .bandwidth import cliff_hz
from .clicks import find_clicks, lone_clicks
from .combs import PERIODS, Comb, find_combs
from .distortion import clipped_tops, offset_db, stair_points
from .noise import noise_floor_db

SILENT_PEAK = 1e-3
"""A sound whose peak is below -60 dB full scale is no sound."""

TAIL_DB = -70.0
"""The last tenth of a sound should be at most this loud against its peak."""

STAIR_SHARE = 0.2
OFFSET_DB = -60.0
BEATS_DB = 21.0
SIDEBANDS_DB = 20.0

LINES_DB, FEW_LINES_DB = 2.0, 22.0
"""Lines stand out by the first and, as few do so by chance, by the second over the root of their number."""

KEPT_EXAMPLES = 8
"""Notes that are kept of each defect, to be heard."""


@dataclass(frozen=True)
class Defects:
    """What was found in one sound; a silent one has no other defect.

    Args:
        silent: there is no sound.
        click_start: it begins with a step.
        click_end: it is cut off.
        click_inside: it jumps where nothing is struck.
        tail: it has not died away at its end.
        comb: it rings or flutters at a rate of hops or strides.
        cliff: its spectrum ends where no drum's does.
        stairs: points are held, or bits are few.
        offset: a constant part.
        clipped: tops are cut off flat.
    """

    silent: bool = False
    click_start: bool = False
    click_end: bool = False
    click_inside: bool = False
    tail: bool = False
    comb: bool = False
    cliff: bool = False
    stairs: bool = False
    offset: bool = False
    clipped: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the defects that were found."""
        return tuple(name for name in DEFECTS if getattr(self, name))


DEFECTS = tuple(field.name for field in fields(Defects))
"""Names of all defects, in the order in which they are reported."""


@dataclass(frozen=True)
class DefectCounts:
    """Defects of many sounds.

    Args:
        sounds: how many were judged.
        counts: by name of the defect, in how many of them it was found; every name is there.
        any: in how many anything was found.
        tail_median_db: median level of the last tenth against the peak.
        tail_p95_db: 95th percentile of the same.
    """

    sounds: int
    counts: Mapping[str, int]
    any: int
    tail_median_db: float
    tail_p95_db: float

    def share(self, name: str) -> float:
        """Return in which share of the sounds a defect was found; 0 where there are none."""
        return self.counts[name] / self.sounds if self.sounds else 0.0


@dataclass(frozen=True)
class Survey:
    """Defects over random points of an instrument.

    Args:
        counts: of all of them.
        examples: by name of the defect, notes that have it, at most `KEPT_EXAMPLES`.
    """

    counts: DefectCounts
    examples: Mapping[str, tuple[Note, ...]]


def find_defects(waveform: Waveform, sample_rate: int, periods: Sequence[int] = PERIODS) -> Defects:
    """Judge one sound.

    Args:
        waveform: mono audio of whole length, shape (T,).
        sample_rate: Hz.
        periods: hops and strides at whose rates combs are looked for, points.
    """
    if float(np.abs(waveform).max(initial=0.0)) < SILENT_PEAK:
        return Defects(silent=True)
    clicks = find_clicks(waveform, sample_rate)
    return Defects(
        click_start=clicks.start,
        click_end=clicks.end,
        click_inside=bool(lone_clicks(waveform, sample_rate)),
        tail=noise_floor_db(waveform) > TAIL_DB,
        comb=any(is_heard(comb) for comb in find_combs(waveform, sample_rate, periods)),
        cliff=cliff_hz(waveform, sample_rate) is not None,
        stairs=stair_points(waveform, sample_rate) > STAIR_SHARE,
        offset=offset_db(waveform) > OFFSET_DB,
        clipped=clipped_tops(waveform) > 0,
    )


def is_heard(comb: Comb) -> bool:
    """Tell whether a comb stands out further than chance and real drums make it."""
    if not comb.lines:
        return False
    lines = comb.lines_db > LINES_DB + FEW_LINES_DB / comb.lines**0.5
    return lines or comb.beats_db > BEATS_DB or comb.sidebands_db > SIDEBANDS_DB


def count_defects(waveforms: Iterable[Waveform], sample_rate: int, periods: Sequence[int] = PERIODS) -> DefectCounts:
    """Count the defects of sounds, each of shape (T,), such as the real ones that stand beside an instrument's."""
    found, tails = [], []
    for waveform in waveforms:
        found.append(find_defects(waveform, sample_rate, periods))
        tails.append(noise_floor_db(waveform))
    return _counted(found, tails)


def survey_defects(
    instrument: Instrument,
    count: int,
    seed: int = 0,
    periods: Sequence[int] = PERIODS,
    on_sound: Callable[[int, int], None] | None = None,
) -> Survey:
    """Judge an instrument at random points: places, controls over their full travel, and seeds.

    Args:
        instrument: any.
        count: how many points.
        seed: same seed, same points.
        periods: see `find_defects`.
        on_sound: called after each sound with how many are done and `count`; what it raises ends the work.
    Raises:
        InstrumentError: the model fails at a point.
    """
    found: list[Defects] = []
    tails: list[float] = []
    examples: dict[str, tuple[Note, ...]] = dict.fromkeys(DEFECTS, ())
    for note in random_points(instrument, count, seed):
        waveform = instrument.raw(note)
        found.append(find_defects(waveform, instrument.sample_rate, periods))
        tails.append(noise_floor_db(waveform))
        for name in found[-1].names:
            examples[name] = (*examples[name], note)[:KEPT_EXAMPLES]
        if on_sound is not None:
            on_sound(len(found), count)
    return Survey(_counted(found, tails), examples)


def random_points(instrument: Instrument, count: int, seed: int = 0) -> list[Note]:
    """Return notes anywhere on the plane, each control anywhere on its travel, each with a seed of its own."""
    generator = np.random.default_rng(seed)
    places = generator.uniform(-1.0, 1.0, (count, 2))
    travels = generator.uniform(0.0, 1.0, (count, len(instrument.controls)))
    seeds = generator.integers(0, MAX_SEED + 1, count)
    return [
        Note(
            float(place[0]),
            float(place[1]),
            controls={
                knob.name: knob.from_unit(float(at)) for knob, at in zip(instrument.controls, travel, strict=True)
            },
            seed=int(number),
        )
        for place, travel, number in zip(places, travels.tolist(), seeds, strict=True)
    ]


def _counted(found: Sequence[Defects], tails: Sequence[float]) -> DefectCounts:
    counter = Counter(name for defects in found for name in defects.names)
    counts = {name: counter[name] for name in DEFECTS}
    median, p95 = np.percentile(tails, [50, 95]) if tails else (0.0, 0.0)
    return DefectCounts(len(found), counts, sum(bool(defects.names) for defects in found), float(median), float(p95))
