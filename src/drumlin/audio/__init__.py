"""Waveforms and files: read, write, resample, fade, measure levels, keep RIFF chunks."""

from .fades import fade_curve, fade_in, fade_out
from .files import AUDIO_SUFFIXES, Mix, MonoSound, Sound, read_audio, read_mono, read_start, write_atomically
from .levels import find_tail_end, is_silent, normalising_gain_db, peak, peak_db, rms
from .resampling import resample
from .riff import Chunk, format_chunks, list_chunks, parse_chunks, read_chunk, replace_chunk
from .wav import Encoding, encode_wav, write_wav

__all__ = [
    "AUDIO_SUFFIXES",
    "Chunk",
    "Encoding",
    "Mix",
    "MonoSound",
    "Sound",
    "encode_wav",
    "fade_curve",
    "fade_in",
    "fade_out",
    "find_tail_end",
    "format_chunks",
    "is_silent",
    "list_chunks",
    "normalising_gain_db",
    "parse_chunks",
    "peak",
    "peak_db",
    "read_audio",
    "read_chunk",
    "read_mono",
    "read_start",
    "replace_chunk",
    "resample",
    "rms",
    "write_atomically",
    "write_wav",
]
