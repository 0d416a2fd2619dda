"""Scores to sound: drums of an instrument, a pitched synthesiser, buses, rooms and a master. See docs/rendering.md."""

from .drums_document import PieceDrums, load_drums, read_drums
from .kit import Kit, draw_kit
from .note_cache import NoteCache
from .patch import Envelope, Patch
from .patches import PATCHES, patch_named
from .render import Mix, check_score, render
from .settings import Drums, RenderSettings
from .vibrato import Vibrato
from .voices import held_note, played
from .writing import PieceFiles, name_files, write_piece

__all__ = [
    "PATCHES",
    "Drums",
    "Envelope",
    "Kit",
    "Mix",
    "NoteCache",
    "Patch",
    "PieceDrums",
    "PieceFiles",
    "RenderSettings",
    "Vibrato",
    "check_score",
    "draw_kit",
    "held_note",
    "load_drums",
    "name_files",
    "patch_named",
    "played",
    "read_drums",
    "render",
    "write_piece",
]
