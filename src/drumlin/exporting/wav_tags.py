"""The chunks of a written WAV beside its sound: provenance, tags, and what samplers read.

Sources: RIFF 1.0 (`LIST`, `smpl`, `inst`: IBM and Microsoft, 1991 and 1994), EBU Tech 3285 (`bext`). Fields for times
and dates stay zero, so that equal sounds give equal bytes.
"""

import struct
from collections.abc import Mapping

from ..audio import Chunk
from .provenance import Provenance

PROVENANCE_CHUNK = "drml"
"""Name of the chunk that holds the provenance as canonical JSON."""

ROOT_NOTE = 60
"""MIDI key that plays a written sound untransposed: middle C, as samplers expect of drums."""

_GENRE = "Drums"
_SOFTWARE = "Drumlin"
_BEXT = struct.Struct("<256s32s32s10s8sQH64s190s")  # EBU Tech 3285, version 1


def wav_chunks(provenance: Provenance, sample_rate: int) -> list[Chunk]:
    """Return the chunks to write after the sound."""
    return [
        Chunk("bext", _broadcast(provenance)),
        Chunk("smpl", _sampler(sample_rate)),
        Chunk("inst", struct.pack("<BbbBBBB", ROOT_NOTE, 0, 0, 0, 127, 1, 127)),
        _info(provenance),
        Chunk(PROVENANCE_CHUNK, provenance.to_json().encode("ascii")),
    ]


def info_chunk(entries: Mapping[str, str]) -> Chunk:
    """Return the `LIST` chunk of an `INFO` list: text by name of four letters; empty ones are left out."""
    body = b"INFO"
    for name, text in entries.items():
        if text:
            data = text.replace("\0", " ").encode() + b"\0"
            body += name.encode() + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return Chunk("LIST", body)


def _broadcast(provenance: Provenance) -> bytes:
    description = provenance.comment.replace("\0", " ").encode("ascii", "replace")[:256]  # bext knows ASCII only
    reference = provenance.instrument[:32].encode("ascii", "replace")
    return _BEXT.pack(description, _SOFTWARE.encode(), reference, b"", b"", 0, 1, b"", b"")


def _sampler(sample_rate: int) -> bytes:
    period_ns = round(1e9 / sample_rate)
    return struct.pack("<9I", 0, 0, period_ns, ROOT_NOTE, 0, 0, 0, 0, 0)


def _info(provenance: Provenance) -> Chunk:
    entries = {
        "INAM": provenance.title,
        "IPRD": provenance.name,
        "IGNR": _GENRE,
        "IKEY": provenance.role,
        "ICMT": provenance.comment,
        "ICOP": ", ".join(provenance.licences),
        "ISFT": _SOFTWARE,
    }
    return info_chunk(entries)
