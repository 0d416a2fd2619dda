"""Packs: mel spectrograms of a folder of labelled sounds, all that a training elsewhere needs.

A pack is a zip of `pack.json`, `spectrograms.npy` (M, C, 96, N, one byte a cell) and `labels.npy` (M,). Folders are
classes. It holds no audio, no phase, no file names, and no order but that of the spectrograms' own hashes.
What it reveals nevertheless is told in docs/hearing.md.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.files import AUDIO_SUFFIXES, read_audio, write_atomically
from ..errors import AudioError, PackError
from ..progress import Progress, Report, ignore
from ..provenance import hash_bytes
from ..units import Array
from .melgram import BANDS, HOP, RATE, melgram

LONGEST_S = 3.0
"""What is longer is cut, as by the study's tool."""

SHORTEST_FRAMES = 40
"""Shorter sounds are padded to this: the network needs 24."""

LARGEST_BYTES = 4 << 30
"""Of the spectrograms in a pack, unpacked: a larger one is refused before it is read."""

MOST_CLASSES, MOST_CHANNELS = 500, 16
LONGEST_NAME = 255
"""Characters in the name of a class: no folder's is longer."""

MOST_FRAMES = 1 + round(LONGEST_S * RATE) // HOP
"""A pack with longer spectrograms is none of ours: joined, all sounds would become as long."""


@dataclass(frozen=True)
class Pack:
    """What is in a pack.

    Args:
        stored: (M, C, 96, N), uint8.
        labels: (M,), index of the class.
        classes: names, sorted.
    """

    stored: Array
    labels: Array
    classes: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Return how many sounds each class has."""
        return dict(zip(self.classes, np.bincount(self.labels, minlength=len(self.classes)).tolist(), strict=True))


@dataclass(frozen=True)
class PackSummary:
    """What was packed: sounds by class, size of the pack and of the audio files, and what was refused and why."""

    counts: dict[str, int]
    pack_bytes: int
    audio_bytes: int
    refused: tuple[tuple[str, str], ...]


def pack_folder(folder: Path, out: Path, *, channels: int = 1, report: Report = ignore) -> PackSummary:
    """Write a pack of a folder whose subfolders are classes.

    Args:
        folder: holds one folder for each class; what lies deeper counts to it.
        out: the pack to write.
        channels: C; of files with more the first ones are taken, of files with fewer the last one is repeated.
        report: is told how far it is.
    Raises:
        PackError: fewer than two classes have sounds.
    """
    found = list(_labelled(folder))
    pictures, labels, refused, audio_bytes = [], [], [], 0
    for done, (path, label) in enumerate(found):
        try:
            sound = read_audio(path, max_duration_s=600.0)
        except AudioError as error:
            refused.append((path.relative_to(folder).as_posix(), str(error)))
            continue
        audio_bytes += path.stat().st_size
        pictures.append(_picture(sound.waveform, sound.sample_rate, channels))
        labels.append(label)
        report(Progress(done + 1, len(found), "drawing spectrograms"))
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        raise PackError(f"{folder} has {len(classes)} folders with sounds: at least 2 are needed, each is a class")
    numbers = np.array([classes.index(label) for label in labels], np.int64)
    pack = _unordered(Pack(_padded(pictures), numbers, classes))
    size = write_pack(pack, out)
    return PackSummary(pack.counts(), size, audio_bytes, tuple(refused))


def write_pack(pack: Pack, out: Path) -> int:
    """Write a pack and return its size in bytes."""
    card = {
        "format": "drumlin-pack",
        "version": 1,
        "classes": list(pack.classes),
        "counts": pack.counts(),
        "sample_rate": RATE,
        "hop_length": HOP,
        "bands": BANDS,
        "sha256": hash_bytes(pack.stored.tobytes()),
    }
    arrays = {"spectrograms.npy": pack.stored, "labels.npy": pack.labels.astype("<i4")}
    write_atomically(out, zipped(card, "pack.json", {name: as_npy(array) for name, array in arrays.items()}))
    return out.stat().st_size


def read_pack(path: Path, largest: int = LARGEST_BYTES) -> Pack:
    """Read a pack, from whomever it is.

    Args:
        path: the file.
        largest: bytes to which it may unpack.
    Raises:
        PackError: it is none, damaged, too large, or of a later release.
    """
    card, members = unzipped(path, "pack.json", ("spectrograms.npy", "labels.npy"), largest)
    if card.get("format") != "drumlin-pack" or card.get("version") != 1:
        raise PackError(f"{path} is no drumlin-pack of version 1: pack the folder again, or update Drumlin")
    stored, labels = (from_npy(path, members[name]) for name in ("spectrograms.npy", "labels.npy"))
    classes = card.get("classes")
    if not isinstance(classes, list) or not _are_names(classes):
        raise PackError(f"{path}: its list of classes is damaged")
    _check(path, stored, labels, len(classes))
    return Pack(stored, labels.astype(np.int64), tuple(classes))


def join_packs(packs: Sequence[Pack]) -> Pack:
    """Return the sounds of several packs as one: classes of one name are one class.

    Raises:
        PackError: their numbers of channels differ, or there is none.
    """
    if len({pack.stored.shape[1] for pack in packs}) != 1:
        found = ", ".join(str(pack.stored.shape[1]) for pack in packs)
        raise PackError(f"packs with {found or 'no'} channels: all must have the same number")
    classes = tuple(sorted({name for pack in packs for name in pack.classes}))
    numbers = [np.array([classes.index(name) for name in pack.classes])[pack.labels] for pack in packs]
    return _unordered(Pack(_padded([one for pack in packs for one in pack.stored]), np.concatenate(numbers), classes))


def _labelled(folder: Path) -> Iterator[tuple[Path, str]]:
    if not folder.is_dir():
        raise PackError(f"{folder} is no folder: name one whose subfolders are classes")
    for own in sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")):
        for path in sorted(own.rglob("*")):
            if path.suffix.lower() in AUDIO_SUFFIXES and not path.name.startswith(".") and path.is_file():
                yield path, own.name


def _picture(waveforms: Array, sample_rate: int, channels: int) -> Array:
    rows = np.minimum(np.arange(channels), len(waveforms) - 1)
    duration_s = min(LONGEST_S, waveforms.shape[1] / sample_rate)
    frames = max(SHORTEST_FRAMES, 1 + round(duration_s * RATE) // HOP)
    return melgram(np.ascontiguousarray(waveforms[rows]), sample_rate, frames)


def _padded(pictures: Sequence[Array]) -> Array:
    """Return pictures (C, F, N of each) as one array, (M, C, F, longest), silence behind."""
    longest = max(one.shape[2] for one in pictures)
    return np.stack([np.pad(one, ((0, 0), (0, 0), (0, longest - one.shape[2]))) for one in pictures])


def _unordered(pack: Pack) -> Pack:
    """Return a pack whose order says nothing of the folder it came from."""
    order = sorted(range(len(pack.labels)), key=lambda row: hash_bytes(pack.stored[row].tobytes()))
    return Pack(pack.stored[order], pack.labels[order], pack.classes)


def _are_names(classes: Sequence[object]) -> bool:
    fit = all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in classes)
    return fit and len(set(classes)) == len(classes)


def _check(path: Path, stored: Array, labels: Array, classes: int) -> None:
    fits = stored.ndim == 4 and stored.dtype == np.uint8 and stored.shape[2] == BANDS and labels.shape == (len(stored),)
    fits = fits and 1 <= stored.shape[1] <= MOST_CHANNELS and SHORTEST_FRAMES <= stored.shape[3] <= MOST_FRAMES
    numbers = labels.dtype.kind in "iu" and len(labels) and labels.min() >= 0 and labels.max() < classes <= MOST_CLASSES
    if not fits or not numbers:
        raise PackError(f"{path}: spectrograms {stored.shape} and labels {labels.shape} do not fit: pack again")


def as_npy(array: Array) -> bytes:
    """Return an array as the bytes of an npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def from_npy(path: Path, data: bytes) -> Array:
    """Return the array of an npy file's bytes; objects are refused.

    Raises:
        PackError: it is damaged.
    """
    try:
        array: Array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError) as error:  # a header may promise any number of numbers
        raise PackError(f"{path} is damaged ({error})") from error
    return array


def zipped(card: dict[str, Any], card_name: str, members: dict[str, bytes]) -> bytes:
    """Return a card and further files as a zip, with no times in it: equal content gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {card_name: (json.dumps(card, indent=1) + "\n").encode(), **members}.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def unzipped(path: Path, card_name: str, names: Sequence[str], largest: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the card and the named files of a zip; what unpacks to more than `largest` bytes is refused.

    Raises:
        PackError: it cannot be read, or something is missing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            missing = [name for name in (card_name, *names) if name not in sizes]
            if missing:
                raise PackError(f"{path}: {', '.join(missing)} missing; is it the right file?")
            if sum(sizes.values()) > largest:
                raise PackError(f"{path} unpacks to {sum(sizes.values())} bytes, at most {largest} are taken")
            card = json.loads(archive.read(card_name))
            members = {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise PackError(f"{path} cannot be read ({error})") from error
    if not isinstance(card, dict):
        raise PackError(f"{path}: {card_name} is damaged")
    return card, members
