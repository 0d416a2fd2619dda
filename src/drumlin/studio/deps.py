"""What the routes work with: made once by `create_app`, found on the app."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from ..errors import MissingError
from ..workspace import Shelf, Workspace
from .hub import Hub
from .learning import Learning
from .library_works import LibraryWorks
from .piece_works import PieceWorks
from .playing import Player
from .previews import Previews
from .readying import Readying
from .residuals import Residuals
from .searches import Searches
from .security import Policy
from .sound_files import SoundFiles
from .teaching_works import TeachingWorks
from .uploads import Decoder


@dataclass(frozen=True)
class Studio:
    """What only the studio form has."""

    workspace: Workspace
    learning: Learning
    hub: Hub
    previews: Previews
    searches: Searches
    residuals: Residuals
    readying: Readying
    pieces: PieceWorks
    library: LibraryWorks
    teaching: TeachingWorks
    sound_files: SoundFiles


@dataclass(frozen=True)
class Services:
    """What both forms have; `studio` is None in the play-only form."""

    shelf: Shelf
    player: Player
    decoder: Decoder
    policy: Policy
    studio: Studio | None


def services_of(connection: HTTPConnection) -> Services:
    """Return the services of the app that a request or WebSocket came to."""
    services: Services = connection.app.state.services
    return services


# Coroutines, though they wait for nothing: plain functions would be run in a thread for every request.
async def _services(request: Request) -> Services:
    return services_of(request)


async def _studio(request: Request) -> Studio:
    studio = services_of(request).studio
    if studio is None:
        raise MissingError("this server only plays")
    return studio


WithServices = Annotated[Services, Depends(_services)]
WithStudio = Annotated[Studio, Depends(_studio)]
