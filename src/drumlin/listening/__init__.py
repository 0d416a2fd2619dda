"""Listening to whole tracks: tempo, beats, bars, key, form, descriptors, with honest confidence.

features = analyse(waveform, sample_rate)
heard = hear(features)
heard.tempo_bpm, heard.key.name, heard.form
hear_descriptors(features, heard).track.genre
"""

from .analysis import Features, analyse
from .descriptor_model import descriptor_distance
from .descriptor_reading import UNKNOWN, Choice, DescriptorReading, Descriptors
from .descriptor_table import TARGETS
from .descriptors import hear_descriptors
from .heard import Form, Heard, Segment, Window
from .key import Key, rank_keys
from .listening import MAX_DURATION_S, analyse_file, hear, listen, listen_to_file
from .picture import draw_heard
from .pooling import POOLED_NAMES, pool_features
from .settings import ListenSettings
from .tempo import TempoCandidate

__all__ = [
    "MAX_DURATION_S",
    "POOLED_NAMES",
    "TARGETS",
    "UNKNOWN",
    "Choice",
    "DescriptorReading",
    "Descriptors",
    "Features",
    "Form",
    "Heard",
    "Key",
    "ListenSettings",
    "Segment",
    "TempoCandidate",
    "Window",
    "analyse",
    "analyse_file",
    "descriptor_distance",
    "draw_heard",
    "hear",
    "hear_descriptors",
    "listen",
    "listen_to_file",
    "pool_features",
    "rank_keys",
]
