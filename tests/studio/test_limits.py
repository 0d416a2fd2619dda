import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.studio.conftest import Served
from websockets.exceptions import ConnectionClosed

from drumlin.studio.limits import (
    BURST,
    MESSAGES_BURST,
    MESSAGES_PER_SECOND,
    PER_SECOND,
    SOCKETS,
    UPLOAD_COST,
    VISITORS,
    Buckets,
    Limits,
    visitor_of,
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def accept(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def scope(path: str = "/api/state", address: str = "192.0.2.1", **headers: str) -> dict[str, Any]:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "client": (address, 1), "headers": listed}


def ask(limits: Limits, what: Scope) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    asyncio.run(limits(what, receive, send))
    return int(sent[0]["status"])


def test_a_visitor_who_asks_for_too_much_waits() -> None:
    clock = Clock()
    limits = Limits(accept, clock)
    assert [ask(limits, scope()) for _ in range(int(BURST))] == [200] * int(BURST)
    assert ask(limits, scope()) == 429
    assert ask(limits, scope(address="192.0.2.2")) == 200
    clock.now += 1.5 / PER_SECOND
    assert [ask(limits, scope()), ask(limits, scope())] == [200, 429]


def test_uploads_cost_more() -> None:
    limits = Limits(accept, Clock())
    answers = [ask(limits, scope("/api/instruments/default/locate")) for _ in range(int(BURST / UPLOAD_COST) + 1)]
    assert answers.count(429) == 1


def test_only_a_proxy_on_this_machine_may_name_the_visitor() -> None:
    assert visitor_of(scope(address="127.0.0.1", x_forwarded_for="203.0.113.9, 198.51.100.7")) == "198.51.100.7"
    assert visitor_of(scope(address="192.0.2.1", x_forwarded_for="203.0.113.9")) == "192.0.2.1"
    assert visitor_of(scope(address="127.0.0.1")) == "127.0.0.1"


def test_visitors_are_forgotten_so_that_memory_stays_flat() -> None:
    buckets = Buckets(1.0, 1.0, Clock())
    for number in range(VISITORS + 50):
        buckets.take(f"visitor {number}")
    assert len(buckets) == VISITORS


def test_one_visitor_has_few_sockets(hosted: Served) -> None:
    sockets: list[Any] = []
    try:
        for _ in range(SOCKETS):
            sockets.append(hosted.socket(additional_headers={}))
            sockets[-1].__enter__()
        with pytest.raises(ConnectionClosed) as closed, hosted.socket(additional_headers={}) as socket:
            socket.recv(timeout=20)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason[:20]) == (1013, "too many connections")
    finally:
        for socket in sockets:
            socket.__exit__(None, None, None)
    with hosted.socket(additional_headers={}) as socket:
        socket.send("{}")
        assert "error" in str(socket.recv(timeout=20))


def test_sockets_that_say_too_much_are_closed_with_a_reason(hosted: Served) -> None:
    with pytest.raises(ConnectionClosed) as closed, hosted.socket(additional_headers={}) as socket:
        for _ in range(int(2 * MESSAGES_BURST)):
            socket.send("{}")
        while True:
            socket.recv(timeout=20)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason[:17]) == (1008, "too many messages")
    assert hosted.client.get("/api/state").status_code == 200


def test_all_sockets_of_a_visitor_draw_on_one_bucket_that_fills_again() -> None:
    clock = Clock()
    limits = Limits(listen, clock)
    assert converse(limits, int(MESSAGES_BURST)) == []
    assert converse(limits, 1) == [1008]
    clock.now += 2.5 / MESSAGES_PER_SECOND
    assert converse(limits, 2) == []
    assert converse(limits, 1) == [1008]


async def listen(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def converse(limits: Limits, count: int) -> list[int]:
    """Send so many messages over a new socket and return the codes with which it was closed."""
    left = iter([{"type": "websocket.receive", "text": "{}"}] * count + [{"type": "websocket.disconnect"}])
    codes: list[int] = []

    async def receive() -> Message:
        return next(left)

    async def send(message: Message) -> None:
        codes.append(message["code"])

    asyncio.run(limits({**scope("/api/play"), "type": "websocket"}, receive, send))
    return codes
