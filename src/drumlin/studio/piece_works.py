"""What ties pieces to jobs: a track is heard, a request is rendered, each in a process of its own; the latest wins."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..audio import write_atomically
from ..composing import read_timeline, request_timeline, write_timeline
from ..errors import JobError, MissingError, UsageError
from ..jobs import Job, JobRunner
from ..processes import module_command
from ..provenance import hash_content
from ..workspace import Piece, Workspace
from ..workspace.pieces import Rendered
from ..workspace.shelf import BUILTIN
from .hub import Event, Hub
from .piece_answers import piece_answer, piece_summary, task_answer
from .piece_schemas import (
    DrumsBody,
    NewPieceBody,
    PieceAnswer,
    PieceBody,
    PieceNews,
    PieceSummary,
)

HEAR = module_command("drumlin.studio.hear_worker")
RENDER = (*module_command("drumlin"), "render")

_ID_LETTERS = 16  # of a hash: no two renders of a piece will share them


class PieceWorks:
    """Hears and renders the pieces of a workspace."""

    def __init__(self, workspace: Workspace, runner: JobRunner, hub: Hub) -> None:
        self._workspace = workspace
        self._runner = runner
        self._hub = hub
        self._unsubscribe = runner.subscribe(self._follow)

    def close(self) -> None:
        """Stop following; the jobs go on."""
        self._unsubscribe()
        self._runner.close()

    def all(self) -> list[PieceSummary]:
        """Return the pieces, newest first."""
        return [piece_summary(piece) for piece in self._workspace.pieces.pieces()]

    def answer(self, piece_id: str) -> PieceAnswer:
        """Return everything about a piece.

        Raises:
            MissingError: there is none of that id.
        """
        piece = self._workspace.pieces.piece(piece_id)
        return piece_answer(piece, self._current(piece), self._job(piece_id))

    def begin(self, body: NewPieceBody) -> PieceAnswer:
        """Make a piece of a length and a descriptor.

        Raises:
            TimelineError: the descriptor is not known.
        """
        timeline = write_timeline(request_timeline(body.descriptor, body.duration_s))
        region = {"id": "A1", "start_s": 0.0, "descriptor": body.descriptor}
        request = {name: timeline[name] for name in ("format", "version", "seed", "duration_s")}
        with self._workspace.pieces.making(body.name or body.descriptor.replace("_", " "), "length") as piece:
            piece.write_request({"timeline": {**request, "regions": [region]}})
        return self.answer(piece.id)

    def hear(self, piece_id: str) -> PieceAnswer:
        """Hear the track of a piece.

        Raises:
            UsageError: it has none.
            JobError: it is being heard.
        """
        piece = self._workspace.pieces.piece(piece_id)
        if not piece.source.is_file():
            raise UsageError(f"{piece.record.name} began with a length: there is no track to hear")
        if self._is_busy(piece_id, "hear"):
            raise JobError(f"{piece.record.name} is being heard")
        self._runner.start("hear", f"Hear {piece.record.name}", [*HEAR, str(piece.folder)], {"piece": piece_id})
        return self.answer(piece_id)

    def write(self, piece_id: str, body: PieceBody) -> PieceAnswer:
        """Replace what is asked for.

        Raises:
            TimelineError: the timeline does not fit; the message begins with the path.
            MissingError: an instrument, or a region that was given drums, is not there.
        """
        piece = self._workspace.pieces.piece(piece_id)
        regions = {region.id for region in read_timeline(body.timeline).regions}
        if unknown := sorted(set(body.region_drums) - regions):
            raise MissingError(f"region_drums: got {unknown[0]!r}, expected one of {', '.join(sorted(regions))}")
        for drums in (body.drums, *body.region_drums.values()):
            self._path(drums)
        piece.write_request(body.model_dump())
        return self.answer(piece_id)

    def render(self, piece_id: str, *, stems: bool) -> PieceAnswer:
        """Render what is asked for, unless that was done before; what is being rendered of the piece is given up.

        Raises:
            JobError: nothing is asked for yet.
        """
        piece = self._workspace.pieces.piece(piece_id)
        body = _body(piece)
        if body is None:
            raise JobError(f"{piece.record.name} was not heard yet: there is nothing to render")
        self.cancel(piece_id)
        folder = piece.render_folder(self._current(piece))
        known = next((one for one in piece.renders() if one.id == folder.name), None)
        if known is not None and (known.stems or not stems):
            known.truth.touch()
            return self.answer(piece_id)
        _write_json(folder / "asked.json", body.timeline)
        _write_json(folder / "drums.json", self._drums(body))
        self._runner.start("render", f"Render {piece.record.name}", _render_command(folder, stems), {"piece": piece_id})
        return self.answer(piece_id)

    def cancel(self, piece_id: str) -> PieceAnswer:
        """Give up what is being done for a piece."""
        for job in self._jobs(piece_id):
            if job.state.is_active:
                self._runner.cancel(job.id)
        return self.answer(piece_id)

    def delete(self, piece_id: str) -> None:
        """Delete a piece; undo brings it back."""
        self.cancel(piece_id)
        self._workspace.pieces.delete(piece_id)

    def keep(self, piece_id: str, wanted: Mapping[str, bool]) -> Path:
        """Copy files of the latest render into the crate and return the folder.

        Args:
            piece_id: of the piece.
            wanted: whether `wav`, `stems`, `midi` are.
        Raises:
            MissingError: nothing was rendered, or not with stems.
            UsageError: nothing is wanted.
        """
        piece = self._workspace.pieces.piece(piece_id)
        renders = piece.renders()
        if not renders:
            raise MissingError(f"{piece.record.name} was not rendered yet: render it first")
        files = _kept_files(piece.record.name, renders[0], wanted)
        return self._workspace.crate.keep_piece(piece.record.name, files)

    def _jobs(self, piece_id: str) -> list[Job]:
        return [job for job in self._runner.jobs() if job.record.details.get("piece") == piece_id]

    def _job(self, piece_id: str) -> Job | None:
        """Return the latest job of a piece, unless it ended well."""
        latest = next(iter(self._jobs(piece_id)), None)
        is_worth_telling = latest is not None and (latest.state.is_active or latest.state.can_resume)
        return latest if is_worth_telling else None

    def _is_busy(self, piece_id: str, kind: str) -> bool:
        return any(job.state.is_active and job.record.kind == kind for job in self._jobs(piece_id))

    def _follow(self, job: Job) -> None:
        piece_id = job.record.details.get("piece", "")
        if not job.state.is_active:
            for piece in self._workspace.pieces.pieces():
                if piece.id == piece_id:
                    piece.prune()
        news = PieceNews(id=piece_id, task=task_answer(job))
        self._hub.publish(Event("piece", news.model_dump_json()))

    def _current(self, piece: Piece) -> str:
        """Return the id of the render of what is asked for: equal ids are equal bytes."""
        body = _body(piece)
        if body is None:
            return ""
        players = [self._revision(drums) for drums in (body.drums, *body.region_drums.values())]
        timeline = write_timeline(read_timeline(body.timeline))
        return hash_content([timeline, self._drums(body), players, __version__])[:_ID_LETTERS]

    def _drums(self, body: PieceBody) -> dict[str, Any]:
        """Return the document of the drums, with files for the ids of instruments."""
        regions = {name: self._plain(drums) for name, drums in body.region_drums.items()}
        return {**self._plain(body.drums), "regions": regions}

    def _plain(self, drums: DrumsBody) -> dict[str, Any]:
        return {**drums.model_dump(), "instrument": self._path(drums)}

    def _path(self, drums: DrumsBody) -> str:
        """Return what the command line calls an instrument."""
        if drums.instrument in ("", BUILTIN):
            return ""
        return str(self._workspace.shelf.entry(drums.instrument).path)

    def _revision(self, drums: DrumsBody) -> str:
        return self._workspace.shelf.entry(drums.instrument or BUILTIN).revision


def _body(piece: Piece) -> PieceBody | None:
    request = piece.request()
    return PieceBody.model_validate(request) if request else None


def _render_command(folder: Path, stems: bool) -> list[str]:
    words = [*RENDER, str(folder / "asked.json"), "--out", str(folder / "piece.wav"), "--midi", "--force"]
    words += ["--drums", str(folder / "drums.json"), "--progress", "json"]
    return [*words, "--stems", "bus"] if stems else words


def _kept_files(name: str, rendered: Rendered, wanted: Mapping[str, bool]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    if wanted["wav"]:
        files[f"{name}.wav"] = rendered.sound
    if wanted["midi"]:
        files[f"{name}.mid"] = rendered.midi
    if wanted["stems"]:
        if not rendered.stems:
            raise MissingError("the latest render has no stems: render it with them first")
        files |= {f"stems/{name} {stem.stem}.wav": stem for stem in rendered.stems}
    if not files:
        raise UsageError("nothing is to be kept: ask for the WAV, the stems or the MIDI")
    return {**files, f"{name}.timeline.json": rendered.timeline}


def _write_json(path: Path, content: Any) -> None:
    write_atomically(path, json.dumps(content).encode())
