"""`drumlin loop`: tracks are heard, pieces are made of what was heard, and the pieces are heard again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say
from .play import open_instrument

if TYPE_CHECKING:
    from ..looping import LoopReport


def loop(
    tracks: Annotated[list[Path], typer.Argument(metavar="TRACK...", help="Sound files of up to an hour each.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of the report and the pieces.")],
    instrument: Annotated[
        str, typer.Option(metavar="default|FILE", help="The instrument that plays the drums.")
    ] = "default",
    seeds: Annotated[int, typer.Option(help="Pieces along the form, each by another seed.")] = 10,
    styles: Annotated[int, typer.Option(help="Likeliest styles that are rendered by themselves.")] = 3,
    tempi: Annotated[int, typer.Option(help="Likeliest tempi of each of them.")] = 2,
    keys: Annotated[int, typer.Option(help="Commonest keys of each of them.")] = 2,
    single: Annotated[float, typer.Option(metavar="S", help="Length of a piece of one style, seconds.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Of the first piece.")] = 0,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Hear tracks, make pieces of what was heard, hear those again; run it again to continue where it was stopped."""
    from ..looping import LoopSettings, run_loop

    settings = LoopSettings(styles, tempi, keys, single, seeds, seed)
    player = open_instrument(instrument)
    with progress_report(progress, "Looping") as report:
        found = run_loop(tracks, out, player, settings, report)
    _present(found, as_json, progress)


def _present(found: "LoopReport", as_json: bool, progress: ProgressStyle) -> None:
    for one in found.content["refused"]:
        say(f"{one['track']}: {one['reason']}")
    if progress is ProgressStyle.json:
        print_event("done", result={"report": str(found.report), "page": str(found.page)})
    elif as_json:
        print_json(found.content)
    else:
        print(found.page)
        say(f"numbers in {found.report}")
