import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from benchmarks.http_client import Connection


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = 404 if self.path == "/missing" else 200
        self._answer(status, self.path.encode() * 30_000)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, json.dumps([self.headers["X-Word"], json.loads(body)]).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_one_connection_asks_again_and_again(address: str) -> None:
    async def ask() -> list[bytes]:
        connection = Connection(address, {"X-Word": "hat"})
        answers = [await connection.post("/", {"x": 1}), await connection.get(f"{address}/a")]
        await connection.close()
        return answers

    posted, got = asyncio.run(ask())
    assert json.loads(posted) == ["hat", {"x": 1}]
    assert got == b"/a" * 30_000


def test_another_status_than_200_is_an_error(address: str) -> None:
    async def ask() -> None:
        connection = Connection(address, {})
        try:
            await connection.get("/missing")
        finally:
            await connection.close()

    with pytest.raises(RuntimeError, match="404"):
        asyncio.run(ask())
