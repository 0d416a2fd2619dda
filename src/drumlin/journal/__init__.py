"""The journal: file operations that can be taken back, also after a kill."""

from .journal import Batch, Journal, Undone, last_title

__all__ = ["Batch", "Journal", "Undone", "last_title"]
