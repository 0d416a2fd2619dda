"""Routes of the crate: keep, list, fetch, delete, undo."""

from typing import Annotated
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Path, Query
from starlette.responses import FileResponse, Response

from ..workspace import Kept
from .deps import WithServices, WithStudio
from .notes import read_note
from .schemas import KeepBody, KeptAnswer, KeptSound, UndoAnswer

router = APIRouter(prefix="/api", tags=["crate"])

KeptName = Annotated[str, Path(max_length=255)]


@router.post("/keep")
async def keep(body: KeepBody, services: WithServices, studio: WithStudio) -> KeptSound:
    """Write the sound of a note into the crate, and what it mixes back of a dropped one into the home."""
    instrument = await services.player.instrument(body.instrument)
    mixed = read_note(body.note)
    file = await services.player.file(instrument, mixed, body.format, body.name)
    if mixed.residual is not None:
        await anyio.to_thread.run_sync(studio.residuals.keep, mixed.residual)
    kept = await anyio.to_thread.run_sync(studio.workspace.crate.keep, file.stem, f".{body.format}", file.data)
    return _kept(kept)


@router.get("/kept")
def list_kept(studio: WithStudio) -> KeptAnswer:
    """List the kept sounds, newest first."""
    crate = studio.workspace.crate
    return KeptAnswer(folder=str(crate.folder), sounds=[_kept(kept) for kept in crate.sounds()])


@router.get("/kept/{name}", response_class=FileResponse)
def get_kept(name: KeptName, studio: WithStudio) -> FileResponse:
    """Send a kept file."""
    return FileResponse(studio.workspace.crate.sound(name).path, filename=name)


@router.delete("/kept/{name}", status_code=204)
def delete_kept(name: KeptName, studio: WithStudio) -> Response:
    """Delete a kept sound; `undo` brings it back."""
    studio.workspace.crate.delete(name)
    return Response(status_code=204)


@router.post("/undo")
def undo(studio: WithStudio, title: Annotated[str, Query(max_length=300)] = "") -> UndoAnswer:
    """Take the last file operation back; with a title only if that is the last."""
    undone = studio.workspace.crate.undo(title)
    return UndoAnswer(title=undone.title, restored=[path.name for path in undone.restored])


def _kept(kept: Kept) -> KeptSound:
    name = kept.path.name
    return KeptSound(name=name, url=f"/api/kept/{quote(name)}", size=kept.size, kept=kept.kept)
