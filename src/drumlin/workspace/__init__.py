"""The user's things: instruments, crate, settings, folders to learn from, and what learning needs.

The names are loaded when first used: `drumlin doctor` must be able to say which package is broken.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .browsing import Listing, list_folder
    from .crate import Crate, Kept
    from .dropped import DroppedSounds
    from .pieces import Piece, Pieces
    from .places import default_home
    from .settings import Settings
    from .shelf import Entry, Shelf
    from .workspace import Workspace

_HOMES = {
    "Crate": "crate",
    "DroppedSounds": "dropped",
    "Entry": "shelf",
    "Kept": "crate",
    "Listing": "browsing",
    "Piece": "pieces",
    "Pieces": "pieces",
    "Settings": "settings",
    "Shelf": "shelf",
    "Workspace": "workspace",
    "default_home": "places",
    "list_folder": "browsing",
}

__all__ = [
    "Crate",
    "DroppedSounds",
    "Entry",
    "Kept",
    "Listing",
    "Piece",
    "Pieces",
    "Settings",
    "Shelf",
    "Workspace",
    "default_home",
    "list_folder",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
