"""Stretches of the corpus as numbers: what descriptors are fitted on and judged by.

Each render of `descriptor_corpus.py` is described once, clean and spoiled, and kept beside it; where the code or the
networks of the listener change, it is described anew. Shapes: W stretches, D numbers, B bands.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from descriptor_corpus import Example, Task, examples, tasks

import drumlin
from drumlin.composing import load_dictionary
from drumlin.listening import Features
from drumlin.listening.describing import describe_stretches
from drumlin.listening.descriptor_table import DescriptorTable
from drumlin.listening.study_features import study_numbers

COLOUR_WAVES, COLOUR_DB = 4, 3.0
"""Waves over the mel bands and their standard deviation: gains of about 4 dB, from what parts are described through."""

SEEN = ("analysis", "chroma", "onsets", "periodicity", "key")
FOLLOWED = ("tempo", "tempo_curve", "beats", "bars", "joins", "loops", "pulse", "stretches")
CODE = (*SEEN, *FOLLOWED, "beatwise", "tonal", "layers", "pooling")
"""Modules of the listener that make the numbers: where one changes, or its networks, they are made again."""


@dataclass(frozen=True)
class Rows:
    """Described stretches.

    Args:
        numbers: shape (W, D).
        study: the study's numbers, shape (W, 18 + B).
        labels: which descriptor each is of, shape (W,).
        pieces: which sound each is of, shape (W,): the spoiled version of a render is another sound.
        renders: which render each is of, shape (W,).
        seeds: which of its half's seeds, shape (W,).
        kinds: `window`, `whole` sound, or another `part` of it, shape (W,).
        is_spoiled: shape (W,).
    """

    numbers: np.ndarray
    study: np.ndarray
    labels: np.ndarray
    pieces: np.ndarray
    renders: np.ndarray
    seeds: np.ndarray
    kinds: np.ndarray
    is_spoiled: np.ndarray

    def where(self, chosen: np.ndarray) -> "Rows":
        """Return some of them."""
        return Rows(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def dictionary_table() -> DescriptorTable:
    """Return the labels of the dictionary."""
    entries = list(load_dictionary().values())
    labels = {
        "genre": tuple(entry.genre for entry in entries),
        "subgenre": tuple(entry.subgenre for entry in entries),
        "mood": tuple(entry.mood for entry in entries),
        "sentiment": tuple(entry.sentiment for entry in entries),
        "valence": tuple(str(entry.valence_level) for entry in entries),
        "momentum": tuple(str(entry.momentum) for entry in entries),
    }
    return DescriptorTable(tuple(entry.id for entry in entries), labels)


def load_rows(cache: Path, half: str) -> Rows:
    """Return the rows of a half: of each render, described now or earlier with the same code."""
    package = Path(drumlin.__file__).parent / "listening"
    files = [*(package / f"{name}.py" for name in CODE), package / "networks.npz"]
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]
    folder = cache / f"rows-{mark}"
    folder.mkdir(exist_ok=True)
    parts = [describe_task(task, cache, folder) for task in tasks([half]) if (cache / f"{task.name}.npz").exists()]
    return Rows(**{name: np.concatenate([part[name] for part in parts]) for name in Rows.__dataclass_fields__})


def describe_task(task: Task, cache: Path, folder: Path) -> dict[str, np.ndarray]:
    """Return the rows of a render, clean and spoiled."""
    path = folder / f"{task.name}.npz"
    if not path.exists():
        parts = [describe_example(example, place) for place, example in enumerate(examples(cache, task))]
        temporary = folder / f".{task.name}.npz"
        np.savez(temporary, **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
        temporary.rename(path)
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def describe_example(example: Example, place: int) -> dict[str, np.ndarray]:
    """Return the rows of one sound: its windows, the whole, and shorter and longer parts, each in other colours."""
    generator = np.random.default_rng([place, example.task.seed, crc32(example.task.descriptor.encode())])
    duration_s, usual_bpm = example.features.duration_s, float(np.median(example.bpm))
    rows = [_describe(example, [*example.spans_s, (0.0, duration_s)], [*example.bpm, usual_bpm], example.features)]
    for least_s, most_s in ((4.0, 9.0), (4.0, 9.0), *((12.0, duration_s),) * 2):
        length_s = float(generator.uniform(least_s, most_s))
        start_s = float(generator.uniform(0.0, duration_s - length_s))
        part = (start_s, start_s + length_s)
        rows.append(_describe(example, [part], [usual_bpm], coloured(example.features, generator)))
    names = list(load_dictionary())
    count = len(example.spans_s) + len(rows)
    render = names.index(example.task.descriptor) + len(names) * example.task.index
    return {
        "numbers": np.concatenate([numbers for numbers, _ in rows]),
        "study": np.concatenate([numbers for _, numbers in rows]),
        "labels": np.full(count, names.index(example.task.descriptor)),
        "pieces": np.full(count, 2 * render + bool(example.how)),
        "renders": np.full(count, render),
        "seeds": np.full(count, example.task.index),
        "kinds": np.array(["window"] * len(example.spans_s) + ["whole"] + ["part"] * (len(rows) - 1)),
        "is_spoiled": np.full(count, bool(example.how)),
    }


def coloured(features: Features, generator: np.random.Generator) -> Features:
    """Return the same music through an equaliser of smooth random gains, as if other sounds played it."""
    bands = features.mel.shape[1]
    waves = np.cos(np.pi * np.arange(1, COLOUR_WAVES + 1)[:, None] * (np.arange(bands) + 0.5) / bands)
    gain_db = generator.normal(0.0, COLOUR_DB, COLOUR_WAVES) @ waves
    return replace(features, mel=features.mel * np.float32(10.0) ** (gain_db / 10.0).astype(np.float32))


def _describe(
    example: Example, spans_s: list[tuple[float, float]], bpm: list[float], features: Features
) -> tuple[np.ndarray, np.ndarray]:
    numbers = describe_stretches(features, example.beats_s, spans_s, bpm)
    return numbers, study_numbers(features, spans_s, bpm)


def join(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several halves; their renders and seeds stay apart."""
    moved = []
    for place, part in enumerate(parts):
        shift = 100_000 * place
        moved.append(replace(part, pieces=part.pieces + shift, renders=part.renders + shift, seeds=part.seeds + place))
    return Rows(*(np.concatenate([getattr(part, name) for part in moved]) for name in Rows.__dataclass_fields__))
