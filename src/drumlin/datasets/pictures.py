"""Small pictures of sounds as PNG: a waveform above, its spectrogram below. Arrays in, bytes out, nothing to install.

Colours are those of the preview page, which is dark. Image arrays have shape (height, width, 3), uint8.
"""

import struct
import zlib
from itertools import pairwise

import numpy as np

from ..features.mel import log_mel
from ..units import Array, Waveform, seconds_to_points

_BACK = (18, 20, 24)
_INK = (120, 200, 255)
_AXIS = (52, 58, 66)
ONSET_COLOUR = (255, 190, 70)
PEAK_COLOUR = (255, 95, 120)

_RANGE_DB = 80.0  # of the spectrogram: about what a good recording holds
_PANEL = (360, 96)  # width and height in pixels


def draw_sound(waveform: Waveform, sample_rate: int, span_s: float, marks: dict[float, tuple[int, int, int]]) -> Array:
    """Return a picture of the first `span_s` seconds.

    Args:
        waveform: mono audio, shape (T,); padded with silence to the span.
        sample_rate: Hz.
        span_s: seconds that the width stands for.
        marks: colours of vertical lines by their time in seconds.
    """
    length = max(1, seconds_to_points(span_s, sample_rate))
    shown = np.pad(waveform[:length], (0, max(0, length - len(waveform))))
    width, height = _PANEL
    top = _draw_waveform(shown, width, height)
    bottom = _draw_spectrogram(shown, sample_rate, width, height)
    for time_s, colour in marks.items():
        column = min(width - 1, int(time_s / span_s * width))
        top[:, column] = colour
    gap = np.full((4, width, 3), _BACK, np.uint8)
    return np.concatenate([top, gap, bottom])


def beside(left: Array, right: Array) -> Array:
    """Return two pictures of one height next to each other."""
    gap = np.full((left.shape[0], 12, 3), _BACK, np.uint8)
    return np.concatenate([left, gap, right], axis=1)


def encode_png(image: Array) -> bytes:
    """Return an image, shape (height, width, 3), uint8, as the bytes of a PNG file."""
    height, width, _ = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, -1)], axis=1)  # filter 0 each
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _draw_waveform(waveform: Waveform, width: int, height: int) -> Array:
    """Draw the lowest and highest point of each column, scaled to the loudest of all or to full scale."""
    image = np.full((height, width, 3), _BACK, np.uint8)
    image[height // 2] = _AXIS
    scale = (height / 2 - 1) / max(1.0, float(np.abs(waveform).max(initial=0.0)))
    edges = np.linspace(0, len(waveform), width + 1).astype(int)
    for column, (start, end) in enumerate(pairwise(edges)):
        part = waveform[start : max(end, start + 1)]
        top, bottom = (round(height / 2 - float(value) * scale) for value in (part.max(), part.min()))
        image[max(0, top) : min(height, bottom + 1), column] = _INK
    return image


def _draw_spectrogram(waveform: Waveform, sample_rate: int, width: int, height: int) -> Array:
    hop = max(1, len(waveform) // width)
    levels = log_mel(waveform, sample_rate, n_fft=1024, hop_length=hop, n_mels=height)
    columns = np.linspace(0, levels.shape[1] - 1, width).astype(int)
    shade = np.clip((levels[::-1, columns] - levels.max()) / _RANGE_DB + 1.0, 0.0, 1.0)
    stops = np.array([_BACK, (70, 40, 130), (220, 80, 110), (255, 235, 160)], float)
    channels = [np.interp(shade, np.linspace(0, 1, len(stops)), stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
