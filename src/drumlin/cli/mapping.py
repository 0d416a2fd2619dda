"""`drumlin library map`: the map of the studio, which stays put until another one is asked for."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from .library import HomeOption, UrlOption
from .opening import open_library
from .output import JsonOption, print_json


def map_(
    anew: Annotated[bool, typer.Option("--anew", help="Lay another map for the sounds that there are now.")] = False,
    use: Annotated[int | None, typer.Option(metavar="NUMBER", min=1, help="Use a map that was laid before.")] = None,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how the map was laid; sounds move only if another one is laid or used."""
    from ..errors import UsageError

    if anew and use is not None:
        raise UsageError("--anew and --use: choose one of them")
    with open_library(home, url) as library:
        if anew:
            library.lay_map()
        elif use is not None:
            library.use_map(use)
        places = library.places()
    count, laid = len(places.ids), places.laid
    told: dict[str, Any] = {"sounds": count, "number": 0, "laid_on": 0, "is_fitted": False, "is_outgrown": False}
    if laid is not None:
        told |= {"number": laid.number, "laid_on": laid.sounds, "is_fitted": laid.is_fitted}
        told["is_outgrown"] = laid.is_outgrown(count)
    if as_json:
        print_json(told)
        return
    print(_sentence(told))


COMMANDS: dict[str, Callable[..., None]] = {"map": map_}
"""The command below `drumlin library` that is here, by name."""


def _sentence(told: dict[str, Any]) -> str:
    if not told["number"]:
        return "there is no map yet: add a folder and scan it first"
    by = "by their likeness" if told["is_fitted"] else "by brightness and decay"
    when = f", laid when there were {told['laid_on']:,}" if told["laid_on"] else ""
    more = "; `--anew` lays another one for them" if told["is_outgrown"] else ""
    return f"map {told['number']}: {told['sounds']:,} sounds {by}{when}{more}"
