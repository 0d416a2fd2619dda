"""`drumlin prepare`: folders of sounds in, a data set out."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..datasets import Settings, Summary

_SHOWN = 20


class ProfileChoice(StrEnum):
    """How sounds are aligned and cut."""

    study = "study"
    generator = "generator"


class MixChoice(StrEnum):
    """How channels become one."""

    first = "first"
    mean = "mean"


def prepare(
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...", help="Folders of sounds, nested or flat.")],
    out: Annotated[Path, typer.Option("--out", metavar="DATASET", help="Folder of the data set.")],
    profile: Annotated[
        ProfileChoice,
        typer.Option(help="study: peak at the attack, 0.4 s. generator: onset first, cleaned, up to 2 s."),
    ] = ProfileChoice.study,
    sample_rate: Annotated[int, typer.Option(help="Sample rate of the data set, Hz.")] = 44100,
    attack: Annotated[float, typer.Option(help="Study profile: where the peak falls, seconds.")] = 0.1,
    length: Annotated[float | None, typer.Option(help="Seconds of each sound [0.4, generator: 2].")] = None,
    mix: Annotated[MixChoice, typer.Option(help="The first channel, or the mean of all.")] = MixChoice.first,
    wav: Annotated[bool, typer.Option("--wav", help="Also write each prepared sound as a float WAV.")] = False,
    preview: Annotated[int, typer.Option(metavar="N", help="Draw N sounds before and after, with a page.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads and processes; 0 for one per core.")] = 0,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Make a data set of all sounds below some folders, or bring one up to date."""
    from .. import datasets

    settings = _settings(profile, sample_rate, attack, length, mix)
    options = datasets.PrepareOptions(workers=workers, wav=wav)
    try:
        with progress_report(progress, "Preparing") as report:
            summary = datasets.prepare(sources, out, settings, options, report)
            if preview > 0:
                datasets.write_preview(sources, datasets.Dataset.open(out), preview)
    except datasets.PrepareInterrupted as interrupt:
        _present(interrupt.summary, as_json, progress)
        raise
    _present(summary, as_json, progress)


def _settings(
    profile: ProfileChoice, sample_rate: int, attack: float, length: float | None, mix: MixChoice
) -> "Settings":
    from ..datasets import Settings, default_length_s

    return Settings(
        profile=profile.value,
        sample_rate=sample_rate,
        attack_s=attack,
        length_s=default_length_s(profile.value) if length is None else length,
        mix=mix.value,
    )


def _present(summary: "Summary", as_json: bool, progress: ProgressStyle) -> None:
    if progress is ProgressStyle.json:
        print_event("done", result=summary.as_dict())
        return
    if as_json:
        print_json(summary.as_dict())
        return
    for item in summary.refused[:_SHOWN]:
        say(f"refused {_printable(item.path)}: {item.reason}")
    if len(summary.refused) > _SHOWN:
        say(f"... and {len(summary.refused) - _SHOWN} more, see {summary.folder / 'refused.jsonl'}")
    splits = ", ".join(f"{count} {split}" for split, count in summary.splits.items())
    print(f"{summary.count} samples in {summary.folder} ({splits}), {len(summary.refused)} refused")
    for note in summary.notes():
        print(note)
    rate = summary.file_count / max(summary.seconds, 1e-6)
    say(f"{summary.seconds:.1f} s, {rate:.0f} files/s, {summary.reused_count} taken over from an earlier run")


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
