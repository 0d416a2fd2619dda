"""Analysis of waveforms, as pure functions: onset, mel spectrograms, fingerprints, attributes of a hit."""

from .attributes import Attributes, brightness, measure_attributes
from .envelope import attack_s, decay_s, envelope
from .fingerprint import DUPLICATE_COSINE, FINGERPRINT_SIZE, cosines, fingerprint
from .mel import level_distance_db, log_mel, log_mel_distance_db, mel_filters, mel_power, spectrogram
from .onset import ONSET_DB, find_onset
from .pitch import Pitch, find_pitch
from .tonality import noise_power, noisiness_db, tonal_cells

__all__ = [
    "DUPLICATE_COSINE",
    "FINGERPRINT_SIZE",
    "ONSET_DB",
    "Attributes",
    "Pitch",
    "attack_s",
    "brightness",
    "cosines",
    "decay_s",
    "envelope",
    "find_onset",
    "find_pitch",
    "fingerprint",
    "level_distance_db",
    "log_mel",
    "log_mel_distance_db",
    "measure_attributes",
    "mel_filters",
    "mel_power",
    "noise_power",
    "noisiness_db",
    "spectrogram",
    "tonal_cells",
]
