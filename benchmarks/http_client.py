"""A client that costs little beside the server that it measures: HTTP/1.1 over one connection that stays open.

A general client takes longer for a request than our server does, and would be what is measured.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httptools


class Connection(asyncio.Protocol):
    """One connection to a server; one request at a time."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._place = urlsplit(address)
        lines = {"Host": self._place.netloc, **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._transport: asyncio.Transport | None = None
        self._lost = asyncio.Event()

    async def get(self, path: str) -> bytes:
        """Return what is at a path; an address of the same server will do.

        Raises:
            RuntimeError: the answer is not 200.
        """
        return await self._ask("GET", path.removeprefix(f"{self._place.scheme}://{self._place.netloc}"), b"", "")

    async def post(self, path: str, content: Any) -> bytes:
        """Send JSON and return the answer; errors as for `get`."""
        return await self._ask("POST", path, json.dumps(content).encode(), "Content-Type: application/json\r\n")

    async def close(self) -> None:
        """End it."""
        if self._transport is not None:
            self._transport.close()
            await self._lost.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way to the server."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._lost.clear()

    def data_received(self, data: bytes) -> None:
        """Take a piece of the answer."""
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Fail what is still waited for."""
        self._transport = None
        self._lost.set()
        if not self._done.done():
            self._done.set_exception(error or ConnectionError("the server closed the connection"))

    def on_body(self, body: bytes) -> None:
        """Take a piece of the content; called by the parser."""
        self._content += body

    def on_message_complete(self) -> None:
        """Hand the content over; called by the parser."""
        self._done.set_result(None)

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = loop.create_future()
        self._content = bytearray()
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is None or self._transport.is_closing():
            await loop.create_connection(lambda: self, self._place.hostname, self._place.port)
        assert self._transport is not None
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{kind}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode("ascii") + body)
        await self._done
        if (status := self._parser.get_status_code()) != 200:
            raise RuntimeError(f"{method} {path}: {status} {bytes(self._content[:200])!r}")
        return bytes(self._content)
