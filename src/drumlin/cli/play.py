"""Commands that play instruments: generate, locate, info, verify."""

import re
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import AudioError, DrumlinError, UsageError
from .output import JsonOption, ProgressStyle, print_json, progress_report, say

if TYPE_CHECKING:
    from ..exporting import SoundFormat
    from ..instrument import Instrument, Location, Note, Residual

InstrumentArgument = Annotated[str, typer.Argument(help="An instrument file, or the word `default`.")]
RefineOption = Annotated[
    bool, typer.Option("--refine", help="Search around the place of the sound, ten seconds at most, for a better fit.")
]

VOICE = ("pitch", "length", "velocity")


def generate(
    instrument: InstrumentArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="A file, or with --count a folder.")],
    count: Annotated[int | None, typer.Option(min=1, max=2000, help="How many sounds to write into a folder.")] = None,
    at: Annotated[str | None, typer.Option(metavar="X,Y", help="A place, each number from -1 to 1.")] = None,
    like: Annotated[Path | None, typer.Option(metavar="FILE", help="The place of this sound.")] = None,
    refine: RefineOption = False,
    residual: Annotated[
        float,
        typer.Option(metavar="PERCENT", min=0, max=100, help="How much of what is missed of --like is mixed back."),
    ] = 0.0,
    morph: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y|FILE", help="Between four places or sounds: given four times, A and B above C and D."
        ),
    ] = None,
    mix: Annotated[
        str, typer.Option(metavar="U,V", help="Where between the four, from A: across and down, 0 to 1.")
    ] = "0.5,0.5",
    random: Annotated[bool, typer.Option("--random", help="A random place.")] = False,
    class_: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="NAME[=WEIGHT],...",
            help="Play this class, where it lies if no place is given. Several are mixed by their weights.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="CONTROL=VALUE", help="A control of the instrument, or pitch, length, velocity."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same bytes.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="wav|flac|mp3", help="From --out's ending if not given, or wav.")
    ] = None,
    bits: Annotated[str, typer.Option(metavar="16|24|32f", help="Sample format of WAV and FLAC.")] = "24",
    rate: Annotated[int | None, typer.Option(metavar="44100|48000", help="Sample rate of the file, Hz.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write new sounds of an instrument."""
    from ..exporting import residual_of
    from ..instrument import notes_near, random_notes

    if (refine or residual) and like is None:
        raise UsageError("--refine and --residual need the sound that they speak of: give it with --like")
    if sum((at is not None, like is not None, bool(morph), random)) > 1:
        raise UsageError("--at, --like, --morph and --random exclude each other: give one of them")
    form = _format(out if count is None else None, format_, bits, rate)
    player = open_instrument(instrument)
    found = _between(player, morph, mix) if morph else _start(player, at, like, refine)
    rest = residual_of(player, like, found, residual / 100) if residual and like is not None else None
    weights = _weights(class_ or [], player.classes)
    start = _shaped(found, weights, set_ or [])
    anywhere = random or ((count is not None or bool(class_)) and not (at or like or morph))
    chosen = seed if seed is not None else secrets.randbelow(2**31) if anywhere else start.seed
    around = player.points.places_of([name for name, weight in weights.items() if weight])
    notes = random_notes(start, count or 1, chosen, around) if anywhere else notes_near(start, count or 1, chosen)
    written = []
    for note in notes:
        path = _write(player, note, rest, out, form, force if count is None else None)
        written.append({"path": str(path), "note": note.to_dict()})
        if not as_json:
            print(f"{path}  at {note.x:g},{note.y:g}  seed {note.seed}")
    if as_json:
        print_json(written)


def _write(
    player: "Instrument", note: "Note", rest: "Residual | None", out: Path, form: "SoundFormat", overwrite: bool | None
) -> Path:
    """Write one sound to `out`, or, where `overwrite` is None, into that folder, and return its path."""
    from ..exporting import provenance_of, role_of, sound_stem, write_numbered, write_sound

    waveform, provenance = player.play(note, rest), provenance_of(player, note, rest)
    if overwrite is None:
        stem = sound_stem(role_of(player, note), player.name)
        return write_numbered(out, stem, waveform, player.sample_rate, form, provenance)
    return write_sound(out, waveform, player.sample_rate, form, provenance, overwrite=overwrite)


def locate(
    instrument: InstrumentArgument,
    files: Annotated[list[Path], typer.Argument(help="Sounds to look for.")],
    refine: RefineOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say where sounds lie in an instrument and how well they fit."""
    player = open_instrument(instrument)
    found = []
    for file in files:
        try:
            location = _located(player, file, refine)
        except DrumlinError as error:
            say(f"{file}: {error}")
            continue
        found.append({"file": str(file), **location.to_dict()})
        if not as_json:
            print(f"{file}  at {location.x:g},{location.y:g}  {location.fit_db:.1f} dB away")
    if as_json:
        print_json(found)
    if not found:
        raise DrumlinError("none of the files could be located")


def info(instrument: InstrumentArgument, as_json: JsonOption = False) -> None:
    """Say what an instrument is, what it learned from and what it can be told."""
    from ..instrument import describe

    content = describe(open_instrument(instrument))
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        if name == "controls":
            value = ", ".join(f"{knob['name']} {knob['minimum']:g}..{knob['maximum']:g}" for knob in value)
        elif isinstance(value, dict):
            value = ", ".join(f"{key} {entry}" for key, entry in value.items())
        elif isinstance(value, list):
            value = ", ".join(map(str, value))
        print(f"{name:14} {value}")


def verify(instrument: InstrumentArgument, as_json: JsonOption = False) -> None:
    """Check an instrument file: its structure, that its graphs are harmless, that it plays as it should."""
    from ..instrument import DEFAULT_PATH
    from ..instrument import verify as verify_file

    digest = verify_file(DEFAULT_PATH if instrument == "default" else Path(instrument))
    if as_json:
        print_json({"file": instrument, "ok": True, "sha256": digest})
    else:
        print(f"{instrument}  ok  {digest}")


def open_instrument(source: str) -> "Instrument":
    """Load the instrument that an argument names: a file, or `default`.

    Raises:
        InstrumentError: it is none.
    """
    from ..instrument import default_instrument, load

    return default_instrument() if source == "default" else load(source)


def _located(instrument: "Instrument", file: Path, refine: bool) -> "Location":
    from ..exporting import locate_file, refine_file

    location = locate_file(instrument, file)
    if not refine:
        return location
    with progress_report(ProgressStyle.auto, file.name) as report:
        return refine_file(instrument, file, location, report)


def _start(instrument: "Instrument", at: str | None, like: Path | None, refine: bool) -> "Note":
    from ..instrument import Note

    if like is not None:
        try:
            return _located(instrument, like, refine).note
        except AudioError as error:
            raise type(error)(f"{like}: {error}") from error
    return Note() if at is None else Note(*_pair("--at", at))


def _between(instrument: "Instrument", corners: list[str], mix: str) -> "Note":
    from ..instrument import Note, morph

    if len(corners) != 4:
        raise UsageError(f"--morph is given {len(corners)} times: four corners are expected")
    is_place = re.compile(r"[-+.\de]+,[-+.\de]+").fullmatch
    notes = [
        Note(*_pair("--morph", corner)) if is_place(corner) else _start(instrument, None, Path(corner), False)
        for corner in corners
    ]
    return morph(instrument, notes, *_pair("--mix", mix))


def _pair(option: str, text: str) -> tuple[float, float]:
    try:
        first, second = (float(number) for number in text.split(","))
    except ValueError as error:
        raise UsageError(f"{option} {text}: two numbers such as 0.2,-0.4 are expected") from error
    return first, second


def _weights(options: list[str], known: tuple[str, ...]) -> dict[str, float]:
    """Return the weight of each class that --class names, as `snare` or as `snare=0.7,clap=0.3`."""
    weights: dict[str, float] = {}
    for option in options:
        for part in (option,) if option in known else option.split(","):
            name, weight = (part, 1.0) if part in known else _weight(option, part.strip())
            if name in weights:
                raise UsageError(f"--class names {name} twice: give each class once")
            weights[name] = weight
    return weights


def _weight(option: str, part: str) -> tuple[str, float]:
    name, equals, text = part.partition("=")
    try:
        weight = float(text) if equals else 1.0
    except ValueError as error:
        raise UsageError(f"--class {option}: {text!r} is no weight, a number as in snare=0.7 is expected") from error
    if not name:
        raise UsageError(f"--class {option}: a name is missing, snare or snare=0.7,clap=0.3 is expected")
    return name, weight


def _shaped(note: "Note", classes: dict[str, float], settings: list[str]) -> "Note":
    """Return `note` with what --class and --set ask for."""
    if classes:
        note = replace(note, classes=classes)
    for setting in settings:
        name, _, text = setting.partition("=")
        try:
            value = float(text)
        except ValueError as error:
            raise UsageError(f"--set {setting}: CONTROL=VALUE with a number is expected") from error
        if name in VOICE:
            voice: dict[str, Any] = {name: value}
            note = replace(note, **voice)
        else:
            note = replace(note, controls={**note.controls, name: value})
    return note


def _format(out: Path | None, container: str | None, bits: str, rate: int | None) -> "SoundFormat":
    from ..exporting import SoundFormat

    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    if container is not None and ending and ending != container:
        raise UsageError(f"--out ends in .{ending}, --format says {container}: make them agree")
    return SoundFormat(container or ending or "wav", bits, rate)  # type: ignore[arg-type]
