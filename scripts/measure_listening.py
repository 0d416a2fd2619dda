"""Measures the listener, beside librosa in the same run, and writes `docs/listening-figures.json` and `.md`.

    python scripts/measure_listening.py MUSIC_FOLDER [--pieces 60] [--spoiled 24] [--cache FOLDER] [--rows FILE]

Own music: the `held` half of `tests/music` (other sounds, grooves, progressions and forms than were fitted on), and
pieces by Drumlin's composer and renderer in all its genres (seeds and kits that were not fitted on), both clean and
spoiled; and the renders of all descriptors that `descriptor_corpus.py` keeps. Real music: MUSIC_FOLDER with its
`manifest.csv`, split in two by the hash of the file names; on the `dev` half decisions may be taken, on the `test` half
none is. Intervals: 95 %, bootstrap over pieces or files. Needs the extra `bench`.
"""

import argparse
import csv
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
from descriptor_corpus import Task, compose_task, sounds
from descriptor_corpus import tasks as corpus_tasks
from librosa_listener import krumhansl_key, librosa_beats, librosa_form
from listening_scores import (
    OCTAVES,
    Row,
    calibration_error,
    form_scores,
    heard_scores,
    key_score,
    near,
    summarise,
    tempo_scores,
)
from tests.music import RATE, Truth, Wishes, compose, render, spoil
from tests.music.arranging import arrange, perform, read_truth
from tests.music.joining import draw_loops, join

from drumlin.audio import read_mono, resample
from drumlin.composing import truth_of
from drumlin.listening import analyse, hear, listen

DOCS = Path(__file__).parents[1] / "docs"
LISTENING = Path(__file__).parents[1] / "src/drumlin/listening"
HALVES = ("dev", "test")
STYLE_HALVES = ("new_seeds", "new_sounds")
SPOILED = ("timing", "room", "noise", "codec", "all")
SPREAD_S = 0.02
"""Standard deviation of loose hands."""

ODD_METERS = ("2/4", "5/4", "7/8", "12/8")
MINOR_WORDS = ("minor", "locrian", "diminished", "dorian", "phrygian")
CALIBRATED = {
    "tempo": ("tempo probability", "tempo"),
    "octave": ("octave confidence there", "octave, where the pulse is right"),
    "key": ("key confidence", "key exact"),
}
"""What is said, and what it is about."""


def main() -> None:
    """Measure all and write both files, group by group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--arranged", type=int, default=48)
    parser.add_argument("--spoiled", type=int, default=24)
    parser.add_argument("--hows", nargs="*", default=list(SPOILED), choices=list(SPOILED), help="how they are spoiled")
    parser.add_argument("--arrangements", type=int, default=24, help="of loops, of each half")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(GROUPS), help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--cache", type=Path, help="keeps composed pieces as sound")
    parser.add_argument("--renders", type=Path, help="folder of `descriptor_corpus.py`, for the group of styles")
    parser.add_argument("--rows", type=Path, help="keeps each row, so that a stopped run goes on where it was")
    arguments = parser.parse_args()
    path = DOCS / "listening-figures.json"
    rows = Rows(arguments.rows, arguments.workers)
    figures: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    figures = figures if figures.get("code") == rows.mark else {"code": rows.mark}
    for name in arguments.only:
        for title, some in GROUPS[name](rows, arguments):
            figures[title] = summarise(some) | calibration(some)
            print(
                title, {field: value["mean"] for field, value in figures[title].items() if field != "count"}, flush=True
            )
            path.write_text(json.dumps(figures, indent=1) + "\n")
            (DOCS / "listening-figures.md").write_text(page(figures))


def code_mark() -> str:
    """Return a hash of the listener's code and networks: figures of two states do not stand side by side."""
    files = [*sorted(LISTENING.glob("*.py")), LISTENING / "networks.npz"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


class Rows:
    """Rows that were measured with this code and these networks, by task; kept in a file where one is named."""

    def __init__(self, path: Path | None, workers: int) -> None:
        self.path, self.workers = path, workers
        self.mark = code_mark()
        lines = path.read_text().splitlines() if path and path.exists() else []
        self.known: dict[str, Row] = dict(map(json.loads, lines))

    def _mark_of(self, measure: Callable[..., Row]) -> str:
        return "librosa" if measure in (librosa_row, librosa_form_row) else self.mark

    def get(self, measure: Callable[..., Row], tasks: list[tuple[Any, ...]]) -> list[Row]:
        """Return the row of each task, measured now or earlier."""
        keys = [json.dumps([self._mark_of(measure), measure.__name__, *map(str, task)]) for task in tasks]
        todo = [index for index, key in enumerate(keys) if key not in self.known]
        with ProcessPoolExecutor(self.workers) as pool:
            measured = pool.map(measure, *zip(*[tasks[index] for index in todo], strict=True)) if todo else iter(())
            for index, row in zip(todo, measured, strict=True):
                self.known[keys[index]] = row
                if self.path:
                    with self.path.open("a") as file:
                        file.write(json.dumps([keys[index], row]) + "\n")
        return [self.known[key] for key in keys]


def own_clean(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the held-out pieces as they are, and the first of them beside librosa."""
    yield from clean(rows, arguments, "own held-out", "piece", arguments.pieces)


def own_spoiled(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the first of them, spoiled."""
    yield from spoiled(rows, arguments, "own held-out", "piece")


def arranged_clean(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield pieces by the composer, all genres in turn, and the first of them beside librosa."""
    yield from clean(rows, arguments, "composed held-out", "arranged", arguments.arranged)


def arranged_spoiled(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the first of them, spoiled."""
    yield from spoiled(rows, arguments, "composed held-out", "arranged")


def clean(
    rows: Rows, arguments: argparse.Namespace, title: str, kind: str, count: int
) -> Iterator[tuple[str, list[Row]]]:
    """Yield all, the first of them, and those beside librosa."""
    some = rows.get(own_row, [(arguments.cache, kind, seed, "clean") for seed in range(count)])
    yield f"{title}, clean", some
    first = some[: arguments.spoiled]
    theirs = rows.get(librosa_row, [(arguments.cache, kind, seed) for seed in range(len(first))])
    yield f"{title}, clean, the first {len(first)}", [one | other for one, other in zip(first, theirs, strict=True)]


def spoiled(rows: Rows, arguments: argparse.Namespace, title: str, kind: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the first pieces in each way."""
    for how in arguments.hows:
        tasks = [(arguments.cache, kind, seed, how) for seed in range(arguments.spoiled)]
        yield f"{title}, {how}", rows.get(own_row, tasks)


def odd_meters(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield eight composed pieces, one of each genre, in each meter that is rare."""
    for meter in ODD_METERS:
        tasks = [(arguments.cache, "arranged", 100 + seed, "clean", meter) for seed in range(8)]
        yield f"composed held-out, {meter}", rows.get(own_row, tasks)


def own_piece(cache: Path | None, kind: str, seed: int, how: str, meter: str | None) -> tuple[Truth, np.ndarray]:
    """Return the truth and the sound of a held-out piece."""
    spread_s = SPREAD_S if how in ("timing", "all") else 0.0
    if kind == "piece":
        piece = compose(seed, "held", Wishes(human_s=spread_s or None, meter=meter))
        truth, waveform = piece.truth, render(piece)
    else:
        made = arrange(seed, "held", meter)
        truth = made.truth
        path = cache / f"held_{seed}_{meter or 'own'}_{spread_s:g}.npy".replace("/", "-") if cache else None
        waveform = np.load(path).astype(np.float32) if path and path.exists() else perform(made, spread_s)
        if path and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, waveform)
    return truth, waveform if how in ("clean", "timing") else spoil(waveform, seed, how)


def own_row(cache: Path | None, kind: str, seed: int, how: str, meter: str | None = None) -> Row:
    """Return the scores of one held-out piece."""
    warnings.simplefilter("ignore")
    truth, waveform = own_piece(cache, kind, seed, how, meter)
    return heard_scores(truth, hear(analyse(waveform, RATE)))


def librosa_row(cache: Path | None, kind: str, seed: int) -> Row:
    """Return librosa's scores of one held-out piece."""
    warnings.simplefilter("ignore")
    truth, waveform = own_piece(cache, kind, seed, "clean", None)
    return librosa_scores(waveform, truth)


def librosa_scores(waveform: np.ndarray, truth: Truth) -> Row:
    """Return librosa's scores on the same sound."""
    bpm, beats = librosa_beats(waveform)
    row = {
        "librosa tempo": near(bpm, truth.tempo_bpm, (1.0,)),
        "librosa tempo, any octave": near(bpm, truth.tempo_bpm, OCTAVES),
        "librosa beat F": mir_eval.beat.f_measure(truth.beats_s, beats),
    }
    if truth.key is not None:
        row["librosa key weighted"] = key_score(truth.key, *krumhansl_key(waveform))
    spans, letters = librosa_form(waveform)
    form = form_scores(truth.sections, spans, letters, truth.marks_s)
    return row | {f"librosa {name}": value for name, value in form.items()}


def styles(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield a render of each descriptor, with known and with unheard sounds, of one region and 30 s."""
    for half in STYLE_HALVES if arguments.renders else ():
        names = [task.descriptor for task in corpus_tasks([half], 1)]
        yield f"styles, {half}", rows.get(style_row, [(arguments.renders, half, name) for name in names])


def style_row(folder: Path, half: str, descriptor: str) -> Row:
    """Return the scores of a render of a descriptor, as it is kept."""
    warnings.simplefilter("ignore")
    task = Task(descriptor, half, 0)
    _, features = next(sounds(folder, task))
    row = heard_scores(read_truth(truth_of(compose_task(task))), hear(features))
    return {name: value for name, value in row.items() if not name.startswith(("boundary", "letters"))}


def real_tempo(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the files with a documented tempo, by half."""
    for half in HALVES:
        files = [row for row in manifest(arguments.music) if half_of(row["path"]) == half and row["tempo_bpm"]]
        names = ("path", "tempo_bpm", "length_fits_tempo", "length_in_beats")
        tasks = [(arguments.music, *(row[name] for name in names)) for row in files]
        yield f"real {half}, tempo", rows.get(tempo_row, tasks)


def real_key(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the files with a documented key, by half."""
    for half in HALVES:
        files = [row for row in manifest(arguments.music) if half_of(row["path"]) == half and row["key"]]
        yield f"real {half}, key", rows.get(key_row, [(arguments.music, row["path"], row["key"]) for row in files])


def real_form(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield arrangements of loops, by half."""
    for half in HALVES:
        loops = fitting_loops(arguments.music, half)
        tasks = []
        for seed in range(arguments.arrangements):
            tasks.append((arguments.music, seed, *map(str, draw_loops(seed, loops))))
        pairs = zip(rows.get(form_row, tasks), rows.get(librosa_form_row, tasks), strict=True)
        yield f"real {half}, arrangements", [ours | theirs for ours, theirs in pairs]


def fitting_loops(folder: Path, half: str) -> list[Path]:
    """Return the loops of a half whose length fits their tempo, by tempo."""
    files = [row for row in manifest(folder) if half_of(row["path"]) == half and row["length_fits_tempo"] == "yes"]
    files.sort(key=lambda row: (float(row["tempo_bpm"]), row["path"]))
    return [Path(row["path"]) for row in files]


def manifest(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the manifest."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_of(path: str) -> str:
    """Return `dev` or `test`, by the hash of the file's name."""
    return ("dev", "test")[hashlib.sha256(Path(path).name.encode()).digest()[0] % 2]


def load(path: Path) -> np.ndarray:
    """Return a file at the rate of the analysis."""
    sound = read_mono(path, mix="mean", tolerance_points=1 << 14)
    return resample(sound.waveform, sound.sample_rate, RATE)


def tempo_row(folder: Path, path: str, tempo_bpm: str, fits: str, length_in_beats: str) -> Row:
    """Return tempo, and beats where the loop's length fits its tempo, beside librosa's."""
    warnings.simplefilter("ignore")
    waveform, bpm = load(folder / path), float(tempo_bpm)
    heard = listen(waveform, RATE)
    other, beats = librosa_beats(waveform)
    scores = tempo_scores(bpm, heard) | {
        "librosa tempo": near(other, bpm, (1.0,)),
        "librosa tempo, any octave": near(other, bpm, OCTAVES),
    }
    if fits == "yes":
        true = np.arange(0, round(float(length_in_beats))) * 60.0 / bpm
        for name, times in (("beat F", np.array(heard.beats_s)), ("librosa beat F", beats)):
            scores[name] = mir_eval.beat.f_measure(true, times) if len(times) else 0.0
    return scores


def key_row(folder: Path, path: str, words: str) -> Row:
    """Return the key's score, beside the template's; where no mode is documented, either one is right."""
    warnings.simplefilter("ignore")
    waveform = load(folder / path)
    heard = listen(waveform, RATE)
    names = words.replace("Bb", "A#").replace("Db", "C#").replace("Eb", "D#").replace("Ab", "G#").split()
    tonic = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B").index(names[0])
    rest = words.lower()
    mode = "major" if "major" in rest else "minor" if any(word in rest for word in MINOR_WORDS) else None
    other = krumhansl_key(waveform)
    scores = {}
    for name, (found, found_mode) in (("key", (heard.key.tonic, heard.key.mode)), ("librosa key", other)):
        modes = [mode] if mode else ["major", "minor"]
        scores[f"{name} weighted"] = max(key_score((tonic, wanted), found, found_mode) for wanted in modes)
        scores[f"{name} exact"] = float(any((tonic, wanted) == (found, found_mode) for wanted in modes))
    return scores | {"key confidence": heard.key.confidence}


def form_row(folder: Path, seed: int, *paths: str) -> Row:
    """Return the scores of three joined loops."""
    warnings.simplefilter("ignore")
    waveform, sections = join(seed, [load(folder / path) for path in paths])
    heard = listen(waveform, RATE)
    return form_scores(sections, [(segment.start_s, segment.end_s) for segment in heard.segments], heard.form)


def librosa_form_row(folder: Path, seed: int, *paths: str) -> Row:
    """Return librosa's scores of three joined loops."""
    warnings.simplefilter("ignore")
    waveform, sections = join(seed, [load(folder / path) for path in paths])
    theirs = form_scores(sections, *librosa_form(waveform))
    return {f"librosa {name}": value for name, value in theirs.items()}


def calibration(rows: list[Row]) -> dict[str, Any]:
    """Return the expected calibration errors of what is said in these rows."""
    found = {}
    for name, (said, true) in CALIBRATED.items():
        pairs = np.array([(row[said], row[true]) for row in rows if said in row and true in row])
        if len(pairs) >= 10:
            error = round(calibration_error(pairs[:, 0], pairs[:, 1]), 3)
            found[f"calibration error, {name}"] = {"mean": error, "n": len(pairs)}
    return found


def page(figures: dict[str, Any]) -> str:
    """Return the tables as Markdown."""
    lines = [
        "# Listening in figures",
        "",
        f"Written by `scripts/measure_listening.py` in one run of one state of the code (`{figures['code']}`); what it",
        "measures stands there. A calibration error is the expected one over five bins of equal counts.",
        "",
    ]
    write: Callable[[str], None] = lines.append
    for name, summary in figures.items():
        if name == "code":
            continue
        write(f"## {name} ({summary['count']})")
        write("")
        write("| measure | mean | 95 % | librosa | 95 % |")
        write("|---|---|---|---|---|")
        for field, value in summary.items():
            if field == "count" or field.startswith("librosa "):
                continue
            other = summary.get(f"librosa {field}")
            theirs = f"{other['mean']:.3f} | {other['low']:.2f}-{other['high']:.2f}" if other else " | "
            interval = f"{value['low']:.2f}-{value['high']:.2f}" if "low" in value else ""
            write(f"| {field} | {value['mean']:.3f} | {interval} | {theirs} |")
        write("")
    return "\n".join(lines)


GROUPS: dict[str, Callable[[Rows, argparse.Namespace], Iterator[tuple[str, list[Row]]]]] = {
    "own-clean": own_clean,
    "own-spoiled": own_spoiled,
    "composed-clean": arranged_clean,
    "composed-spoiled": arranged_spoiled,
    "odd-meters": odd_meters,
    "styles": styles,
    "real-tempo": real_tempo,
    "real-key": real_key,
    "real-form": real_form,
}

if __name__ == "__main__":
    main()
