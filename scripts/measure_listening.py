"""Measures the listener, beside librosa in the same run, and writes `docs/listening-figures.json` and `.md`.

    python scripts/measure_listening.py MUSIC_FOLDER [--pieces 60] [--spoiled 24] [--workers 1] [--rows FILE]

Own music: the `held` half of `tests/music` (other sounds, grooves, progressions and forms than were fitted on), clean
and spoiled. Real music: MUSIC_FOLDER with its `manifest.csv`, split in two by the hash of the file names; on the `dev`
half decisions may be taken, on the `test` half none is. Intervals: 95 %, bootstrap over pieces or files.
librosa answers with `beat.beat_track`, with Krumhansl's profiles on its chroma, and with its Laplacian example, whose k
is the one of the best silhouette. Needs the extra `bench`.
"""

import argparse
import csv
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import librosa
import mir_eval
import numpy as np
import scipy.linalg
import sklearn.cluster
import sklearn.metrics
from tests.music import RATE, Truth, Wishes, compose, render, spoil

from drumlin.audio import read_mono, resample
from drumlin.listening import Heard, analyse, hear, listen
from drumlin.listening.key import PROFILES, TONICS
from drumlin.listening.laplacian import boundaries

DOCS = Path(__file__).parents[1] / "docs"
NETWORKS = Path(__file__).parents[1] / "src/drumlin/listening/networks.npz"
HALVES = ("dev", "test")
SPOILED = ("timing", "room", "noise", "codec", "narrow", "all")
MINOR_WORDS = ("minor", "locrian", "diminished", "dorian", "phrygian")
OCTAVES = (1.0, 2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3)
Row = dict[str, float]


def main() -> None:
    """Measure all and write both files, group by group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--spoiled", type=int, default=24)
    parser.add_argument("--arrangements", type=int, default=12, help="of each half")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(GROUPS), help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--rows", type=Path, help="keeps each row, so that a stopped run goes on where it was")
    arguments = parser.parse_args()
    path = DOCS / "listening-figures.json"
    figures: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    rows = Rows(arguments.rows, arguments.workers)
    for name in arguments.only:
        for title, some in GROUPS[name](rows, arguments):
            figures[title] = summarise(some)
            print(
                title, {field: value["mean"] for field, value in figures[title].items() if field != "count"}, flush=True
            )
            path.write_text(json.dumps(figures, indent=1) + "\n")
            (DOCS / "listening-figures.md").write_text(page(figures))


class Rows:
    """Rows that were measured with these networks, by task; kept in a file where one is named."""

    def __init__(self, path: Path | None, workers: int) -> None:
        self.path, self.workers = path, workers
        self.mark = hashlib.sha256(NETWORKS.read_bytes()).hexdigest()[:12]
        lines = path.read_text().splitlines() if path and path.exists() else []
        self.known: dict[str, Row] = dict(map(json.loads, lines))

    def get(self, measure: Callable[..., Row], tasks: list[tuple[Any, ...]]) -> list[Row]:
        """Return the row of each task, measured now or earlier."""
        keys = [json.dumps([self.mark, measure.__name__, *map(str, task)]) for task in tasks]
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
    """Yield the held-out pieces as they are."""
    some = rows.get(own_row, [(seed, "clean") for seed in range(arguments.pieces)])
    yield "own held-out, clean", some
    yield f"own held-out, clean, the first {arguments.spoiled}", some[: arguments.spoiled]


def own_spoiled(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the first of them, spoiled."""
    for how in SPOILED:
        yield f"own held-out, {how}", rows.get(own_row, [(seed, how) for seed in range(arguments.spoiled)])


def own_beside(rows: Rows, arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """Yield the first of them beside librosa."""
    seeds = [(seed,) for seed in range(arguments.spoiled)]
    ours, theirs = rows.get(own_row, [(seed, "clean") for (seed,) in seeds]), rows.get(librosa_row, seeds)
    yield "own held-out, clean, beside librosa", [one | other for one, other in zip(ours, theirs, strict=True)]


def own_row(seed: int, how: str) -> Row:
    """Return the scores of one held-out piece."""
    warnings.simplefilter("ignore")
    piece = compose(seed, "held", Wishes(human_s=0.02) if how == "timing" else None)
    waveform = render(piece)
    if how not in ("clean", "timing"):
        waveform = spoil(waveform, seed, how)
    return own_scores(piece.truth, hear(analyse(waveform, RATE)))


def librosa_row(seed: int) -> Row:
    """Return librosa's scores of one held-out piece."""
    warnings.simplefilter("ignore")
    piece = compose(seed, "held")
    return librosa_scores(render(piece), piece.truth)


def own_scores(truth: Truth, heard: Heard) -> Row:
    """Return all scores against known truth; a field that does not apply is missing."""
    row = {
        "tempo": near(heard.tempo_bpm, truth.tempo_bpm, (1.0,)),
        "tempo, any octave": near(heard.tempo_bpm, truth.tempo_bpm, OCTAVES),
        "octave confidence": heard.octave_confidence,
        "beat F": mir_eval.beat.f_measure(truth.beats_s, np.array(heard.beats_s)),
        "downbeat F": mir_eval.beat.f_measure(truth.downbeats_s, np.array(heard.downbeats_s)),
        "meter": float(heard.meter == truth.meter),
        "pitchless or not": float((heard.key.tonic is None) == (truth.key is None)),
    }
    if truth.key is not None:
        row["key weighted"] = key_score(truth.key, heard.key.tonic, heard.key.mode)
        row["key exact"] = float(truth.key == (heard.key.tonic, heard.key.mode))
        row["key confidence"] = heard.key.confidence
    spans = [(segment.start_s, segment.end_s) for segment in heard.segments]
    return row | form_scores(truth.sections, spans, heard.form)


def form_scores(sections: tuple[tuple[float, float, str], ...], spans: list[tuple[float, float]], letters: str) -> Row:
    """Return boundaries within 0.5 and 3 s (begin and end of the track do not count) and pairwise labels."""
    true = np.array([section[:2] for section in sections])
    found = np.array(spans)
    true[0, 0] = found[0, 0] = 0.0
    row = {}
    for name, window in (("boundary F 0.5 s", 0.5), ("boundary F 3 s", 3.0)):
        detection = mir_eval.segment.detection(true, found, window=window, trim=True)[2]
        row[name] = float(detection) if len(true) > 1 else float(len(found) == 1)
    same, names = mir_eval.util.adjust_intervals(found, list(letters), t_min=0.0, t_max=float(true[-1, 1]))
    row["letters, pairwise F"] = mir_eval.segment.pairwise(true, [section[2] for section in sections], same, names)[2]
    return row


def librosa_scores(waveform: np.ndarray, truth: Truth) -> Row:
    """Return librosa's scores on the same sound."""
    tempo, beats = librosa.beat.beat_track(y=waveform, sr=RATE, units="time")
    row = {
        "librosa tempo": near(float(np.atleast_1d(tempo)[0]), truth.tempo_bpm, (1.0,)),
        "librosa tempo, any octave": near(float(np.atleast_1d(tempo)[0]), truth.tempo_bpm, OCTAVES),
        "librosa beat F": mir_eval.beat.f_measure(truth.beats_s, beats),
    }
    if truth.key is not None:
        row["librosa key weighted"] = key_score(truth.key, *krumhansl_key(waveform))
    spans, letters = librosa_form(waveform)
    return row | {f"librosa {name}": value for name, value in form_scores(truth.sections, spans, letters).items()}


def krumhansl_key(waveform: np.ndarray) -> tuple[int, str]:
    """Return the key whose Krumhansl profile correlates best with librosa's mean chroma."""
    chroma = librosa.feature.chroma_cqt(y=waveform, sr=RATE).mean(axis=1)
    scores = [
        (float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]), tonic, mode)
        for profile, mode in zip(PROFILES["krumhansl"], ("major", "minor"), strict=True)
        for tonic in range(12)
    ]
    _, tonic, mode = max(scores)
    return tonic, mode


def librosa_form(waveform: np.ndarray) -> tuple[list[tuple[float, float]], str]:
    """Return the form by librosa's documented recipe of Laplacian segmentation, k by silhouette as in the study."""
    power = np.abs(librosa.cqt(y=waveform, sr=RATE, bins_per_octave=36, n_bins=252))
    levels = librosa.amplitude_to_db(power, ref=np.max)
    _, beats = librosa.beat.beat_track(y=waveform, sr=RATE, trim=False)
    duration_s = len(waveform) / RATE
    if len(beats) < 12:
        return [(0.0, duration_s)], "A"
    synced = librosa.util.sync(levels, beats, aggregate=np.median)
    times = librosa.frames_to_time(librosa.util.fix_frames(beats, x_min=0), sr=RATE)
    repeats = librosa.segment.recurrence_matrix(synced, width=3, mode="affinity", sym=True)
    repeats = librosa.segment.timelag_filter(scipy.ndimage.median_filter)(repeats, size=(1, 7))
    colour = librosa.util.sync(librosa.feature.mfcc(y=waveform, sr=RATE), beats)
    steps = np.sum(np.diff(colour, axis=1) ** 2, axis=0)
    path = np.exp(-steps / np.median(steps))
    follows = np.diag(path, 1) + np.diag(path, -1)
    of_path, of_repeats = follows.sum(axis=1), repeats.sum(axis=1)
    share = of_path.dot(of_path + of_repeats) / np.sum((of_path + of_repeats) ** 2)
    laplacian = scipy.sparse.csgraph.laplacian(share * repeats + (1 - share) * follows, normed=True)
    _, vectors = scipy.linalg.eigh(laplacian)
    vectors = scipy.ndimage.median_filter(vectors, size=(9, 1))
    norms = np.cumsum(vectors**2, axis=1) ** 0.5
    best, labels = -np.inf, np.zeros(len(vectors), int)
    for k in range(2, min(9, len(vectors))):
        rows = vectors[:, :k] / np.maximum(norms[:, k - 1 : k], 1e-9)
        found = sklearn.cluster.KMeans(k, n_init=5, random_state=0).fit_predict(rows)
        score = sklearn.metrics.silhouette_score(rows, found) if len(set(found)) > 1 else -1.0
        if score > best:
            best, labels = score, found
    starts = [0, *boundaries(labels)]
    edges = [float(times[start]) if start else 0.0 for start in starts] + [duration_s]
    return list(pairwise(edges)), "".join(chr(65 + labels[start]) for start in starts)


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
    """Yield arrangements of loops, by half; every nth triple of loops of near tempi."""
    for half in HALVES:
        files = [row for row in manifest(arguments.music) if half_of(row["path"]) == half and row["tempo_bpm"]]
        loops = [row for row in files if row["length_fits_tempo"] == "yes"]
        loops.sort(key=lambda row: (float(row["tempo_bpm"]), row["path"]))
        starts = np.unique(np.linspace(0, len(loops) - 3, arguments.arrangements).astype(int))
        tasks = [(arguments.music, *(loops[start + place]["path"] for place in range(3))) for start in starts]
        yield f"real {half}, arrangements", rows.get(form_row, tasks)


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
    tempo, beats = librosa.beat.beat_track(y=waveform, sr=RATE, units="time")
    other = float(np.atleast_1d(tempo)[0])
    scores = {
        "tempo": near(heard.tempo_bpm, bpm, (1.0,)),
        "tempo, any octave": near(heard.tempo_bpm, bpm, OCTAVES),
        "truth among three": max(near(reading.bpm, bpm, (1.0,)) for reading in heard.tempo),
        "octave confidence": heard.octave_confidence,
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


def form_row(folder: Path, *paths: str) -> Row:
    """Return the scores of three loops joined as A B A C, beside librosa's."""
    warnings.simplefilter("ignore")
    waveform, sections = arrangement([load(folder / path) for path in paths])
    heard = listen(waveform, RATE)
    spans, letters = librosa_form(waveform)
    theirs = form_scores(sections, spans, letters)
    ours = form_scores(sections, [(segment.start_s, segment.end_s) for segment in heard.segments], heard.form)
    return ours | {f"librosa {name}": value for name, value in theirs.items()}


def arrangement(loops: list[np.ndarray]) -> tuple[np.ndarray, tuple[tuple[float, float, str], ...]]:
    """Return A B A C of three loops, each repeated for about 16 s at the same loudness, and the sections."""
    parts, sections, time_s = [], [], 0.0
    for letter in "ABAC":
        loop = loops["ABC".index(letter)]
        times = max(1, round(16.0 * RATE / len(loop)))
        parts.append(np.tile(loop / max(1e-6, float(np.sqrt(np.mean(loop**2)))), times))
        sections.append((time_s, time_s + len(parts[-1]) / RATE, letter))
        time_s = sections[-1][1]
    joined = np.concatenate(parts)
    return (0.9 * joined / np.abs(joined).max()).astype(np.float32), tuple(sections)


def near(found_bpm: float, true_bpm: float, ratios: tuple[float, ...]) -> float:
    """Return 1 where a tempo lies within 4 % of the truth times one of the ratios."""
    return float(any(abs(found_bpm / (ratio * true_bpm) - 1.0) <= 0.04 for ratio in ratios))


def key_score(true: tuple[int, str], tonic: int | None, mode: str | None) -> float:
    """Return MIREX's weighted score; no answer counts 0."""
    if tonic is None:
        return 0.0
    names = [f"{TONICS[key]} {word}" for key, word in (true, (tonic, mode))]
    return float(mir_eval.key.weighted_score(*names))


def summarise(rows: list[Row]) -> dict[str, Any]:
    """Return count, mean and 95 % interval of each field."""
    generator = np.random.default_rng(0)
    fields = list(dict.fromkeys(field for row in rows for field in row))
    summary: dict[str, Any] = {"count": len(rows)}
    for field in fields:
        values = np.array([row[field] for row in rows if field in row])
        means = values[generator.integers(0, len(values), (2000, len(values)))].mean(axis=1)
        low, high = np.percentile(means, [2.5, 97.5])
        summary[field] = {"mean": round(float(values.mean()), 3), "n": len(values)}
        summary[field] |= {"low": round(float(low), 3), "high": round(float(high), 3)}
    return summary


def page(figures: dict[str, Any]) -> str:
    """Return the tables as Markdown."""
    lines = [
        "# Listening in figures",
        "",
        "Written by `scripts/measure_listening.py`; what it measures stands there.",
        "",
    ]
    write: Callable[[str], None] = lines.append
    for name, summary in figures.items():
        write(f"## {name} ({summary['count']})")
        write("")
        write("| measure | mean | 95 % | librosa | 95 % |")
        write("|---|---|---|---|---|")
        for field, value in summary.items():
            if field == "count" or field.startswith("librosa "):
                continue
            other = summary.get(f"librosa {field}")
            theirs = f"{other['mean']:.3f} | {other['low']:.2f}-{other['high']:.2f}" if other else " | "
            write(f"| {field} | {value['mean']:.3f} | {value['low']:.2f}-{value['high']:.2f} | {theirs} |")
        write("")
    return "\n".join(lines)


GROUPS: dict[str, Callable[[Rows, argparse.Namespace], Iterator[tuple[str, list[Row]]]]] = {
    "own-clean": own_clean,
    "own-spoiled": own_spoiled,
    "real-tempo": real_tempo,
    "real-key": real_key,
    "real-form": real_form,
    "own-beside": own_beside,
}

if __name__ == "__main__":
    main()
