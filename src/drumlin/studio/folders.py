"""Routes for choosing a folder to learn from, and for seeing and hearing what preparing will do to it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from ..audio import encode_wav
from ..errors import MissingError
from ..models import recipe_named
from ..workspace import list_folder
from ..workspace.browsing import Folder, confine
from ..workspace.preview import Prepared, peaks, preview_folder
from .deps import WithStudio
from .schemas import FolderEntry, FoldersAnswer, PreviewAnswer, PreviewBody, PreviewSound, RefusedFile

router = APIRouter(prefix="/api", tags=["learning"])

_WAV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/folders")
def get_folders(studio: WithStudio, path: Annotated[str, Query(max_length=4096)] = "") -> FoldersAnswer:
    """List the folders below one, with counts of their sounds."""
    roots = studio.workspace.roots()
    listing = list_folder(path, roots)
    return FoldersAnswer(
        path=str(listing.folder.path),
        parent=str(listing.parent or ""),
        roots=[str(root) for root in roots],
        sounds=listing.folder.sounds,
        more=listing.folder.has_more,
        folders=[
            FolderEntry(
                name=_shown(item.path.name), path=_shown(str(item.path)), sounds=item.sounds, more=item.has_more
            )
            for item in listing.folders
        ],
    )


@router.post("/preview")
def preview(body: PreviewBody, studio: WithStudio) -> PreviewAnswer:
    """Prepare some sounds of a folder as a recipe will; they can be heard until the next preview."""
    folder = confine(body.folder, studio.workspace.roots())
    settings = recipe_named(body.recipe).preparing if body.recipe else None
    found = preview_folder(folder, body.count, settings)
    number = studio.previews.put(found.sounds)
    return PreviewAnswer(
        folder=str(folder),
        sounds=[_sound(sound, f"/api/preview/{number}/{index}") for index, sound in enumerate(found.sounds)],
        refused=[RefusedFile(name=_shown(item.path), reason=_shown(item.reason)) for item in found.refused],
    )


@router.get("/preview/{number}/{index}/{side}", response_class=Response, responses=_WAV)
def get_preview(
    number: int, index: Annotated[int, Path(ge=0)], side: Literal["before", "after"], studio: WithStudio
) -> Response:
    """Send a sound of the last preview as WAV."""
    sounds = studio.previews.get(number)
    if index >= len(sounds):
        raise MissingError("there is no such sound in the preview: ask for the preview again")
    sound = sounds[index]
    is_before = side == "before"
    waveform, rate = (sound.before, sound.before_rate) if is_before else (sound.after, sound.after_rate)
    return Response(encode_wav(waveform, rate, encoding="16"), media_type="audio/wav")


def _entry(folder: Folder) -> FolderEntry:
    name, path = _shown(folder.path.name), _shown(str(folder.path))
    return FolderEntry(name=name, path=path, sounds=folder.sounds, more=folder.has_more)


def _sound(sound: Prepared, url: str) -> PreviewSound:
    return PreviewSound(
        name=_shown(sound.name),
        before=peaks(sound.before),
        after=peaks(sound.after),
        before_url=f"{url}/before",
        after_url=f"{url}/after",
        before_s=len(sound.before) / sound.before_rate,
        after_s=len(sound.after) / sound.after_rate,
    )


def _shown(name: str) -> str:
    """Return a name that JSON can carry: bytes of a name that are no UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
