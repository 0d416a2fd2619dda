"""Commands that compose: compose, descriptors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import DescriptorError
from .output import JsonOption, print_json, say

if TYPE_CHECKING:
    from ..composing import Composition, Descriptor, Written


def compose(
    timeline: Annotated[Path, typer.Argument(help="A timeline: JSON, as docs/composing.md has it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The MIDI file; truth and timeline are written beside it.")],
    force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Compose a timeline: notes as MIDI, the truth about them, and the timeline with everything decided."""
    from ..composing import compose as compose_timeline
    from ..composing import load_timeline, write_composition

    composition = compose_timeline(load_timeline(timeline))
    files = write_composition(composition, out, overwrite=force)
    for note in composition.timeline.notifications:
        say(note)
    if as_json:
        print_json(_summary(composition, files))
        return
    summary = _summary(composition, files)
    print(f"{files.midi}  {summary['duration_s']:g} s, {summary['notes']} notes, {len(summary['regions'])} regions")


def descriptors(
    genre: Annotated[str | None, typer.Option(metavar="NAME", help="Only those of one genre.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the descriptors that a timeline can name."""
    from ..composing import load_dictionary

    genres = dict.fromkeys(one.genre for one in load_dictionary().values())
    if genre is not None and genre not in genres:
        raise DescriptorError(f"genre is {genre!r}: {', '.join(genres)} are there")
    chosen = [one for one in load_dictionary().values() if genre in (None, one.genre)]
    if as_json:
        print_json([_description(one) for one in chosen])
        return
    for one in chosen:
        tempo = f"{one.tempo.min_bpm:g}..{one.tempo.max_bpm:g} bpm"
        print(f"{one.id:34} {one.sentiment:9} valence {one.valence_level}  momentum {one.momentum}  {tempo}")


def _summary(composition: "Composition", files: "Written") -> dict[str, Any]:
    return {
        "midi": str(files.midi),
        "truth": str(files.truth),
        "timeline": str(files.timeline),
        "seed": composition.score.seed,
        "duration_s": composition.score.duration_s,
        "notes": sum(len(region.notes) for region in composition.score.regions),
        "regions": [
            {"id": region.id, "descriptor": region.descriptor, "start_s": region.start_s, "end_s": region.end_s}
            for region in composition.score.regions
        ],
        "notifications": list(composition.timeline.notifications),
    }


def _description(one: "Descriptor") -> dict[str, Any]:
    return {
        "id": one.id,
        "genre": one.genre,
        "subgenre": one.subgenre,
        "mood": one.mood,
        "sentiment": one.sentiment,
        "valence": one.valence_level,
        "momentum": one.momentum,
        "min_tempo_bpm": one.tempo.min_bpm,
        "max_tempo_bpm": one.tempo.max_bpm,
        "meters": sorted(one.meters),
        "modes": sorted(one.modes),
        "instruments": sorted({patch for part in one.parts.values() for patch in part.patches or ("drums",)}),
        "loudness_lufs": one.sound.loudness_lufs,
    }
