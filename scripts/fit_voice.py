"""Fits the table by which the library is searched by voice: `src/drumlin/imitating/model.json`.

    python scripts/fit_voice.py DRUMS [--people 24] [--cache FOLDER]

The mouth's side is fitted on imitations that are synthesised here, the drums' side on the recordings of `train` whose
licences allow it. Then it is measured on `valid`, whose sounds it has not seen, with other mouths: how many of the ten
sounds found first are of the class that was meant, beside chance and beside the search by likeness (`--like`).
No voice of a person was measured: see docs/voice.md. Takes two minutes of one core.
"""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from train_default import choose

from drumlin.audio.files import read_mono, write_atomically
from drumlin.hearing import starter_ear
from drumlin.imitating import cut_strokes
from drumlin.imitating.model import OTHER, VoiceModel, fit_discriminant, fit_side, to_document, voice_model
from drumlin.imitating.model import PATH as TABLE
from drumlin.imitating.ranking import best, fits, interpret
from drumlin.library.by_voice import traits_of
from drumlin.synthesis.mouth import SYLLABLES, draw_speaker, say
from drumlin.synthesis.taping import draw_microphone, record
from drumlin.units import Array

RATE = 44_100
CLASSES = {
    "kick": ("kick",),
    "tom": ("tom", "hand_drum"),
    "snare": ("snare", "clap"),
    "closed hat": ("hihat_closed",),
    "open hat": ("hihat_open", "crash", "ride"),
    "rim": ("rim",),
    OTHER: ("cowbell", "perc_other", "shaker", "tambourine"),
}
"""Labels of the recordings by class."""

MOUTH = {"shrinkage": 0.3, "sharpness": 0.4}
DRUMS = {"shrinkage": 0.1, "sharpness": 0.3}
EAR = {
    "shrinkage": 0.1,
    "sharpness": 0.1,
}  # it learned from these very sounds: on `valid` a tenth of its scores is true
TAKES = 3
LEARNED_SEED, MEASURED_SEED = 100_000, 900_000


def main() -> None:
    """Fit, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/voice")
    parser.add_argument("--measure", action="store_true", help="measure the table that is there, fit none")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    if not arguments.measure:
        said, meant = imitations(arguments.cache, LEARNED_SEED, arguments.people)
        drums, labels = recordings(arguments.cache, arguments.drums, "train")
        with np.load(arguments.cache / "drums-train.npz") as kept:
            heard = kept["ear"].astype(np.float64)
        by_mouth = fit_discriminant(tuple(SYLLABLES), said, meant, even=True, **MOUTH)
        by_traits = fit_discriminant(tuple(CLASSES), drums, labels, even=False, **DRUMS)
        by_ear = fit_discriminant(tuple(CLASSES), heard, labels, even=False, **EAR)
        sides = (fit_side(by_mouth, said, meant), fit_side(by_traits, drums, labels))
        model = VoiceModel(*sides, starter_ear().name, by_ear)
        notes = {"imitations": f"{len(said)}, synthesised", "recordings": len(drums)}
        write_atomically(TABLE, (json.dumps(to_document(model, notes)) + "\n").encode("ascii"))
    measure(arguments.cache, arguments.drums)


def imitations(cache: Path, seed: int, people: int) -> tuple[Array, Array]:
    """Return traits (M, F) and classes (M,) of what some people say into some microphones."""
    path = cache / f"said-{seed}-{people}.npz"
    if not path.exists():
        rows = [row for person in range(people) for row in _person(seed + person)]
        heard = traits_of([(waveform, RATE) for waveform, _, _ in rows])
        ear = starter_ear().embed([waveform for waveform, _, _ in rows], RATE)
        labels = np.array([list(SYLLABLES).index(name) for _, name, _ in rows])
        syllables = np.array([syllable for _, _, syllable in rows])
        np.savez(path, traits=heard, labels=labels, syllables=syllables, ear=ear)
    with np.load(path) as kept:
        return kept["traits"], kept["labels"]


def _person(seed: int) -> list[tuple[Array, str, str]]:
    generator = np.random.default_rng(seed)
    speaker, microphone = draw_speaker(generator), draw_microphone(generator)
    found = []
    for name, syllables in SYLLABLES.items():
        for syllable in syllables:
            takes = [(0.3 + 1.0 * take, generator.uniform(-9, 0)) for take in range(TAKES)]
            parts = [(start, level, say(syllable, speaker, RATE, generator)) for start, level in takes]
            strokes = cut_strokes(record(parts, 0.3 + 1.0 * TAKES, microphone, RATE, generator), RATE)
            found += [(one.waveform, name, syllable) for one in strokes]
    return found


def recordings(cache: Path, drums: Path, split: str) -> tuple[Array, Array]:
    """Return traits (M, F) and classes (M,) of a split; of `train` what may be learned from."""
    path = cache / f"drums-{split}.npz"
    if not path.exists():
        rows = [row for row in choose(drums) if row["split"] == split] if split == "train" else _rows(drums, split)
        sounds = [read_mono(drums / row["path"]) for row in rows]
        heard = traits_of([(one.waveform, one.sample_rate) for one in sounds])
        class_of = {label: name for name, labels in CLASSES.items() for label in labels}
        labels = np.array([list(CLASSES).index(class_of[row["label"]]) for row in rows])
        ear = starter_ear().embed([one.waveform for one in sounds], RATE)
        np.savez(path, traits=heard, labels=labels, ear=ear)
    with np.load(path) as kept:
        return kept["traits"], kept["labels"]


def _rows(drums: Path, split: str) -> list[dict[str, str]]:
    with (drums / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


def measure(cache: Path, drums: Path) -> None:
    """Print how often the first ten sounds of `valid` are of the class that was meant, by class and by system."""
    imitations(cache, MEASURED_SEED, 24)
    recordings(cache, drums, "valid")
    said, there = np.load(cache / f"said-{MEASURED_SEED}-24.npz"), np.load(cache / "drums-valid.npz")
    model = voice_model()
    classes = model.ear.shares(there["ear"])
    print("class         said  chance   heard | voice: 1st   of 10 | --like: 1st   of 10")
    for place, name in enumerate(SYLLABLES):
        mine = np.flatnonzero(said["labels"] == place)
        right = there["labels"] == place
        meant = [interpret(said["traits"][[one]], model) for one in mine]
        by_voice = np.array([right[best(fits(one, there["traits"], classes, model), 10)] for one in meant])
        by_ear = np.array([right[best(there["ear"] @ said["ear"][one], 10)] for one in mine])
        heard = np.mean([int(one.shares.argmax()) == place for one in meant])
        print(
            f"{name:<12} {len(mine):>5} {right.mean():>7.2f} {heard:>7.2f} | {by_voice[:, 0].mean():>10.2f}"
            f" {by_voice.mean():>6.2f} | {by_ear[:, 0].mean():>10.2f} {by_ear.mean():>6.2f}"
        )


if __name__ == "__main__":
    main()
