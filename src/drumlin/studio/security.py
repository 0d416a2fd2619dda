"""Who may talk to the server: Host and Origin on every request, the token of this launch, headers of every answer.

A page of another site can make a browser send requests to localhost, and by DNS rebinding even under a name of its
own: the Host check stops the second, the Origin and Sec-Fetch-Site checks and the SameSite cookie the first. The
token keeps other users of the machine out.
"""

import functools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
BODY_LIMIT = 1 << 20
"""Largest body of a request that is no upload, bytes."""

UPLOADS = ("/locate", "/refine", "/like", "/voice")
"""How the paths end that take a sound."""

TRACK = "/api/pieces/track"
TRACK_BYTES = 1 << 30
"""Largest track, or film with one: it goes to the disk as it comes."""

_FIXED = tuple(
    (name.encode("ascii"), value.encode("ascii"))
    for name, value in {
        "x-content-type-options": "nosniff",
        "x-drumlin": "1",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }.items()
)
"""Headers that every answer carries, the same each time."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PAGE_401 = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Drumlin</title>
<h1>Open the address from the terminal</h1>
<p>This page needs the key that <code>drumlin studio</code> printed when it started, an address like
<code>http://{host}/?token=...</code>. It changes with every start.</p></html>"""


@dataclass(frozen=True)
class Policy:
    """Who may talk to the server.

    Args:
        hosts: names it may be addressed by.
        port: the port it may be addressed by; None for any (behind a proxy).
        token: what each request must carry; empty for none.
        upload_limit: largest upload, bytes.
    """

    hosts: frozenset[str] = LOOPBACK
    port: int | None = None
    token: str = ""
    upload_limit: int = 50 << 20

    def allows_host(self, host: str) -> bool:
        """Whether a Host header names this server."""
        return self._allows("http", host)

    def allows_origin(self, origin: str) -> bool:
        """Whether an Origin header is this server's own page."""
        scheme, separator, host = origin.partition("://")
        return bool(separator) and scheme in _DEFAULT_PORTS and self._allows(scheme, host)

    def is_known(self, headers: Headers) -> bool:
        """Whether a request carries the token, as cookie or as bearer."""
        if not self.token:
            return True
        cookies = cookie_parser(headers.get("cookie", ""))
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        candidates = [cookies.get(cookie_name(headers), ""), bearer if scheme.lower() == "bearer" else ""]
        return any(self.is_token(candidate) for candidate in candidates)

    def is_token(self, candidate: str) -> bool:
        """Whether `candidate` is the token; takes the same time whatever differs."""
        return secrets.compare_digest(candidate.encode("utf-8"), self.token.encode("utf-8"))

    @functools.lru_cache(maxsize=256)  # noqa: B019  # a policy lives as long as its server
    def _allows(self, scheme: str, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            port = parts.port or _DEFAULT_PORTS[scheme]
        except ValueError:
            return False
        if parts.netloc != host or "@" in host or parts.hostname not in self.hosts:
            return False
        return self.port in (None, port)


def cookie_name(headers: Headers) -> str:
    """Return the cookie's name: one per port, as browsers share cookies between the ports of a host."""
    return f"drumlin_{urlsplit('//' + headers.get('host', '')).port or 80}"


class Guard:
    """The outermost layer: refuses strangers, limits bodies, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": "not allowed"})
            return
        guarded = _with_headers(send, headers)
        if refusal is not None:
            await refusal(scope, receive, guarded)
        else:
            await self._app(scope, self._limited(scope, headers, receive), guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        policy = self._policy
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        # Two of them would let this check look at one and someone else at the other.
        if len(hosts) != 1 or not policy.allows_host(hosts[0]):
            return _refuse(403, f"this server is not {', '.join(hosts)!r}: use the address that it printed")
        if len(origins) > 1 or not all(policy.allows_origin(origin) for origin in origins):
            return _refuse(403, f"requests from {', '.join(origins)!r} are not allowed")
        if scope["path"].startswith("/api") and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return _refuse(403, "requests from other sites are not allowed")
        if policy.is_known(headers):
            return None
        return self._sign_in(scope, headers)

    def _sign_in(self, scope: Scope, headers: Headers) -> Response:
        if scope["type"] == "http" and scope["path"] == "/":
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
            if self._policy.is_token(given):
                answer = RedirectResponse("/", status_code=303)
                name = cookie_name(headers)
                answer.set_cookie(name, self._policy.token, httponly=True, samesite="strict", path="/")
                return answer
            return HTMLResponse(_PAGE_401.format(host=escape(headers["host"])), status_code=401)
        return _refuse(401, "the token is missing or of an earlier start: open the address printed in the terminal")

    def _limit(self, path: str) -> int:
        if path == TRACK:
            return TRACK_BYTES
        return self._policy.upload_limit if path.endswith(UPLOADS) else BODY_LIMIT

    def _limited(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        limit = self._limit(scope["path"])
        error = HTTPException(413, f"the request is larger than {limit >> 20} MB")
        left = limit

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0 or _declared(headers) > limit:
                raise error
            return message

        return limited


@functools.lru_cache(maxsize=64)
def content_security_policy(host: str) -> str:
    """Return the policy of the page: nothing from elsewhere, nothing inline."""
    sources: Mapping[str, str] = {
        "default-src": "'self'",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "script-src": "'self'",
        "worker-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _with_headers(send: Send, request: Headers) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            policy = content_security_policy(request.get("host", "localhost"))
            message["headers"] = [*message["headers"], (b"content-security-policy", policy.encode("latin-1")), *_FIXED]
            MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
        await send(message)

    return guarded


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0
