"""`drumlin library index`: the optional index of a large library."""

from collections.abc import Callable
from typing import Annotated

import typer

from .library import HomeOption
from .opening import open_library
from .output import JsonOption, ProgressOption, ProgressStyle, print_json, progress_report


def index(
    off: Annotated[bool, typer.Option("--off", help="Remove it: every search is exact again.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Make an index by which sounds like another are found at once among a million, and nearly all of them."""
    from ..library import drop_index, make_index

    with open_library(home, None) as library:
        if off:
            drop_index(library)
            print("there is no index: every search is exact")
            return
        with progress_report(progress, "Indexing") as report:
            made = make_index(library, report)
    if as_json:
        print_json(made.__dict__)
        return
    print(f"{made.sounds:,} sounds in {made.cells:,} cells, {made.probes} of which are looked at in a search;")
    print(f"it finds {made.recall:.1%} of the nearest ten, measured on sounds of the library")


COMMANDS: dict[str, Callable[..., None]] = {"index": index}
"""The commands below `drumlin library` that are here, by name."""
