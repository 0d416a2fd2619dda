"""Renders that descriptors are learned from and judged on: one region each, analysed and kept.

    python scripts/descriptor_corpus.py CACHE [--halves dev new_seeds ...] [--seeds N] [--until MINUTES]

Each half renders every descriptor with seeds of its own:

- `dev` is learned from: six patches are never heard, nor, where a subgenre has several in a meter, its last groove, nor
  the last third of its progressions;
- `new_seeds`: the same sounds and patterns, other seeds;
- `new_sounds`: drums from places on the pad at which the renderer draws none, and the six patches wherever a part may
  have one;
- `new_patterns`: the grooves and progressions that were held back, on the sounds of `dev`.

One render is one file in CACHE with its features, clean and spoiled, for any later listener to hear; a stopped run goes
on where it was.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from tests.music import RATE, spoil

import drumlin
from drumlin.audio import resample
from drumlin.composing import Composition, Descriptor, compose, load_dictionary, request_timeline
from drumlin.instrument import Instrument, Note
from drumlin.listening import Features, ListenSettings, analyse
from drumlin.listening.chroma import Chroma
from drumlin.listening.loops import is_loop, length_scores
from drumlin.listening.periodicity import autocorrelate
from drumlin.listening.pulse import Pulse, follow_pulse
from drumlin.listening.tempo import find_tempo
from drumlin.listening.tempo_curve import follow_tempo
from drumlin.rendering import NoteCache, RenderSettings, render

HELD_PATCHES = frozenset({"bass_fm", "keys_electric", "lead_square", "lead_whistle", "pad_glass", "pluck_mute"})
"""No part of the dictionary has only these."""

SEEDS = {"dev": 6, "new_seeds": 1, "new_sounds": 1, "new_patterns": 1}
"""Renders of each descriptor."""

DEV_S = (16.0, 24.0, 20.0, 30.0)
JUDGED_S = 30.0
HOWS = ("room", "noise", "codec", "narrow", "loud", "all")
LEAST_PARTS = 3
KIT_RANKS = (12, 18)
"""Ranks of training samples, by their distance from the middle of their class, that the renderer never draws."""

KIT_BESIDE = 0.12
"""How far beside a training sample, on the pad, where a class has too few: four times the renderer's own stray."""


@dataclass(frozen=True)
class Task:
    """A render: which descriptor, of which half, with which of its seeds."""

    descriptor: str
    half: str
    index: int

    @property
    def seed(self) -> int:
        """Return the seed; halves share none."""
        return 1000 * (1 + list(SEEDS).index(self.half)) + self.index

    @property
    def is_learned(self) -> bool:
        """Return whether it is of the half that is always learned from."""
        return self.half == "dev"

    @property
    def duration_s(self) -> float:
        """Return how long it is."""
        place = self.index + crc32(self.descriptor.encode()) % len(DEV_S)
        return DEV_S[place % len(DEV_S)] if self.is_learned else JUDGED_S

    @property
    def how(self) -> str:
        """Return what its spoiled version suffers; empty: it has none."""
        place = self.index + crc32(self.descriptor.encode())
        is_spoiled = place % 2 == 0 if self.is_learned else self.index == 0
        return HOWS[place // 2 % len(HOWS)] if is_spoiled else ""

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return f"{self.half}-{self.index:02d}-{self.descriptor}"


@dataclass(frozen=True)
class Example:
    """An analysed render.

    Args:
        task: what it is.
        features: of its sound.
        beats_s: as heard.
        spans_s: begin and end of each window.
        bpm: tempo of each window, as heard.
        how: it was spoiled; empty: clean.
    """

    task: Task
    features: Features
    beats_s: np.ndarray
    spans_s: list[tuple[float, float]]
    bpm: np.ndarray
    how: str


def tasks(halves: list[str], seeds: int = 100) -> list[Task]:
    """Return the renders of some halves, of the first seeds: all descriptors with one seed, then with the next."""
    names = list(load_dictionary())
    return [
        Task(name, half, index) for index in range(seeds) for half in halves if index < SEEDS[half] for name in names
    ]


def examples(cache: Path, task: Task) -> Iterator[Example]:
    """Yield the sounds of a render that is in the cache: clean, and spoiled if it is that, too; heard now."""
    for how, features in sounds(cache, task):
        pulse = hear_pulse(features)
        ends_s = np.minimum(pulse.curve.start_s + pulse.curve.window_s, features.duration_s)
        spans_s = list(zip(pulse.curve.start_s.tolist(), ends_s.tolist(), strict=True))
        yield Example(task, features, pulse.beats_s, spans_s, pulse.curve.bpm, how)


def hear_pulse(features: Features) -> Pulse:
    """Return what `hear` says of beats and tempo, without keys and form, which no number of a descriptor needs."""
    settings = ListenSettings()
    known = length_scores(features.duration_s) if is_loop(features) else None
    tempo = find_tempo(autocorrelate(features.onsets), settings, known)
    return follow_pulse(features, tempo, follow_tempo(features.onsets, tempo, settings, known), settings)


def sounds(cache: Path, task: Task) -> Iterator[tuple[str, Features]]:
    """Yield how each sound of a render was spoiled, and its features."""
    with np.load(cache / f"{task.name}.npz") as stored:
        for how in ("", task.how) if task.how else ("",):
            yield how, _read(stored, how)


def make(task: Task, cache: Path, instrument: Instrument, notes: NoteCache) -> None:
    """Render, analyse and keep one piece."""
    composition = compose_task(task)
    drums = sorted({note.drum for region in composition.score.regions for note in region.notes if note.drum})
    kit = held_kit(instrument, drums, task.seed) if task.half == "new_sounds" else {}
    settings = RenderSettings(kit=kit, variation=crc32(task.name.encode()) % 2**16)
    mix = render(composition.score, instrument, settings, cache=notes)
    waveform = resample(mix.waveform.mean(axis=0), mix.sample_rate, RATE)
    stored = _record(waveform, "")
    if task.how:
        stored |= _record(spoil(waveform, task.seed, task.how), task.how)
    temporary = cache / f".{task.name}.npz"
    np.savez(temporary, **stored)
    temporary.rename(cache / f"{task.name}.npz")


def compose_task(task: Task) -> Composition:
    """Return the notes, from an entry of which a part is held back."""
    dictionary = load_dictionary()
    whole = dictionary[task.descriptor]
    assert isinstance(dictionary, dict)
    # The composer finds its entries by name in this one table, so the lessened entry takes its place for a moment.
    dictionary[task.descriptor] = lessened(whole, task.half == "new_patterns")
    try:
        band = draw_band(whole, task)
        return compose(request_timeline(task.descriptor, task.duration_s, task.seed, instruments=list(band)))
    finally:
        dictionary[task.descriptor] = whole


def lessened(descriptor: Descriptor, held: bool) -> Descriptor:
    """Return the descriptor with the grooves and progressions that were held back, or with the others."""
    grooves = []
    for meter in dict.fromkeys(groove.meter for groove in descriptor.drums.grooves):
        those = [groove for groove in descriptor.drums.grooves if groove.meter == meter]
        grooves += those if len(those) == 1 else those[-1:] if held else those[:-1]
    harmony = descriptor.harmony
    chords = {name: part(getattr(harmony, name), held) for name in ("bright", "dark")}
    return descriptor.model_copy(
        update={
            "drums": descriptor.drums.model_copy(update={"grooves": tuple(grooves)}),
            "harmony": harmony.model_copy(update=chords),
        }
    )


def part(progressions: tuple[str, ...], held: bool) -> tuple[str, ...]:
    """Return the last third of the progressions, at least one, or the others; one alone is never held back."""
    cut = len(progressions) - max(1, len(progressions) // 3)
    if cut == 0:
        return progressions
    return progressions[cut:] if held else progressions[:cut]


def draw_band(descriptor: Descriptor, task: Task) -> tuple[str, ...]:
    """Return who plays: none of the held patches, or, for new sounds, as many of them as there can be."""
    generator = np.random.default_rng([task.seed, crc32(descriptor.id.encode())])
    chosen: list[str] = []
    spared: list[str] = []
    for spec in sorted(descriptor.parts.values(), key=lambda spec: spec.order):
        held = {name: weight for name, weight in spec.patches.items() if name in HELD_PATCHES}
        others = {name: weight for name, weight in spec.patches.items() if name not in HELD_PATCHES}
        pool = (held or others) if task.half == "new_sounds" else others
        is_there, name = generator.random() < spec.chance, "drums"
        if pool:
            weights = np.array(list(pool.values()))
            name = str(generator.choice(list(pool), p=weights / weights.sum()))
        (chosen if is_there and name not in chosen else spared).append(name)
    missing = [name for name in spared if name not in chosen]
    return tuple(chosen + missing[: max(0, LEAST_PARTS - len(chosen))])


def held_kit(instrument: Instrument, drums: list[str], seed: int) -> dict[str, Note]:
    """Return a kit at places that the renderer draws for no piece."""
    kit = {}
    for drum in drums:
        generator = np.random.default_rng([seed, crc32(drum.encode())])
        places = instrument.points.places_of([drum])
        distance = np.linalg.norm(places - np.median(places, axis=0), axis=1)
        ranked = places[np.argsort(distance, kind="stable")]
        if len(ranked) >= KIT_RANKS[1]:
            x, y = ranked[generator.integers(*KIT_RANKS)]
        else:  # the renderer draws any of these few, so the place lies beside one
            angle = generator.uniform(0.0, 2.0 * np.pi)
            x, y = ranked[generator.integers(len(ranked))] + KIT_BESIDE * np.array([np.cos(angle), np.sin(angle)])
        x, y = np.clip((x, y), -1.0, 1.0)
        kit[drum] = Note(float(x), float(y), classes={drum: 1.0}, seed=int(generator.integers(0, 2**16)))
    return kit


def _record(waveform: np.ndarray, how: str) -> dict[str, np.ndarray]:
    features = analyse(waveform, RATE)
    chroma = features.chroma
    parts = {
        "duration": np.array(features.duration_s),
        "mel": features.mel,
        "onsets": features.onsets,
        "whole": chroma.whole,
        "bass": chroma.bass,
        "change": chroma.change,
        "peakiness": chroma.peakiness,
        "tuning": np.array(chroma.tuning_cents),
    }
    return {f"{how}.{name}": np.asarray(value, np.float32) for name, value in parts.items()}


def _read(stored: dict[str, np.ndarray], how: str) -> Features:
    def get(name: str) -> np.ndarray:
        return stored[f"{how}.{name}"]

    chroma = Chroma(get("whole"), get("bass"), get("change"), get("peakiness"), float(get("tuning")))
    return Features(float(get("duration")), get("mel"), get("onsets"), chroma)


def main() -> None:
    """Make what is missing, until time is up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--halves", nargs="*", default=list(SEEDS), choices=list(SEEDS))
    parser.add_argument("--seeds", type=int, default=100, help="only the first of each half")
    parser.add_argument("--until", type=float, default=1e9, metavar="MINUTES")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    instrument, notes, begin = drumlin.default_instrument(), NoteCache(), time.monotonic()
    todo = [
        task for task in tasks(arguments.halves, arguments.seeds) if not (arguments.cache / f"{task.name}.npz").exists()
    ]
    for done, task in enumerate(todo):
        if time.monotonic() - begin > 60.0 * arguments.until:
            break
        make(task, arguments.cache, instrument, notes)
        if done % 20 == 19:
            print(f"{done + 1} of {len(todo)}, {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
