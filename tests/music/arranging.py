"""Pieces by Drumlin's own composer and renderer with known truth: all genres, several regions, one tempo and key.

    piece = arrange(seed, "dev")               # a composition, and the truth
    waveform = perform(piece)                  # mono at `RATE`

Seeds take turns over the genres. The halves differ in their seeds and kits; the patches and patterns of the dictionary
are the same in both. Not imported by `tests.music`, whose other pieces need no composer.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

import drumlin
from drumlin.audio import resample
from drumlin.composing import Composition, Descriptor, compose, load_dictionary, read_timeline, request_timeline
from drumlin.composing import truth_of as composed_truth
from drumlin.composing.meters import meter_of
from drumlin.composing.scales import MODES, pitch_class
from drumlin.composing.score import Score
from drumlin.composing.timeline import Region
from drumlin.rendering import NoteCache, RenderSettings, render

from .composing import Truth
from .voices import RATE, Waveform

FORMS = ("ABA", "ABAB", "ABAC", "ABC", "ABCA")
"""Forms of the pieces; each letter has a descriptor of its own."""

SECTION_S = (6.0, 14.0)
"""Sections have four or eight bars, or as many as last about so long."""

PITCHED_ROLES = frozenset({"bass", "pad", "keys", "pluck", "lead"})

HELD_SEED = 1_000_000
"""Added to the seeds of the `held` half."""


@dataclass(frozen=True)
class Arranged:
    """A composed piece, what is known of it, and which of the seed's kits plays."""

    composition: Composition
    truth: Truth
    variation: int


def arrange(seed: int, half: str = "dev", meter: str | None = None) -> Arranged:
    """Return a piece that depends on its arguments alone; `meter` None: the descriptor's own."""
    seed += HELD_SEED * (half == "held")
    generator = np.random.default_rng((19, seed))
    genres = sorted({entry.genre for entry in load_dictionary().values()})
    home = [entry for entry in load_dictionary().values() if entry.genre == genres[seed % len(genres)]]
    first = home[int(generator.integers(len(home)))]
    wanted = {} if meter is None else {"meter": meter}
    model = request_timeline(first.id, 20.0, seed, **wanted).regions[0]
    form = str(generator.choice(FORMS))
    letters = dict(zip("ABC", _cast(generator, first, home, str(model.meter)), strict=True))
    bars = {letter: _bars(generator, model) for letter in letters}
    document = _document(seed, form, letters, bars, model)
    composition = compose(read_timeline(document))
    return Arranged(composition, read_truth(composed_truth(composition)), int(half == "held"))


def perform(piece: Arranged, spread_s: float = 0.0) -> Waveform:
    """Return the piece as mono audio at `RATE`; every stroke is early or late by about `spread_s`."""
    score = piece.composition.score
    if spread_s:
        score = _spread(score, spread_s)
    settings = RenderSettings(variation=piece.variation)
    mix = render(score, drumlin.default_instrument(), settings, cache=_notes())
    return resample(mix.waveform.mean(axis=0), mix.sample_rate, RATE)


def read_truth(truth: dict[str, Any]) -> Truth:
    """Return the composer's truth of a piece in one tempo, meter and key, as that of the other test music."""
    first = truth["regions"][0]
    last_s = truth["regions"][-1]["ring_out_at_s"] or truth["duration_s"]
    beats = [beat for beat in truth["beats"] if beat["time_s"] <= last_s + 0.01]
    begins = np.array([part["start_s"] for part in truth["regions"]])
    inner = {part["start_s"] for part in truth["sections"] if np.abs(part["start_s"] - begins).min() > 0.01}
    return Truth(
        tempo_bpm=float(first["tempo_bpm"]),
        meter=first["meter"],
        beats_s=np.array([beat["time_s"] for beat in beats]),
        downbeats_s=np.array([beat["time_s"] for beat in beats if beat["beat"] == 1]),
        key=_key(truth),
        sections=tuple((part["start_s"], part["end_s"], part["letter"]) for part in truth["regions"]),
        duration_s=truth["duration_s"],
        marks_s=tuple(sorted(inner)),
    )


def _key(truth: dict[str, Any]) -> tuple[int, str] | None:
    """Return the key; None where no part with a pitch plays."""
    roles = {part["id"]: part["role"] for part in truth["parts"]}
    if not any("pitch" in note and roles[note["part"]] in PITCHED_ROLES for note in truth["notes"]):
        return None
    key = truth["keys"][0]
    return pitch_class(key["tonic"]), "minor" if MODES[key["mode"]].is_minor else "major"


def _cast(generator: np.random.Generator, first: Descriptor, home: list[Descriptor], meter: str) -> list[Descriptor]:
    """Return three descriptors of a genre, the first among them; those that know the meter before all others."""
    others = [entry for entry in home if entry.id != first.id]
    order = generator.permutation(len(others))
    fitting = sorted((others[place] for place in order), key=lambda entry: meter not in entry.meters)
    return [first, *fitting[:2]]


def _bars(generator: np.random.Generator, model: Region) -> int:
    choices = [bars for bars in (4, 8, 16) if SECTION_S[0] <= bars * _bar_s(model) <= SECTION_S[1]]
    return int(generator.choice(choices)) if choices else 4


def _bar_s(model: Region) -> float:
    meter = meter_of(str(model.meter))
    return 60.0 / model.tempo[0].tempo_bpm * meter.bar_quarters / meter.beat_quarters


def _document(
    seed: int, form: str, letters: dict[str, Descriptor], bars: dict[str, int], model: Region
) -> dict[str, Any]:
    regions: list[dict[str, Any]] = []
    start_s = 0.0
    for index, letter in enumerate(form):
        region = {
            "id": f"{letter}{index}",
            "start_s": start_s,
            "descriptor": letters[letter].id,
            "key": {"tonic": model.tonic, "mode": model.mode},
            "meter": model.meter,
            "tempo_bpm": model.tempo[0].tempo_bpm,
            "bars": bars[letter],
        }
        if form.index(letter) < index:
            region["like"] = f"{letter}{form.index(letter)}"
        regions.append(region)
        start_s += bars[letter] * _bar_s(model)
    return {"format": "drumlin-timeline", "version": 1, "seed": seed, "duration_s": start_s, "regions": regions}


def _spread(score: Score, spread_s: float) -> Score:
    generator = np.random.default_rng((23, score.seed))
    regions = []
    for region in score.regions:
        moved = [
            replace(
                note, onset_s=float(np.clip(note.onset_s + generator.normal(0, spread_s), region.start_s, region.end_s))
            )
            for note in region.notes
        ]
        regions.append(replace(region, notes=tuple(sorted(moved, key=lambda note: note.onset_s))))
    return replace(score, regions=tuple(regions))


@cache
def _notes() -> NoteCache:
    return NoteCache()
