"""Sounds packed for the way to another machine, where numpy and the standard library must do to read them.

A sound is rounded to whole multiples of a step, the noise of which lies far below where the spectral losses look, and
cut after its last point that is not zero. Of these points stand the differences of the order (0 to 3) that leaves
least; signs are folded in (0, -1, 1, -2, ... become 0, 1, 2, 3, ...), and the low and the high bytes of all sounds are
two streams of xz. Rice codes were tried, and took a tenth more.

Shapes: T points of a sound, M rows.
"""

import lzma
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import TrainingError
from ..units import Array, Waveform

FRAME, HOP = 1024, 256
WINDOW_POWER = 0.375 * FRAME
"""Sum of the squares of a Hann window: what white noise of variance 1 has in each bin of its spectrum."""

LEAST_STEP = 2.0**-15
"""Nothing is finer than 16 bit."""

MOST_ORDER = 3
FILTERS = ({"id": lzma.FILTER_LZMA2, "preset": 1, "lc": 4, "pb": 0},)
"""There is little to be found again in noise: deeper searches take ten times as long for 2 %."""


@dataclass(frozen=True)
class Clip:
    """A sound as it is packed.

    Args:
        codes: folded differences, (T',), up to the last point that is not zero.
        order: how often differences were taken.
        step: what one unit of the rounded points is worth.
    """

    codes: NDArray[np.uint32]
    order: int
    step: float

    @classmethod
    def of(cls, waveform: Waveform, range_db: float) -> Self:
        """Round a sound (T,) and take differences.

        Args:
            waveform: full scale [-1, 1].
            range_db: how far below the loudest cell of the spectrum the rounding noise is to lie.
        """
        step = rounding_step(waveform, range_db)
        points = np.rint(waveform / step).astype(np.int64)
        sounding = np.flatnonzero(points)
        rows = [points[: sounding[-1] + 1 if len(sounding) else 0]]
        for _ in range(MOST_ORDER):
            rows.append(np.diff(rows[-1], prepend=0))
        order = min(range(len(rows)), key=lambda number: int(np.abs(rows[number]).sum()))
        differences = rows[order]
        folded = np.where(differences >= 0, 2 * differences, -2 * differences - 1)
        return cls(folded.astype(np.uint32), order, float(step))

    def waveform(self) -> Waveform:
        """Return the rounded sound, (T',)."""
        points = (self.codes >> 1).astype(np.int64) ^ -(self.codes & 1).astype(np.int64)
        for _ in range(self.order):
            points = np.cumsum(points)
        return points.astype(np.float32) * np.float32(self.step)


def rounding_step(waveform: Waveform, range_db: float) -> np.float32:
    """Return the step whose rounding noise lies `range_db` below the loudest cell of a sound's spectrum.

    Rounding to a step adds noise of variance step^2 / 12, evenly over all frequencies.
    """
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(waveform, FRAME // 2), FRAME)[::HOP]
    spectrum = np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1])
    loudest = float((spectrum.real**2 + spectrum.imag**2).max())
    noise = loudest * 10.0 ** (-range_db / 10.0) / WINDOW_POWER
    return np.float32(max(LEAST_STEP, (12.0 * noise) ** 0.5))


def write_sounds(path: Path, waveforms: Any, rows: NDArray[np.int64], range_db: float) -> Array:
    """Write some rows of an array of sounds.

    Args:
        path: the file, a `.npz` of plain arrays.
        waveforms: (M, T); rows are read one by one.
        rows: which of them.
        range_db: see `Clip.of`.
    Returns:
        How much of the file each row takes, relative to the others; estimated, (rows,).
    """
    low, high = (lzma.LZMACompressor(filters=FILTERS) for _ in range(2))
    lows, highs, facts, sizes = [], [], [], []
    for row in rows:
        clip = Clip.of(np.asarray(waveforms[row]), range_db)
        lows.append(low.compress((clip.codes & 255).astype("u1").tobytes()))
        highs.append(high.compress((clip.codes >> 8).astype("<u2").tobytes()))
        facts.append((len(clip.codes), clip.order, clip.step))
        sizes.append(float(np.log2(clip.codes + 2.0).sum()))
    lengths, orders, steps = zip(*facts, strict=True)
    np.savez(
        path,
        shape=np.array(waveforms.shape),
        rows=rows,
        lengths=np.array(lengths, dtype=np.int64),
        orders=np.array(orders, dtype=np.int64),
        steps=np.array(steps, dtype=np.float32),
        low=_stream([*lows, low.flush()]),
        high=_stream([*highs, high.flush()]),
    )
    return np.array(sizes)


class PackedSounds:
    """An array of sounds of which only packed rows can be read; kept in memory without their silent ends."""

    def __init__(self, shape: tuple[int, int], clips: dict[int, Waveform]) -> None:
        self.shape = shape
        self._clips = clips

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what `write_sounds` wrote.

        Raises:
            TrainingError: the file is missing or damaged.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls(tuple(arrays["shape"].tolist()), dict(_unpacked(arrays)))
        except (OSError, ValueError, KeyError, EOFError, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise TrainingError(f"{path}: no readable sounds ({error}): carry the folder over again") from error

    def __getitem__(self, rows: NDArray[np.int64]) -> Array:
        """Return some rows, (B, T), float32."""
        found = np.zeros((len(rows), self.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            clip = self._clips[row]
            found[place, : len(clip)] = clip
        return found


def _stream(parts: list[bytes]) -> Array:
    return np.frombuffer(b"".join(parts), dtype=np.uint8)


def _unpacked(arrays: Any) -> Iterable[tuple[int, Waveform]]:
    """Yield the row of each sound and the sound, (T',)."""
    low = np.frombuffer(lzma.decompress(arrays["low"].tobytes()), dtype="u1")
    high = np.frombuffer(lzma.decompress(arrays["high"].tobytes()), dtype="<u2")
    lengths = arrays["lengths"]
    if not len(low) == len(high) == lengths.sum():
        raise ValueError(f"{len(low)} low and {len(high)} high bytes, {lengths.sum()} are expected")
    starts = np.cumsum(lengths) - lengths
    facts = (arrays[name].tolist() for name in ("rows", "lengths", "orders", "steps"))
    for row, length, order, step, start in zip(*facts, starts.tolist(), strict=True):
        part = slice(start, start + length)
        codes = low[part] + np.uint32(256) * high[part]
        yield row, Clip(codes, order, step).waveform()
