"""What the ear looks at: a one-shot from its onset, as two log-mel pictures of 64 bands and 64 frames.

`close` shows the first 0.37 s in frames of 23 ms every 5.8 ms: attack and body. `whole` shows 1.5 s in frames of 93 ms
every 23 ms: pitch and decay, by which kicks, toms and cymbals are told apart. Levels are relative to the peak of the
sound, so that neither gain nor leading silence changes a picture. Shapes: B sounds, T points.
"""

import numpy as np

from ..audio.resampling import resample
from ..errors import PreprocessError
from ..features import find_onset, log_mel
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


def cut(waveform: Waveform, sample_rate: int) -> Waveform:
    """Return a one-shot from its onset, resampled, its peak at 1, padded or cut to `LENGTH`.

    Args:
        waveform: mono audio, shape (T,); what is not finite counts as silence.
        sample_rate: Hz.
    Returns:
        Shape (LENGTH,), float32; zeros for silence.
    Raises:
        AudioError: the rate is not positive.
    """
    clean = np.nan_to_num(np.asarray(waveform, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    try:
        onset = find_onset(clean, sample_rate) if len(clean) else 0
    except PreprocessError:  # silent
        return np.zeros(LENGTH, np.float32)
    reach = round(1.01 * LENGTH / VIEW_RATE * sample_rate) + 1  # a little more, for the filter's edge
    heard = resample(clean[onset : onset + reach], sample_rate, VIEW_RATE)[:LENGTH]
    padded = np.pad(heard, (0, LENGTH - len(heard)))
    scaled: Waveform = padded / max(float(np.abs(padded).max(initial=0.0)), 1e-9)
    return scaled


def view(sounds: Waveform) -> Array:
    """Return both pictures of sounds that were `cut`, (B, LENGTH) to (B, 2, 64, 64), float32 from 0 to 1."""
    pictures = np.zeros((len(sounds), 2, BANDS, FRAMES), np.float32)
    ends = [int(np.flatnonzero(sound).max(initial=-1)) + 1 for sound in sounds]
    for sound, picture, end in zip(sounds, pictures, ends, strict=True):
        for into, shape in zip(picture, (CLOSE, WHOLE), strict=True):
            _draw(into, sound[:end], **shape)
    return pictures


def _draw(picture: Array, sound: Waveform, n_fft: int, hop_length: int) -> None:
    """Draw a sound (T,) into zeros (64, 64); frames behind its end stay as they are."""
    length = FRAMES * hop_length
    seen = np.pad(sound[:length], (0, n_fft // 2))[:length]  # until no frame has anything of the sound in it
    levels = log_mel(seen, VIEW_RATE, n_mels=BANDS, n_fft=n_fft, hop_length=hop_length)[:, :FRAMES]
    picture[:, : levels.shape[1]] = np.clip((levels - FLOOR_DB) / -FLOOR_DB, 0.0, 1.0)
