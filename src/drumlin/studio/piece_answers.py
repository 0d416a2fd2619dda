"""Pieces as they go over HTTP."""

import json
import math
from typing import Any
from urllib.parse import quote

from ..composing import RegionOutline, outline, read_timeline
from ..composing.dictionary import load_dictionary
from ..composing.patches import PATCHES
from ..composing.scales import ALIASES, MODES, TONICS
from ..jobs import Job
from ..workspace.pieces import Piece, Rendered
from .piece_schemas import (
    FormChoice,
    HeardAnswer,
    HeardPart,
    KeyChoice,
    PieceAnswer,
    PieceBody,
    PieceSummary,
    RegionAnswer,
    RenderAnswer,
    SectionAnswer,
    StyleAnswer,
    StylesAnswer,
    TaskAnswer,
)


def piece_summary(piece: Piece) -> PieceSummary:
    """Return the line of the list that tells of a piece."""
    return PieceSummary(id=piece.id, name=piece.record.name, kind=piece.record.kind, created=piece.record.created)


def piece_answer(piece: Piece, current: str, job: Job | None) -> PieceAnswer:
    """Return everything about a piece.

    Args:
        piece: on disk.
        current: id of the render that its request would have; empty if there is no request.
        job: what is being done for it, or went wrong.
    """
    heard, request = piece.heard(), piece.request()
    body = PieceBody.model_validate(request) if request else None
    regions: list[RegionAnswer] = []
    said: list[str] = []
    duration_s = float(heard["duration_s"]) if heard else 0.0
    if body is not None:
        timeline = read_timeline(body.timeline)
        regions = [region_answer(one) for one in outline(timeline) if not one.region.is_silent]
        said, duration_s = list(timeline.notifications), timeline.duration_s
    renders = piece.renders()
    return PieceAnswer(
        **piece_summary(piece).model_dump(),
        duration_s=duration_s,
        reference_url=f"{_address(piece)}/reference.flac" if heard else "",
        heard=heard_answer(heard) if heard else None,
        request=body,
        regions=regions,
        notifications=said,
        render=render_answer(piece, renders[0], current) if renders else None,
        task=task_answer(job) if job else None,
    )


def region_answer(one: RegionOutline) -> RegionAnswer:
    """Return a region that is not silent."""
    region = one.region
    return RegionAnswer(
        id=region.id,
        letter=one.letter,
        start_s=region.start_s,
        end_s=region.end_s,
        descriptor=region.descriptor,
        tonic=region.tonic or "",
        mode=region.mode or "",
        meter=region.meter or "",
        tempo_bpm=region.tempo[0].tempo_bpm,
        bars=region.bars or 0.0,
        end=region.end,
        ring_out_at_s=region.ring_out_at_s,
        instruments=list(region.instruments or ()),
        drums=list(one.drums),
        sections=[
            SectionAnswer(function=part.function, start_s=part.start_s, end_s=part.end_s) for part in one.sections
        ],
        beats_s=list(one.beats_s),
        downbeats_s=list(one.downbeats_s),
    )


def heard_answer(heard: dict[str, Any]) -> HeardAnswer:
    """Return what the page shows of what was heard."""
    segments, readings = heard["segments"], heard["descriptors"]["segments"]
    first = FormChoice(letters=heard["form"], starts_s=[part["start_s"] for part in segments], probability=None)
    others = [FormChoice.model_validate(_form(form)) for form in heard["alternatives"]]
    return HeardAnswer(
        duration_s=heard["duration_s"],
        loudness_lufs=heard["loudness_lufs"],
        tempo=heard["tempo"],
        octave_confidence=heard["octave_confidence"],
        meter=heard["meter"],
        key=heard["key"]["name"],
        keys=[KeyChoice(tonic=_tonic(key), mode=key["mode"], probability=key["probability"]) for key in heard["keys"]],
        beats_s=heard["beats_s"],
        downbeats_s=heard["downbeats_s"],
        parts=[
            HeardPart(
                start_s=part["start_s"],
                end_s=part["end_s"],
                letter=part["letter"],
                boundary_confidence=part["boundary_confidence"],
                styles=reading["candidates"],
                known=reading["known"],
            )
            for part, reading in zip(segments, readings, strict=True)
        ],
        forms=[first, *others],
    )


def render_answer(piece: Piece, rendered: Rendered, current: str) -> RenderAnswer:
    """Return a finished render."""
    address = f"{_address(piece)}/renders/{rendered.id}"
    audio = _audio(rendered)
    return RenderAnswer(
        id=rendered.id,
        url=f"{address}/piece.wav",
        midi_url=f"{address}/piece.mid",
        has_stems=bool(rendered.stems),
        is_current=rendered.id == current,
        loudness_lufs=audio.get("loudness_lufs"),
        notifications=[str(note) for note in audio.get("notifications", ())],
    )


def task_answer(job: Job) -> TaskAnswer:
    """Return how a job of a piece goes."""
    progress = job.progress
    return TaskAnswer(
        id=job.id,
        kind="hear" if job.record.kind == "hear" else "render",
        state=job.state.value,
        done=progress.done,
        total=progress.total,
        message=progress.message,
        error=job.error,
    )


def styles_answer() -> StylesAnswer:
    """Return what a timeline can name."""
    return StylesAnswer(
        styles=[
            StyleAnswer(
                id=one.id,
                genre=one.genre,
                subgenre=one.subgenre,
                mood=one.mood,
                sentiment=one.sentiment,
                momentum=one.momentum,
                min_tempo_bpm=one.tempo.min_bpm,
                max_tempo_bpm=one.tempo.max_bpm,
            )
            for one in load_dictionary().values()
        ],
        instruments=["drums", *PATCHES],
        modes=[*ALIASES, *(mode for mode in MODES if mode not in ALIASES.values())],
        tonics=list(TONICS),
    )


def _address(piece: Piece) -> str:
    return f"/api/pieces/{quote(piece.id)}"


def _form(form: dict[str, Any]) -> dict[str, Any]:
    return {name: form[name] for name in ("letters", "starts_s", "probability")}


def _tonic(key: dict[str, Any]) -> str:
    return str(key["name"]).partition(" ")[0]


def _audio(rendered: Rendered) -> dict[str, Any]:
    """Return what the truth of a render says about its sound; it may be an hour of notes, read only for this."""
    try:
        audio = json.loads(rendered.truth.read_text(encoding="utf-8"))["audio"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return audio if isinstance(audio, dict) and _is_finite(audio.get("loudness_lufs")) else {}


def _is_finite(number: object) -> bool:
    return number is None or (isinstance(number, int | float) and math.isfinite(number))
