"""Fits the listener's small networks on synthesised music, and writes `src/drumlin/listening/networks.npz`.

    python scripts/fit_listening.py CACHE [--pieces 340] [--again 140] [--arranged 140] [--renders FOLDER] [--only ...]

Pieces are of the `dev` half of `tests/music` (sounds, grooves, progressions and forms), some of them once more, and by
Drumlin's composer and renderer (`tests/music/arranging.py`, seeds and kits of the `dev` half). Three in four are
spoiled by room, noise, codec, a narrow band, a loud bus, all of these, or loose hands; every eleventh is kept for
choosing when to stop. Tempo and key also learn from the `dev` renders of `descriptor_corpus.py`, which have all styles
and modes; their last seed only judges. Nothing of the `held` half and no real music is used. CACHE keeps what was
analysed; the figures are printed. Needs torch.
"""

import argparse
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from descriptor_corpus import compose_task, sounds, tasks
from tests.music import RATE, Truth, Wishes, compose, render, spoil
from tests.music.arranging import arrange, perform, read_truth

from drumlin.composing import truth_of
from drumlin.listening.analysis import FRAME_RATE, Features, analyse
from drumlin.listening.bars import BEATS, METERS, downbeat_features, meter_features
from drumlin.listening.barwise import BarTable, tabulate_bars
from drumlin.listening.beats import beat_features
from drumlin.listening.boundaries import boundary_features
from drumlin.listening.key import MODES, clarity_features, key_features
from drumlin.listening.laplacian import decompose
from drumlin.listening.likeness import likeness_features
from drumlin.listening.networks import network
from drumlin.listening.periodicity import autocorrelate
from drumlin.listening.tempo import GRID_BPM, tempo_features

TARGET = Path(__file__).parents[1] / "src/drumlin/listening/networks.npz"
HOWS = ("clean", "clean", "clean", "room", "noise", "codec", "narrow", "loud", "all", "all")
"""How pieces are spoiled, each of these alike."""

HARD_HOWS = {"clean": 0.25, "room": 0.12, "noise": 0.1, "codec": 0.06, "narrow": 0.06, "loud": 0.06, "all": 0.35}
"""How those are spoiled that come again, and those by the composer: a third of them in all ways at once."""

RARE_METER, RARE = "5/4", 0.06
"""So many of these are in a meter that is rare by itself."""

LOOSE_S = 0.02
"""Standard deviation of loose hands."""

Made = tuple[Truth, np.ndarray, str]
"""Truth, sound, and how it is to be spoiled."""


@dataclass(frozen=True)
class Example:
    """An analysed piece; `is_kept` says that it only judges."""

    truth: Truth
    features: Features
    is_kept: bool


@dataclass(frozen=True)
class Corpus:
    """Pieces to fit on, analysed when they are first asked for.

    Args:
        cache: folder that keeps them.
        pieces: how many of `tests/music`.
        again: how many of them once more, spoiled harder.
        arranged: how many by Drumlin's composer.
        renders: folder of `descriptor_corpus.py`; None: none of these.
    """

    cache: Path
    pieces: int
    again: int
    arranged: int
    renders: Path | None = None

    def __iter__(self) -> Iterator[Example]:
        """Yield the pieces."""
        self.cache.mkdir(parents=True, exist_ok=True)
        for kind, count, make in (
            ("piece", self.pieces, piece_once),
            ("again", self.again, piece_again),
            ("arranged", self.arranged, arranged_piece),
        ):
            for seed in range(count):
                path = self.cache / f"{kind}_{seed}.pkl"
                if not path.exists():
                    truth, waveform, how = make(seed)
                    waveform = waveform if how == "clean" else spoil(waveform, seed, how)
                    path.write_bytes(pickle.dumps((truth, analyse(waveform, RATE))))
                yield Example(*pickle.loads(path.read_bytes()), seed % 11 == 0)

    def with_renders(self) -> Iterator[Example]:
        """Yield the pieces, and the renders of descriptors, as they are and spoiled."""
        yield from self
        made = [task for task in tasks(["dev"]) if self.renders and (self.renders / f"{task.name}.npz").exists()]
        last = max((task.index for task in made), default=0)
        for task in made:
            truth = read_truth(truth_of(compose_task(task)))
            for _, features in sounds(self.renders, task):
                yield Example(truth, features, task.index == last)


def piece_once(seed: int) -> Made:
    """Return a piece of `tests/music`."""
    generator = np.random.default_rng(seed + 5)
    how = str(generator.choice(HOWS))
    piece = compose(seed, "dev", Wishes(human_s=LOOSE_S if generator.random() < 0.15 else None))
    return piece.truth, render(piece), how


def piece_again(seed: int) -> Made:
    """Return a piece of `tests/music`, to be spoiled hard; some are in a rare meter."""
    generator = np.random.default_rng((7, seed))
    loose = LOOSE_S if generator.random() < 0.15 else None
    piece = compose(seed, "dev", Wishes(human_s=loose, meter=RARE_METER if generator.random() < RARE else None))
    return piece.truth, render(piece), _hard(seed)


def arranged_piece(seed: int) -> Made:
    """Return a piece by Drumlin's composer."""
    generator = np.random.default_rng((9, seed))
    piece = arrange(seed, "dev", RARE_METER if generator.random() < RARE else None)
    return piece.truth, perform(piece, 0.015 if generator.random() < 0.2 else 0.0), _hard(seed)


def _hard(seed: int) -> str:
    return str(np.random.default_rng(seed + 5).choice(list(HARD_HOWS), p=list(HARD_HOWS.values())))


@dataclass
class Fit:
    """Inputs (X, ..., I) and targets of one network, and which of the X are kept for judging."""

    inputs: np.ndarray
    targets: np.ndarray
    kept: np.ndarray


def fit(
    name: str, data: Fit, hidden: int, loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    epochs: int = 60, batch: int = 64, outputs: int = 1, noise: float = 0.1, decay: float = 1e-3,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return the weights with the least loss on the kept examples."""
    torch.manual_seed(0)
    size = data.inputs.shape[-1]
    flat = data.inputs.reshape(-1, size)
    mean, scale = flat.mean(axis=0), flat.std(axis=0) + 1e-3
    inputs = torch.as_tensor((data.inputs - mean) / scale, dtype=torch.float32)
    targets = torch.as_tensor(data.targets)
    model = torch.nn.Sequential(torch.nn.Linear(size, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, outputs))
    optimiser = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=decay)
    train, kept = np.flatnonzero(~data.kept), np.flatnonzero(data.kept)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=epochs * -(-len(train) // batch))
    best, best_state = np.inf, None
    generator = np.random.default_rng(0)
    for epoch in range(epochs):
        model.train()
        for rows in np.array_split(generator.permutation(train), -(-len(train) // batch)):
            x = inputs[rows]
            value = loss(model(x + noise * torch.randn_like(x)), targets[rows])
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            judged = float(loss(model(inputs[kept]), targets[kept]))
        if judged < best:
            best, best_state = judged, {key: part.clone() for key, part in model.state_dict().items()}
        if epoch % 10 == 9:
            print(
                f"{name}: epoch {epoch + 1}, train {value.item():.4f}, kept {judged:.4f}, best {best:.4f}", flush=True
            )
    assert best_state is not None
    layers = [best_state[key].numpy() for key in ("0.weight", "0.bias", "2.weight", "2.bias")]
    parts = {"mean": mean, "scale": scale, "w1": layers[0].T, "b1": layers[1], "w2": layers[2].T, "b2": layers[3]}
    return {f"{name}.{part}": value.astype(np.float32) for part, value in parts.items()}


def tempo_data(corpus: Corpus) -> Fit:
    """Return whole pieces and excerpts of 4 to 20 s; targets are smooth over 1 % of tempo."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus.with_renders()):
        generator = np.random.default_rng(index)
        for length_s in (1e9, 20.0, 10.0, 10.0, generator.uniform(4, 8)):
            onsets = example.features.onsets
            count = min(len(onsets), round(min(length_s, 1e6) * FRAME_RATE))
            start = int(generator.integers(0, len(onsets) - count + 1))
            span = start / FRAME_RATE, (start + count) / FRAME_RATE
            beats = example.truth.beats_s
            inside = np.diff(beats)[(beats[:-1] >= span[0] - 1) & (beats[:-1] <= span[1])]
            if not len(inside) or not onsets[start : start + count].any():
                continue
            bpm = 60.0 / float(np.median(inside))
            inputs.append(tempo_features(autocorrelate(onsets[start : start + count])))
            near = np.exp(-0.5 * np.square(np.log(GRID_BPM / bpm) / 0.01))
            targets.append(near / near.sum())
            kept.append(example.is_kept)
    return Fit(np.stack(inputs), np.stack(targets).astype(np.float32), np.array(kept))


def tempo_loss(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy over the grid."""
    return -(targets * torch.log_softmax(scores[..., 0], dim=-1)).sum(-1).mean()


def beat_data(corpus: Corpus) -> Fit:
    """Return frames near beats, and as many others; targets are 1 on a beat and less two frames away."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        generator = np.random.default_rng(index)
        onsets, beats = example.features.onsets, example.truth.beats_s
        places = np.arange(len(onsets)) / FRAME_RATE
        local = np.interp(places, beats[:-1], 60.0 / np.diff(beats)) * np.exp(generator.normal(0, 0.01))
        nearest = np.clip(np.searchsorted(beats, places)[:, None] + [-1, 0], 0, len(beats) - 1)
        distance = np.abs(places[:, None] - beats[nearest]).min(axis=1) * FRAME_RATE
        target = np.clip(1.2 - 0.35 * distance, 0.0, 1.0)
        inside = (places > beats[0] - 0.5) & (places < beats[-1] + 0.5)
        loud = onsets[:, :4].sum(axis=1)
        chance = np.where(target > 0, 1.0, 0.06 + 0.3 * (loud > 2 * loud.mean()))
        frames = np.flatnonzero(inside & (generator.random(len(onsets)) < chance))
        frames = generator.permutation(frames)[:700]
        inputs.append(beat_features(onsets, local, frames))
        targets.append(target[frames])
        kept.append(np.full(len(frames), example.is_kept))
    return Fit(np.concatenate(inputs), np.concatenate(targets).astype(np.float32), np.concatenate(kept))


def downbeat_data(corpus: Corpus) -> Fit:
    """Return every beat with a target of 1 on downbeats."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        if example.truth.meter not in METERS:
            continue
        beats, first = _some_beats(example, index)
        inputs.append(downbeat_features(example.features, beats))
        targets.append(np.isclose(np.arange(len(beats)) % BEATS[example.truth.meter], first))
        kept.append(np.full(len(beats), example.is_kept))
    return Fit(np.concatenate(inputs), np.concatenate(targets).astype(np.float32), np.concatenate(kept))


def meter_data(corpus: Corpus) -> Fit:
    """Return pieces and excerpts of them, whose targets are meters."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        for part in range(3 if example.truth.meter in METERS else 0):
            beats, _ = _some_beats(example, 10 * index + part)
            if len(beats) < 6:
                continue
            odds = np.clip(network("downbeat")(downbeat_features(example.features, beats))[:, 0], -5, 5)
            inputs.append(meter_features(example.features, beats, odds))
            targets.append(METERS.index(example.truth.meter))
            kept.append(example.is_kept)
    return Fit(np.stack(inputs), np.array(targets), np.array(kept))


def key_data(corpus: Corpus) -> Fit:
    """Return pieces with a key and excerpts of them; targets are one of 24 keys."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus.with_renders()):
        if example.truth.key is None:
            continue
        generator, length_s = np.random.default_rng(index), example.features.duration_s
        tonic, mode = example.truth.key
        for part in range(3):
            wanted_s = (1e9, generator.uniform(15, 30), generator.uniform(6, 15))[part]
            start_s = float(generator.uniform(0, max(1e-6, length_s - wanted_s)))
            inputs.append(key_features(example.features.chroma, start_s, start_s + wanted_s))
            targets.append(tonic + 12 * MODES.index(mode))
            kept.append(example.is_kept)
    return Fit(np.stack(inputs), np.array(targets), np.array(kept))


def pitched_data(corpus: Corpus) -> Fit:
    """Return stretches of music with and without pitch; targets are 1 and 0."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        generator, length_s = np.random.default_rng(index), example.features.duration_s
        for wanted_s in (1e9, *((4.0, 10.0) if example.truth.key else (4.0, 6.0, 8.0, 10.0, 10.0, 15.0, 20.0))):
            start_s = float(generator.uniform(0, max(1e-6, length_s - wanted_s)))
            inputs.append(clarity_features(example.features.chroma, start_s, start_s + wanted_s))
            targets.append(example.truth.key is not None)
            kept.append(example.is_kept)
    return Fit(np.stack(inputs), np.array(targets, np.float32), np.array(kept))


def key_loss(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy over the 24 keys."""
    return torch.nn.functional.cross_entropy(scores[..., 0], targets)


def boundary_data(corpus: Corpus) -> Fit:
    """Return every inner bar with a target of 1 where a section begins; bars at the truth's marks are left out."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        table, starts, _ = _true_bars(example, index)
        features = boundary_features(table, decompose(table, np.random.default_rng(0)))
        is_mark = np.any(np.abs(table.edges_s[:-1, None] - np.array(example.truth.marks_s)[None, :]) < 0.3, axis=1)
        bars = np.flatnonzero(~is_mark)[1:]
        inputs.append(features[bars])
        targets.append(np.isin(bars, starts))
        kept.append(np.full(len(bars), example.is_kept))
    return Fit(np.concatenate(inputs), np.concatenate(targets).astype(np.float32), np.concatenate(kept))


def likeness_data(corpus: Corpus) -> Fit:
    """Return pairs of sections and of parts of them; targets are 1 where they have one letter."""
    inputs, targets, kept = [], [], []
    for index, example in enumerate(corpus):
        table, starts, letters = _true_bars(example, index)
        spans = list(zip(starts, [*starts[1:], table.count], strict=True))
        halves = [(start, start + (end - start) // 2, end) for start, end in spans]
        parts = [*((span, letter) for span, letter in zip(spans, letters, strict=True))]
        for (start, middle, end), letter in zip(halves, letters, strict=True):
            parts += [((start, middle), letter), ((middle, end), letter)] if end - start >= 8 else []
        for i, (one, letter) in enumerate(parts):
            for other, second in parts[:i]:
                if one[0] < other[1] and other[0] < one[1]:
                    continue
                inputs.append(likeness_features(table, one, other))
                targets.append(letter == second)
                kept.append(example.is_kept)
    return Fit(np.stack(inputs), np.array(targets, np.float32), np.array(kept))


def _true_bars(example: Example, seed: int) -> tuple[BarTable, list[int], str]:
    """Return the bars, a little off, the first bar of each section, and the letters."""
    truth, generator = example.truth, np.random.default_rng(seed)
    begins = truth.downbeats_s + generator.normal(0, 0.006, len(truth.downbeats_s))
    length_s = float(np.median(np.diff(begins)))
    edges = np.append(begins, min(example.features.duration_s, begins[-1] + length_s))
    if edges[-1] - edges[-2] < length_s / 2:
        edges = edges[:-1]
    starts = [int(np.argmin(np.abs(truth.downbeats_s - start))) for start, _, _ in truth.sections]
    return tabulate_bars(example.features, edges), starts, "".join(letter for _, _, letter in truth.sections)


def _some_beats(example: Example, seed: int) -> tuple[np.ndarray, int]:
    """Return the beats, a little off, without some at the begin and the end, and the phase of the first downbeat."""
    generator = np.random.default_rng(seed)
    beats = example.truth.beats_s
    start = int(generator.integers(0, max(1, len(beats) // 2)))
    stop = int(generator.integers(min(len(beats), start + 16), len(beats) + 1))
    per_bar = BEATS[example.truth.meter]
    return beats[start:stop] + generator.normal(0, 0.006, stop - start), (-start) % per_bar


def binary_loss(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy of a yes or no."""
    return torch.nn.functional.binary_cross_entropy_with_logits(scores[..., 0], targets)


def class_loss(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy of one of several."""
    return torch.nn.functional.cross_entropy(scores, targets)


def main() -> None:
    """Fit what was asked for, and store it beside what was fitted before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--pieces", type=int, default=340)
    parser.add_argument("--again", type=int, default=140)
    parser.add_argument("--arranged", type=int, default=140)
    parser.add_argument("--renders", type=Path, help="folder of `descriptor_corpus.py`, for tempo and key")
    parser.add_argument("--only", nargs="*", default=list(NETWORKS))
    parser.add_argument("--out", type=Path, default=TARGET, help="another file, to fit several at a time")
    arguments = parser.parse_args()
    corpus = Corpus(arguments.cache, arguments.pieces, arguments.again, arguments.arranged, arguments.renders)
    stored = dict(np.load(arguments.out)) if arguments.out.exists() else {}
    for name in arguments.only:
        stored |= NETWORKS[name](corpus)
        np.savez(arguments.out, **stored)


NETWORKS: dict[str, Callable[[Corpus], dict[str, np.ndarray]]] = {
    "tempo": lambda corpus: fit("tempo", tempo_data(corpus), 24, tempo_loss, epochs=28),
    "beat": lambda corpus: fit("beat", beat_data(corpus), 32, binary_loss, epochs=12, batch=512),
    "downbeat": lambda corpus: fit(
        "downbeat", downbeat_data(corpus), 24, binary_loss, epochs=30, batch=256, noise=0.3, decay=3e-2
    ),
    "key": lambda corpus: fit("key", key_data(corpus), 16, key_loss, epochs=30, noise=0.5, decay=0.1),
    "pitched": lambda corpus: fit("pitched", pitched_data(corpus), 6, binary_loss, epochs=60, noise=0.3),
    "boundary": lambda corpus: fit(
        "boundary", boundary_data(corpus), 16, binary_loss, epochs=30, batch=256, noise=0.3, decay=3e-2
    ),
    "likeness": lambda corpus: fit(
        "likeness", likeness_data(corpus), 8, binary_loss, epochs=40, batch=64, noise=0.2, decay=1e-2
    ),
    "meter": lambda corpus: fit(
        "meter", meter_data(corpus), 12, class_loss, epochs=60, outputs=len(METERS), noise=0.2, decay=3e-2
    ),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
