"""How commands open the library: where it lies, and by what its sounds are heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .output import say

if TYPE_CHECKING:
    from ..library import Library


@contextmanager
def open_library(home: Path | None, url: str | None) -> "Iterator[Library]":
    """Open the library; its sounds are heard by the ear that comes with Drumlin."""
    from ..hearing import starter_ear
    from ..library import Library
    from ..workspace import default_home

    with Library(home or default_home() / "library", url, starter_ear()) as library:
        yield library
        for title in library.recovered:
            say(f"taken back, as it had been stopped in the middle: {title}")
