"""Notes to files: sounds with tags and provenance, pieces, names that are safe everywhere, and files back to notes."""

from .finding import locate_file, locate_sound, refine_file, residual_of
from .names import safe_name, sound_stem
from .patterns import encode_pattern, mix_pattern
from .pieces import encode_piece
from .provenance import Provenance, provenance_of, role_of
from .sounds import SoundFormat, encode_sound, read_provenance, write_numbered, write_sound

__all__ = [
    "Provenance",
    "SoundFormat",
    "encode_pattern",
    "encode_piece",
    "encode_sound",
    "locate_file",
    "locate_sound",
    "mix_pattern",
    "provenance_of",
    "read_provenance",
    "refine_file",
    "residual_of",
    "role_of",
    "safe_name",
    "sound_stem",
    "write_numbered",
    "write_sound",
]
