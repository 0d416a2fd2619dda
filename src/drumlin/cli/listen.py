"""`drumlin listen`: a track in, its tempo, beats, key, form and descriptors out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..listening import DescriptorReading, Descriptors, Heard

_UNKNOWN = "unknown"


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
    """Hear a track's tempo, beats, bars, key, form and descriptors, each with how sure that is."""
    from ..audio import write_atomically
    from ..listening import ListenSettings, analyse_file, draw_heard, hear, hear_descriptors

    if picture is not None and picture.suffix.lower() != ".svg":
        raise UsageError(f"the picture {picture.name}: a name that ends in .svg is expected")
    settings = ListenSettings(window_s=window, stride_s=stride, tempo_centre_bpm=near)
    with progress_report(progress, "Listening") as report:
        features = analyse_file(track, report)
        heard = hear(features, settings, report)
    descriptors = hear_descriptors(features, heard)
    if picture is not None:
        try:
            write_atomically(picture, draw_heard(heard, track.name).encode())
        except OSError as error:
            raise UsageError(f"the picture cannot be written to {picture}: {error.strerror or error}") from error
    _present(heard, descriptors, as_json, progress)


def _present(heard: "Heard", descriptors: "Descriptors", as_json: bool, progress: ProgressStyle) -> None:
    if progress is ProgressStyle.json:
        print_event("done", result=_content(heard, descriptors))
    elif as_json:
        print_json(_content(heard, descriptors))
    else:
        for line in _lines(heard, descriptors):
            print(line)
        say(f"{len(heard.beats_s)} beats, {len(heard.windows)} windows: --json prints all of them")


def _content(heard: "Heard", descriptors: "Descriptors") -> dict[str, Any]:
    return heard.as_json() | {"descriptors": descriptors.asdict()}


def _lines(heard: "Heard", descriptors: "Descriptors") -> list[str]:
    readings = ", ".join(f"{reading.bpm:.1f} ({reading.probability:.0%})" for reading in heard.tempo)
    lines = [
        f"tempo  {readings} BPM, octave {heard.octave_confidence:.0%} sure",
        f"meter  {heard.meter} ({heard.meter_confidence:.0%})",
        f"key    {heard.key.name} ({heard.key.confidence:.0%})",
        f"style  {_style(descriptors.track)}",
        f"form   {heard.form}",
    ]
    for segment, reading in zip(heard.segments, descriptors.segments, strict=True):
        tempo = f"{segment.tempo_bpm:.1f} BPM" if segment.tempo_bpm else "no beats"
        span = f"{_clock(segment.start_s)} - {_clock(segment.end_s)}"
        lines.append(f"  {segment.letter}  {span}  {tempo}, {segment.key.name}, {segment.boundary_confidence:.0%} sure")
        lines.append(f"     {_style(reading)}")
    return lines


def _style(reading: "DescriptorReading") -> str:
    """Return a reading in words; what is refused is left to its parent, or called unknown."""
    choices = [choice for choice in (reading.genre, reading.subgenre, reading.mood) if choice.name != _UNKNOWN]
    style = ", ".join(f"{choice.name} ({choice.probability:.0%})" for choice in choices) or "of no style that is known"
    mood = reading.sentiment.name if reading.sentiment.name != _UNKNOWN else "sentiment open"
    return f"{style}; {mood}, momentum {reading.momentum_value:.1f} of 4"


def _clock(time_s: float) -> str:
    return f"{int(time_s // 60)}:{time_s % 60:04.1f}"
