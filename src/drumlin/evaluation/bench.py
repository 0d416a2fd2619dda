"""What all systems are judged by alike: settings, reference, what is asked for, and what has been drawn of each.

Shapes: M sounds, T points.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..datasets import Dataset, Split
from ..errors import DatasetError
from ..instrument import Instrument
from ..units import Array, Waveform
from .drawing import Drawn, RealSet, draw, real_set
from .sliders import Spread, measure_spread
from .window import judged_windows

REAL = "real"
"""Name of the row of the real sounds, beside every instrument."""

Tell = Callable[[int, int], None]
"""Told how many sounds of a stage are done, and of how many; what it raises ends the stage."""


@dataclass(frozen=True)
class JudgeSettings:
    """How much is measured, and against what.

    Args:
        split: real sounds to compare with: `valid` for choices, `test` once per release candidate.
        labels: only sounds with one of these; all if empty.
        count: random points, of places and of controls, at which defects are looked for.
        repeats: how many hits are drawn of each class, times the number that the distribution is compared on.
        resamples: of the bootstrap.
        lines: walks over the plane.
        grid: places along each side of the plane that are looked at.
        notes: places at which each slider is moved.
        searched: most sounds that an instrument without an encoder is asked to give back: each takes a search.
        returned: sounds of its own that an instrument is asked to find again.
        refined: sounds that the first instrument is asked to come nearer to, each for ten seconds.
        seed: of everything that is drawn.
    """

    split: Split = "valid"
    labels: tuple[str, ...] = ()
    count: int = 2000
    repeats: int = 4
    resamples: int = 1000
    lines: int = 24
    grid: int = 16
    notes: int = 24
    searched: int = 24
    returned: int = 100
    refined: int = 48
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON content."""
        return {**asdict(self), "labels": list(self.labels)}

    def quick(self) -> "JudgeSettings":
        """Return the same with a tenth of the work: for looking while something is made, not for claims."""
        return replace(
            self,
            count=min(self.count, 200),
            repeats=1,
            resamples=200,
            lines=6,
            grid=min(self.grid, 8),
            notes=6,
            searched=6,
            returned=20,
            refined=0,
        )


@dataclass(frozen=True)
class Bench:
    """The real sounds of a data set, and what is asked of every system.

    Args:
        dataset: prepared by any profile.
        settings: see there.
    """

    dataset: Dataset
    settings: JudgeSettings

    @cached_property
    def reference(self) -> RealSet:
        """The real sounds of kits that nobody has learned.

        Raises:
            DatasetError: fewer than two.
        """
        return self._real(self.settings.split)

    @cached_property
    def train(self) -> RealSet:
        """The real sounds that instruments learn from.

        Raises:
            DatasetError: fewer than two.
        """
        return self._real("train")

    @cached_property
    def scale(self) -> RealSet:
        """All sounds of `train`, whatever labels are judged: embeddings are standardised on them.

        One class alone is too much of a kind: unseen kits would lie far outside, and their outliers decide.
        """
        return real_set(self.dataset, "train") if self.settings.labels else self.train

    @cached_property
    def spread(self) -> Spread:
        """How far the attributes of real sounds of each class differ, at their whole length."""
        sounds = [self.dataset.waveforms[row] for row in self.train.rows]
        return measure_spread(sounds, self.train.labels, self.dataset.sample_rate)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The class that is asked for in each sound: as many of each as the reference has, and `train` can match."""
        wanted, there = Counter(self.reference.labels), Counter(self.train.labels)
        counts = {label: min(count, there[label]) for label, count in sorted(wanted.items())}
        return tuple(label for label, count in counts.items() for _ in range(count))

    @cached_property
    def matched(self) -> Array:
        """Positions in `train` of real sounds with the classes of `asked`, in that order: the real system."""
        generator = np.random.default_rng(self.settings.seed)
        order = [int(at) for at in generator.permutation(len(self.train))]
        chosen = []
        for label, count in sorted(Counter(self.asked).items()):
            chosen += [at for at in order if self.train.labels[at] == label][:count]
        return np.array(chosen, dtype=np.int64)

    def _real(self, split: Split) -> RealSet:
        found = real_set(self.dataset, split, self.settings.labels or None)
        if len(found) < 2:
            of = f" of {', '.join(self.settings.labels)}" if self.settings.labels else ""
            raise DatasetError(
                f"{len(found)} sounds{of} in {split} of {self.dataset.folder}: at least two are expected, of other "
                "kits than those learned from: prepare a folder with more kits, or name other labels"
            )
        return found


@dataclass(frozen=True)
class Case:
    """One instrument before the bench; what is drawn of it is drawn once, when it is needed.

    Args:
        name: unique in the report.
        instrument: any.
        bench: what it is judged by.
    """

    name: str
    instrument: Instrument
    bench: Bench

    @cached_property
    def hits(self) -> Drawn:
        """Sounds of the classes that are asked for, `repeats` times; the first of them once are `first_windows`."""
        settings = self.bench.settings
        return draw(self.instrument, self.bench.asked * settings.repeats, settings.seed)

    @cached_property
    def windows(self) -> Waveform:
        """The judged windows of all hits."""
        return judged_windows(self.hits.waveforms, self.instrument.sample_rate)

    @property
    def first_windows(self) -> Waveform:
        """The windows of as many hits as the reference is compared with: equal n for all."""
        return self.windows[: len(self.bench.asked)]
