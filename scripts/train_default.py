"""Trains the built-in instrument: permissively licensed drums in, `default.drumlin` and its card out.

    python scripts/train_default.py DRUMS [--layers LAYERS] [--cache FOLDER] [--threads N]

DRUMS is a folder with a `manifest.csv` (path, label, kit, source, licence, split, provenance) and a `README.md` that
names the author of each source. Only sounds of the train split under CC0, CC-BY, BSD or Apache licences, and whose
licence was given by their makers or by name (provenance A or B), are learned. LAYERS is such a folder with the same
drums struck softer and harder. Run again, it continues.
"""

import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
INSTRUMENT = ROOT / "src/drumlin/instrument/default.drumlin"
CARD = ROOT / "docs/models/default.md"
RECIPE = "spectral-ae"
LICENCES = ("CC0-", "CC-BY-3", "CC-BY-4", "BSD-", "Apache-", "MIT")
PROVENANCE = ("A", "B")
LAYERED = ("frankensnare", "muldjordkit")
"""Sources whose file names say which stroke of which drum it is."""

LENGTH_S = 2.0
LARGEST_MB = 15.0


def main() -> None:
    """Choose, prepare, train, check the size, write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--layers", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/default")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--card-only", action="store_true", help="write the card of the instrument that is there")
    parser.add_argument(
        "--export-only",
        action="store_true",
        help="export the weights of the instrument that is there once more, after a change of what is not learned",
    )
    arguments = parser.parse_args()
    rows = choose(arguments.drums)
    if arguments.layers:
        rows += further(choose(arguments.layers, arguments.drums / "README.md"), rows)
    if not arguments.card_only:
        chosen, dataset, made = (arguments.cache / name for name in ("chosen", "dataset", "Drumlin.drumlin"))
        collect(rows, chosen)
        _drumlin("prepare", chosen, "--out", dataset, "--profile", "generator", "--length", LENGTH_S)
        if arguments.export_only:
            export_again(dataset, made)
        else:
            _drumlin("train", RECIPE, dataset, "--out", made, "--precision", "32", "--threads", arguments.threads)
        if made.stat().st_size > LARGEST_MB * 1e6:
            sys.exit(f"the instrument has {made.stat().st_size / 1e6:.2f} MB, more than {LARGEST_MB}")
        shutil.copyfile(made, INSTRUMENT)
    write_card(rows, arguments.cache / "dataset")


def choose(folder: Path, readme: Path | None = None, any_licence: bool = False) -> list[dict[str, str]]:
    """Return the rows of a manifest that may be learned from, with author, address and file of each.

    With `any_licence` also those that nothing which is shipped may learn from: to measure what they would bring.
    """
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] != "test"]
    credits = read_credits(readme or folder / "README.md")
    kept = [row for row in rows if any_licence or _may_ship(row)]
    return [
        row | credits.get(row["source"], {}) | {"file": str(folder / row["path"]), "drum": drum_of(row)} for row in kept
    ]


def _may_ship(row: dict[str, str]) -> bool:
    return row["licence"].startswith(LICENCES) and row["provenance"] in PROVENANCE


def drum_of(row: dict[str, str]) -> str:
    """Return the name of the drum that was struck, where the original file's name tells layer or repetition."""
    name = str(Path(row["original_path"]).with_suffix(""))
    if row["source"] not in LAYERED:
        return ""
    return re.sub(r"(_vl\d+|_rr\d+|(?<=/)\d+-)", "", name)


def further(layers: list[dict[str, str]], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the layers that are not among the rows already, under a folder of their own."""
    known = {(row["source"], row["original_path"]) for row in rows}
    new = [row for row in layers if (row["source"], row["original_path"]) not in known]
    return [row | {"path": f"layers/{row['path']}"} for row in new]


def read_credits(readme: Path) -> dict[str, dict[str, str]]:
    """Return author and address by source, out of the README's `### source: n files` sections."""
    sections = re.split(r"^### ", readme.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        fields = dict(re.findall(r"^- (From|Author): (.+)$", section, flags=re.MULTILINE))
        found[section.split(":")[0]] = {"author": fields.get("Author", ""), "url": fields.get("From", "")}
    return found


def collect(rows: list[dict[str, str]], folder: Path) -> None:
    """Make `folder` a source of exactly these rows: the sounds, and a manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    for row in rows:
        target = folder / row["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(row["file"], target)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name != "file"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def export_again(dataset: Path, out: Path) -> None:
    """Write an instrument with the weights of the one that is there: its map, handles and graphs are made anew."""
    from drumlin.datasets import Dataset
    from drumlin.training.data import TrainingData
    from drumlin.training.export import export_instrument
    from drumlin.training.settings import TrainSettings
    from drumlin.training.starting import open_origin

    origin, sounds = open_origin(INSTRUMENT), Dataset.open(dataset)
    recipe, manifest = origin.recipe, origin.instrument.manifest
    data = TrainingData.of(sounds, origin.instrument.length, per_kit=recipe.per_kit)
    known = {key: manifest.provenance[key] for key in ("batches", "precision")}
    facts = {"provenance": known, "metrics": manifest.metrics}
    export_instrument(out, origin.model, sounds, data, TrainSettings(recipe), facts)


def write_card(rows: list[dict[str, str]], dataset: Path) -> None:
    """Write what the instrument is, what it learned from and how it measures."""
    info = json.loads(_drumlin("info", INSTRUMENT, "--json"))
    learned = [row for row in rows if row["split"] == "train"]
    credits = sorted({(row["source"], row["author"], row["url"], row["licence"]) for row in learned})
    counts = {label: sum(row["label"] == label for row in learned) for label in sorted({r["label"] for r in learned})}
    measured = [("learned", errors_db(dataset, "train")), ("unseen kits (`valid`)", errors_db(dataset, "valid"))]
    lines = [
        "# The built-in instrument",
        "",
        f"Recipe `{RECIPE}`, {info['length'] / info['sample_rate']:.2f} s at {info['sample_rate']} Hz, "
        f"{INSTRUMENT.stat().st_size / 1e6:.2f} MB, SHA-256 `{info['sha256']}`.",
        "Made by `python scripts/train_default.py`; this page is written by the same script.",
        "",
        _description(),
        "## What it learned from",
        "",
        f"{len(learned)} sounds of the train split, at most 40 of a kit in an epoch, {len(counts)} classes: "
        + ", ".join(f"{label} {count}" for label, count in counts.items())
        + ".",
        "",
        "| source | author | from | licence |",
        "|---|---|---|---|",
        *(f"| {source} | {author} | {url} | {licence} |" for source, author, url, licence in credits),
        "",
        "## Measured",
        "",
        "Log-mel error (128 bands, cells within 70 dB of the peak) between a prepared sound and what the instrument "
        "gives back of it at its own latent and class:",
        "",
        "| sounds | number | median dB | 90th percentile dB |",
        "|---|---|---|---|",
        *(f"| {name} | {len(errors)} | {median(errors):.1f} | {quantile(errors):.1f} |" for name, errors in measured),
        "",
        "Against real sounds of unseen kits, by all that `drumlin evaluate` measures: [the verdict](flagship.md).",
    ]
    CARD.parent.mkdir(parents=True, exist_ok=True)
    CARD.write_text("\n".join(lines) + "\n", encoding="utf-8")


def errors_db(dataset: Path, split: Literal["train", "valid"]) -> list[float]:
    """Return the log-mel error, dB, of each sound of a split."""
    from drumlin import default_instrument
    from drumlin.datasets import Dataset
    from drumlin.features import log_mel_distance_db

    data, instrument = Dataset.open(dataset), default_instrument()
    errors = []
    for row in data.indices(split):
        sound = data.waveforms[row][None, : instrument.length]
        classes = [[float(name == data.samples[row].label) for name in instrument.classes]]
        made = instrument.decode(instrument.encode(sound), classes=np.array(classes, dtype=np.float32))
        errors.append(log_mel_distance_db(sound[0], made[0], instrument.sample_rate))
    return errors


def quantile(values: list[float]) -> float:
    """Return the 90th percentile."""
    return float(np.percentile(values, 90))


def _description() -> str:
    return (
        "A sound becomes 176 numbers: principal components of its picture (log power in mel bands), of its waveform "
        "below 1.4 kHz, and of the rise of its stroke. A decoder reads them back and fills the picture with tone and "
        "noise. Brightness, decay, noisiness and attack are exact handles; velocity and variation come from layers of "
        "the same drums. Every hit starts and ends in silence: see [the recipe](spectral.md).\n"
    )


def _drumlin(*arguments: object) -> str:
    command = [sys.executable, "-m", "drumlin", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
