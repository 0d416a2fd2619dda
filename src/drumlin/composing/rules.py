"""The rules that a piece keeps, as pure functions: each yields what breaks it.

They are what a musician would mark in red: notes outside their region or range, basses without their root, voices
that leap, tones that belong neither to chord nor scale, a drummer who strikes one drum twice at once, sections whose
layers do not grow, bars that do not close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .composer import Composition, RegionWork
from .patches import DRUM_KEYS
from .score import Part, ScoreNote, ScoreRegion
from .spans import chord_at

BOUNDARY_S = 0.01
"""How far a boundary may lie from the bar that closes on it."""

LONGEST_LEAP = 14
"""Semitones between two notes of a melody: a ninth."""

_ON_GRID = 0.02  # quarters


@dataclass(frozen=True)
class Violation:
    """A broken rule: its name, the region, and what was found."""

    rule: str
    region: str
    found: str


def check_score(composition: Composition) -> list[Violation]:
    """Return everything in a piece that breaks a rule; nothing for a sound one."""
    return [violation for region in composition.score.regions for violation in _check(composition, region)]


def _check(composition: Composition, region: ScoreRegion) -> Iterator[Violation]:
    parts = {part.id: part for part in composition.score.parts}
    work = composition.works.get(region.id)
    found = [*_times(region), *_drums(region, parts)]
    if work is not None:
        found += [*_bars(work), *_players(work), *_ranges(region, work, parts)]
        for part in parts.values():
            notes = [note for note in region.notes if note.part == part.id]
            if part.role == "bass":
                found += [*_single(notes), *_roots(notes, work)]
            elif part.role == "lead":
                found += [*_single(notes), *_leaps(notes), *_scale(notes, work)]
            elif part.role in ("pad", "keys", "pluck"):
                found += [*_chord_tones(notes, work)]
    for rule, text in found:
        yield Violation(rule, region.id, text)


Found = Iterator[tuple[str, str]]


def _times(region: ScoreRegion) -> Found:
    onset_s = region.start_s
    for note in region.notes:
        if not region.start_s <= note.onset_s < region.end_s:
            yield "inside", f"{note} lies outside {region.start_s}..{region.end_s}"
        if note.onset_s < onset_s:
            yield "ordered", f"{note} comes after one at {onset_s}"
        onset_s = note.onset_s
        if note.duration_s <= 0.0 or not 0.0 < note.velocity <= 1.0:
            yield "sounding", f"{note} has no length or no strength"
        if (note.pitch is None) == (note.drum == ""):
            yield "kind", f"{note} is neither a drum nor a tone"


def _drums(region: ScoreRegion, parts: dict[str, Part]) -> Found:
    last: dict[str, float] = {}
    for note in region.notes:
        if not note.drum:
            continue
        if note.drum not in DRUM_KEYS or parts[note.part].role != "drums":
            yield "drum", f"{note} is no drum"
        if note.onset_s - last.get(note.drum, -1.0) < 0.015:
            yield "twice", f"{note} is struck twice at once"
        last[note.drum] = note.onset_s


def _bars(work: RegionWork) -> Found:
    plan = work.plan
    end_s = plan.tempo_map.second(plan.bars[-1].end)
    if abs(end_s - plan.region.duration_s) > BOUNDARY_S:
        yield "closed", f"the last bar ends at {end_s}, the region at {plan.region.duration_s}"
    if any(abs(bar.end - after.start) > 1e-6 for bar, after in pairwise(plan.bars)):
        yield "gapless", "bars leave a gap"
    spans = work.chords
    if abs(spans[0].start) > 1e-6 or abs(spans[-1].end - plan.quarters) > 1e-3:
        yield "harmonised", f"chords stand from {spans[0].start} to {spans[-1].end} of {plan.quarters}"
    if any(abs(span.end - after.start) > 1e-3 for span, after in pairwise(spans)):
        yield "harmonised", "chords leave a gap"


def _players(work: RegionWork) -> Found:
    counts = {bar.function: bar.players for bar in work.plan.bars}
    intro, outro, climax = (counts.get(name, 0) for name in ("intro", "outro", "climax"))
    if len(work.plan.players) < 3 or not climax:
        return
    if (intro and not intro < climax) or (outro and not outro < climax) or (intro and outro and not intro < outro):
        yield "layers", f"intro {intro}, outro {outro}, climax {climax} players"


def _ranges(region: ScoreRegion, work: RegionWork, parts: dict[str, Part]) -> Found:
    ranges = {(player.instrument, player.role): player.spec for player in work.plan.players}
    for note in region.notes:
        part = parts[note.part]
        spec = ranges.get((part.patch, part.role))
        if note.pitch is not None and spec and not spec.low <= note.pitch <= spec.high:
            yield "range", f"{note} lies outside {spec.low}..{spec.high}"


def _single(notes: list[ScoreNote]) -> Found:
    for note, after in pairwise(notes):
        if note.onset_s + note.duration_s > after.onset_s + 1e-4:
            yield "single", f"{note} sounds into {after}"


def _roots(notes: list[ScoreNote], work: RegionWork) -> Found:
    """A bass begins a chord with a tone of it, or holds the tonic."""
    for note in notes:
        quarter = _quarter(note, work)
        span = chord_at(work.chords, quarter + 0.1)
        if abs(quarter - span.start) > _ON_GRID or note.pitch is None:
            continue
        if note.pitch % 12 not in {*span.chord.pitch_classes, work.plan.key.pitch_class}:
            yield "root", f"{note} begins {span.chord.label}"


def _leaps(notes: list[ScoreNote]) -> Found:
    for note, after in pairwise(notes):
        if note.pitch is not None and after.pitch is not None and abs(note.pitch - after.pitch) > LONGEST_LEAP:
            yield "leap", f"{note.pitch} to {after.pitch}"


def _scale(notes: list[ScoreNote], work: RegionWork) -> Found:
    key = work.plan.key
    scale = {(key.pitch_class + step) % 12 for step in key.scale.steps}
    for note in notes:
        near = {
            tone
            for shift in (-0.1, 0.1)
            for tone in chord_at(work.chords, _quarter(note, work) + shift).chord.pitch_classes
        }
        if note.pitch is not None and note.pitch % 12 not in scale | near:
            yield "scale", f"{note} belongs neither to {key.tonic} {key.mode} nor to its chord"


def _chord_tones(notes: list[ScoreNote], work: RegionWork) -> Found:
    for note in notes:
        quarter = _quarter(note, work)
        near = [chord_at(work.chords, quarter + shift).chord for shift in (-0.15, 0.0, 0.15)]
        # A guitar's riff plays fifths over whatever third the chord has.
        if note.pitch is not None and all(
            note.pitch % 12 not in (*chord.pitch_classes, (chord.root + 7) % 12) for chord in near
        ):
            yield "chord", f"{note} is no tone of {near[1].label}"


def _quarter(note: ScoreNote, work: RegionWork) -> float:
    return work.plan.tempo_map.quarter(note.onset_s - work.plan.region.start_s)
