"""Events for the page: published from any thread, handed to every listener's queue on the event loop."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

WAITING = 256
"""Events that wait for a slow listener; beyond it the oldest are dropped, as each event tells the whole state."""


@dataclass(frozen=True)
class Event:
    """An event by name; `data` is JSON text. One without a name ends the listening."""

    name: str
    data: str


class Hub:
    """Hands events to listeners."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Event], asyncio.AbstractEventLoop] = {}

    @contextlib.contextmanager
    def listen(self) -> Iterator["asyncio.Queue[Event]"]:
        """Yield a queue that gets every event from now on; called on the event loop."""
        queue: asyncio.Queue[Event] = asyncio.Queue(WAITING)
        self._listeners[queue] = asyncio.get_running_loop()
        try:
            yield queue
        finally:
            del self._listeners[queue]

    def publish(self, event: Event) -> None:
        """Hand an event to all listeners; may be called from any thread."""
        for queue, loop in tuple(self._listeners.items()):
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(_put, queue, event)

    def close(self) -> None:
        """Tell all listeners that the server ends."""
        self.publish(Event("", ""))


def _put(queue: "asyncio.Queue[Event]", event: Event) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
