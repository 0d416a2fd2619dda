"""`drumlin library`: your folders of sounds, catalogued, found, sorted; every sorting can be taken back."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .library_text import (
    present,
    print_facts,
    print_lines,
    print_page,
    print_plan,
    print_problems,
    print_tags,
    printable,
    sentence,
)
from .opening import open_library
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..library import Library, Plan

HOME_HELP = "Folder of the library [default: in your data folder]."
HomeOption = Annotated[Path | None, typer.Option("--home", metavar="FOLDER", envvar="DRUMLIN_LIBRARY", help=HOME_HELP)]
URL_HELP = "A PostgreSQL database to use in place of the file: postgresql://user@host/name."
UrlOption = Annotated[str | None, typer.Option("--url", envvar="DRUMLIN_LIBRARY_URL", help=URL_HELP)]
CountOption = Annotated[int, typer.Option("--count", "-n", min=1, max=100_000, help="How many to show.")]
WorkersOption = Annotated[int, typer.Option(min=0, help="Processes that read; 0 for one per core.")]
AgainOption = Annotated[bool, typer.Option("--again", help="Also try files that could not be read before.")]


RAY_HELP = "Read on a Ray cluster: host:port of its head, auto for the one of this machine, local to start one."
RayOption = Annotated[str | None, typer.Option("--ray", metavar="ADDRESS", help=RAY_HELP)]


class AspectChoice(StrEnum):
    """By what sounds are compared."""

    whole = "whole"
    spectrum = "spectrum"
    envelope = "envelope"
    pitch = "pitch"
    noisiness = "noisiness"


def add(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders of sounds.")],
    is_scanned: Annotated[bool, typer.Option("--scan/--no-scan", help="Scan at once.")] = True,
    workers: WorkersOption = 0,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Make folders part of the library; their files stay where they are."""
    with open_library(home, url) as library:
        for folder in folders:
            say(f"added {printable(library.add(folder))}")
        if is_scanned:
            _scan(library, workers, False, as_json, progress)


def remove(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of the library.")],
    home: HomeOption = None,
    url: UrlOption = None,
) -> None:
    """Take a folder out of the library; its files stay, and what you said of its sounds is kept."""
    with open_library(home, url) as library:
        library.remove(folder)
    print(f"{printable(folder)} is not in the library any more; its files are where they were")


def scan(
    again: AgainOption = False,
    workers: WorkersOption = 0,
    ray: RayOption = None,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Bring the catalogue up to date: new files are read, moved ones recognised, missing ones marked."""
    with open_library(home, url) as library:
        _scan(library, workers, again, as_json, progress, ray)


def watch(
    every: Annotated[float, typer.Option(metavar="SECONDS", min=0.2, help="Seconds between two looks.")] = 2.0,
    rounds: Annotated[int, typer.Option(min=0, help="Stop after so many looks; 0 for never.")] = 0,
    home: HomeOption = None,
    url: UrlOption = None,
) -> None:
    """Keep the catalogue up to date while this runs; Ctrl-C ends it."""
    from ..library import watch as keep_watching

    with open_library(home, url) as library:
        say(f"watching {len(library.roots())} folders; Ctrl-C ends it")
        for summary in keep_watching(library, every_s=every, rounds=rounds):
            print(sentence(summary), flush=True)


def list_(
    text: Annotated[str, typer.Argument(metavar="[QUERY]", help="As for `find`; everything if empty.")] = "",
    folders: Annotated[bool, typer.Option("--folders", help="The folders of the library instead.")] = False,
    problems: Annotated[bool, typer.Option("--problems", help="The files that cannot be used, and why.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="The tags, with how many sounds have them.")] = False,
    count: CountOption = 50,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sounds, folders, problems or tags."""
    with open_library(home, url) as library:
        if folders:
            print_lines([str(root) if as_json else printable(root) for root in library.roots()], as_json)
        elif problems:
            print_problems(library, as_json)
        elif tags:
            print_tags(library, as_json)
        else:
            print_page(library.find(text, count), as_json)


def find(
    text: Annotated[str, typer.Argument(metavar="[QUERY]", help='Words and facts: "snare bright <0.3s".')] = "",
    like: Annotated[Path | None, typer.Option("--like", metavar="FILE", help="Nearest to this sound first.")] = None,
    aspect: Annotated[AspectChoice, typer.Option(help="By what sounds are compared.")] = AspectChoice.whole,
    voice: Annotated[
        Path | None, typer.Option("--voice", metavar="FILE", help="What you say: boom. Experimental.")
    ] = None,
    midi: Annotated[Path | None, typer.Option(metavar="FILE", help="With --voice: write the rhythm as MIDI.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="With --voice: write the rhythm as WAV.")] = None,
    count: CountOption = 20,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find sounds by words, tags and facts, by another sound or by your voice, and by both."""
    from .voice import find_spoken

    _check_voice(voice, like, midi, out)
    with open_library(home, url) as library:
        if voice is not None:
            find_spoken(library, voice, text, count, midi, out, as_json)
            return
        page = library.find(text, count) if like is None else library.like(like, aspect.value, text, count)
        print_page(page, as_json)


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sound of the library.")],
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of a sound: facts, tags and who says so, where else it lies."""
    with open_library(home, url) as library:
        found, said = library.show(file)
        told = library.told(file)
    if as_json:
        print_json(found.as_dict() | {"said": [one.__dict__ for one in said], "told": told})
        return
    for path in found.paths:
        print(printable(path))
    print_facts(found.facts)
    for one in said:
        print(f"  tag {one.tag:<14} {one.origin}, {one.confidence:.2f}{f', {one.why}' if one.why else ''}")
    for source, key, value in told:
        print(f"  {source} {key}: {value}")


def facts(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sounds, in the library or not.")],
    as_json: JsonOption = False,
) -> None:
    """Measure sounds, without any library."""
    from ..library import measure_file

    measured = {printable(file): measure_file(file).as_dict() for file in files}
    if as_json:
        print_json(measured)
        return
    for name, found in measured.items():
        print(name)
        print_facts(found)


def tag(
    name: Annotated[str, typer.Argument(metavar="TAG", help="A tag; made if there is none.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sounds of the library.")],
    is_not: Annotated[bool, typer.Option("--not", help="Say that they do not have it.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
) -> None:
    """Say that sounds have a tag, or have not."""
    with open_library(home, url) as library:
        library.tag(name, files, confidence=0.0 if is_not else 1.0)
    print(f"{len(files)} sounds are {'not ' if is_not else ''}{name}")


def import_tags(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="`Settings/Browser/Tags` of FL Studio's user data.")],
    home: HomeOption = None,
    url: UrlOption = None,
) -> None:
    """Take over the tags that FL Studio keeps; those in files and in Live's folders are read by `scan`."""
    with open_library(home, url) as library:
        print(f"{library.take_fl_tags(file)} files of the library have tags in {printable(file)}")


def sort(
    by: Annotated[str, typer.Option("--by", metavar="TAG", help="A tag, or the parent of those to sort by.")] = "",
    to: Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Where the folders are made.")] = None,
    move: Annotated[bool, typer.Option("--move", help="Files move there.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Copies are made.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Links are made.")] = False,
    text: Annotated[str, typer.Option("--only", metavar="QUERY", help="Only what this finds.")] = "",
    sure: Annotated[float, typer.Option(min=0.0, max=1.0, help="Below this confidence: to _unsure.")] = 0.6,
    everything: Annotated[bool, typer.Option("--all", help="Files of which nothing is said: to _unsure.")] = False,
    plan: Annotated[Path | None, typer.Option("--plan", metavar="FILE", help="Apply a plan that was saved.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Sort files into folders by tag: a plan is shown and saved first, and `library undo` takes it back."""
    from ..library import read_plan

    with open_library(home, url) as library:
        if plan is None:
            made = library.plan(by, *_where(by, to, move, copy, link), text=text, sure=sure, everything=everything)
            plan = library.save(made)
        else:
            made = read_plan(plan)
        if not as_json and progress is not ProgressStyle.json:
            print_plan(made, plan)
        if made.steps and (yes or _agrees()):
            _apply(library, made, as_json, progress)
        elif as_json:
            print_json(made.as_dict() | {"plan": printable(plan), "applied": False})
        elif made.steps:
            say(f"nothing was changed; to apply: drumlin library sort --plan {printable(plan)} --yes")


def undo(
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Take the last sorting back: every file returns to its place, byte for byte."""
    with open_library(home, url) as library:
        title = library.undo_title()
        say(f"to be taken back: {title}" if title else "there is nothing to undo")
        if not title:
            return
        if not (yes or _agrees()):
            say("nothing was changed; to take it back: drumlin library undo --yes")
            return
        with progress_report(progress, "Undoing") as report:
            undone = library.undo(report)
    if progress is ProgressStyle.json:
        print_event("done", result={"restored": len(undone.restored), "left": len(undone.left)})
        return
    print(f"{len(undone.restored)} files are as they were before: {undone.title}")
    for path in undone.left:
        say(f"left, as it was changed since: {printable(path)}")


app = typer.Typer(help="Your folders of sounds: catalogued, found, sorted.", no_args_is_help=True, add_completion=False)

COMMANDS: dict[str, Callable[..., None]] = {
    **{"add": add, "remove": remove, "scan": scan, "watch": watch, "list": list_, "find": find, "show": show},
    **{"facts": facts, "tag": tag, "import-tags": import_tags, "sort": sort, "undo": undo},
}
"""The commands below `drumlin library`, by name; `app` wraps and registers them."""


def _scan(
    library: "Library", workers: int, again: bool, as_json: bool, progress: ProgressStyle, ray: str | None = None
) -> None:
    from ..library import ScanOptions

    with progress_report(progress, "Scanning") as report:
        summary = library.scan(ScanOptions(workers=workers, again=again, ray=ray), report)
    result = summary.as_dict() | {"sounds": library.count()}
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(result)
    else:
        present(summary, result["sounds"])


def _check_voice(voice: Path | None, like: Path | None, midi: Path | None, out: Path | None) -> None:
    from ..errors import UsageError

    if voice is not None and like is not None:
        raise UsageError("--voice and --like are two ways to search: name one")
    if voice is None and (midi is not None or out is not None):
        raise UsageError("--midi and --out write the rhythm that --voice FILE hears: name it too")


def _where(by: str, to: Path | None, move: bool, copy: bool, link: bool) -> "tuple[Path, Any]":
    from ..errors import UsageError

    chosen = [how for how, wanted in (("move", move), ("copy", copy), ("link", link)) if wanted]
    if not by or to is None or len(chosen) != 1:
        raise UsageError("--by TAG, --to FOLDER and one of --move, --copy and --link are expected, or --plan FILE")
    return to, chosen[0]


def _apply(library: "Library", plan: "Plan", as_json: bool, progress: ProgressStyle) -> None:
    with progress_report(progress, "Sorting") as report:
        applied = library.apply(plan, report)
    left = [{"path": printable(path), "reason": reason} for path, reason in applied.left]
    result = {"applied": True, "done": len(applied.done), "left": left}
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(result)
    else:
        for one in left:
            say(f"left {one['path']}: {one['reason']}")
        print(f"{len(applied.done)} files done; `drumlin library undo` takes it back")


def _agrees() -> bool:
    """Ask on a terminal; elsewhere the answer is no."""
    return sys.stdin.isatty() and typer.confirm("Apply?", default=False, err=True)
