"""`drumlin evaluate`: the judge. Instruments and real sounds in, numbers and a page to look at out."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say
from .play import open_instrument

if TYPE_CHECKING:
    from ..evaluation import Judgement


class SplitChoice(StrEnum):
    """Real sounds to compare with."""

    valid = "valid"
    test = "test"


def evaluate(
    instruments: Annotated[
        list[str], typer.Argument(metavar="INSTRUMENT...", help="Instrument files, or the word `default`.")
    ],
    against: Annotated[Path, typer.Option("--against", metavar="DATASET", help="A folder made by `drumlin prepare`.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="REPORT", help="Folder of the report.")],
    split: Annotated[
        SplitChoice, typer.Option(help="test: once per release candidate; each look is logged.")
    ] = SplitChoice.valid,
    label: Annotated[list[str] | None, typer.Option("--label", help="Judge this class alone; repeatable.")] = None,
    count: Annotated[int, typer.Option(min=2, help="Random places at which defects are looked for.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of the work: for a look while making.")] = False,
    refine: Annotated[
        int | None,
        typer.Option(
            min=0,
            show_default="48, 0 with --quick",
            help="Unseen sounds that the first instrument may refine, ten seconds each.",
        ),
    ] = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Judge instruments against real sounds; run it again to continue where it was stopped."""
    from ..datasets import Dataset
    from ..evaluation import JudgeSettings, judge

    settings = JudgeSettings(split=split.value, labels=tuple(sorted(set(label or []))), count=count, seed=seed)
    if quick:
        settings = settings.quick()
    if refine is not None:
        settings = replace(settings, refined=refine)
    players = [open_instrument(instrument) for instrument in instruments]
    with progress_report(progress, "Judging") as report:
        judgement = judge(players, Dataset.open(against), out, settings, report)
    _present(judgement, as_json, progress)


def _present(judgement: "Judgement", as_json: bool, progress: ProgressStyle) -> None:
    result: dict[str, Any] = {"report": str(judgement.report), "page": str(judgement.page)}
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(judgement.content)
    else:
        print(judgement.page)
        say(f"numbers in {judgement.report}")
