"""What is worked out once per track, and then only looked at: band levels, onsets, pitch classes.

Two transforms at 22,050 Hz: frames of 46 ms each 11.6 ms, for rhythm and colour, and frames of 372 ms each 93 ms, in
which the semitones of a bass lie apart, for pitch. All levels are relative to the track's own, so gain changes
nothing. The track goes through in blocks: memory grows with the features (90 kB a minute and band), not the spectra.
Shape letters: `T` points, `N` short frames, `M` long frames, `B` mel bands.
"""

from dataclasses import dataclass

import numpy as np

from ..audio import is_silent, resample
from ..errors import PreprocessError
from ..features import mel_filters
from ..features.mel import frame_power
from ..units import Array, Waveform
from .chroma import PITCH_FFT, PITCH_HOP, Chroma, measure_chroma
from .onsets import measure_onsets

RATE = 22_050
"""Rate of the analysis, Hz: what is above 11 kHz says nothing of beat, key or form."""

N_FFT, HOP_LENGTH = 1024, 256
FRAME_RATE = RATE / HOP_LENGTH
"""Short frames per second."""

N_MELS, LOWEST_HZ = 48, 27.5

MIN_DURATION_S = 1.0
"""What sounds for less has neither tempo nor key nor form."""

_LEAST_SHARE = 1e-5  # of the loudest frame's power (-50 dB): a frame above it sounds
_BLOCK_FRAMES = 4096


@dataclass(frozen=True)
class Features:
    """A track as the listener sees it.

    Args:
        duration_s: of the track.
        mel: power in mel bands relative to the loudest frame's, shape (N, B), float32.
        onsets: strength of onsets by band, shape (N, 5): low, low-mid, mid, high, and change of pitch classes.
        chroma: pitch classes over time.
    """

    duration_s: float
    mel: Array
    onsets: Array
    chroma: Chroma

    @property
    def frame_count(self) -> int:
        """Return N."""
        return len(self.mel)


def analyse(waveform: Waveform, sample_rate: int) -> Features:
    """Return the features of a track.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
    Raises:
        PreprocessError: empty, silent, not a number, or with less than a second of sound.
    """
    sound = _checked(waveform, sample_rate)
    sound = resample(sound, sample_rate, RATE)
    mel = _mel(sound)
    level = mel.sum(axis=1)
    sounding_s = float(np.count_nonzero(level > _LEAST_SHARE * level.max()) / FRAME_RATE)
    if sounding_s < MIN_DURATION_S:
        raise PreprocessError(
            f"only {sounding_s:.2f} s of sound in {len(sound) / RATE:.1f} s: tempo, key and form need "
            f"at least {MIN_DURATION_S:g} s"
        )
    mel /= np.float32(np.percentile(level[level > _LEAST_SHARE * level.max()], 95))
    chroma = measure_chroma(sound, RATE)
    change = np.interp(np.arange(len(mel)) * HOP_LENGTH, np.arange(len(chroma.change)) * PITCH_HOP, chroma.change)
    onsets = np.column_stack([measure_onsets(mel, mel_centres_hz()), change]).astype(np.float32)
    return Features(len(sound) / RATE, mel, onsets, chroma)


def mel_centres_hz() -> Array:
    """Return the middle of each mel band, shape (B,)."""
    edges = np.linspace(_mel_of(LOWEST_HZ), _mel_of(RATE / 2), N_MELS + 2)
    centres: Array = 700.0 * (10.0 ** (edges[1:-1] / 2595.0) - 1.0)
    return centres


def _mel_of(frequency_hz: float) -> float:
    return float(2595.0 * np.log10(1.0 + frequency_hz / 700.0))


def _checked(waveform: Waveform, sample_rate: int) -> Waveform:
    sound = np.asarray(waveform, np.float32)
    if sound.ndim != 1 or sound.size == 0:
        raise PreprocessError(f"a waveform of shape {sound.shape}: mono audio of at least one point is expected")
    if not bool(np.isfinite(sound).all()):
        raise PreprocessError("the sound holds values that are no numbers")
    if is_silent(sound):
        raise PreprocessError("the sound is silent: there is nothing to listen to")
    if len(sound) < MIN_DURATION_S * sample_rate:
        raise PreprocessError(
            f"lasts {len(sound) / sample_rate:.2f} s: tempo, key and form need at least {MIN_DURATION_S:g} s"
        )
    return sound


def _mel(sound: Waveform) -> Array:
    """Return power in mel bands, shape (N, B), block by block."""
    padded = np.pad(sound, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP_LENGTH]
    filters = mel_filters(RATE, N_FFT, N_MELS, LOWEST_HZ).T
    mel = np.empty((len(frames), N_MELS), np.float32)
    for start in range(0, len(frames), _BLOCK_FRAMES):
        mel[start : start + _BLOCK_FRAMES] = frame_power(frames[start : start + _BLOCK_FRAMES]) @ filters
    return mel


__all__ = ["FRAME_RATE", "HOP_LENGTH", "PITCH_FFT", "RATE", "Features", "analyse", "mel_centres_hz"]
