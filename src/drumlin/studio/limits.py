"""How much one visitor of the hosted form may ask for: buckets of tokens, few open sockets, so many messages on them.

A visitor is an address; behind a proxy on the same machine, the address that the proxy names.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .security import LOOPBACK, UPLOADS

PER_SECOND = 20.0
BURST = 100.0
"""Requests at once after a rest: a page with its files."""

UPLOAD_COST = 20.0
"""Tokens of an upload: about one a second."""

MESSAGES_PER_SECOND = 200.0
"""Notes on all sockets of a visitor: a hand on the pad sends one for each picture of a fast screen, at most 144."""

MESSAGES_BURST = 400.0

SOCKETS = 8
"""Open sockets of one visitor."""

ALL_SOCKETS = 256
VISITORS = 4096
"""Visitors that are remembered; beyond it the longest unseen is forgotten."""

TOO_MANY_CONNECTIONS = (1013, "too many connections")
TOO_MANY_MESSAGES = (1008, f"too many messages: at most {MESSAGES_PER_SECOND:.0f} a second")
"""Code and reason with which a socket is closed."""


class Buckets:
    """A bucket of tokens for each visitor, filled steadily."""

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, visitor: str, cost: float = 1.0) -> bool:
        """Take tokens out of a visitor's bucket; False if there are too few."""
        now = self._clock()
        tokens, then = self._buckets.pop(visitor, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        is_allowed = tokens >= cost
        self._buckets[visitor] = (tokens - cost if is_allowed else tokens, now)
        while len(self._buckets) > VISITORS:
            self._buckets.popitem(last=False)
        return is_allowed


class Limits:
    """Refuses requests of visitors who ask for too much, with 429, and closes their sockets."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._requests = Buckets(PER_SECOND, BURST, clock)
        self._messages = Buckets(MESSAGES_PER_SECOND, MESSAGES_BURST, clock)
        self._sockets: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "websocket":
            await self._converse(scope, receive, send)
        elif scope["type"] == "http" and not self._requests.take(visitor_of(scope), _cost(scope)):
            refusal = {"error": "too many requests: wait a few seconds"}
            await JSONResponse(refusal, status_code=429, headers={"Retry-After": "5"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = visitor_of(scope)
        if self._sockets[visitor] >= SOCKETS or self._sockets.total() >= ALL_SOCKETS:
            await receive()
            await send({"type": "websocket.accept"})  # a browser tells its page no reason for a refused handshake
            await send(_closing(TOO_MANY_CONNECTIONS))
            return

        async def receive_some() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive" or self._messages.take(visitor):
                return message
            await send(_closing(TOO_MANY_MESSAGES))
            return {"type": "websocket.disconnect", "code": TOO_MANY_MESSAGES[0]}

        self._sockets[visitor] += 1
        try:
            await self._app(scope, receive_some, send)
        finally:
            self._sockets[visitor] -= 1
            if not self._sockets[visitor]:
                del self._sockets[visitor]


def visitor_of(scope: Scope) -> str:
    """Return the address of a visitor."""
    client = scope.get("client")
    address = str(client[0]) if client else ""
    named = Headers(scope=scope).get("x-forwarded-for", "")
    return named.rpartition(",")[2].strip() or address if address in LOOPBACK else address


def _cost(scope: Scope) -> float:
    return UPLOAD_COST if scope["path"].endswith(UPLOADS) else 1.0


def _closing(why: tuple[int, str]) -> Message:
    code, reason = why
    return {"type": "websocket.close", "code": code, "reason": reason}
