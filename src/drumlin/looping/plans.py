"""What a loop tries: pieces of one region for the likeliest styles, tempi and keys, and pieces along the whole form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..composing.strict_dialect import FORMAT, VERSION
from ..errors import UsageError
from ..listening.key import TONICS
from .guessing import guess_timeline, octave_in_style
from .reference import Reference

Kind = Literal["single", "multi"]


@dataclass(frozen=True)
class LoopSettings:
    """How much a loop tries.

    Args:
        styles: likeliest descriptors of the track that are rendered by themselves.
        tempi: likeliest tempi, each with each of them.
        keys: commonest keys, likewise.
        single_s: length of a piece of one region.
        seeds: how many pieces along the form, each by another seed.
        seed: of the first of them.
    """

    styles: int = 3
    tempi: int = 2
    keys: int = 2
    single_s: float = 30.0
    seeds: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least, most in (("styles", 1, 5), ("tempi", 1, 3), ("keys", 1, 12), ("seeds", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise UsageError(f"{name} are {getattr(self, name)}: {least} to {most} are expected")
        if not 10.0 <= self.single_s <= 600.0:
            raise UsageError(f"pieces of {self.single_s:g} s: 10 to 600 are expected")


@dataclass(frozen=True)
class Plan:
    """One piece to be made.

    Args:
        name: of its files.
        kind: of one region, or along the form.
        document: its timeline, as asked for.
        kit: added to the seed of the drums, so that each piece has a kit of its own.
    """

    name: str
    kind: Kind
    document: Mapping[str, Any]
    kit: int = 0


def plan_loop(reference: Reference, settings: LoopSettings) -> tuple[Plan, ...]:
    """Return all pieces that are made of a track: those of one region first."""
    return (*_singles(reference, settings), *_multis(reference, settings))


def _singles(reference: Reference, settings: LoopSettings) -> list[Plan]:
    styles = [choice.name for choice in reference.descriptors.track.candidates[: settings.styles]]
    keys = commonest_keys(reference, settings.keys) or [{}]
    asked = [
        (style, bpm, key) for style in styles for bpm in likely_tempi(reference, style, settings.tempi) for key in keys
    ]
    plans = []
    for number, (style, tempo_bpm, key) in enumerate(asked, start=1):
        region = {"start_s": 0.0, "descriptor": style, "tempo_bpm": tempo_bpm, **key}
        document = {
            "format": FORMAT,
            "version": VERSION,
            "seed": settings.seed + number,
            "duration_s": settings.single_s,
            "regions": [region],
        }
        plans.append(Plan(f"single-{number:02d}", "single", document, number))
    return plans


def _multis(reference: Reference, settings: LoopSettings) -> list[Plan]:
    return [
        Plan(
            f"form-{number:02d}",
            "multi",
            guess_timeline(
                reference.heard, reference.styles, seed=settings.seed + number, meta={"reference": reference.name}
            ),
            number,
        )
        for number in range(1, settings.seeds + 1)
    ]


def likely_tempi(reference: Reference, style: str, count: int) -> list[float]:
    """Return the likeliest tempi of a track as a style counts them, each once."""
    counted = [round(octave_in_style(reading.bpm, style), 3) for reading in reference.heard.tempo]
    apart = [bpm for index, bpm in enumerate(counted) if all(abs(bpm / one - 1.0) > 0.04 for one in counted[:index])]
    return apart[:count]


def commonest_keys(reference: Reference, count: int) -> list[dict[str, Any]]:
    """Return the keys of most of the track's time, as a region has them; none where it has no tones."""
    time_s: dict[tuple[int, str], float] = {}
    heard = [(segment.key, segment.end_s - segment.start_s) for segment in reference.heard.segments]
    heard += [(window.key, 0.0) for window in reference.heard.windows]  # a key of a window alone stands last
    for key, length_s in heard:
        if key.tonic is not None and key.mode is not None:
            time_s[key.tonic, key.mode] = time_s.get((key.tonic, key.mode), 0.0) + length_s
    ranked = sorted(time_s, key=lambda one: -time_s[one])
    return [{"key": {"tonic": TONICS[tonic], "mode": mode}} for tonic, mode in ranked[:count]]
