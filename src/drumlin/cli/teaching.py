"""`drumlin library teach, suggest, ask, why, hear`: your own tags, learned from your own examples."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .library import HomeOption, UrlOption
from .library_text import printable
from .opening import open_library
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..library.starting import ClassOf

SURE = 0.6
"""Share from which on the class of a tagger of one's own is suggested."""


def teach(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Its subfolders are tags of what lies in them.")
    ] = None,
    is_suggesting: Annotated[bool, typer.Option("--suggest", help="Suggest at once what was learned.")] = False,
    fewest: Annotated[
        int | None, typer.Option(min=1, help="Sounds from which on a tag is learned, others wait  [default: 3]")
    ] = None,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Learn your tags from the sounds that you gave them."""
    from ..library import teaching

    with open_library(home, url) as library, progress_report(progress, "Learning") as report:
        least = fewest or teaching.FEWEST
        if folder is not None:
            teaching.teach_folders(library, folder)
        if is_suggesting:
            _present_counts(teaching.relearn(library, report, least), as_json, progress)
            return
        learned = teaching.learn(library, least)
    if as_json:
        print_json(learned.__dict__)
        return
    print(f"learned from {learned.sounds} sounds: {_listed(learned.counts)}")
    if learned.waiting:
        say(f"not learned before they have {least} sounds: {_listed(learned.waiting)}")


def suggest(
    least: Annotated[float, typer.Option(min=0.0, max=1.0, help="Probability from which on a tag counts.")] = 0.5,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest your tags for all sounds of which you said nothing."""
    from ..library import teaching
    from ..library.taught import count_given

    with open_library(home, url) as library:
        counts = teaching.suggest(library, least)
        with library.catalogue.read() as connection:
            given = count_given(connection)
    _present_counts(counts, as_json, ProgressStyle.auto)
    waiting = {name: count for name, count in given.items() if name not in counts}
    if waiting:
        say(f"not suggested, as they were not learned: {_listed(waiting)}")
        say(f"`drumlin library teach` learns a tag from {teaching.FEWEST} sounds on")


def ask(
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1000, help="How many to ask about.")] = 10,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Name the sounds about which your answer teaches most: `drumlin library tag` answers."""
    from ..library import questions as asking

    with open_library(home, url) as library:
        questions = asking.ask(library, count)
    if as_json:
        print_json([{"path": str(one.path), "guesses": dict(one.guesses)} for one in questions])
        return
    for one in questions:
        print(f"{printable(one.path)}: {', '.join(f'{name} {share:.0%}' for name, share in one.guesses)}?")


def why(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sound of the library.")],
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A tag that was taught.")],
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a sound is thought to have a tag: how sure, and the nearest examples that you gave."""
    from ..library import questions

    with open_library(home, url) as library:
        found = questions.why(library, file, tag)
    sides = {"like": (found.reason.like, found.like), "unlike": (found.reason.unlike, found.unlike)}
    examples = {
        name: [{"path": str(path), "cosine": one.cosine} for one, path in zip(*side, strict=True)]
        for name, side in sides.items()
    }
    if as_json:
        print_json({"tag": tag, "probability": found.reason.probability, "words": found.reason.words, **examples})
        return
    print(f"{tag}: {found.reason.words} ({found.reason.probability:.0%})")
    for name, title in (("like", f"nearest {tag}"), ("unlike", f"nearest that is no {tag}")):
        for one in examples[name]:
            print(f"  {title}: {printable(str(one['path']))} ({one['cosine']:.2f})")


def hear(
    by: Annotated[
        Path | None, typer.Option("--by", metavar="TAGGER", help="A tagger of your own, from `drumlin tagger train`.")
    ] = None,
    sure: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Confidence from which on a class is suggested.")
    ] = None,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Suggest a class for every one-shot, by the ear that comes with Drumlin or a tagger of yours, where it is sure."""
    from ..library.starting import suggest_classes

    classify, name = _by_ear(sure) if by is None else _by_tagger(by, sure)
    with open_library(home, url) as library, progress_report(progress, "Listening") as report:
        counts = suggest_classes(library, classify, name, report)
    _present_counts(dict(sorted(counts.items())), as_json, progress)


def _by_ear(sure: float | None) -> "tuple[ClassOf, str]":
    from ..hearing import UNSURE, starter_ear
    from ..library.reading import decode

    ear = starter_ear()

    def classify(path: Path) -> tuple[str, float] | None:
        sound = decode(path)
        heard = ear.hear([sound.waveform], sound.sample_rate)[0]
        if sure is None:
            return None if heard.called == UNSURE else (heard.called, heard.confidence)
        called, confidence = heard.best(1)[0]
        return (called, confidence) if confidence >= sure else None

    return classify, ear.name


def _by_tagger(path: Path, sure: float | None) -> "tuple[ClassOf, str]":
    from ..audio.files import read_audio
    from ..hearing.tagger import Tagger
    from ..library.starting import LONGEST_S

    tagger, least = Tagger(path), SURE if sure is None else sure

    def classify(file: Path) -> tuple[str, float] | None:
        sound = read_audio(file, max_duration_s=LONGEST_S + 1.0)
        shares = tagger.shares(sound.waveform, sound.sample_rate)
        return next(((called, share) for called, share in shares.items() if share >= least), None)

    return classify, f"tagger-{tagger.sha256[:12]}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _present_counts(counts: dict[str, int], as_json: bool, progress: ProgressStyle) -> None:
    """Say for how many sounds each tag is suggested, to a person or a program."""
    if progress is ProgressStyle.json:
        print_event("done", result={"suggested": sum(counts.values())})
    elif as_json:
        print_json(counts)
    else:
        for name, count in counts.items():
            print(f"{count:6} {name}")


COMMANDS: dict[str, Callable[..., None]] = {"teach": teach, "suggest": suggest, "ask": ask, "why": why, "hear": hear}
"""Further commands below `drumlin library`, by name; `app` wraps and registers them."""
