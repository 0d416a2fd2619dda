"""The plan of a region: its bars, phrases and sections, and who plays in which.

A region of some length tells a small story: an intro with the fewest players, a climax with all, an outro in between.
Quarters count from the start of the region.
"""

import math
from dataclasses import dataclass

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
        bars=_bars(tempo_map.quarters[-1], meter, descriptor, len(players)),
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


def _bars(quarters: float, meter: Meter, descriptor: Descriptor, players: int) -> tuple[Bar, ...]:
    count = max(1, math.ceil(quarters / meter.bar_quarters - 1e-6))
    phrases = max(1, round(count / descriptor.phrase_bars))
    functions = lay_out(descriptor.form, phrases)
    bars = []
    for index in range(count):
        phrase = min(index // descriptor.phrase_bars, phrases - 1)
        function = functions[phrase]
        place = index - phrase * descriptor.phrase_bars
        is_last = index == count - 1
        ends_phrase = is_last or (place == descriptor.phrase_bars - 1 and phrase < phrases - 1)
        start = index * meter.bar_quarters
        bars.append(
            Bar(
                index=index,
                start=start,
                length=min(meter.bar_quarters, quarters - start),
                phrase=phrase,
                function=function,
                energy=descriptor.energy * _energy(functions, phrase, place / descriptor.phrase_bars),
                players=count_players(function, players),
                opens=place == 0 and (phrase == 0 or functions[phrase - 1] != function),
                ends_phrase=ends_phrase,
                closes=ends_phrase and (is_last or functions[phrase + 1] != function),
            )
        )
    return tuple(bars)


def _energy(functions: list[Function], phrase: int, place: float) -> float:
    """Return the share of the energy that a phrase has at `place`, 0 to 1, from its start: builds grow to all of it."""
    energy = ENERGIES[functions[phrase]]
    if functions[phrase] != "build":
        return energy
    first, last = phrase, phrase
    while functions[first - 1] == "build":
        first -= 1
    while functions[last + 1] == "build":
        last += 1
    return energy + (1.0 - energy) * min((phrase - first + place) / (last - first + 1), 1.0)
