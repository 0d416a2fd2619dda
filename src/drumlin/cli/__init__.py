"""The command line: parse, call one function of a wing, present.

A command's module is imported at start, so it must stay light: wings are imported inside the functions.
"""

from .app import app, main

__all__ = ["app", "main"]
