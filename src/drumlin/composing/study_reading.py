"""One metered span of the study's grammar, read into regions."""

import math
from dataclasses import replace

from ..errors import TimelineError
from .dictionary import SILENCE
from .study_editing import edited
from .study_schema import Action, AddRegion, Span, StudyKey
from .study_tempo import span_tempo, tempo_within
from .timeline import Kept, Layer, Region

_EVERYTHING: frozenset[Kept] = frozenset({"tempo", "patches"})


class Names:
    """Ids for regions that have none."""

    def __init__(self, spans: tuple[Span, ...]) -> None:
        given = [region.id for span in spans for region in span.regions]
        given += [
            action.add_region.id
            for span in spans
            for action in span.actions
            if isinstance(action.add_region, AddRegion)
        ]
        self._taken = {str(name) for name in given if name is not None}

    def next(self) -> str:
        """Return one that is not taken."""
        number = 1
        while str(number) in self._taken:
            number += 1
        self._taken.add(str(number))
        return str(number)


class SpanReader:
    """Reads one metered span: `regions` are those of the spans before it, which may be copied."""

    def __init__(self, span: Span, path: str, name: str, end_s: float, names: Names, regions: list[Region]) -> None:
        self._span, self._path, self._name, self._end_s, self._names = span, path, name, end_s, names
        self._known = {region.id: region for region in regions}
        self._tempo = span_tempo(span, path)
        self._bands: list[tuple[float, tuple[str, ...]]] = []

    def read(self) -> list[Region]:
        """Return the regions of the span, in the order of time."""
        starts = self._by_actions() + self._by_beats()
        starts.sort(key=lambda region: region.start_s)
        self._follow_instruments()
        ends = [*(region.start_s for region in starts), self._end_s][1:]
        pairs = zip(starts, ends, strict=True)
        return [self._finish(region, end_s, not index) for index, (region, end_s) in enumerate(pairs)]

    def _second(self, time: float) -> float:
        """Return a time of the span from the start of the piece, rounded as a completed timeline has it."""
        return round(self._span.time + time, 6)

    def _by_actions(self) -> list[Region]:
        regions = []
        for index, action in enumerate(self._span.actions):
            path = f"{self._path}.actions[{index}]"
            adds = action.add_region is not None or action.copy_region is not None
            room_s = self._end_s - self._span.time - action.time
            if room_s < 0.0 or (adds and room_s == 0.0):
                raise TimelineError(
                    f"{path}.time: got {action.time:g} s, expected less than {self._end_s - self._span.time:g} s, "
                    "the length of the span"
                )
            if action.copy_region is not None:
                regions.append(self._copy(action, str(action.copy_region), f"{path}.copy_region"))
            elif action.add_region is not None:
                regions.append(self._add(action, action.add_region, f"{path}.add_region"))
        return regions

    def _add(self, action: Action, added: AddRegion, path: str) -> Region:
        start_s = self._second(action.time)
        if added.descriptor == SILENCE:
            return Region(self._names.next(), start_s, start_s, SILENCE, span=self._name, path=path)
        if added.cut_at is not None and added.ringout_at is not None:
            raise TimelineError(f"{path}: got cut_at and ringout_at, expected one of them")
        key = added.key or StudyKey()
        name = self._names.next() if added.id is None else str(added.id)
        region = Region(
            id=name,
            start_s=start_s,
            end_s=start_s,
            descriptor=added.descriptor,
            tonic=key.tonic,
            mode=key.quality,
            meter=added.meter,
            bars=added.bars,
            end="ring_out" if added.cut_at is None else "cut",
            ring_out_at_s=None if added.ringout_at is None else self._second(added.ringout_at),
            like=str(added.like),
            takes=added.takes,
            borrows={role: str(source) for role, source in added.borrows.items()},
            span=self._name,
            keeps=_keeps(added),
            path=path,
        )
        for index, edit in enumerate(added.edit):
            region = edited(region, edit, self._known, f"{path}.edit[{index}]")
        self._known[name] = region
        return region

    def _copy(self, action: Action, name: str, path: str) -> Region:
        if name not in self._known:
            raise TimelineError(f"{path}: got {name!r}, expected the id of a region before it")
        start_s = self._second(action.time)
        source = self._known[name]
        return replace(
            source,
            id=self._names.next(),
            start_s=start_s,
            end_s=start_s,
            like=source.like or name,
            path=path,
            span=self._name,
            tempo=source.tempo[:1],
            keeps=_EVERYTHING,
            ring_out_at_s=None,
            bars=None,
            instruments=None,
            layers=(),
        )

    def _by_beats(self) -> list[Region]:
        regions = []
        for index, found in enumerate(self._span.regions):
            path = f"{self._path}.regions[{index}]"
            if found.beat and self._span.tempo is None:
                raise TimelineError(f"{path}.beat: got {found.beat:g} and no tempo, expected `tempo` in the span")
            seconds = found.beat * 60.0 / (self._span.tempo or 60.0)
            action = Action(time=seconds)
            if found.region == "silence":
                regions.append(self._add(action, AddRegion(descriptor=SILENCE), path))
                continue
            if found.descriptor is None:
                raise TimelineError(f"{path}.descriptor: is missing, give it a value")
            is_cut = found.end_type is not None and found.end_type.type == "cut"
            added = AddRegion(
                descriptor=found.descriptor,
                id=found.id,
                key=found.key,
                cut_at=0.0 if is_cut else None,
                edit=found.edit,
            )
            regions.append(self._add(action, added, path))
        return regions

    def _follow_instruments(self) -> None:
        """Note from which moment of the piece on which instruments were asked for."""
        playing: tuple[str, ...] = ()
        ordered = sorted(enumerate(self._span.actions), key=lambda item: item[1].time)
        for index, action in ordered:
            changed = playing
            if action.copy_instruments_from_time is not None:
                at_s = self._second(action.copy_instruments_from_time)
                changed = next((names for time_s, names in reversed(self._bands) if time_s <= at_s), ())
            if action.set_instruments is not None:
                count = math.ceil(action.instrumentation_threshold * len(action.set_instruments))
                changed = action.set_instruments[:count]
            changed += tuple(name for name in action.add_instruments if name not in changed)
            unknown = [name for name in action.silence_instruments if name not in changed]
            if unknown:
                raise TimelineError(
                    f"{self._path}.actions[{index}].silence_instruments: got {unknown[0]!r}, which was not asked for, "
                    "expected set_instruments or add_instruments before it"
                )
            changed = tuple(name for name in changed if name not in action.silence_instruments)
            if changed != playing:
                self._bands.append((self._second(action.time), changed))
            playing = changed

    def _finish(self, region: Region, end_s: float, is_first: bool) -> Region:
        if region.is_silent:
            return replace(region, end_s=end_s)
        keeps = frozenset[Kept]() if is_first else region.keeps
        before = [names for time_s, names in self._bands if time_s <= region.start_s]
        changes = [(time_s, names) for time_s, names in self._bands if region.start_s < time_s < end_s]
        band = before[-1] if before and "patches" in region.keeps else ()
        within = tempo_within(self._tempo, region.start_s - self._span.time, end_s - self._span.time)
        tempo = within if "tempo" in region.keeps and within else region.tempo
        done = replace(region, end_s=end_s, keeps=keeps, tempo=tempo)
        if not band and not changes:
            return done
        if not band:
            raise TimelineError(
                f"{region.path}: got a change of instruments at {changes[0][0]:g} s in a band that the composer "
                "chooses, expected set_instruments where the region begins"
            )
        everyone = dict.fromkeys(name for names in (band, *(names for _, names in changes)) for name in names)
        layers = tuple(Layer(time_s, names) for time_s, names in ((region.start_s, band), *changes)) if changes else ()
        return replace(done, instruments=tuple(everyone), layers=layers)


def _keeps(added: AddRegion) -> frozenset[Kept]:
    """Return what a region takes over from the one before it: all that is not to be random."""
    random: set[Kept] = set()
    if added.random_tempo:
        random.add("tempo")
    if added.random_instruments:
        random.add("patches")
    return _EVERYTHING - random
