"""A server in a thread: real sockets, so that HTTP, WebSocket and event stream are tested as a browser meets them."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from tests.instruments import make_instrument
from websockets.sync.client import ClientConnection, connect

from drumlin.studio import create_app
from drumlin.studio.play import MESSAGE_BYTES
from drumlin.studio.security import Policy
from drumlin.workspace import Shelf, Workspace

TOKEN = "a-token-of-this-launch"


@dataclass
class Served:
    """A running server and a client that carries its token."""

    app: FastAPI
    port: int
    client: httpx.Client
    workspace: Workspace | None = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def socket(self, **options: object) -> ClientConnection:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        settings: dict[str, object] = {"additional_headers": headers, "origin": f"http://{self.host}"}
        return connect(f"ws://{self.host}/api/play", **(settings | options))  # type: ignore[arg-type]


@contextlib.contextmanager
def serving(app: FastAPI, listening: socket.socket, workspace: Workspace | None = None) -> Iterator[Served]:
    port = listening.getsockname()[1]
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws_max_size=2 * MESSAGE_BYTES)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        with httpx.Client(base_url=f"http://localhost:{port}", headers=headers, timeout=30.0) as client:
            yield Served(app, port, client, workspace)
    finally:
        server.should_exit = True
        thread.join()


def listening_socket() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("studio")
    (root / "samples").mkdir()
    workspace = Workspace(root / "home", [root / "samples"])
    make_instrument(workspace.instruments / "Test tones.drumlin")
    (workspace.instruments / "broken.drumlin").write_bytes(b"no instrument")
    return workspace


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page")
    (page / "assets").mkdir()
    (page / "index.html").write_text("<!doctype html><title>Drumlin</title>")
    (page / "assets/app-1a2b.js").write_text("export {}")
    return page


@pytest.fixture(scope="module")
def studio(workspace: Workspace, page: Path) -> Iterator[Served]:
    listening = listening_socket()
    policy = Policy(port=listening.getsockname()[1], token=TOKEN, upload_limit=4 << 20)
    app = create_app(workspace, policy=policy, page=page)
    with serving(app, listening, workspace) as served:
        yield served


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory, page: Path) -> Iterator[Served]:
    file = make_instrument(tmp_path_factory.mktemp("hosted") / "Test tones.drumlin")
    policy = Policy(hosts=Policy().hosts | {"drums.example.org"})
    with serving(create_app(shelf=Shelf(files=[file]), policy=policy, page=page), listening_socket()) as served:
        yield served
