"""Starting the server: the port, the address to open, and the end."""

import contextlib
import errno
import http.client
import json
import os
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from ..errors import ServerError
from ..workspace import Shelf, Workspace
from .app import create_app
from .deps import Services
from .play import MESSAGE_BYTES
from .security import LOOPBACK, Policy

LOCAL = "127.0.0.1"
GRACE_S = 2
"""How long open connections (the event stream) may last after Ctrl-C, seconds."""

CONNECTIONS = 1024
"""Open connections of the hosted form, beyond which a request is answered with 503."""


def serve_studio(
    workspace: Workspace, port: int, on_ready: Callable[[str], None], *, library_url: str | None = None
) -> None:
    """Serve the studio on this machine until it is stopped.

    Args:
        workspace: the user's things.
        port: to listen on.
        on_ready: called with the address to open once the server answers.
        library_url: of a PostgreSQL database for the library's catalogue; None for a file in the workspace.
    Raises:
        ServerError: the port is taken or may not be used.
        LibraryError: the database cannot be used.
    """
    if library_url:
        check_library(workspace, library_url)
    listening = claim_port(LOCAL, port)
    token = secrets.token_urlsafe(24)
    app = create_app(workspace, policy=Policy(port=port, token=token), library_url=library_url)
    _serve(app, listening, lambda: on_ready(f"http://localhost:{port}/?token={token}"))


def serve_play_only(
    files: Sequence[Path], host: str, port: int, names: Sequence[str], on_ready: Callable[[str], None]
) -> None:
    """Serve instruments to be played, and nothing else, until it is stopped.

    Args:
        files: instrument files besides the built-in one.
        host: address to listen on.
        port: to listen on.
        names: host names under which the server may be addressed, besides `host` and those of this machine.
        on_ready: called with the address to open once the server answers.
    Raises:
        ServerError: the port is taken or may not be used.
        InstrumentError: one of the files cannot be played.
    """
    listening = claim_port(host, port)
    shelf = Shelf(files=files)
    for entry in shelf.entries():
        shelf.load(entry.id)  # a visitor should wait for nothing, and cause nothing to be written
    hosts = LOOPBACK | {name.lower() for name in (host, *names)}
    app = create_app(shelf=shelf, policy=Policy(hosts=hosts))
    shown = "localhost" if host in (LOCAL, "0.0.0.0", "::") else host
    _serve(app, listening, lambda: on_ready(f"http://{shown}:{port}/"), connections=CONNECTIONS)


def check_library(workspace: Workspace, url: str) -> None:
    """Open a shared library once, so that what is wrong with it is said where it was asked for.

    Raises:
        LibraryError: it cannot be used.
    """
    from ..library import Library

    Library(workspace.library, url).close()


def claim_port(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port.

    Raises:
        ServerError: the port is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio turns Nagle's algorithm off; without, an answer may wait 40 ms for the last
    # packet's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # there it would let two programs listen on one port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ServerError(_explain(host, port, error)) from error
    return listening


def is_drumlin_at(port: int) -> bool:
    """Whether another Drumlin answers on a port of this machine."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=1.0)
    try:
        connection.request("GET", "/api/state", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        content = json.loads(answer.read(1 << 16))
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    # The studio tells nobody without its token what it is, but refuses in its own words.
    is_open = isinstance(content, dict) and content.get("application") == "drumlin"
    return is_open or answer.getheader("X-Drumlin") is not None


def open_browser(address: str) -> None:
    """Open an address in the user's browser, if there is one, without waiting for it."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _explain(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"port {port} may not be used ({error.strerror}): choose one above 1023, such as --port 8421"
    if error.errno != errno.EADDRINUSE:
        return f"cannot listen on {host}:{port}: {error.strerror}"
    if is_drumlin_at(port):
        return f"another Drumlin is running on port {port}: open its page, stop it, or use --port {port + 1}"
    return f"port {port} is taken by another program: use --port {port + 1}"


def _serve(
    app: FastAPI, listening: socket.socket, on_ready: Callable[[], None], *, connections: int | None = None
) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=MESSAGE_BYTES * 2,
        ws_per_message_deflate=False,  # noise does not compress, and trying takes longer than most sounds
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=connections,
        proxy_headers=False,
    )
    with contextlib.suppress(KeyboardInterrupt):  # the usual way to stop it, and no failure
        _Server(config, app.state.services, on_ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, services: Services, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._services = services
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, which would last for ever, and the search, then the server."""
        if self._services.studio is not None:
            self._services.studio.searches.close()
            self._services.studio.hub.close()
        await super().shutdown(sockets)
