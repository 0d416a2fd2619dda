"""The composer: a timeline in, a score and its truth out.

Each role of each region has streams of chance of its own, named by seed, region and role: changing the key or the
chords of a region leaves its drums as they are, to the byte.
"""

from dataclasses import dataclass, replace

from ..units import gain_to_db
from .band import Player
from .desk import Desk, Stroke
from .drumming import compose_drums
from .ending import end_strokes
from .figures import FIGURES
from .harmony import compose_chords
from .patches import BUSES, DRUM_KEYS, role_of
from .patterns import rung
from .performing import LEVEL_PLAYED, perform, separate, take_turns
from .planning import Plan, plan_region
from .score import Part, Score, ScoreNote, ScoreRegion, Sound
from .spans import ChordSpan
from .streams import Stream
from .timeline import Hit, Region, Timeline

MONO_ROLES = frozenset({"bass", "lead"})
"""Roles that sound one note at a time."""


@dataclass(frozen=True)
class RegionWork:
    """What was composed for a region that is not silent: its plan and its chords."""

    plan: Plan
    chords: tuple[ChordSpan, ...]


@dataclass(frozen=True)
class Composition:
    """A piece.

    Args:
        timeline: completed.
        score: what is played.
        works: by id of region.
    """

    timeline: Timeline
    score: Score
    works: dict[str, RegionWork]


def compose(timeline: Timeline) -> Composition:
    """Compose a completed timeline (`read_timeline`, `complete`): equal timelines give equal pieces."""
    cast = _Cast()
    works: dict[str, RegionWork] = {}
    regions = []
    for region in timeline.regions:
        notes: list[ScoreNote] = []
        sound = Sound()
        if not region.is_silent:
            plan = plan_region(region)
            works[region.id], notes = _compose_region(plan, timeline.seed or 0, cast)
            sound = Sound(**plan.descriptor.sound.model_dump())
        notes += _hits(timeline.hits, region, cast)
        notes.sort(key=lambda note: note.onset_s)
        regions.append(
            ScoreRegion(region.id, region.descriptor, region.start_s, region.end_s, region.end, sound, tuple(notes))
        )
    score = Score(timeline.duration_s, timeline.seed or 0, tuple(cast.parts), tuple(regions))
    return Composition(timeline, score, works)


class _Cast:
    """The parts of a piece: one for each way in which an instrument is mixed."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def part(self, instrument: str, gain_db: float = 0.0, pan: float = 0.0) -> Part:
        role = role_of(instrument)
        wanted = Part(instrument, role, "" if role == "drums" else instrument, BUSES[role], gain_db, pan)
        alike = [part for part in self.parts if part.patch == wanted.patch and part.role == role]
        for part in alike:
            if replace(part, id=instrument) == wanted:
                return part
        wanted = replace(wanted, id=f"{instrument}.{len(alike) + 1}") if alike else wanted
        self.parts.append(wanted)
        return wanted


def _compose_region(plan: Plan, seed: int, cast: _Cast) -> tuple[RegionWork, list[ScoreNote]]:
    chords = compose_chords(plan, _stream(plan, seed, "harmony"))
    drums = compose_drums(plan, _stream(plan, seed, "drums"))
    kicks = tuple(stroke.quarter for stroke in drums if stroke.drum == "kick")
    notes: list[ScoreNote] = []
    for place, player in enumerate(plan.players):
        name = f"{player.role}{player.number or ''}"
        strokes = drums
        if player.role != "drums":
            desk = Desk(plan, player, chords, _stream(plan, seed, name), kicks)
            strokes = FIGURES[player.role][rung(player.spec.figure, plan.descriptor.energy)](desk)
        heard = end_strokes(plan, player, chords, _playing(plan, player, place, strokes))
        part = cast.part(player.instrument, _gain_db(player), player.spec.pan)
        played = perform(
            plan, heard, part.id, player.spec.jitter_s, player.spec.level, _stream(plan, seed, f"{name}-hands")
        )
        notes += take_turns(played) if player.role == "drums" else separate(played, player.role in MONO_ROLES)
    return RegionWork(plan, chords), notes


def _gain_db(player: Player) -> float:
    mixed_db = (1.0 - LEVEL_PLAYED) * gain_to_db(player.spec.level)
    return round(player.spec.gain_db + mixed_db, 1)


def _stream(plan: Plan, seed: int, role: str) -> Stream:
    region, kind = plan.region, role.partition("-")[0]
    owner = region.borrows.get(kind) or region.like or region.id
    return Stream(seed, owner, role, region.takes.get(kind, 0))


def _playing(plan: Plan, player: Player, place: int, strokes: list[Stroke]) -> list[Stroke]:
    """Return what of a player's strokes falls where they play: in sections that have them, in layers that name them."""
    layers = plan.region.layers
    if not layers:
        if player.role == "hit":
            return strokes
        length, last = plan.meter.bar_quarters, len(plan.bars) - 1
        counts = [bar.players for bar in plan.bars]
        if place < min(counts):
            return strokes
        return [stroke for stroke in strokes if place < counts[min(int(stroke.quarter / length), last)]]
    starts = [plan.tempo_map.quarter(layer.at_s - plan.region.start_s) for layer in layers]
    return [
        stroke
        for stroke in strokes
        if any(
            start <= stroke.quarter + 1e-3 < end and player.instrument in layer.instruments
            for layer, start, end in zip(layers, starts, [*starts[1:], plan.quarters + 1.0], strict=True)
        )
    ]


def _hits(hits: tuple[Hit, ...], region: Region, cast: _Cast) -> list[ScoreNote]:
    notes = []
    for hit in hits:
        if region.start_s <= hit.at_s < region.end_s:
            is_drum = hit.instrument in DRUM_KEYS
            part = cast.part("drums" if is_drum else hit.instrument)
            pitch = None if is_drum else 36
            notes.append(ScoreNote(part.id, hit.at_s, 2.0, 0.95, pitch, hit.instrument if is_drum else ""))
    return notes
