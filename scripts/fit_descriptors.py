"""Fits what the listener knows of descriptors, and writes `src/drumlin/listening/descriptors.npz` with its provenance.

    python scripts/descriptor_corpus.py CACHE          # first: renders, an hour of one core
    python scripts/fit_descriptors.py CACHE            # then: a few minutes

Networks are fitted on two thirds of the seeds and judge the last third, three times over; from what they say about
pieces that they have not learned from follow temperature, shares and thresholds. Unknown music is a genre that was left
out, eight times over. What is shipped has learned from all halves but `new_seeds`. Needs torch.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import torch
from descriptor_corpus import SEEDS
from descriptor_rows import Rows, dictionary_table, join, load_rows
from scipy.linalg import eigh
from scipy.optimize import minimize, nnls

import drumlin
from drumlin.composing import dictionary_hash, load_dictionary
from drumlin.listening.deciding import target_probabilities
from drumlin.listening.describing import DESCRIBED_NAMES
from drumlin.listening.descriptor_model import FARTHEST, DescriptorModel, EvidenceShares, log_softmax, novelty, pack
from drumlin.listening.descriptor_table import MOMENTUM_LEVELS, TARGETS, DescriptorTable
from drumlin.listening.descriptors import Evidence, gather, window_weights
from drumlin.listening.momentum import MOMENTUM_NAMES, MomentumLine, momentum_numbers
from drumlin.listening.networks import Network
from drumlin.provenance import hash_bytes, hash_file

TARGET = Path(__file__).parents[1] / "src/drumlin/listening/descriptors.npz"
DISTANCES = Path(__file__).parents[1] / "docs/listening-descriptors-distances.json"
HIDDEN, EPOCHS, BATCH = 96, 30, 512
VIEWS = ("", "place_")
"""Numbers that a network of each fold does not see: without places, genres are told worse and sentiments better."""

FOLDS = 3
SPACE_DIMENSIONS = 40
LEAST_COVERAGE = 0.95
"""Share of known pieces of which something is said, for each target."""


def fit_model(rows: Rows, table: DescriptorTable, with_unknown: bool = True) -> DescriptorModel:
    """Return a model of these rows, calibrated on folds of them."""
    mean, scale = rows.numbers.mean(axis=0), rows.numbers.std(axis=0) + 1e-3
    model = blank(table, mean, scale)
    networks, heldout = [], []
    for fold in range(FOLDS):
        learned = rows.seeds % FOLDS != fold
        standard = model.standardise(rows.numbers[learned])
        networks.append(tuple(fit_network(standard, rows.labels[learned], table, fold, unseen) for unseen in VIEWS))
        heldout.append(rows.where(~learned & (rows.kinds != "part")))
    axes, prototypes = fit_space(model.standardise(rows.numbers), rows.labels, len(table.names))
    distances = np.sqrt(np.square(prototypes[:, None] - prototypes[None]).sum(axis=2))
    model = replace(
        model,
        networks=tuple(network for fold in networks for network in fold),
        axes=axes,
        prototypes=prototypes,
        distances=distances / np.median(distances[np.triu_indices(len(distances), 1)]),
        momentum=fit_momentum(rows, table),
    )
    singles = [replace(model, networks=fold) for fold in networks]
    model = calibrated(model, singles, heldout)
    return with_known(model, rows, singles, heldout) if with_unknown else model


def blank(table: DescriptorTable, mean: np.ndarray, scale: np.ndarray) -> DescriptorModel:
    """Return a model that has learned nothing yet but the usual values."""
    none = np.zeros(0)
    return DescriptorModel(
        table, mean, scale, (), 1.0, EvidenceShares(), none, none, np.zeros(4),
        MomentumLine(none, none, none, 2.0, 1.0), 0.0,
        dict.fromkeys((*TARGETS, "known"), 0.0), none,
    )  # fmt: skip


def fit_network(
    standard: np.ndarray, labels: np.ndarray, table: DescriptorTable, seed: int, unseen: str = "", epochs: int = EPOCHS
) -> Network:
    """Return a network of one hidden layer whose last layer is a sum of parts for genre, subgenre, mood and entry.

    So what a mood does to the sound is learned from all genres, and an entry learns only how it differs. Numbers whose
    names begin with `unseen` are not looked at.
    """
    seen = np.array([not (unseen and name.startswith(unseen)) for name in DESCRIBED_NAMES])
    standard = standard * seen
    torch.manual_seed(seed)
    members = {name: torch.tensor(table.members[name], dtype=torch.float32) for name in TARGETS}
    shared = torch.cat([members["genre"], members["subgenre"], members["mood"], members["momentum"]], dim=1)
    x, y = torch.tensor(standard, dtype=torch.float32), torch.tensor(labels)
    first = torch.nn.Linear(x.shape[1], HIDDEN)
    parts = torch.nn.Linear(HIDDEN, shared.shape[1])
    own = torch.nn.Linear(HIDDEN, len(table.names))
    torch.nn.init.zeros_(own.weight)
    groups = [
        {"params": [*first.parameters()], "weight_decay": 0.08},
        {"params": [*parts.parameters()], "weight_decay": 0.02},
        {"params": [*own.parameters()], "weight_decay": 0.2},
    ]
    optimiser = torch.optim.AdamW(groups, 3e-3)
    steps = -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=epochs * steps)
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        for some in np.array_split(generator.permutation(len(x)), steps):
            batch = x[some] * (torch.rand(len(some), x.shape[1]) > 0.15) + 0.2 * torch.randn(len(some), x.shape[1])
            hidden = torch.nn.functional.dropout(torch.tanh(first(batch)), 0.25)
            logs = torch.log_softmax(parts(hidden) @ shared.T + own(hidden), dim=1)
            loss = torch.nn.functional.nll_loss(logs, y[some])
            for name in TARGETS:
                marginal = torch.log(logs.exp() @ members[name] + 1e-6)
                loss = loss + 0.2 * torch.nn.functional.nll_loss(marginal, members[name].argmax(dim=1)[y[some]])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        w2 = parts.weight.T @ shared.T + own.weight.T
        b2 = parts.bias @ shared.T + own.bias
        w1 = first.weight.T * torch.tensor(seen[:, None], dtype=torch.float32)
        layers = [part.numpy().astype(np.float32) for part in (w1, first.bias, w2, b2)]
    return Network(np.zeros(1), np.ones(1), *layers)


def fit_space(standard: np.ndarray, labels: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return axes (D, K) along which descriptors differ most beside their own spread, and their means there (E, K)."""
    present = np.unique(labels)
    means = np.stack([standard[labels == label].mean(axis=0) for label in present])
    within = np.cov((standard - means[np.searchsorted(present, labels)]).T)
    within = 0.8 * within + 0.2 * np.trace(within) / len(within) * np.eye(len(within))
    between = np.cov(means.T)
    _, vectors = eigh(between, within)
    axes = vectors[:, ::-1][:, :SPACE_DIMENSIONS]
    prototypes = np.full((count, axes.shape[1]), 1e3)
    prototypes[present] = means @ axes
    return axes.astype(np.float32), prototypes.astype(np.float32)


def fit_momentum(rows: Rows, table: DescriptorTable) -> MomentumLine:
    """Return the line from densities to arousal, by least squares without negative weights."""
    arousal = np.array([entry.arousal for entry in load_dictionary().values()])
    wanted = np.clip((arousal + 1.0) / 2.0 * MOMENTUM_LEVELS - 0.5, 0.0, MOMENTUM_LEVELS - 1.0)[rows.labels]
    raw = rows.numbers[:, [DESCRIBED_NAMES.index(name) for name in MOMENTUM_NAMES]]
    mean, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-3
    numbers = momentum_numbers(rows.numbers, mean, scale)
    size = numbers.shape[1]
    ridge = np.sqrt(0.01 * len(wanted)) * np.eye(size)
    weights, _ = nnls(np.vstack([numbers, ridge]), np.concatenate([wanted - wanted.mean(), np.zeros(size)]))
    missed = numbers @ weights + wanted.mean() - wanted
    return MomentumLine(mean, scale, weights, float(wanted.mean()), float(missed.std()))


def calibrated(model: DescriptorModel, singles: list[DescriptorModel], heldout: list[Rows]) -> DescriptorModel:
    """Return the model with temperature, overlap and share of the momentum by what the folds have not learned from."""
    pairs = list(zip(singles, heldout, strict=True))
    scores = [single.log_probabilities(rows.numbers) for single, rows in pairs]  # of temperature 1
    logs, labels = np.concatenate(scores), np.concatenate([rows.labels for rows in heldout])

    def window_loss(temperature: float) -> float:
        return -float(log_softmax(logs / temperature)[np.arange(len(labels)), labels].mean())

    temperature = best_of(window_loss, np.geomspace(0.5, 4.0, 41))
    model = replace(model, temperature=temperature)
    pieces = [
        piece for single, rows in pairs for piece in piece_evidence(replace(single, temperature=temperature), rows)
    ]

    model = replace(model, shares=fit_shares(model, pieces))

    def momentum_loss(share: float) -> float:
        tried, places = replace(model, momentum_share=share), model.table.choices["momentum"]
        losses = []
        for piece in pieces:
            level = places.index(model.table.labels["momentum"][piece.label])
            losses.append(-np.log(read_piece(tried, piece)["momentum"][level] + 1e-9))
        return float(np.mean(losses))

    model = replace(model, momentum_share=best_of(momentum_loss, np.linspace(0.0, 1.0, 21)))
    thresholds = dict(model.thresholds)
    for target in TARGETS:
        likeliest = [read_piece(model, piece)[target].max() for piece in pieces]
        thresholds[target] = float(min(0.5, np.quantile(likeliest, 1.0 - LEAST_COVERAGE)))
    return replace(model, thresholds=thresholds)


def fit_shares(model: DescriptorModel, pieces: list["Piece"]) -> EvidenceShares:
    """Return how windows and the whole are put together, by the likelihood of whole sounds."""
    means = np.stack([piece.weights @ piece.evidence.logs / piece.weights.sum() for piece in pieces])
    more = np.array([piece.weights.sum() - 1.0 for piece in pieces])[:, None]
    wholes = np.stack([piece.whole for piece in pieces])
    labels = [piece.label for piece in pieces]
    best, least = EvidenceShares(), np.inf
    grid = np.linspace(0.0, 1.5, 16)
    for windows, overlap, whole in product(grid, (0.0, 0.02, 0.05, 0.1, 0.2), grid):
        logs = log_softmax(windows * (1.0 + more * overlap) * means + whole * wholes)
        loss = -float(logs[np.arange(len(labels)), labels].mean())
        if loss < least:
            best, least = EvidenceShares(float(windows), overlap, float(whole)), loss
    return best


@dataclass(frozen=True)
class Piece:
    """A sound: what its windows say and how they are weighed, what it says as one, and which it is."""

    label: int
    render: int
    is_spoiled: bool
    evidence: Evidence
    weights: np.ndarray
    whole: np.ndarray


def piece_evidence(model: DescriptorModel, rows: Rows) -> list[Piece]:
    """Return the sounds of some windows."""
    pieces = []
    for number in np.unique(rows.pieces):
        own = np.flatnonzero((rows.pieces == number) & (rows.kinds == "window"))
        whole = np.flatnonzero((rows.pieces == number) & (rows.kinds == "whole"))
        evidence = gather(model, rows.numbers[own], [(0.0, 0.0)] * len(own))
        weights = window_weights(evidence, np.ones(len(own), bool))
        first = own[0]
        label, render, is_spoiled = rows.labels[first], rows.renders[first], rows.is_spoiled[first]
        pieces.append(Piece(int(label), int(render), bool(is_spoiled), evidence, weights,
                            model.log_probabilities(rows.numbers[whole])[0]))  # fmt: skip
    return pieces


def read_piece(model: DescriptorModel, piece: Piece) -> dict[str, np.ndarray]:
    """Return the probabilities of the labels of each target for a whole sound."""
    logs = model.summed(piece.evidence.logs, piece.weights, piece.whole)
    value = float(piece.weights @ piece.evidence.momentum / piece.weights.sum())
    return target_probabilities(model, logs, value) | {"descriptor": np.exp(logs)}


def with_known(
    model: DescriptorModel, rows: Rows, singles: list[DescriptorModel], heldout: list[Rows]
) -> DescriptorModel:
    """Return the model with what tells unknown music: each genre is left out once, and is then unknown."""
    table, strange, usual = model.table, [], []
    genre = np.array([table.choices["genre"].index(label) for label in table.labels["genre"]])
    is_window = rows.kinds == "window"
    for left_out in range(len(table.choices["genre"])):
        fold = left_out % FOLDS
        inside = genre[rows.labels] != left_out
        learned = inside & (rows.seeds % FOLDS != fold)
        standard = model.standardise(rows.numbers[learned])
        axes, prototypes = fit_space(standard, rows.labels[learned], len(table.names))
        network = fit_network(standard, rows.labels[learned], table, left_out, epochs=EPOCHS // 2)
        part = replace(model, networks=(network,), axes=axes, prototypes=prototypes)
        seen = inside & ~learned & is_window
        strange.append(novelty(part, rows.numbers[~inside & is_window]))
        usual.append(novelty(part, rows.numbers[seen]))
    weights = fit_logistic(np.concatenate(usual), np.concatenate(strange))
    known = replace(model, known=weights)
    odds = []
    for single, some in zip(singles, heldout, strict=True):
        for piece in piece_evidence(replace(single, known=weights, temperature=model.temperature), some):
            odds.append(piece.weights @ piece.evidence.known_odds / piece.weights.sum())
    least = 1.0 / (1.0 + np.exp(-np.quantile(odds, 1.0 - LEAST_COVERAGE)))
    return replace(known, thresholds={**model.thresholds, "known": float(min(0.5, least))})


def fit_logistic(ones: np.ndarray, zeros: np.ndarray) -> np.ndarray:
    """Return weights and offset of log odds that tell two sets apart, (N, F) each, both equally likely beforehand."""

    def loss(weights: np.ndarray) -> float:
        return float(
            np.logaddexp(0.0, -(ones @ weights[:-1] + weights[-1])).mean()
            + np.logaddexp(0.0, zeros @ weights[:-1] + weights[-1]).mean()
            + 1e-3 * np.square(weights[:-1]).sum()
        )

    return np.asarray(minimize(loss, np.zeros(ones.shape[1] + 1), method="BFGS").x)


def best_of(loss: Callable[[float], float], values: np.ndarray) -> float:
    """Return the value with the least loss."""
    return float(values[int(np.argmin([loss(float(value)) for value in values]))])


def store(model: DescriptorModel, path: Path, halves: list[str], rows: Rows) -> None:
    """Write the weights, and beside them where they come from."""
    temporary = path.with_suffix(".part.npz")
    np.savez_compressed(temporary, **pack(model))
    temporary.rename(path)
    provenance = {
        "format": "drumlin-descriptors",
        "version": 1,
        "sha256": hash_bytes(path.read_bytes()),
        "dictionary": dictionary_hash(),
        "instrument": drumlin.default_instrument().sha256,
        "drumlin": drumlin.__version__,
        "numbers": list(DESCRIBED_NAMES),
        "halves": halves,
        "seeds": {half: SEEDS[half] for half in halves},
        "renders": len(np.unique(rows.renders)),
        "rows": len(rows.labels),
        "script": "scripts/fit_descriptors.py",
        "listener": hash_file(TARGET.with_name("networks.npz")),
        "farthest": FARTHEST,
    }
    path.with_suffix(".json").write_text(json.dumps(provenance, indent=1) + "\n")


def store_distances(model: DescriptorModel, path: Path) -> None:
    """Write how far apart descriptors sound, a row a line."""
    rows = ",\n".join(json.dumps([round(float(value), 3) for value in row]) for row in model.distances)
    names = json.dumps(list(model.table.names))
    path.write_text(
        f'{{"unit": "distance that two descriptors usually have",\n"names": {names},\n"distances": [\n{rows}]}}\n'
    )


def main() -> None:
    """Fit what is shipped, or with `--out` and `--halves` what is judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--halves", nargs="*", default=["dev", "new_sounds", "new_patterns"])
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    rows = join([load_rows(arguments.cache, half) for half in arguments.halves])
    print(f"{len(rows.labels)} rows of {len(np.unique(rows.renders))} renders", flush=True)
    model = fit_model(rows, dictionary_table())
    print(f"temperature {model.temperature:.2f}, {model.shares}, momentum {model.momentum_share:.2f}")
    print(f"thresholds {model.thresholds}")
    store(model, arguments.out, arguments.halves, rows)
    if arguments.out == TARGET:
        store_distances(model, DISTANCES)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
