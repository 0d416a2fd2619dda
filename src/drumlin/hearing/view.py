"""What the ear looks at: a one-shot from its onset, as two log-mel pictures of 64 bands and 64 frames.

`close` shows the first 0.37 s in frames of 23 ms every 5.8 ms: attack and body. `whole` shows 1.5 s in frames of 93 ms
every 23 ms: pitch and decay, by which kicks, toms and cymbals are told apart. Levels are relative to the peak of the
sound, so that neither gain nor leading silence changes a picture. Shapes: B sounds, T points.
"""

import numpy as np

from ..audio.levels import peak
from ..audio.resampling import resample
from ..errors import PreprocessError
from ..features import find_onset
from ..features.mel import frame_power, frames_of, narrow_mel
from ..units import Array, Waveform

VIEW_RATE = 44_100
"""Hz; other rates are resampled."""

BANDS = FRAMES = 64
CLOSE = {"n_fft": 1024, "hop_length": 256}
WHOLE = {"n_fft": 4096, "hop_length": 1024}
LENGTH = FRAMES * WHOLE["hop_length"]
"""Points from the onset that are looked at: 1.49 s."""

FLOOR_DB = -80.0
"""Levels below are raised to it; relative to full scale after the peak was brought to 0 dB."""

FAINT = 4e-5
"""No cell of a frame whose points all lie below this passes the floor: its bands have at most 6 times its square."""

_FLOOR = 10.0 ** (FLOOR_DB / 10.0)


def cut(waveform: Waveform, sample_rate: int, onset: int | None = None) -> Waveform:
    """Return a one-shot from its onset, resampled, its peak at 1, padded or cut to `LENGTH`.

    Args:
        waveform: mono audio, shape (T,); what is not finite counts as silence.
        sample_rate: Hz.
        onset: index of the onset if known.
    Returns:
        Shape (LENGTH,), float32; zeros for silence.
    Raises:
        AudioError: the rate is not positive.
    """
    clean = np.asarray(waveform, np.float32)
    if not np.isfinite(clean).all():
        clean = np.nan_to_num(clean, nan=0.0, posinf=0.0, neginf=0.0)
    padded = np.zeros(LENGTH, np.float32)
    try:
        onset = find_onset(clean, sample_rate) if onset is None else onset
    except PreprocessError:  # silent
        return padded
    reach = round(1.01 * LENGTH / VIEW_RATE * sample_rate) + 1  # a little more, for the filter's edge
    heard = resample(clean[onset : onset + reach], sample_rate, VIEW_RATE)[:LENGTH]
    np.divide(heard, max(peak(heard), 1e-9), out=padded[: len(heard)])
    return padded


def view(sounds: Waveform) -> Array:
    """Return both pictures of sounds that were `cut`, (B, LENGTH) to (B, 2, 64, 64), float32 from 0 to 1."""
    pictures = np.zeros((len(sounds), 2, BANDS, FRAMES), np.float32)
    for sound, picture in zip(sounds, pictures, strict=True):
        end = _last_heard(sound) + 1
        for into, shape in zip(picture, (CLOSE, WHOLE), strict=True):
            _draw(into, sound, end, **shape)
    return pictures


def _last_heard(sound: Waveform) -> int:
    """Return the index of the last point that can lift a cell off the floor, or -1."""
    heard = (np.abs(sound) >= FAINT)[::-1]
    last = int(heard.argmax())
    return len(sound) - 1 - last if heard[last] else -1


def _draw(picture: Array, sound: Waveform, end: int, n_fft: int, hop_length: int) -> None:
    """Draw a sound (T,) into zeros (64, 64); frames behind its end stay as they are."""
    count = min(FRAMES, 1 + (end + n_fft // 2) // hop_length) if end else 0
    padded = np.zeros(FRAMES * hop_length + n_fft, np.float32)
    seen = sound[: FRAMES * hop_length]
    padded[n_fft // 2 : n_fft // 2 + len(seen)] = seen
    bands = narrow_mel(frame_power(frames_of(padded, n_fft, hop_length)[:count]), VIEW_RATE, n_fft, BANDS)
    levels = 10.0 * np.log10(np.maximum(bands, _FLOOR)) / -FLOOR_DB + 1.0
    np.minimum(levels.T, 1.0, out=picture[:, :count])
