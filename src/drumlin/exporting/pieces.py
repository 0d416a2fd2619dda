"""Whole pieces to bytes: as long as they are, in as many channels as they have, as WAV or FLAC.

Unlike a one-shot a piece keeps the silence at its end, and is no sound that an instrument would find on its pad: it
carries a title and a comment, no provenance of a note. Equal waveforms, formats and texts give equal bytes.
"""

import io

from ..audio import encode_wav
from ..errors import UsageError
from ..units import Waveform
from .flac_tags import comment_flac
from .sounds import SoundFormat
from .wav_tags import info_chunk

_SUBTYPES = {"16": "PCM_16", "24": "PCM_24"}


def encode_piece(waveform: Waveform, sample_rate: int, form: SoundFormat, title: str = "", comment: str = "") -> bytes:
    """Return the bytes of a file.

    Args:
        waveform: shape (C, T), full scale [-1, 1]; what is beyond is clipped, but for 32f.
        sample_rate: Hz.
        form: how to write it; its own sample rate is not asked for.
        title: what players show.
        comment: where it came from, in words.
    Raises:
        UsageError: the format is neither WAV nor FLAC.
    """
    if form.container == "mp3":
        raise UsageError("pieces are written as wav or flac: mp3 would move every beat by the delay of its encoder")
    tags = info_chunk({"INAM": title, "ICMT": comment, "ISFT": "Drumlin"})
    wav = encode_wav(waveform, sample_rate, encoding=form.bits, chunks=[tags])
    if form.container == "wav":
        return wav
    import soundfile

    points, _ = soundfile.read(io.BytesIO(wav), dtype="int32")
    buffer = io.BytesIO()
    soundfile.write(buffer, points, sample_rate, format="FLAC", subtype=_SUBTYPES[form.bits])
    return comment_flac(buffer.getvalue(), {"TITLE": title, "DESCRIPTION": comment})
