"""The loop: tracks are heard, pieces are made of what was heard, and the pieces are heard again.

Each piece is kept with what was heard in it as soon as it is done: a loop that was stopped goes on where it was. A
piece is made anew if anything that it depends on has changed: its timeline, the instrument, or the code.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .. import __version__
from ..audio import write_atomically
from ..composing import encode_midi
from ..errors import DrumlinError, UsageError
from ..exporting import SoundFormat, encode_piece, safe_name
from ..instrument import Instrument
from ..listening import draw_heard
from ..progress import Progress, ignore
from ..provenance import hash_content, hash_file, hash_sources
from ..rendering import NoteCache
from .page import write_page
from .plans import LoopSettings, Plan, plan_loop
from .reference import Reference, hear_reference, segment_table, window_table
from .tables import make_tables, reading_at
from .trials import try_plan

FORMAT, VERSION = "drumlin-loop", 1

DEFINING = ("audio", "composing", "features", "instrument", "listening", "looping", "rendering")
"""Wings whose code decides how a piece sounds and what is heard in it."""

SOUND = SoundFormat("flac", "16")
"""Of the pieces: small, without loss, and known to every browser."""


@dataclass(frozen=True)
class LoopReport:
    """Where a loop wrote what it found: numbers, a page, and the same content."""

    report: Path
    page: Path
    content: Mapping[str, Any]


@dataclass
class _Title:
    """A track with its folder and all that was tried."""

    name: str
    folder: Path
    reference: Reference
    trials: list[dict[str, Any]] = field(default_factory=list)


def run_loop(
    tracks: Sequence[Path],
    out: Path,
    instrument: Instrument,
    settings: LoopSettings | None = None,
    report: Callable[[Progress], None] = ignore,
) -> LoopReport:
    """Run the loop for some tracks and write `report.json`, `index.html` and a folder for each track.

    A track that cannot be heard is reported, and the others go on.

    Args:
        tracks: sound files of a second to an hour.
        out: folder; what a loop before wrote there is taken over where it still holds.
        instrument: plays the drums of all pieces.
        settings: how much is tried.
        report: told of each track and piece.
    Raises:
        UsageError: no track, or the folder cannot be written.
        DrumlinError: not one of the tracks can be heard: the reason of the first.
    """
    settings = settings or LoopSettings()
    if not tracks:
        raise UsageError("no track was given: at least one sound file is expected")
    try:
        out.mkdir(parents=True, exist_ok=True)
        titles, refused = _hear_all(tracks, out, report)
        plans = {title.name: plan_loop(title.reference, settings) for title in titles}
        total = len(titles) + sum(map(len, plans.values()))
        done, notes = len(titles), NoteCache()
        for title in titles:
            for plan in plans[title.name]:
                report(Progress(done, total, f"{title.name}: {plan.name}"))
                title.trials.append(_kept_trial(title, plan, instrument, notes))
                done += 1
        report(Progress(total, total, "report"))
        return _write(titles, refused, out, instrument, settings)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}") from error


def _hear_all(
    tracks: Sequence[Path], out: Path, report: Callable[[Progress], None]
) -> tuple[list[_Title], list[dict[str, str]]]:
    titles: list[_Title] = []
    refused: list[tuple[Path, DrumlinError]] = []
    for number, track in enumerate(tracks):
        report(Progress(number, len(tracks), f"listening to {track.name}"))
        try:
            reference = hear_reference(track)
        except DrumlinError as error:
            refused.append((track, error))
            continue
        name = _free_name(safe_name(track.stem, "track"), [title.name for title in titles])
        title = _Title(name, out / name, reference)
        title.folder.mkdir(exist_ok=True)
        _write_reference(title, hash_file(track))
        titles.append(title)
    if not titles:
        first, reason = refused[0]
        raise type(reason)(f"{first}: {reason}") from reason
    return titles, [{"track": track.name, "reason": str(reason)} for track, reason in refused]


def _free_name(name: str, taken: Sequence[str]) -> str:
    """Return the name, with a number behind it where another track has it already."""
    names = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 2))]
    return next(one for one in names if one not in taken)


def _write_reference(title: _Title, sha256: str) -> None:
    reference = title.reference
    heard = reference.heard.as_json() | {"descriptors": reference.descriptors.asdict()}
    content = {"track": reference.name, "sha256": sha256, **heard}
    _write_json(title.folder / "heard.json", content)
    picture = draw_heard(reference.heard, reference.name)
    write_atomically(title.folder / "heard.svg", picture.encode())
    write_atomically(title.folder / "windows.csv", _csv(window_table(reference)))
    write_atomically(title.folder / "segments.csv", _csv(segment_table(reference)))


def _kept_trial(title: _Title, plan: Plan, instrument: Instrument, notes: NoteCache) -> dict[str, Any]:
    """Return what was heard in a piece: of a loop before if it still holds, else anew."""
    path, sound = title.folder / f"{plan.name}.json", title.folder / f"{plan.name}.flac"
    key = hash_content([plan.document, plan.kit, plan.kind, instrument.sha256, _definitions()])
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if kept.get("key") == key and sound.is_file():
            return kept
    except (OSError, ValueError):  # none yet, or damaged
        pass
    trial = try_plan(plan, instrument, notes)
    write_atomically(
        sound, encode_piece(trial.mix.waveform, trial.mix.sample_rate, SOUND, f"{title.name}: {plan.name}")
    )
    write_atomically(sound.with_suffix(".mid"), encode_midi(trial.composition))
    content = {"key": key, **trial.content}
    _write_json(path, content)  # last: it says that the others are whole
    return content


@cache
def _definitions() -> str:
    return hash_sources(DEFINING, (".py", ".toml", ".npz"))


def _write(
    titles: Sequence[_Title],
    refused: Sequence[Mapping[str, str]],
    out: Path,
    instrument: Instrument,
    settings: LoopSettings,
) -> LoopReport:
    rows = [(title.name, title.reference, title.trials) for title in titles]
    content = {
        "format": FORMAT,
        "version": VERSION,
        "drumlin": __version__,
        "instrument": {"name": instrument.name, "sha256": instrument.sha256},
        "settings": asdict(settings),
        "refused": list(refused),
        "tables": make_tables(rows),
        "titles": [_title(title) for title in titles],
    }
    _write_json(out / "report.json", content)
    return LoopReport(out / "report.json", write_page(content, out), content)


def _title(title: _Title) -> dict[str, Any]:
    heard = title.reference.heard
    return {
        "name": title.name,
        "track": title.reference.name,
        "duration_s": round(heard.duration_s, 3),
        "tempo": [{"bpm": round(one.bpm, 2), "probability": round(one.probability, 4)} for one in heard.tempo],
        "key": heard.key.name,
        "form": heard.form,
        "segments": segment_table(title.reference),
        "windows": window_table(title.reference),
        "trials": [
            {name: value for name, value in trial.items() if name not in ("timeline", "key")}
            | {"reading": [reading_at(title.reference, region) for region in trial["regions"]]}
            for trial in title.trials
        ],
    }


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False)
    write_atomically(path, (text + "\n").encode("ascii"))


def _csv(lines: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a table as CSV; entries of a nested one stand in columns of their own."""
    flat = [_flat(line) for line in lines]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(flat[0]) if flat else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue().encode()


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in line.items():
        found |= {f"{name}_{part}": one for part, one in value.items()} if isinstance(value, Mapping) else {name: value}
    return found
