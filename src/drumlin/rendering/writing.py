"""A rendered piece on disk: sound, truth and timeline side by side, and MIDI and stems if wanted.

All files are written under temporary names first and renamed together at the end: a full disk leaves nothing behind.
"""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..composing import Composition, encode_midi, timeline_json, truth_of
from ..errors import UsageError
from ..exporting import SoundFormat, encode_piece
from ..features.loudness import integrated_lufs
from ..instrument import Instrument
from ..provenance import canonical_json, hash_bytes
from ..units import Waveform
from .render import Mix
from .settings import Drums

STEM_FORMAT = SoundFormat("wav", "32f")
"""Stems lie before the limiter: they may exceed full scale."""


@dataclass(frozen=True)
class PieceFiles:
    """The files of a rendered piece; `midi` and `stems` (a folder) are None where they are not wanted."""

    sound: Path
    truth: Path
    timeline: Path
    midi: Path | None = None
    stems: Path | None = None

    @property
    def all(self) -> tuple[Path, ...]:
        """Those that are wanted."""
        return tuple(path for path in (self.sound, self.truth, self.timeline, self.midi, self.stems) if path)


def name_files(out: Path, *, midi: bool = False, stems: bool = False, overwrite: bool = False) -> PieceFiles:
    """Return where a piece goes, and make its folder: asked before the work, not after it.

    Args:
        out: the sound, `NAME.wav` or `NAME.flac`; the others are `NAME.truth.json`, `NAME.timeline.json`,
            `NAME.mid` and `NAME.stems`.
        midi: whether MIDI is wanted.
        stems: whether stems are wanted.
        overwrite: whether files that are there are replaced.
    Raises:
        UsageError: the ending is another, a file is there already, or the folder cannot be written.
    """
    if out.suffix.lower() not in (".wav", ".flac"):
        raise UsageError(f"{out}: a file that ends in .wav or .flac is expected")
    files = PieceFiles(
        out,
        out.with_suffix(".truth.json"),
        out.with_suffix(".timeline.json"),
        out.with_suffix(".mid") if midi else None,
        out.with_suffix(".stems") if stems else None,
    )
    taken = [path for path in files.all if path.exists()]
    if taken and not overwrite:
        raise UsageError(f"{taken[0]} is there already: choose another name, or replace it with --force")
    try:
        for folder in (out.parent, *((files.stems,) if files.stems else ())):
            folder.mkdir(parents=True, exist_ok=True)
            _probe(folder)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}") from error
    return files


def write_piece(
    files: PieceFiles,
    composition: Composition,
    mix: Mix,
    instrument: Instrument,
    form: SoundFormat,
    regions: Mapping[str, Drums] | None = None,
) -> dict[str, Any]:
    """Write a piece and return what its truth says under `audio`: hashes, instruments, loudness, notifications.

    Args:
        files: where to (`name_files`); what is there is replaced.
        composition: the piece.
        mix: its sound, with stems if `files.stems` is set.
        instrument: that played the drums.
        form: of the sound; stems are always 32-bit float WAV.
        regions: drums of regions that have their own, as they were rendered.
    Raises:
        UsageError: a file cannot be written; then none is.
    """
    staged = _Staged()
    try:
        title, comment = _words(composition, instrument)
        sound = staged.add(files.sound, encode_piece(mix.waveform, mix.sample_rate, form, title, comment))
        stems = {
            name: staged.add(files.stems / f"{name}.wav", _stem(waveform, mix.sample_rate, f"{title}: {name}"))
            for name, waveform in sorted(mix.stems.items())
            if files.stems
        }
        audio = _record(composition, mix, instrument, regions or {}) | {"sha256": sound, "stems": stems}
        staged.add(files.timeline, timeline_json(composition.timeline).encode())
        if files.midi:
            staged.add(files.midi, encode_midi(composition))
        staged.add(files.truth, (canonical_json(truth_of(composition) | {"audio": audio}) + "\n").encode())
        staged.publish()
    except OSError as error:
        raise UsageError(f"{files.sound} cannot be written: {error.strerror or error}") from error
    finally:
        staged.drop()
    return audio


class _Staged:
    """Files under temporary names beside their places."""

    def __init__(self) -> None:
        self.parts: dict[Path, Path] = {}

    def add(self, path: Path, data: bytes) -> str:
        """Write a file under its temporary name and return the SHA-256 of its bytes."""
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        self.parts[path] = part
        part.write_bytes(data)  # not waited for until it is on the disk: rendering again gives the same bytes
        return hash_bytes(data)

    def publish(self) -> None:
        for path, part in self.parts.items():
            part.replace(path)

    def drop(self) -> None:
        for part in self.parts.values():
            part.unlink(missing_ok=True)


def _probe(folder: Path) -> None:
    """Fail now if no file can be made in the folder: permissions do not tell all."""
    probe = folder / f".{secrets.token_hex(6)}.part"
    probe.open("xb").close()
    probe.unlink()


def _stem(waveform: Waveform, sample_rate: int, title: str) -> bytes:
    return encode_piece(waveform, sample_rate, STEM_FORMAT, title)


def _words(composition: Composition, instrument: Instrument) -> tuple[str, str]:
    styles = dict.fromkeys(region.descriptor for region in composition.score.regions)
    return ", ".join(styles), f"seed {composition.score.seed}, drums by {instrument.name} {instrument.sha256[:16]}"


def _record(composition: Composition, mix: Mix, instrument: Instrument, regions: Mapping[str, Drums]) -> dict[str, Any]:
    others = {name: drums.instrument for name, drums in regions.items() if drums.instrument is not None}
    players = (instrument, *others.values())
    found = [licence for player in players for licence in player.manifest.provenance.get("licences", ())]
    loudness = integrated_lufs(mix.waveform, mix.sample_rate)
    return {
        "drumlin": __version__,
        "instrument": _named(instrument),
        "region_instruments": {name: _named(player) for name, player in others.items()},
        "licences": sorted({str(licence) for licence in found}),
        "loudness_lufs": round(loudness, 2) if math.isfinite(loudness) else None,
        "sample_rate": mix.sample_rate,
        "points": int(mix.waveform.shape[1]),
        "notifications": [*composition.timeline.notifications, *mix.notifications],
    }


def _named(instrument: Instrument) -> dict[str, str]:
    return {"name": instrument.name, "recipe": instrument.recipe, "sha256": instrument.sha256}
