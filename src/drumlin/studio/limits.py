"""How much one visitor of the hosted form may ask for: a bucket of tokens each, and few open sockets.

A visitor is an address; behind a proxy on the same machine, the address that the proxy names.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .security import LOOPBACK

PER_SECOND = 20.0
BURST = 100.0
"""Requests at once after a rest: a page with its files, and a hand on the pad."""

UPLOAD_COST = 20.0
"""Tokens of an upload: about one a second."""

SOCKETS = 8
"""Open sockets of one visitor."""

ALL_SOCKETS = 256
VISITORS = 4096
"""Visitors that are remembered; beyond it the longest unseen is forgotten."""


class Limits:
    """Refuses visitors who ask for too much, with 429."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._sockets: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "websocket":
            await self._converse(scope, receive, send)
        elif scope["type"] == "http" and not self._take(visitor_of(scope), _cost(scope)):
            refusal = {"error": "too many requests: wait a few seconds"}
            await JSONResponse(refusal, status_code=429, headers={"Retry-After": "5"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = visitor_of(scope)
        if self._sockets[visitor] >= SOCKETS or self._sockets.total() >= ALL_SOCKETS:
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": "too many connections"})
            return
        self._sockets[visitor] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._sockets[visitor] -= 1
            if not self._sockets[visitor]:
                del self._sockets[visitor]

    def _take(self, visitor: str, cost: float) -> bool:
        now = self._clock()
        tokens, then = self._buckets.pop(visitor, (BURST, now))
        tokens = min(BURST, tokens + (now - then) * PER_SECOND)
        is_allowed = tokens >= cost
        self._buckets[visitor] = (tokens - cost if is_allowed else tokens, now)
        while len(self._buckets) > VISITORS:
            self._buckets.popitem(last=False)
        return is_allowed


def visitor_of(scope: Scope) -> str:
    """Return the address of a visitor."""
    client = scope.get("client")
    address = str(client[0]) if client else ""
    named = Headers(scope=scope).get("x-forwarded-for", "")
    return named.rpartition(",")[2].strip() or address if address in LOOPBACK else address


def _cost(scope: Scope) -> float:
    return UPLOAD_COST if scope["path"].endswith("/locate") else 1.0
