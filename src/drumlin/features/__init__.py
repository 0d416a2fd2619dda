"""Analysis of waveforms, as pure functions: onset, mel spectrograms, fingerprints."""

from .fingerprint import DUPLICATE_COSINE, FINGERPRINT_SIZE, cosines, fingerprint
from .mel import log_mel, log_mel_distance_db, mel_filters, mel_power, spectrogram
from .onset import ONSET_DB, find_onset

__all__ = [
    "DUPLICATE_COSINE",
    "FINGERPRINT_SIZE",
    "ONSET_DB",
    "cosines",
    "find_onset",
    "fingerprint",
    "log_mel",
    "log_mel_distance_db",
    "mel_filters",
    "mel_power",
    "spectrogram",
]
