"""Scores to sound: drums of an instrument, a pitched synthesiser, buses, rooms and a master. See docs/rendering.md."""

from .kit import Kit, draw_kit
from .note_cache import NoteCache
from .patch import Envelope, Patch
from .patches import PATCHES, patch_named
from .render import Mix, check_score, render
from .settings import RenderSettings
from .vibrato import Vibrato
from .voices import held_note, played
from .writing import PieceFiles, name_files, write_piece

__all__ = [
    "PATCHES",
    "Envelope",
    "Kit",
    "Mix",
    "NoteCache",
    "Patch",
    "PieceFiles",
    "RenderSettings",
    "Vibrato",
    "check_score",
    "draw_kit",
    "held_note",
    "name_files",
    "patch_named",
    "played",
    "render",
    "write_piece",
]
