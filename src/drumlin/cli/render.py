"""`drumlin render`: a timeline, or a style and a length, as sound."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say
from .play import open_instrument

if TYPE_CHECKING:
    from ..composing import Timeline
    from ..instrument import Instrument
    from ..rendering import PieceFiles, RenderSettings

MAX_SEED = 2**32 - 1


class StemsChoice(StrEnum):
    """Of what stems are made."""

    bus = "bus"
    part = "part"


def render(
    out: Annotated[Path, typer.Option("--out", "-o", help="WAV or FLAC; truth and timeline are written beside it.")],
    timeline: Annotated[
        Path | None, typer.Argument(help="A timeline: JSON, as docs/composing.md has it.", show_default=False)
    ] = None,
    descriptor: Annotated[
        str | None, typer.Option(metavar="ID", help="Without a timeline: one region of this style.")
    ] = None,
    duration: Annotated[float | None, typer.Option(metavar="S", help="With --descriptor: its length, seconds.")] = None,
    instrument: Annotated[
        str, typer.Option(metavar="default|FILE", help="The instrument that plays the drums.")
    ] = "default",
    drums: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Places of the drums, also by region: docs/rendering.md.")
    ] = None,
    variation: Annotated[int | None, typer.Option(min=0, max=MAX_SEED, help="Another kit for the same piece.")] = None,
    stems: Annotated[StemsChoice | None, typer.Option(help="Write these, too, into NAME.stems.")] = None,
    midi: Annotated[bool, typer.Option("--midi", help="Write the notes, too, as NAME.mid.")] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, max=MAX_SEED, help="In place of the timeline's. Same seed, same bytes.")
    ] = None,
    bits: Annotated[str, typer.Option(metavar="16|24|32f", help="Sample format; FLAC has no 32f.")] = "24",
    force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Compose a timeline and play it: sound, the truth about it, and the timeline with everything decided."""
    from ..composing import compose
    from ..exporting import SoundFormat
    from ..rendering import name_files, write_piece
    from ..rendering import render as render_score

    request = _timeline(timeline, descriptor, duration, seed)
    files = name_files(out, midi=midi, stems=stems is not None, overwrite=force)
    form = SoundFormat(out.suffix.lower().removeprefix("."), bits)  # type: ignore[arg-type]
    settings, own = _settings(drums, variation, stems)
    player = own or open_instrument(instrument)
    with progress_report(progress, "Rendering") as report:
        composition = compose(request)
        mix = render_score(composition.score, player, settings, report=report)
    audio = write_piece(files, composition, mix, player, form, settings.regions)
    _present(files, audio, request, as_json, progress)


def _settings(
    path: Path | None, variation: int | None, stems: StemsChoice | None
) -> "tuple[RenderSettings, Instrument | None]":
    """Return the settings, and the instrument that the file of drums names for the piece, if it does."""
    from ..rendering import Drums, PieceDrums, RenderSettings, load_drums

    chosen = load_drums(path, open_instrument) if path else PieceDrums(Drums(), {})
    settings = RenderSettings(
        kit=chosen.piece.kit,
        stems=stems.value if stems else "none",
        variation=chosen.piece.variation if variation is None else variation,
        regions=chosen.regions,
    )
    return settings, chosen.piece.instrument


def _timeline(path: Path | None, descriptor: str | None, duration_s: float | None, seed: int | None) -> "Timeline":
    from ..composing import load_timeline, request_timeline

    if path is not None and (descriptor, duration_s) == (None, None):
        return load_timeline(path, seed)
    if path is None and descriptor is not None and duration_s is not None:
        return request_timeline(descriptor, duration_s, seed or 0)
    raise UsageError("either a timeline is expected, or --descriptor and --duration")


def _present(
    files: "PieceFiles", audio: dict[str, Any], timeline: "Timeline", as_json: bool, progress: ProgressStyle
) -> None:
    for note in audio["notifications"]:
        say(note)
    result = {
        "sound": str(files.sound),
        "truth": str(files.truth),
        "timeline": str(files.timeline),
        "midi": str(files.midi) if files.midi else None,
        "stems": {name: str(files.stems / f"{name}.wav") for name in audio["stems"]} if files.stems else {},
        "seed": timeline.seed,
        "duration_s": timeline.duration_s,
        "sha256": audio["sha256"],
        "instrument": audio["instrument"],
        "notifications": audio["notifications"],
    }
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(result)
    else:
        print(f"{files.sound}  {timeline.duration_s:g} s, {len(timeline.regions)} regions, seed {timeline.seed}")
