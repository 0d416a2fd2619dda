"""A piece as a standard MIDI file, type 1: tempo, meter, key and markers on the first track, then a track a part.

Where MIDI counts whole microseconds for a quarter, the tempo is rounded; the ends of regions come out within a
millisecond.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import pairwise

import mido

from .composer import Composition, RegionWork
from .patches import DRUM_KEYS, PATCHES
from .score import Part, ScoreNote
from .tempo import TICKS_PER_QUARTER, TempoMap, join_maps, on_tick
from .timeline import Region
from .truth import section_letters

DRUM_CHANNEL = 9
"""Of General MIDI, counted from 0."""

_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)
_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")

Event = tuple[int, int, mido.Message | mido.MetaMessage]
"""Tick, order among those of one tick, and what happens."""


def encode_midi(composition: Composition) -> bytes:
    """Return the bytes of the MIDI file of a piece."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    clock = piece_map(composition)
    file.tracks.append(_track("drumlin", _conducted(composition, clock)))
    for part, channel in zip(composition.score.parts, _assigned(composition.score.parts), strict=True):
        notes = [note for region in composition.score.regions for note in region.notes if note.part == part.id]
        file.tracks.append(_track(part.id, [*_program(part, channel), *_played(notes, channel, clock)]))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def piece_map(composition: Composition) -> TempoMap:
    """Return quarters to seconds of the whole piece, as its MIDI file has it: a second of silence is a quarter."""
    return join_maps(_region_map(region, composition.works.get(region.id)) for region in _covered(composition))


def _covered(composition: Composition) -> list[Region]:
    """Return the regions, and what remains behind the last one, so that the piece is covered."""
    regions = list(composition.timeline.regions)
    rest_s = composition.timeline.duration_s - regions[-1].end_s
    if rest_s > 1e-6:
        regions.append(Region("", regions[-1].end_s, composition.timeline.duration_s, "silence"))
    return regions


def _region_map(region: Region, work: RegionWork | None) -> TempoMap:
    if work:
        return work.plan.tempo_map.moved(0.0, region.start_s)
    quarters = max(on_tick(region.duration_s), 1.0 / TICKS_PER_QUARTER)
    return TempoMap((0.0, quarters), (region.start_s, region.end_s))


def _conducted(composition: Composition, clock: TempoMap) -> list[Event]:
    """Return what the first track says: tempo, meter, key, markers."""
    events: list[Event] = []
    knots = list(zip(clock.quarters, clock.seconds, strict=True))
    for (quarter, second), (further, later) in pairwise(knots):
        micros = max(1, min(round(1e6 * (later - second) / (further - quarter)), 0xFFFFFF))
        events.append((_tick(quarter), 0, mido.MetaMessage("set_tempo", tempo=micros)))
    letters = section_letters(composition)
    for region in composition.timeline.regions:
        start = clock.quarter(region.start_s)
        work = composition.works.get(region.id)
        if work is None:
            events.append((_tick(start), 3, mido.MetaMessage("marker", text="- silence")))
            continue
        events += _metered(start, work)
        key = work.plan.key
        name = (_MINOR if key.scale.is_minor else _MAJOR)[key.pitch_class]
        events.append((_tick(start), 2, mido.MetaMessage("key_signature", key=name)))
        for bar in work.plan.bars:
            if bar.opens:
                text = f"{letters[region.id]} {bar.function} {region.descriptor}"
                events.append((_tick(start + bar.start), 3, mido.MetaMessage("marker", text=text)))
    return events


def _metered(start: float, work: RegionWork) -> Iterator[Event]:
    meter, last = work.plan.meter, work.plan.bars[-1]
    is_short = last.length < meter.bar_quarters - 1e-6
    if len(work.plan.bars) > 1 or not is_short:
        yield _tick(start), 1, _signature(meter.numerator, meter.denominator)
    if is_short:
        # The nearest meter that can be written; where the bar is no whole number of eighths the region's end cuts it.
        yield _tick(start + last.start), 1, _signature(max(1, round(2.0 * last.length)), 8)


def _signature(numerator: int, denominator: int) -> mido.MetaMessage:
    return mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator)


def _assigned(parts: tuple[Part, ...]) -> list[int]:
    """Return a channel for each part: drums have their own, the others take turns."""
    channels, used = [], 0
    for part in parts:
        is_drum = part.role == "drums"
        channels.append(DRUM_CHANNEL if is_drum else _CHANNELS[used % len(_CHANNELS)])
        used += not is_drum
    return channels


def _program(part: Part, channel: int) -> list[Event]:
    if part.role == "drums":
        return []
    return [(0, 0, mido.Message("program_change", channel=channel, program=PATCHES[part.patch].program))]


def _played(notes: Iterable[ScoreNote], channel: int, clock: TempoMap) -> Iterator[Event]:
    for note in notes:
        key = DRUM_KEYS[note.drum] if note.pitch is None else note.pitch
        start = _tick(clock.quarter(note.onset_s))
        end = max(_tick(clock.quarter(note.onset_s + note.duration_s)), start + 1)
        strength = max(1, min(127, round(127 * note.velocity)))
        # Checked above and in the score: mido's own checks would take half of the time.
        yield start, 5, mido.Message("note_on", skip_checks=True, channel=channel, note=key, velocity=strength)
        yield end, 4, mido.Message("note_off", skip_checks=True, channel=channel, note=key, velocity=0)


def _track(name: str, events: Iterable[Event]) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        message.time = tick - now
        track.append(message)
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track


def _tick(quarter: float) -> int:
    return round(quarter * TICKS_PER_QUARTER)
