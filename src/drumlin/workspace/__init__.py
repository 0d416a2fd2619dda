"""The user's things: instruments, crate, settings, folders to learn from, and what learning needs."""

from .browsing import Listing, list_folder
from .crate import Crate, Kept
from .settings import Settings
from .shelf import Entry, Shelf
from .workspace import Workspace, default_home

__all__ = ["Crate", "Entry", "Kept", "Listing", "Settings", "Shelf", "Workspace", "default_home", "list_folder"]
