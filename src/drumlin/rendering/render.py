"""A score to sound: kit, notes, buses, rooms, regions, master. Same score, instrument and settings, same bytes.

Shape letter: T points.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_limits

from ..composing.score import Score, ScoreRegion
from ..errors import MissingError, UsageError
from ..instrument import Instrument
from ..progress import Progress, Report, ignore
from ..units import Waveform, seconds_to_points
from .kit import draw_kit
from .mastering import Target, fade_end, mastered, own_gain
from .note_cache import NoteCache
from .partials import SAMPLE_RATE
from .patches import patch_named
from .placing import Band, find_chokes, place_region, used_drums
from .regions import RegionMix, add_region, cut, mixed_stems
from .settings import RenderSettings

_TOLERATED_LU = 0.5


@dataclass(frozen=True)
class Mix:
    """A finished piece.

    Args:
        waveform: float32 (2, T).
        sample_rate: Hz.
        before_limiter: float32 (2, T); the sum of the stems.
        stems: float32 (2, T) by bus or part, as asked for; before the limiter.
        notifications: what was replaced or could not be reached, in words.
    """

    waveform: Waveform
    sample_rate: int
    before_limiter: Waveform
    stems: Mapping[str, Waveform] = field(default_factory=dict)
    notifications: tuple[str, ...] = ()


def render(
    score: Score,
    instrument: Instrument,
    settings: RenderSettings | None = None,
    *,
    cache: NoteCache | None = None,
    report: Report = ignore,
) -> Mix:
    """Return a piece as sound.

    Args:
        score: what is played.
        instrument: plays the drums.
        settings: choices of the user; the defaults if None.
        cache: of notes; one that serves several pieces makes the later ones faster, and none of them different.
        report: told what is being done: one step for each region, and one for the master.
    Raises:
        UsageError: the score contradicts itself.
        MissingError: a part's patch does not exist, or a region that was given drums.
        NoteError: a note of the settings' kit is none of the instrument.
    """
    check_score(score)
    _check_regions(score, settings)
    with threadpool_limits(1, "blas"):  # products of matrices that are shared out among threads are rounded otherwise
        return _rendered(score, instrument, settings or RenderSettings(), cache or NoteCache(), report)


def check_score(score: Score) -> None:
    """Refuse a score that cannot be played.

    Raises:
        UsageError: a time, part or note that contradicts the rest.
        MissingError: a part's patch does not exist.
    """
    if not 0.0 < score.duration_s < math.inf:
        raise UsageError(f"a score of {score.duration_s} s: more than 0 is expected")
    parts = {part.id: part for part in score.parts}
    for part in score.parts:
        if part.patch:
            patch_named(part.patch)
    last_s = 0.0
    for region in score.regions:
        if not last_s - 1e-6 <= region.start_s < region.end_s <= score.duration_s + 1e-6:
            times = f"{region.start_s:g} to {region.end_s:g} s"
            raise UsageError(f"region {region.id!r} lies from {times}: it must follow the one before, within the piece")
        last_s = region.end_s
        for note in region.notes:
            where = f"region {region.id!r}, {note.onset_s:g} s"
            if note.part not in parts:
                raise UsageError(f"{where}: no part is named {note.part!r}")
            if bool(note.drum) == (note.pitch is not None):
                raise UsageError(f"{where}: a note has either a pitch or a drum")
            if note.pitch is not None and not parts[note.part].patch:
                raise UsageError(f"{where}: the part {note.part!r} has no patch to play a pitch with")
            if not 0.0 < note.velocity <= 1.0 or not 0.0 <= note.duration_s < math.inf:
                raise UsageError(f"{where}: a velocity of {note.velocity:g}, a duration of {note.duration_s:g} s")
            if not 0.0 <= note.onset_s < score.duration_s:
                raise UsageError(f"{where}: the note lies outside the piece of {score.duration_s:g} s")


def _check_regions(score: Score, settings: RenderSettings | None) -> None:
    known = [region.id for region in score.regions]
    if unknown := sorted(set(settings.regions if settings else ()) - set(known)):
        raise MissingError(f"drums are given for region {unknown[0]!r}: there are {', '.join(map(repr, known))}")


def _rendered(score: Score, instrument: Instrument, settings: RenderSettings, cache: NoteCache, report: Report) -> Mix:
    steps = len(score.regions) + 2
    report(Progress(0, steps, "kit"))
    bands, chokes_s = _bands(score, instrument, settings, cache), find_chokes(score)
    points = seconds_to_points(score.duration_s, SAMPLE_RATE)
    parts = {part.id: part for part in score.parts}
    mixes = []
    for number, region in enumerate(score.regions):
        report(Progress(number + 1, steps, f"{region.id}: notes"))
        placed = place_region(region, parts, bands[number], chokes_s, points, settings.stems == "part")
        report(Progress(number + 1, steps, f"{region.id}: mix"))
        stems = mixed_stems(placed, region.sound, cache, points, settings.stems, settings.echo_s)
        start, end = (seconds_to_points(time_s, SAMPLE_RATE) for time_s in (region.start_s, region.end_s))
        mixes.append(RegionMix(placed.start, start, min(end, points), stems))
    report(Progress(steps - 1, steps, "master"))
    mix = _finished(score, mixes, settings, points)
    report(Progress(steps, steps, "done"))
    said = tuple(dict.fromkeys(note for band in bands for note in band.kit.notifications))
    return Mix(mix.waveform, SAMPLE_RATE, mix.before_limiter, mix.stems, said + mix.notifications)


def _bands(score: Score, instrument: Instrument, settings: RenderSettings, cache: NoteCache) -> list[Band]:
    """Return who plays each region: one kit for the piece, and one for each region that has drums of its own."""
    shared = [region for region in score.regions if region.id not in settings.regions]
    kit = draw_kit(instrument, used_drums(shared), score.seed + settings.variation, settings.kit)
    usual = Band(instrument, kit, cache)
    bands = []
    for region in score.regions:
        own = settings.regions.get(region.id)
        if own is None:
            bands.append(usual)
            continue
        player = own.instrument or instrument
        kit = draw_kit(player, used_drums([region]), score.seed + own.variation, own.kit)
        bands.append(Band(player, kit, cache))
    return bands


def _finished(score: Score, mixes: Sequence[RegionMix], settings: RenderSettings, points: int) -> Mix:
    totals = [mix.total for mix in mixes]
    origins = [mix.origin for mix in mixes]
    targets = [
        Target(mix.start, mix.end, region.sound.loudness_lufs) for mix, region in zip(mixes, score.regions, strict=True)
    ]
    gains = [own_gain(*row) for row in zip(totals, targets, origins, strict=True)]
    master = mastered(
        lambda gains: _assembled(score.regions, totals, origins, gains, points), gains, targets, settings.ceiling_dbtp
    )
    names = sorted({name for mix in mixes for name in mix.stems}) if settings.stems != "none" else []
    silence = np.zeros((2, 0), dtype=np.float32)
    stems = {
        name: _assembled(score.regions, [mix.stems.get(name, silence) for mix in mixes], origins, master.gains, points)
        for name in names
    }
    said = tuple(
        f"{region.id}: {missed:+.1f} LU short of {region.sound.loudness_lufs:g} LUFS"
        for region, missed in zip(score.regions, master.missed_lu, strict=True)
        if abs(missed) > _TOLERATED_LU
    )
    return Mix(master.waveform, SAMPLE_RATE, master.before_limiter, stems, said)


def _assembled(
    regions: Sequence[ScoreRegion],
    sounds: Sequence[Waveform],
    origins: Sequence[int],
    gains: Sequence[float],
    points: int,
) -> Waveform:
    """Return the piece (2, T): regions one after the other, each ringing on over the next unless it is cut."""
    total = np.zeros((2, points), dtype=np.float32)
    for region, sound, origin, gain in zip(regions, sounds, origins, gains, strict=True):
        add_region(total, sound, origin, gain)
        if region.end == "cut":
            cut(total, seconds_to_points(region.end_s, SAMPLE_RATE))
    fade_end(total, seconds_to_points(regions[-1].end_s, SAMPLE_RATE) if regions else points)
    return total
