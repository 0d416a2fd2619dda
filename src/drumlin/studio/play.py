"""The WebSocket `/api/play`: text frames with notes in, binary frames with sounds out, the latest wins.

While one sound is decoded only the newest request of each instrument waits; what it overtook is never answered, so
that the pad follows the hand however slow the decoder is. Before the sound between four notes goes a text frame with
the note that it is. An error is a text frame and ends nothing.
"""

import asyncio
import json
import struct
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from .deps import services_of
from .notes import MixedNote, note_body, read_note
from .playing import Played, Player
from .refusals import describe
from .schemas import PlayMessage

MAGIC = 0x314D5244
"""`DRM1`, little-endian."""

MESSAGE_BYTES = 1 << 17
"""Longest text frame: a note with a long carry fits."""

WAITING = 8
"""Instruments whose newest request may wait: those that are compared."""

router = APIRouter()


def pack_sound(request: int, played: Played) -> bytes:
    """Return the binary frame of a sound: magic, request, sample rate, points, then float32 points."""
    return struct.pack("<4I", MAGIC, request, played.sample_rate, len(played.points) // 4) + played.points


@router.websocket("/api/play")
async def play(socket: WebSocket) -> None:
    """Play notes until the page goes."""
    await socket.accept()
    await _Conversation(socket, services_of(socket).player).run()


class _Conversation:
    def __init__(self, socket: WebSocket, player: Player) -> None:
        self._socket = socket
        self._player = player
        self._waiting: dict[str, PlayMessage] = {}
        self._has_waiting = asyncio.Event()
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        answering = asyncio.create_task(self._answer())
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._take(message)
        except WebSocketDisconnect:
            pass
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)

    async def _take(self, message: Any) -> None:
        text = message.get("text")
        number = None
        try:
            if text is None or len(text) > MESSAGE_BYTES:
                raise ValueError("a text frame with one JSON object is expected")
            content = json.loads(text)
            number = content.get("request") if isinstance(content, dict) else None
            request = PlayMessage.model_validate(content)
        except (ValidationError, ValueError, RecursionError) as error:
            await self._refuse(number, describe(error) if isinstance(error, ValidationError) else str(error))
            return
        if request.instrument not in self._waiting and len(self._waiting) >= WAITING:
            await self._refuse(number, f"more than {WAITING} instruments at once")
            return
        self._waiting.pop(request.instrument, None)
        self._waiting[request.instrument] = request
        self._has_waiting.set()

    async def _answer(self) -> None:
        while True:
            await self._has_waiting.wait()
            request = self._waiting.pop(next(iter(self._waiting)))
            if not self._waiting:
                self._has_waiting.clear()
            try:
                mixed = await self._asked(request)
                frame = pack_sound(request.request, await self._player.play(request.instrument, mixed))
            except Exception as error:
                await self._refuse(request.request, describe(error))
                continue
            async with self._sending:
                if request.morph is not None:
                    note = note_body(mixed).model_dump()
                    await self._socket.send_text(json.dumps({"request": request.request, "note": note}))
                await self._socket.send_bytes(frame)

    async def _asked(self, request: PlayMessage) -> MixedNote:
        if request.morph is None:
            return read_note(request.note)
        corners = [read_note(corner) for corner in request.morph.corners]
        return await self._player.morph(request.instrument, corners, request.morph.u, request.morph.v)

    async def _refuse(self, number: Any, message: str) -> None:
        known = number if isinstance(number, int) and not isinstance(number, bool) else None
        async with self._sending:
            await self._socket.send_text(json.dumps({"request": known, "error": message}))
