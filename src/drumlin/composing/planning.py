"""The plan of a region: its bars, phrases and sections, and who plays in which.

A region of some length tells a small story: an intro with the fewest players, a climax with all, an outro in between.
Quarters count from the start of the region.
"""

import math
from dataclasses import dataclass
from itertools import accumulate

from .band import Player, players_of
from .completing import region_map
from .descriptor import Descriptor
from .dictionary import find_descriptor
from .forms import Function, lay_out
from .meters import METERS, Meter
from .scales import Key
from .tempo import TempoMap
from .timeline import Region

SHARES: dict[str, float] = {"intro": 0.4, "build": 0.75, "climax": 1.0, "break": 0.5, "outro": 0.65}
"""Share of the players, and of the voices of the drums, that play in a section."""

ENERGIES: dict[str, float] = {"intro": 0.75, "build": 0.8, "climax": 1.0, "break": 0.7, "outro": 0.75}
"""How much of the descriptor's energy a section has; a build grows from there."""


@dataclass(frozen=True)
class Bar:
    """A bar.

    Args:
        index: from 0.
        start: in quarters.
        length: in quarters; the last bar may be short.
        phrase: index of its phrase.
        function: of its section.
        energy: 0 to 1.
        players: how many of the players play, in the order in which they enter.
        opens: it is the first of its section.
        ends_phrase: it is the last of its phrase.
        closes: it is the last of its section.
    """

    index: int
    start: float
    length: float
    phrase: int
    function: Function
    energy: float
    players: int
    opens: bool
    ends_phrase: bool
    closes: bool

    @property
    def end(self) -> float:
        """In quarters."""
        return self.start + self.length


@dataclass(frozen=True)
class Plan:
    """A region, laid out.

    Args:
        region: as completed.
        descriptor: of the region.
        meter: of the region.
        key: of the region.
        tempo_map: quarters to seconds, both from the start of the region.
        bars: in order.
        players: in the order in which they enter.
        final: quarter at which the last notes are struck and ring; None: the music goes on to the end.
    """

    region: Region
    descriptor: Descriptor
    meter: Meter
    key: Key
    tempo_map: TempoMap
    bars: tuple[Bar, ...]
    players: tuple[Player, ...]
    final: float | None

    @property
    def quarters(self) -> float:
        """Length of the region."""
        return self.tempo_map.quarters[-1]

    def bar_at(self, quarter: float) -> Bar:
        """Return the bar in which a quarter falls."""
        return self.bars[min(max(int(quarter / self.meter.bar_quarters), 0), len(self.bars) - 1)]


def plan_region(region: Region) -> Plan:
    """Return the plan of a completed region that is not silent."""
    descriptor = find_descriptor(region.descriptor)
    meter = METERS[region.meter or "4/4"]
    tempo_map = region_map(region)
    players = players_of(region, descriptor)
    final = None
    if region.ring_out_at_s is not None:
        final = round(tempo_map.quarter(region.ring_out_at_s - region.start_s), 3)
    return Plan(
        region=region,
        descriptor=descriptor,
        meter=meter,
        key=Key(region.tonic or "C", region.mode or "ionian"),
        tempo_map=tempo_map,
        bars=_bars(region, tempo_map, meter, descriptor, len(players)),
        players=players,
        final=final,
    )


def count_players(function: str, players: int) -> int:
    """Return how many of the players play in a section: fewest in the intro, all in the climax."""
    if function == "climax":
        return players
    intro = max(1, round(SHARES["intro"] * players))
    if function == "intro":
        return intro
    return min(max(intro + 1, round(SHARES[function] * players)), max(players - 1, 1))


def _bars(region: Region, tempo_map: TempoMap, meter: Meter, descriptor: Descriptor, players: int) -> tuple[Bar, ...]:
    quarters = tempo_map.quarters[-1]
    count = max(1, math.ceil(quarters / meter.bar_quarters - 1e-6))
    phrases = _phrases(region, tempo_map, meter, descriptor, count)
    functions = [phrase.function for phrase in phrases]
    bars = []
    for number, phrase in enumerate(phrases):
        for place in range(phrase.bars):
            index = phrase.first + place
            ends_phrase = place == phrase.bars - 1
            start = index * meter.bar_quarters
            bars.append(
                Bar(
                    index=index,
                    start=start,
                    length=min(meter.bar_quarters, quarters - start),
                    phrase=number,
                    function=phrase.function,
                    energy=descriptor.energy * _energy(functions, number, place / descriptor.phrase_bars),
                    players=count_players(phrase.function, players),
                    opens=place == 0 and (number == 0 or functions[number - 1] != phrase.function),
                    ends_phrase=ends_phrase,
                    closes=ends_phrase and functions[number + 1 : number + 2] != [phrase.function],
                )
            )
    return tuple(bars)


@dataclass(frozen=True)
class _Phrase:
    first: int
    bars: int
    function: Function


def _phrases(
    region: Region, tempo_map: TempoMap, meter: Meter, descriptor: Descriptor, count: int
) -> tuple[_Phrase, ...]:
    """Return the phrases of a region of `count` bars, in its own sections, or else in those of its descriptor."""
    if not region.sections:
        lengths = _phrase_lengths(count, descriptor.phrase_bars)
        functions = lay_out(descriptor.form, len(lengths))
        return _in_turn(0, lengths, functions)
    firsts = [
        min(count, round(tempo_map.quarter(section.at_s - region.start_s) / meter.bar_quarters))
        for section in region.sections
    ]
    phrases: tuple[_Phrase, ...] = ()
    for section, first, end in zip(region.sections, [0, *firsts[1:]], [*firsts[1:], count], strict=True):
        if end > first:  # two sections may fall on one bar: then the later one has it
            lengths = _phrase_lengths(end - first, descriptor.phrase_bars)
            phrases += _in_turn(first, lengths, [section.function] * len(lengths))
    return phrases


def _phrase_lengths(bars: int, usual: int) -> list[int]:
    phrases = max(1, round(bars / usual))
    return [usual] * (phrases - 1) + [bars - usual * (phrases - 1)]


def _in_turn(first: int, lengths: list[int], functions: list[Function]) -> tuple[_Phrase, ...]:
    starts = accumulate(lengths[:-1], initial=first)
    return tuple(_Phrase(*row) for row in zip(starts, lengths, functions, strict=True))


def _energy(functions: list[Function], phrase: int, place: float) -> float:
    """Return the share of the energy that a phrase has at `place`, 0 to 1, from its start: builds grow to all of it."""
    energy = ENERGIES[functions[phrase]]
    if functions[phrase] != "build":
        return energy
    first, last = phrase, phrase
    while first > 0 and functions[first - 1] == "build":
        first -= 1
    while last + 1 < len(functions) and functions[last + 1] == "build":
        last += 1
    return energy + (1.0 - energy) * min((phrase - first + place) / (last - first + 1), 1.0)
