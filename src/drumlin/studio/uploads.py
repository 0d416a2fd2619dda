"""Uploaded sounds: read into memory with a limit, decoded in a process with limits, never kept.

One fresh process per file, started ahead of time: a file that crashes, hangs or fills the decoder takes nothing
with it.
"""

import contextlib
import struct
import subprocess
import threading

import anyio
import anyio.to_thread
import numpy as np
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ..errors import AudioReadError, UsageError
from ..processes import start_worker
from ..units import Waveform
from .decode_worker import FAILED, HEADER, OK

PATIENCE_S = 10.0
"""Longest a file may take to decode."""

AT_ONCE = 2
"""Files decoded at once."""


async def read_upload(request: Request, limit: int) -> bytes:
    """Return the content of the field `file` of a multipart request; it stays in memory.

    Raises:
        UsageError: the request is no such form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UsageError("a form (multipart/form-data) with one field named `file` is expected")
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=4)
    parser.spool_max_size = limit + 1  # larger ones were refused on the way: nothing is written to disk
    try:
        async with contextlib.AsyncExitStack() as stack:
            form = await parser.parse()
            stack.push_async_callback(form.close)
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise UsageError("the form has no field named `file`")
            return await upload.read()
    except (MultiPartException, KeyError) as error:
        raise UsageError(f"the form cannot be read: {error}") from error


class Decoder:
    """Decodes files in processes of their own, the next one of which already waits."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._spare: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def decode(self, data: bytes) -> tuple[Waveform, int]:
        """Return the first channel of a file, (T,), and its sample rate.

        Raises:
            AudioReadError: it cannot be decoded, or not within the limits of time and memory.
        """
        return await anyio.to_thread.run_sync(self._decode, data, limiter=self._limiter)

    def close(self) -> None:
        """End the waiting process."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()
            spare.communicate()

    def _decode(self, data: bytes) -> tuple[Waveform, int]:
        with self._lock:
            process, self._spare = self._spare or _start(), None
        try:
            answer, _ = process.communicate(data, timeout=self._patience_s)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise AudioReadError(f"decoding took longer than {self._patience_s:g} s and was stopped") from error
        with self._lock:
            self._spare = self._spare or _start()
        return _unpack(answer, process.returncode)


def _start() -> "subprocess.Popen[bytes]":
    return start_worker("drumlin.studio.decode_worker")


def _unpack(answer: bytes, code: int) -> tuple[Waveform, int]:
    if code != 0 or len(answer) < HEADER.size:
        raise AudioReadError("the file cannot be decoded within the limits of time and memory")
    status, sample_rate = HEADER.unpack_from(answer)
    content = memoryview(answer)[HEADER.size :]
    if status == FAILED:
        raise AudioReadError(bytes(content).decode("utf-8", "replace"))
    if status != OK or len(content) % struct.calcsize("<f"):
        raise AudioReadError("the file cannot be decoded")
    return np.frombuffer(content, dtype="<f4").astype(np.float32), sample_rate
