"""`drumlin library find --voice` and `voice-test`: sounds and rhythms that are said. Experimental, and called so."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .library import HomeOption, UrlOption
from .library_text import line_of, printable
from .opening import open_library
from .output import JsonOption, print_json, say

if TYPE_CHECKING:
    from ..library import Library, Spoken, VoiceScore


def find_spoken(
    library: "Library", file: Path, text: str, count: int, midi: Path | None, out: Path | None, as_json: bool
) -> None:
    """Show the sounds for each kind of stroke and the rhythm, and write it as MIDI and as sound if asked to."""
    from ..audio import read_mono
    from ..imitating import LONGEST_S
    from ..library import find_by_voice

    spoken = find_by_voice(library, read_mono(file, mix="mean", max_duration_s=LONGEST_S), text, count)
    if midi is not None:
        _write_midi(spoken, midi)
    if out is not None:
        _write_mix(spoken, out)
    if as_json:
        print_json(_as_dict(spoken))
    else:
        _print(spoken)


def voice_test(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Your imitations: files or subfolders named by tag.")
    ],
    learn: Annotated[
        bool, typer.Option("--learn", help="Also keep how your voice differs, for later searches.")
    ] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score your own imitations: how high do the sounds come that you mean? Experimental."""
    from ..library import score_voice

    with open_library(home, url) as library:
        score = score_voice(library, folder, learn=learn)
    if as_json:
        print_json(score.as_dict())
    else:
        _print_score(score)


COMMANDS: dict[str, Callable[..., None]] = {"voice-test": voice_test}
"""A further command below `drumlin library`, by name; `app` wraps and registers it."""


def _print(spoken: "Spoken") -> None:
    say("finding by voice is experimental")
    for number, one in enumerate(spoken.lists, 1):
        strokes = sum(beat.which == number - 1 for beat in spoken.pattern)
        times = "once" if strokes == 1 else f"{strokes} times"
        print(f"{number}. {one.called}? said {times}")
        for found, fit in zip(one.found, one.fits, strict=True):
            print(f"  {fit:5.2f} {line_of(found)}")
        if not one.found:
            say("nothing was found")
    if len(spoken.pattern) > 1:
        print(
            "pattern: " + "  ".join(f"{one.at_s:.3f} s {one.which + 1} ({one.velocity:.2f})" for one in spoken.pattern)
        )


def _as_dict(spoken: "Spoken") -> dict[str, Any]:
    return {
        "experimental": True,
        "lists": [
            {
                "called": one.called,
                "confidence": one.confidence,
                "found": [found.as_dict() | {"fit": fit} for found, fit in zip(one.found, one.fits, strict=True)],
            }
            for one in spoken.lists
        ],
        "pattern": [{"at_s": one.at_s, "velocity": one.velocity, "list": one.which} for one in spoken.pattern],
    }


def _write_midi(spoken: "Spoken", path: Path) -> None:
    from ..audio import write_atomically
    from ..exporting import encode_pattern

    write_atomically(path, encode_pattern(spoken.pattern, [one.called for one in spoken.lists]))
    say(f"wrote {printable(path)}")


def _write_mix(spoken: "Spoken", path: Path) -> None:
    from ..audio import read_mono, write_wav
    from ..errors import MissingError
    from ..exporting import mix_pattern
    from ..exporting.patterns import RATE

    if not all(one.found and one.found[0].paths for one in spoken.lists):
        raise MissingError("no sound was found for one of the strokes: there is nothing to play the pattern with")
    sounds = [read_mono(one.found[0].paths[0], mix="mean") for one in spoken.lists]
    write_wav(path, mix_pattern(spoken.pattern, sounds), RATE)
    say(f"wrote {printable(path)}")


def _print_score(score: "VoiceScore") -> None:
    print(f"{'said':<32} {'meant':<20} {'heard as':<12} {'rank':>6} {'tuned':>6} {'right':>6}")
    for one in score.trials:
        print(f"{one.name:<32} {one.wanted:<20} {one.heard:<12} {one.rank:>6} {one.tuned_rank:>6} {one.right:>6}")
    for name, reason in score.refused:
        say(f"cannot use {name}: {reason}")
    came, tuned, chance = score.as_it_comes, score.tuned, score.chance
    print(f"{len(score.trials)} imitations, {score.sounds} sounds   as it comes  tuned to you  by luck")
    print(f"first sound is right             {came.top_1:9.0%} {tuned.top_1:13.0%} {chance.top_1:8.0%}")
    print(f"a right one among ten            {came.top_10:9.0%} {tuned.top_10:13.0%} {chance.top_10:8.0%}")
    ranks = (came.reciprocal_rank, tuned.reciprocal_rank, chance.reciprocal_rank)
    print("mean reciprocal rank             {:9.2f} {:13.2f} {:8.2f}".format(*ranks))
    say("your voice is kept for later searches" if score.learned else "--learn keeps your voice for later searches")
