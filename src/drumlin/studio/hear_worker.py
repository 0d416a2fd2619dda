"""The process that hears the track of a piece: the folder as its argument, events of a job on standard output.

It writes `reference.flac`, which every browser plays, `heard.json`, and the first guess as `request.json`; nothing of
these if the track cannot be heard. It limits its own memory and time before it looks at the file.
"""

import json
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..audio import read_audio, write_atomically
from ..errors import DrumlinError
from ..exporting import SoundFormat, encode_piece
from ..features.loudness import integrated_lufs
from ..listening import Descriptors, Features, Heard, analyse, hear, hear_descriptors, rank_keys
from ..listening.listening import MISSING_POINTS
from ..looping import Reference, guess_timeline
from ..progress import Progress
from ..workspace.pieces import Piece, PieceRecord
from .decode_worker import limit_resources

MAX_REFERENCE_S = 900.0
"""Longest track: the page holds all of it in memory, and shows it on one line."""

MEMORY_BYTES = 4 << 30
CPU_S = 900

NICENESS = 5
"""How far it gives way to playing."""

REFERENCE_FORM = SoundFormat("flac", "16")
"""Of what the page plays: small, and read by every browser."""

FAILED = 1

Tell = Callable[..., None]


def hear_piece(piece: Piece, tell: Tell) -> None:
    """Hear the source of a piece and write what comes of it.

    Args:
        piece: its source is there.
        tell: called with the name of an event and its content.
    Raises:
        AudioReadError: the source cannot be decoded, or is longer than 15 minutes.
        PreprocessError: it is silent, or shorter than a second.
    """
    report = _reporter(tell)
    report(Progress(0, 1, "reading"))
    sound = read_audio(piece.source, max_duration_s=MAX_REFERENCE_S, tolerance_points=MISSING_POINTS)
    features = analyse(sound.mono("mean"), sound.sample_rate)
    heard = hear(features, None, report)
    descriptors = hear_descriptors(features, heard)
    stereo = np.ascontiguousarray(sound.waveform[:2])
    loudness = integrated_lufs(stereo, sound.sample_rate)
    content = heard_content(features, heard, descriptors)
    content["loudness_lufs"] = loudness if math.isfinite(loudness) else None
    name = piece.record.name
    write_atomically(piece.reference, encode_piece(stereo, sound.sample_rate, REFERENCE_FORM, name))
    piece.write_heard(content)
    if piece.request() is None:
        styles = Reference(name, heard, descriptors).styles
        piece.write_request({"timeline": guess_timeline(heard, styles)})
    tell("done", result={"form": heard.form})


def heard_content(features: Features, heard: Heard, descriptors: Descriptors) -> dict[str, Any]:
    """Return what `drumlin listen --json` says, with the next best keys of the track, and the styles of each part."""
    keys = [
        {"tonic": key.tonic, "mode": key.mode, "name": key.name, "probability": round(key.confidence, 4)}
        for key in rank_keys(features.chroma)
    ]
    return heard.as_json() | {"keys": keys, "descriptors": descriptors.asdict()}


def _reporter(tell: Tell) -> Callable[[Progress], None]:
    return lambda progress: tell("progress", done=progress.done, total=progress.total, message=progress.message)


def _print(event: str, **content: Any) -> None:
    print(json.dumps({"event": event, **content}, ensure_ascii=True), flush=True)


def _main(folder: Path) -> int:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    limit_resources(MEMORY_BYTES, CPU_S)
    try:
        record = PieceRecord.model_validate_json((folder / "piece.json").read_bytes())
        hear_piece(Piece(folder, record), _print)
    except DrumlinError as error:
        _print("error", message=str(error))
        return FAILED
    except MemoryError:
        _print("error", message="the track needs more memory than 15 minutes of sound should")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
