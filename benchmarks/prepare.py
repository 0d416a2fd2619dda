"""`drumlin prepare` against the source study's script, on the same synthesised files.

The script is written from the study's description: one loop that reads with librosa, takes the first channel,
resamples, aligns the peak, pads and writes each sound as a WAV. Drumlin does all that it does by default: hashes,
fingerprints, near-duplicates, splits, manifest, report. Both start from a warm file cache, in a process of their own
whose imports are done.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

RATE, ATTACK, LENGTH = 44100, 4410, 17640
FILES, SMALL = 2000, 500
TOLERANCE = 1e-4
"""Largest difference of a point: both resample with soxr's HQ recipe, the script then rounds to 16 bits (3e-5)."""


def run(quick: bool) -> dict[str, object]:
    """Measure; `quick` takes a tenth of the files and one repetition."""
    scale = 10 if quick else 1
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as name:
        folder = Path(name)
        sources = folder / "sounds"
        size_mb = make_sounds(sources, FILES // scale) / 1e6
        (folder / "few").mkdir()
        for path in sorted(sources.rglob("*.wav"))[: SMALL // scale]:
            (folder / "few" / path.name).hardlink_to(path)
        times = _compare(sources, folder, repetitions=1 if quick else 3)
        difference = _largest_difference(folder / "study", folder / "drumlin")
        shares = _stage_shares(sources, count=100 if quick else 400)
        memory = {key: _peak_mb(folder / source, folder / f"peak-{key}") for key, source in _MEMORY_RUNS}
    return _result(FILES // scale, size_mb, times, difference, shares, memory)


_MEMORY_RUNS = (("few", "few"), ("many", "sounds"))


def make_sounds(folder: Path, count: int) -> int:
    """Write decaying sounds of 0.3 to 2 s, 22 to 48 kHz, 16 and 24 bits, mono and stereo; return the bytes written."""
    generator = np.random.default_rng(0)
    for number in range(count):
        rate = int(generator.choice([22050, 44100, 48000]))
        time_s = np.arange(int(generator.uniform(0.3, 2.0) * rate)) / rate
        channels = int(generator.integers(1, 3))
        decay = np.exp(-time_s / generator.uniform(0.03, 0.3))[:, None]
        tone = np.sin(2 * np.pi * generator.uniform(50, 900) * time_s)[:, None]
        sound = decay * (tone + 0.5 * generator.standard_normal((len(time_s), channels)))
        path = folder / f"kit{number % 20:02d}" / f"{number:05d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        subtype = str(generator.choice(["PCM_16", "PCM_24"]))
        soundfile.write(path, 0.7 * sound / np.abs(sound).max(), rate, subtype=subtype)
    return sum(path.stat().st_size for path in folder.rglob("*.wav"))


def study_script(sources: Path, out: Path) -> None:
    """Prepare as the study's script does."""
    import librosa

    out.mkdir()
    for path in sorted(sources.rglob("*.wav")):
        waveform, rate = librosa.load(path, sr=None, mono=False)
        first = waveform if waveform.ndim == 1 else waveform[0]
        if rate != RATE:
            first = librosa.resample(first, orig_sr=rate, target_sr=RATE)
        soundfile.write(out / path.name, _align(first), RATE)


def _align(waveform: np.ndarray) -> np.ndarray:
    peak = int(np.argmax(np.abs(waveform)))
    start = peak - ATTACK
    aligned = waveform[start:] if start >= 0 else np.concatenate([np.zeros(-start, waveform.dtype), waveform])
    aligned = aligned[:LENGTH]
    return np.pad(aligned, (0, LENGTH - len(aligned)))


def drumlin_prepare(sources: Path, out: Path) -> None:
    """Prepare as Drumlin does."""
    from drumlin.datasets import prepare

    prepare([sources], out)


def _compare(sources: Path, folder: Path, repetitions: int) -> dict[str, float]:
    """Return the median seconds of each, measured in turns."""
    for path in sources.rglob("*.wav"):
        path.read_bytes()
    taken: dict[str, list[float]] = {"study": [], "drumlin": []}
    contenders = {"study": "study_script", "drumlin": "drumlin_prepare"}
    for _ in range(repetitions):
        for name, contender in contenders.items():
            out = folder / name
            for old in (out, _warm(out)):  # both write to pages of memory that were in use before
                shutil.rmtree(old, ignore_errors=True)
            taken[name].append(_seconds(contender, sources, out))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _seconds(contender: str, sources: Path, out: Path) -> float:
    """Return how long a contender takes in a process of its own, which has loaded all that it needs on one folder."""
    program = (
        "import sys, time; from pathlib import Path; from benchmarks import prepare;"
        f"sources, out, work = Path(sys.argv[1]), Path(sys.argv[2]), prepare.{contender};"
        "work(next(sources.iterdir()), prepare._warm(out));"
        "start = time.perf_counter(); work(sources, out); print(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", program, str(sources), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    return float(done.stdout.split()[-1])


def _warm(out: Path) -> Path:
    return out.with_name(f"{out.name}-warm")


def _largest_difference(study: Path, drumlin: Path) -> float:
    from drumlin.datasets import Dataset

    dataset = Dataset.open(drumlin)
    largest = 0.0
    for row, sample in enumerate(dataset.samples):
        written, _ = soundfile.read(study / Path(sample.path).name, dtype="float32")
        largest = max(largest, float(np.abs(np.clip(dataset.waveforms[row], -1, 1) - written).max()))
    return largest


def _stage_shares(sources: Path, count: int) -> dict[str, float]:
    """Return milliseconds a file of each stage of Drumlin, one after the other in one thread."""
    from drumlin.audio import read_mono
    from drumlin.datasets import Settings
    from drumlin.datasets.excerpt import resample_excerpt
    from drumlin.datasets.profiles import check_usable, profile_of
    from drumlin.features import find_onset, fingerprint

    profile = profile_of(Settings())
    spent = dict.fromkeys(("read and hash", "check", "resample", "onset", "align", "fingerprint", "store"), 0.0)
    with tempfile.TemporaryFile() as store:
        for path in sorted(sources.rglob("*.wav"))[:count]:
            clock = _Clock(spent)
            sound = clock.time("read and hash", lambda path=path: read_mono(path))
            clock.time("check", lambda sound=sound: check_usable(sound.waveform, sound.sample_rate))
            waveform = clock.time(
                "resample", lambda sound=sound: resample_excerpt(sound.waveform, sound.sample_rate, RATE, 0.1, 0.45)
            )
            onset = clock.time("onset", lambda waveform=waveform: find_onset(waveform, RATE))
            row = clock.time("align", lambda waveform=waveform, onset=onset: profile.apply(waveform, onset))
            clock.time("fingerprint", lambda waveform=waveform, onset=onset: fingerprint(waveform, RATE, onset))
            clock.time("store", lambda row=row: store.write(row.waveform.data))
    return {stage: 1000 * seconds / count for stage, seconds in spent.items()}


class _Clock:
    def __init__(self, spent: dict[str, float]) -> None:
        self._spent = spent

    def time(self, stage: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        self._spent[stage] += time.perf_counter() - start
        return result


def _peak_mb(sources: Path, out: Path) -> float:
    """Return the peak resident memory, in MB, of a process that prepares one folder."""
    program = (
        "import sys; from pathlib import Path; from drumlin.datasets import prepare;"
        "prepare([Path(sys.argv[1])], Path(sys.argv[2]));"
        "print(Path('/proc/self/status').read_text())"
    )
    command = [sys.executable, "-c", program, str(sources), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # Not getrusage: a child that was forked starts from its parent's peak.
    peak = next(line for line in done.stdout.splitlines() if line.startswith("VmHWM"))
    return float(peak.split()[1]) / 1024


def _result(
    files: int,
    size_mb: float,
    times: dict[str, float],
    difference: float,
    shares: dict[str, float],
    memory: dict[str, float],
) -> dict[str, object]:
    rates = {name: files / seconds for name, seconds in times.items()}
    ratio = rates["drumlin"] / rates["study"]
    growth = memory["many"] / memory["few"]
    total = sum(shares.values())
    rows: list[dict[str, object]] = [
        {"what": f"study's script, {files} files, {size_mb:.0f} MB", "value": round(rates["study"]), "unit": "files/s"},
        {"what": "drumlin prepare, the same files", "value": round(rates["drumlin"]), "unit": "files/s"},
        {"what": "ratio", "value": round(ratio, 2), "unit": "x"},
        {"what": "largest difference of a point", "value": f"{difference:.1e}", "unit": "full scale"},
        {"what": "peak memory, a quarter of the files", "value": round(memory["few"], 1), "unit": "MB"},
        {"what": "peak memory, all files", "value": round(memory["many"], 1), "unit": "MB"},
    ]
    rows += [
        {"what": f"stage: {stage}", "value": round(value, 3), "unit": f"ms a file ({value / total:.0%})"}
        for stage, value in shares.items()
    ]
    gates = [
        {
            "name": "files/s against the study's script",
            "value": round(ratio, 2),
            "target": ">= 2",
            "passed": ratio >= 2,
        },
        {
            "name": "waveforms equal",
            "value": f"{difference:.1e}",
            "target": f"<= {TOLERANCE}",
            "passed": difference <= TOLERANCE,
        },
        {
            "name": "memory with 4x the files",
            "value": f"{growth:.2f}x",
            "target": "<= 1.15x",
            "passed": growth <= 1.15,
        },
    ]
    return {"rows": rows, "gates": gates}


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=2))
