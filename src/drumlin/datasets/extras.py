"""What lies beside a data set: float WAVs when asked for, and copies of the texts that give credit."""

import re
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from ..audio.wav import write_wav
from .dataset import Dataset

WAV_FOLDER = "wav"
CREDITS_FOLDER = "credits"

_OWN_WAV = re.compile(r"\d{6,}-[A-Za-z0-9_.-]*\.wav")
_CREDIT_TEXT = re.compile(r"(readme|credits?|licen[cs]es?|copying|notice|attribution)([-_.].*)?", re.IGNORECASE)
_LARGEST_TEXT = 1 << 20


def write_wavs(dataset: Dataset, threads: int) -> None:
    """Write each row as a float WAV, `wav/ROW-NAME.wav`, in place of those of an earlier run."""
    remove_wavs(dataset.folder)
    folder = dataset.folder / WAV_FOLDER
    folder.mkdir(exist_ok=True)

    def write(row: int) -> None:
        name = wav_name(row, dataset.samples[row].path)
        write_wav(folder / name, dataset.waveforms[row], dataset.sample_rate, encoding="32f")

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(write, range(len(dataset))):
            pass


def wav_name(row: int, path: str) -> str:
    """Return the name of a row's WAV: safe on every file system, unique by its number."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", PurePosixPath(path).stem)[:60].strip("_")
    return f"{row:06d}-{stem or 'sound'}.wav"


def remove_wavs(folder: Path) -> None:
    """Delete the WAVs that `write_wavs` wrote, and nothing else."""
    if not (folder / WAV_FOLDER).is_dir():
        return
    for path in (folder / WAV_FOLDER).iterdir():
        if _OWN_WAV.fullmatch(path.name):
            path.unlink(missing_ok=True)


def copy_credits(roots: Sequence[Path], folder: Path) -> None:
    """Copy the licence, credit and read-me texts at the root of each source to `credits/NUMBER-NAME/`."""
    for number, root in enumerate(roots):
        target = folder / CREDITS_FOLDER / f"{number}-{wav_name(0, root.name)[7:-4]}"
        for path in sorted(root.iterdir()):
            if not (_CREDIT_TEXT.fullmatch(path.name) and path.suffix.lower() in ("", ".md", ".txt", ".rst")):
                continue
            if path.is_file() and path.stat().st_size <= _LARGEST_TEXT:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / path.name)
