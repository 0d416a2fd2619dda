"""Pictures and players of the report: hits as tiles of spectrograms, and the sounds behind them as files.

Shape letters: M sounds, T points.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from ..audio import fade_out, find_tail_end, peak, write_atomically
from ..datasets.pictures import encode_png
from ..features import log_mel
from ..units import Array, Waveform
from .window import JUDGED_RATE

TILES = 16
"""Hits in a picture, four in a row."""

TILE = (96, 64)
"""Width and height of a hit in pixels."""

RANGE_DB = 70.0
"""Below the peak of the hit: what a quiet room lets through."""

LONGEST_S = 1.5
"""Seconds of a hit that can be heard."""

_ROW, _GAP = 4, 4
_BACK = (18, 20, 24)
_STOPS = np.array([_BACK, (70, 40, 130), (220, 80, 110), (255, 235, 160)], float)


def draw_tiles(windows: Waveform) -> Array:
    """Return a picture, (height, width, 3), uint8, of at most `TILES` judged windows (M, T), four in a row; M > 0."""
    width, height = TILE
    rows = -(-min(len(windows), TILES) // _ROW)
    picture = np.empty((rows * (height + _GAP) - _GAP, _ROW * (width + _GAP) - _GAP, 3), np.uint8)
    picture[:] = _BACK
    for number, window in enumerate(windows[:TILES]):
        top, left = number // _ROW * (height + _GAP), number % _ROW * (width + _GAP)
        picture[top : top + height, left : left + width] = draw_spectrogram(window, width, height)
    return picture


def draw_spectrogram(window: Waveform, width: int, height: int) -> Array:
    """Return the mel spectrogram of a window (T,) as (height, width, 3), uint8, low bands at the bottom."""
    levels = log_mel(window, JUDGED_RATE, hop_length=max(1, len(window) // width), n_mels=height)[::-1]
    columns = np.linspace(0, levels.shape[1] - 1, width).astype(int)
    shade = np.clip((levels[:, columns] - levels.max()) / RANGE_DB + 1.0, 0.0, 1.0)
    if not window.any():
        shade[:] = 0.0
    channels = [np.interp(shade, np.linspace(0, 1, len(_STOPS)), _STOPS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def write_tiles(path: Path, windows: Waveform) -> None:
    """Write the picture of some windows as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, encode_png(draw_tiles(windows)))


def write_sounds(folder: Path, stem: str, waveforms: Sequence[Waveform], sample_rate: int) -> list[str]:
    """Write sounds as `stem-01.flac`, ... and return their names.

    They are normalised to -1 dB, silent ends are left out, and long ones are faded out: the page stays small.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{stem}-{number:02d}.flac" for number in range(1, len(waveforms) + 1)]
    for name, waveform in zip(names, waveforms, strict=True):
        write_atomically(folder / name, encode_flac(waveform, sample_rate))
    return names


def encode_flac(waveform: Waveform, sample_rate: int) -> bytes:
    """Return a sound (T,) as the bytes of a FLAC file of 16 bits, made ready for listening."""
    sound = np.asarray(waveform[: round(LONGEST_S * sample_rate)], np.float32)
    loudest = peak(sound)
    if loudest > 0:
        sound = sound[: max(1, find_tail_end(sound, -RANGE_DB))] * np.float32(10 ** (-1 / 20) / loudest)
    if len(waveform) > len(sound):
        sound = fade_out(sound, min(len(sound), round(0.01 * sample_rate)))
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(sound, -1.0, 1.0), sample_rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()
