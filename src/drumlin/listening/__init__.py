"""Listening to whole tracks: tempo, beats, bars, key, form, with honest confidence.

heard = listen(waveform, sample_rate)
heard.tempo_bpm, heard.key.name, heard.form
"""

from .analysis import Features, analyse
from .heard import Form, Heard, Segment, Window
from .key import Key, rank_keys
from .listening import MAX_DURATION_S, hear, listen, listen_to_file
from .picture import draw_heard
from .pooling import POOLED_NAMES, pool_features
from .settings import ListenSettings
from .tempo import TempoCandidate

__all__ = [
    "MAX_DURATION_S",
    "POOLED_NAMES",
    "Features",
    "Form",
    "Heard",
    "Key",
    "ListenSettings",
    "Segment",
    "TempoCandidate",
    "Window",
    "analyse",
    "draw_heard",
    "hear",
    "listen",
    "listen_to_file",
    "pool_features",
    "rank_keys",
]
