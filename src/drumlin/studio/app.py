"""`create_app`: the server in its two forms.

With a workspace it is the *studio*; without one it only plays: no disk, no learning, nothing kept.
"""

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI

from .. import __version__
from ..jobs import JobRunner
from ..workspace import Shelf, Workspace
from . import (
    crate,
    folders,
    instruments,
    jobs,
    library,
    library_tags,
    library_teaching,
    pieces,
    play,
    refining,
    sounds,
    state,
    voice,
    voice_trials,
)
from .deps import Services, Studio
from .hub import Hub
from .learning import Learning
from .library_works import LibraryWorks
from .limits import Limits
from .page import STATIC, page_router
from .piece_works import PieceWorks
from .playing import Player
from .previews import Previews
from .readying import Readying
from .refusals import REFUSALS, add_refusals
from .residuals import Residuals
from .searches import Searches
from .security import Guard, Policy
from .sound_files import SoundFiles
from .teaching_works import TeachingWorks
from .uploads import Decoder

PLAY_ONLY_UPLOAD = 5 << 20
"""Largest file that may be dropped on a hosted server, bytes: a minute of stereo MP3, seconds of WAV."""


def create_app(
    workspace: Workspace | None = None,
    *,
    shelf: Shelf | None = None,
    policy: Policy | None = None,
    page: Path = STATIC,
    library_url: str | None = None,
) -> FastAPI:
    """Return the server's application.

    Args:
        workspace: the user's things; None for the play-only form.
        shelf: the instruments of the play-only form; None for the built-in one alone.
        policy: who may talk to it; None for this machine alone, with a new token for the studio.
        page: folder of the built page.
        library_url: of a PostgreSQL database for the library's catalogue; None for a file in the workspace.
    """
    policy = policy or Policy(token=secrets.token_urlsafe(24) if workspace else "")
    if workspace is None:
        policy = replace(policy, upload_limit=min(policy.upload_limit, PLAY_ONLY_UPLOAD))
    shelf = workspace.shelf if workspace else shelf or Shelf()
    studio = _studio(workspace, library_url) if workspace else None
    player = Player(shelf, studio.residuals if studio else None)
    services = Services(shelf, player, Decoder(), policy, studio)
    app = FastAPI(
        title="Drumlin",
        version=__version__,
        openapi_url="/api/openapi.json" if workspace else None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses=REFUSALS,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = services
    add_refusals(app)
    routers = [
        sounds,
        play,
        state,
        instruments,
        *(
            (refining, crate, folders, jobs, pieces, library, library_tags, library_teaching, voice, voice_trials)
            if workspace
            else ()
        ),
    ]  # the busiest first
    for module in routers:
        app.include_router(module.router)
    app.include_router(page_router(page))
    if workspace is None:
        app.add_middleware(Limits)
    app.add_middleware(Guard, policy=policy)  # added last, it is the outermost
    return app


def _studio(workspace: Workspace, library_url: str | None) -> Studio:
    hub = Hub()
    library = _library(workspace, hub, library_url)
    learning = Learning(workspace, JobRunner(workspace.jobs), hub)
    return Studio(
        workspace=workspace,
        learning=learning,
        hub=hub,
        previews=Previews(),
        searches=Searches(),
        residuals=Residuals(workspace.dropped),
        readying=Readying(),
        pieces=PieceWorks(workspace, JobRunner(workspace.piece_jobs, grace_s=2.0, keep=20), hub),
        library=library,
        teaching=TeachingWorks(library, hub),
        sound_files=SoundFiles(),
    )


def _library(workspace: Workspace, hub: Hub, url: str | None) -> LibraryWorks:
    if not url:
        return LibraryWorks(workspace, JobRunner(workspace.library_jobs, keep=20), hub)
    # Jobs of its own: one that still waits must not be done to the other library by a later server.
    folder = workspace.library_jobs.with_name("shared-library-jobs")
    runner = JobRunner(folder, keep=20, environment={"DRUMLIN_LIBRARY_URL": url})
    return LibraryWorks(workspace, runner, hub, url)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    yield
    services.decoder.close()
    if services.studio is not None:
        services.studio.readying.close()
        services.studio.searches.close()
        services.studio.learning.close()
        services.studio.pieces.close()
        services.studio.teaching.close()
        services.studio.library.close()
