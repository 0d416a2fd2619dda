"""The built page, or one plain page that says how to get it."""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

STATIC = Path(__file__).parent.parent / "web" / "static"
"""Where the build of `studio-ui/` lies; a wheel carries it."""

IMMUTABLE = "public, max-age=31536000, immutable"
"""For files whose name holds a hash of their content."""

_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Drumlin</title>
<h1>The page is not built</h1>
<p>The server and its API work. To get the page, either run <code>make studio</code> in the source tree, which
builds it with Node 20.19 or newer, or install a wheel of Drumlin, which contains it.</p></html>"""


def page_router(folder: Path) -> APIRouter:
    """Return the routes that serve the page in `folder`: `index.html` and the files beside and below it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def index() -> Response:
        if not is_built(folder):
            return HTMLResponse(_MISSING)
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-store"})

    @router.get("/{path:path}")
    def file(path: str) -> Response:
        found = _find(folder, path)
        cache = IMMUTABLE if found.parent.name == "assets" else "no-cache"
        return FileResponse(found, headers={"Cache-Control": cache})

    return router


def is_built(folder: Path = STATIC) -> bool:
    """Whether the page is there."""
    return (folder / "index.html").is_file()


def _find(folder: Path, path: str) -> Path:
    """Return a file of the page; nothing outside its folder, nothing hidden."""
    parts = path.split("/")
    is_plain = all(part and not part.startswith(".") and "\\" not in part and ":" not in part for part in parts)
    if "\0" in path or not is_plain or path.startswith("api/"):
        raise HTTPException(404, f"there is nothing at /{path}")
    found = folder.joinpath(*parts)
    if not found.is_file() or not found.resolve().is_relative_to(folder.resolve()):
        raise HTTPException(404, f"there is nothing at /{path}")
    return found
