"""`drumlin listen`: a track in, its tempo, beats, key and form out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..listening import Heard


def listen(
    track: Annotated[Path, typer.Argument(metavar="TRACK", help="A sound file of up to an hour.")],
    picture: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Also draw what was heard.")] = None,
    near: Annotated[
        float | None, typer.Option(metavar="BPM", help="The tempo is known to be about this; settles half and double.")
    ] = None,
    window: Annotated[float, typer.Option(help="Length of the windows, seconds.")] = 10.0,
    stride: Annotated[float, typer.Option(help="From one window to the next, seconds.")] = 2.0,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Hear a track's tempo, beats, bars, key and form, each with how sure that is."""
    from ..audio import write_atomically
    from ..listening import ListenSettings, draw_heard, listen_to_file

    if picture is not None and picture.suffix.lower() != ".svg":
        raise UsageError(f"the picture {picture.name}: a name that ends in .svg is expected")
    settings = ListenSettings(window_s=window, stride_s=stride, tempo_centre_bpm=near)
    with progress_report(progress, "Listening") as report:
        heard = listen_to_file(track, settings, report)
    if picture is not None:
        try:
            write_atomically(picture, draw_heard(heard, track.name).encode())
        except OSError as error:
            raise UsageError(f"the picture cannot be written to {picture}: {error.strerror or error}") from error
    _present(heard, as_json, progress)


def _present(heard: "Heard", as_json: bool, progress: ProgressStyle) -> None:
    if progress is ProgressStyle.json:
        print_event("done", result=heard.as_json())
    elif as_json:
        print_json(heard.as_json())
    else:
        for line in _lines(heard):
            print(line)
        say(f"{len(heard.beats_s)} beats, {len(heard.windows)} windows: --json prints all of them")


def _lines(heard: "Heard") -> list[str]:
    readings = ", ".join(f"{reading.bpm:.1f} ({reading.probability:.0%})" for reading in heard.tempo)
    lines = [
        f"tempo  {readings} BPM, octave {heard.octave_confidence:.0%} sure",
        f"meter  {heard.meter} ({heard.meter_confidence:.0%})",
        f"key    {heard.key.name} ({heard.key.confidence:.0%})",
        f"form   {heard.form}",
    ]
    for segment in heard.segments:
        tempo = f"{segment.tempo_bpm:.1f} BPM" if segment.tempo_bpm else "no beats"
        span = f"{_clock(segment.start_s)} - {_clock(segment.end_s)}"
        lines.append(f"  {segment.letter}  {span}  {tempo}, {segment.key.name}, {segment.boundary_confidence:.0%} sure")
    return lines


def _clock(time_s: float) -> str:
    return f"{int(time_s // 60)}:{time_s % 60:04.1f}"
