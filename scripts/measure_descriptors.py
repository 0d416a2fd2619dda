"""Measures how well descriptors are heard, and writes `docs/listening-descriptors-figures.json` and `.md`.

    python scripts/measure_descriptors.py CACHE [--only NAME...] [--music FOLDER]

The weights that are judged here on `new_seeds`, `new_sounds` and `new_patterns` are fitted on `dev` alone; the shipped
ones, fitted on all but `new_seeds`, are judged on that. Every render is one region and one decision.
Intervals: 95 %, bootstrap over renders. The study's system is fitted on the same windows. Of real music no style is
documented: what is said of it is written down. Needs torch and scikit-learn.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from descriptor_corpus import SEEDS, compose_task, tasks
from descriptor_rows import Rows, dictionary_table, load_rows
from fit_descriptors import EPOCHS, fit_model, fit_network, fit_space, piece_evidence, read_piece
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from tests.composing.symbolic import features_of

from drumlin.listening import analyse_file, hear, hear_descriptors
from drumlin.listening.descriptor_model import DescriptorModel, load_model, novelty, pack, unpack
from drumlin.listening.descriptor_table import TARGETS
from drumlin.listening.study_system import Learner, StudySystem, split_pieces, split_rows

DOCS = Path(__file__).parents[1] / "docs"
TIERS = ("new_seeds", "new_sounds", "new_patterns")
RESAMPLED = 1000
SHORTEST_S = 10.0
MLP_SEEDS = 3
STUDY_SINGLE = (0.897, 0.858, 0.715, 0.821, 0.705, 0.752)
WANTED = (0.95, 0.90, 0.80, 0.90, 0.85, 0.88)


def dev_model(cache: Path) -> DescriptorModel:
    """Return the model that has learned from `dev` alone, fitted now or earlier from the same rows."""
    rows = load_rows(cache, "dev")
    mark = f"{len(rows.labels)}-{abs(float(rows.numbers.sum())):.6g}"
    path = cache / f"judged-{mark}.npz"
    if not path.exists():
        np.savez(path, **pack(fit_model(rows, dictionary_table())))
    with np.load(path) as stored:
        return unpack({name: stored[name] for name in stored.files})


def judge(model: DescriptorModel, rows: Rows) -> dict[str, Any]:
    """Return the figures of some renders, one decision each."""
    pieces = piece_evidence(model, rows)
    readings = [read_piece(model, piece) for piece in pieces]
    odds = np.array([piece.weights @ piece.evidence.known_odds / piece.weights.sum() for piece in pieces])
    is_known = 1.0 / (1.0 + np.exp(-odds)) >= model.thresholds["known"]
    figures: dict[str, Any] = {"renders": len(pieces), "known": float(is_known.mean())}
    for target in TARGETS:
        choices = model.table.choices[target]
        truth = np.array([choices.index(model.table.labels[target][piece.label]) for piece in pieces])
        probabilities = np.stack([reading[target] for reading in readings])
        figures[target] = scores(truth, probabilities, model.thresholds[target])
    figures["descriptor"] = scores(
        np.array([piece.label for piece in pieces]), np.stack([reading["descriptor"] for reading in readings]), 0.0
    )
    figures["confused"] = confused(model, pieces, readings)
    return figures


def scores(truth: np.ndarray, probabilities: np.ndarray, threshold: float) -> dict[str, Any]:
    """Return accuracy and its interval, macro-F1, majority, calibration error, coverage, accuracy of the covered."""
    answers, likeliest = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right = answers == truth
    covered = likeliest >= threshold
    return {
        "accuracy": float(right.mean()),
        "interval": interval(right.astype(float)),
        "macro_f1": macro_f1(truth, answers),
        "majority": max(Counter(truth.tolist()).values()) / len(truth),
        "calibration_error": calibration_error(right, likeliest),
        "coverage": float(covered.mean()),
        "accuracy_covered": float(right[covered].mean()) if covered.any() else 0.0,
    }


def interval(values: np.ndarray) -> list[float]:
    """Return the 95 % interval of a mean, by bootstrap."""
    generator = np.random.default_rng(0)
    means = [values[generator.integers(0, len(values), len(values))].mean() for _ in range(RESAMPLED)]
    return [float(part) for part in np.quantile(means, (0.025, 0.975))]


def macro_f1(truth: np.ndarray, answers: np.ndarray) -> float:
    """Return the mean F1 of the labels that occur."""
    parts = []
    for label in np.unique(truth):
        hit = float(np.sum((truth == label) & (answers == label)))
        parts.append(2.0 * hit / max(1e-9, float(np.sum(truth == label) + np.sum(answers == label))))
    return float(np.mean(parts))


def calibration_error(right: np.ndarray, likeliest: np.ndarray) -> float:
    """Return the mean distance of probability and accuracy over ten bins."""
    bins = np.minimum((likeliest * 10).astype(int), 9)
    return float(
        sum(
            abs(right[bins == one].mean() - likeliest[bins == one].mean()) * (bins == one).mean()
            for one in np.unique(bins)
        )
    )


def confused(model: DescriptorModel, pieces: list[Any], readings: list[Any]) -> list[Any]:
    """Return the pairs that are most often taken for each other: true, heard, share of the true one's renders."""
    count: Counter[tuple[str, str]] = Counter()
    names, total = model.table.names, Counter(model.table.names[piece.label] for piece in pieces)
    for piece, reading in zip(pieces, readings, strict=True):
        heard = names[int(reading["descriptor"].argmax())]
        if heard != names[piece.label]:
            count[names[piece.label], heard] += 1
    return [[true, heard, number / total[true]] for (true, heard), number in count.most_common(15)]


def clean(rows: Rows) -> Rows:
    """Return the rows of sounds that are not spoiled."""
    return rows.where(~rows.is_spoiled)


def windows(rows: Rows) -> Rows:
    """Return the windows of sounds that are not spoiled."""
    return rows.where((rows.kinds == "window") & ~rows.is_spoiled)


def tiers(cache: Path) -> dict[str, Any]:
    """Judge the model of `dev` on each half that it knows nothing of."""
    model = dev_model(cache)
    return {half: judge(model, clean(load_rows(cache, half))) for half in TIERS}


def spoiled(cache: Path) -> dict[str, Any]:
    """Judge it on spoiled sounds, and on the same renders clean."""
    model, figures = dev_model(cache), {}
    for half in TIERS:
        rows = load_rows(cache, half)
        some = rows.where(np.isin(rows.renders, rows.renders[rows.is_spoiled]))
        figures[f"{half}, clean"] = judge(model, some.where(~some.is_spoiled))
        figures[f"{half}, spoiled"] = judge(model, some.where(some.is_spoiled))
    return figures


def shipped(cache: Path) -> dict[str, Any]:
    """Judge the shipped weights on the renders that they have not learned from."""
    return {"new_seeds": judge(load_model(), clean(load_rows(cache, "new_seeds")))}


def swapped(cache: Path) -> dict[str, Any]:
    """Ask for one descriptor and render another: what agrees then is chance."""
    model = dev_model(cache)
    pieces = piece_evidence(model, clean(load_rows(cache, "new_seeds")))
    generator = np.random.default_rng(0)
    agreed = {target: [] for target in TARGETS}
    for piece in pieces:
        other = int(generator.choice([place for place in range(len(model.table.names)) if place != piece.label]))
        reading = read_piece(model, piece)
        for target in TARGETS:
            heard = model.table.choices[target][int(reading[target].argmax())]
            agreed[target].append(heard == model.table.labels[target][other])
    return {target: float(np.mean(values)) for target, values in agreed.items()}


def shuffled(cache: Path) -> dict[str, Any]:
    """Fit on labels that were exchanged among the renders: what is right then is chance."""
    rows, table = load_rows(cache, "dev"), dictionary_table()
    generator = np.random.default_rng(0)
    renders = np.unique(rows.renders)
    labels = np.array([rows.labels[rows.renders == render][0] for render in renders])
    exchanged = dict(zip(renders.tolist(), generator.permutation(labels).tolist(), strict=True))
    wrong = Rows(**{**rows.__dict__, "labels": np.array([exchanged[render] for render in rows.renders.tolist()])})
    figures = judge(fit_model(wrong, table, with_unknown=False), clean(load_rows(cache, "new_seeds")))
    return {target: figures[target]["accuracy"] for target in TARGETS}


def unknown(cache: Path) -> dict[str, Any]:
    """Leave each genre out, and hear its renders beside those of the others: area under the curve, refused shares."""
    model, rows = dev_model(cache), load_rows(cache, "dev")
    heard = windows(load_rows(cache, "new_seeds"))
    choices = model.table.choices["genre"]
    genre = np.array([choices.index(label) for label in model.table.labels["genre"]])
    figures = {}
    for left_out, name in enumerate(choices):
        learned = rows.where(genre[rows.labels] != left_out)
        standard = model.standardise(learned.numbers)
        axes, prototypes = fit_space(standard, learned.labels, len(model.table.names))
        network = fit_network(standard, learned.labels, model.table, left_out, epochs=EPOCHS // 2)
        part = DescriptorModel(**{**model.__dict__, "networks": (network,), "axes": axes, "prototypes": prototypes})
        odds = novelty(part, heard.numbers) @ model.known[:-1] + model.known[-1]
        means = {render: odds[heard.renders == render].mean() for render in np.unique(heard.renders)}
        label = {render: genre[heard.labels[heard.renders == render][0]] for render in means}
        inside = np.array([value for render, value in means.items() if label[render] != left_out])
        outside = np.array([value for render, value in means.items() if label[render] == left_out])
        least = np.log(model.thresholds["known"] / (1.0 - model.thresholds["known"]))
        figures[name] = {
            "area": float((inside[:, None] > outside[None]).mean()),
            "known refused": float((inside < least).mean()),
            "unknown refused": float((outside < least).mean()),
        }
    return figures


def study(cache: Path, learners: tuple[Learner, ...] = ("knn", "mlp")) -> dict[str, Any]:
    """Fit the study's system on `dev`: windows that it has not learned from, by its split of rows and by pieces.

    Its networks take minutes, so they learn from the first seeds alone.
    """
    everything, table = windows(load_rows(cache, "dev")), dictionary_table()
    figures: dict[str, Any] = {}
    for learner in learners:
        rows = everything if learner == "knn" else everything.where(everything.seeds < MLP_SEEDS)
        labels = {target: np.array(table.labels[target])[rows.labels] for target in TARGETS}
        for split in ("rows", "pieces"):
            generator = np.random.default_rng(0)
            tested = (
                split_rows(rows.labels, generator)
                if split == "rows"
                else split_pieces(rows.labels, rows.renders, generator)
            )
            system = StudySystem(learner).fit(
                rows.study[~tested], {name: some[~tested] for name, some in labels.items()}
            )
            truth = {name: some[tested] for name, some in labels.items()}
            for parents in (None, truth):
                answers = system.predict(rows.study[tested], parents)
                name = f"{learner}, split by {split}, {'true' if parents else 'own'} parents"
                figures[name] = {target: float((answers[target] == truth[target]).mean()) for target in TARGETS}
                print(name, figures[name], flush=True)
        system = StudySystem(learner).fit(rows.study, labels)
        for half in TIERS:
            other = windows(load_rows(cache, half))
            figures[f"{learner}, {half}, majority of windows"] = voted(system, other, table)
    return figures


def notes(cache: Path) -> dict[str, Any]:
    """Tell descriptors by what is in the scores: how far apart the dictionary lies before anything is heard."""
    table = dictionary_table()

    def read(half: str) -> tuple[np.ndarray, np.ndarray]:
        pieces = [task for task in tasks([half]) if (cache / f"{task.name}.npz").exists()]
        rows = np.array([features_of(compose_task(task)) for task in pieces])
        return rows, np.array([table.names.index(task.descriptor) for task in pieces])

    (rows, labels), (new, truth) = read("dev"), read("new_seeds")
    solver = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    probabilities = solver.fit((rows - middle) / spread, labels).predict_proba((new - middle) / spread)
    marginals = table.marginals(probabilities)
    right = {}
    for target in TARGETS:
        wanted = [table.choices[target].index(table.labels[target][label]) for label in truth]
        right[target] = float((marginals[target].argmax(axis=1) == wanted).mean())
    return right | {"descriptor": float((probabilities.argmax(axis=1) == truth).mean())}


def voted(system: StudySystem, rows: Rows, table: Any) -> dict[str, float]:
    """Return how often the most frequent answer of a render's windows is right."""
    answers, right = system.predict(rows.study), {target: [] for target in TARGETS}
    for render in np.unique(rows.renders):
        own = np.flatnonzero(rows.renders == render)
        for target in TARGETS:
            vote = Counter(answers[target][own].tolist()).most_common(1)[0][0]
            right[target].append(vote == table.labels[target][rows.labels[own[0]]])
    return {target: float(np.mean(values)) for target, values in right.items()}


def real(music: Path) -> dict[str, Any]:
    """Read the real music of at least ten seconds that is in a folder with its manifest."""
    figures = {}
    with (music / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["duration_s"]) >= SHORTEST_S]
    for row in rows:
        features = analyse_file(music / row["path"])
        track = hear_descriptors(features, hear(features)).track
        figures[row["title"]] = {
            "known": track.known,
            "genre": track.genre.name,
            "subgenre": track.subgenre.name,
            "sentiment": track.sentiment.name,
            "momentum_value": track.momentum_value,
            "candidate": track.candidates[0].name,
        }
    return figures


def page(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# Descriptors heard: figures",
        "",
        "Written by `scripts/measure_descriptors.py`; what they mean stands in",
    ]
    lines += ["[listening-descriptors.md](listening-descriptors.md).", ""]
    for group in ("tiers", "shipped", "spoiled"):
        for name, one in figures.get(group, {}).items():
            lines += [f"## {group}: {name} ({one['renders']} renders, known {one['known']:.2f})", ""]
            lines += ["| | accuracy | 95 % | macro-F1 | majority | calibration error | coverage | accuracy of these |"]
            lines += ["|---|---|---|---|---|---|---|---|"]
            for target in (*TARGETS, "descriptor"):
                row = one[target]
                low, high = row["interval"]
                lines.append(
                    f"| {target} | {row['accuracy']:.3f} | {low:.3f}-{high:.3f} | {row['macro_f1']:.3f} "
                    f"| {row['majority']:.3f} | {row['calibration_error']:.3f} | {row['coverage']:.3f} "
                    f"| {row['accuracy_covered']:.3f} |"
                )
            pairs = ", ".join(f"{true} as {heard} ({share:.0%})" for true, heard, share in one["confused"][:10])
            lines += ["", f"Taken for another: {pairs}.", ""]
    plain = {name: figures[name] for name in ("swapped", "shuffled", "notes") if name in figures}
    for title, rows in (
        ("study", figures.get("neighbours", {}) | figures.get("study", {})),
        ("chance, and what the notes say", plain),
    ):
        lines += [f"## {title}", "", "| | " + " | ".join(TARGETS) + " |", "|---" * (len(TARGETS) + 1) + "|"]
        for name, one in rows.items():
            lines.append(f"| {name} | " + " | ".join(f"{one[target]:.3f}" for target in TARGETS) + " |")
        lines.append("")
    lines += ["## unknown genres", "", "| left out | area under the curve | known refused | unknown refused |"]
    lines += ["|---|---|---|---|"]
    for name, one in figures.get("unknown", {}).items():
        lines.append(f"| {name} | {one['area']:.3f} | {one['known refused']:.3f} | {one['unknown refused']:.3f} |")
    lines += ["", "## real music", "", "| title | known | genre | subgenre | sentiment | momentum | nearest |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for title, one in figures.get("real", {}).items():
        lines.append(
            f"| {title} | {one['known']:.2f} | {one['genre']} | {one['subgenre']} | {one['sentiment']} "
            f"| {one['momentum_value']:.1f} | {one['candidate']} |"
        )
    return "\n".join(lines) + "\n"


GROUPS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "tiers": tiers,
    "shipped": shipped,
    "spoiled": spoiled,
    "swapped": swapped,
    "shuffled": shuffled,
    "unknown": unknown,
    "notes": notes,
    "study": study,
    "neighbours": lambda cache: study(cache, ("knn",)),
}


def main() -> None:
    """Measure what was asked for, and write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument(
        "--only", nargs="*", default=[name for name in GROUPS if name != "neighbours"], choices=list(GROUPS)
    )
    parser.add_argument("--music", type=Path, help="also read real music")
    arguments = parser.parse_args()
    path = DOCS / "listening-descriptors-figures.json"
    figures: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    figures["seeds"] = SEEDS
    if arguments.music:
        figures["real"] = real(arguments.music)
    for name in arguments.only:
        figures[name] = GROUPS[name](arguments.cache)
        path.write_text(json.dumps(figures, indent=1) + "\n")
        (DOCS / "listening-descriptors-figures.md").write_text(page(figures))
        print(name, flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
