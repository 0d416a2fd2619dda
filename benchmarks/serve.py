"""Sounds a second over HTTP: our server against a Gradio demo of the same instrument, with the same client.

Each server is a process of its own and plays one instrument that was just learned from synthesised drums. Every
request asks for another place, so that nothing is remembered. Ours answers with the finished file; of Gradio the
client posts, reads the event stream and fetches the file, as its interface for programs wants it. The two take turns,
so that a disturbance hits both. The target is meant for one request at a time; 16 at once are reported.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import soundfile
from websockets.asyncio.client import connect

import drumlin
from drumlin.exporting import SoundFormat, encode_sound, provenance_of

from .http_client import Connection

ROOT = Path(__file__).resolve().parent.parent
GRADIO = ROOT / ".benchmarks" / "gradio"
RECIPES = ("ae-medium-tanh", "ae-conv-16")
QUICK = ("ae-medium-tanh",)

GRADIO_RATIO = 5.0
SMALL_MS = 1.0
"""The ratio is asked of decoders up to this."""

OVERHEAD_MS = 0.4
WARMING = 20
"""Requests of each turn that are not counted."""

TURNS = 4
SMALLEST_BYTES = 1000

READY_S = 1.0

_ID = "tones"
_STUDIO = (sys.executable, "-m", "drumlin", "studio", "--no-browser")

Ask = Callable[[Connection, float, float], Awaitable[int]]


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    python = _gradio_python()
    rows: list[dict[str, Any]] = []
    gates: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_drums(folder / "drums")
        for recipe in QUICK if quick else RECIPES:
            path = folder / f"{recipe}.drumlin"
            _learn(folder / "drums", recipe, path)
            found, wanted = _compare(recipe, path, python, 200 if quick else 1000)
            rows += found
            gates += wanted
    ready = _ready_s(3 if quick else 9)
    rows.append({"server": "drumlin studio", "what": "from start to address", "p50 ms": 1e3 * ready})
    gates.append(_gate("studio is ready after, s", ready, READY_S, ready <= READY_S))
    return {"rows": rows, "gates": gates}


def _compare(recipe: str, path: Path, python: str, count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    alone_ms, decode_ms = _alone_ms(path, count)
    rows = [{"model": recipe, "server": "none: in process", "what": "play and encode", "p50 ms": alone_ms}]
    with _drumlin(path) as (address, headers), _gradio(python, path) as gradio:
        for width in (1, 16):
            ours = _Measured(recipe, "drumlin", "POST sound", width)
            theirs = _Measured(recipe, "Gradio", "call, stream, file", width)
            for _ in range(TURNS):
                ours.add(asyncio.run(_load(address, headers, _ask_ours, width, count // TURNS)))
                theirs.add(asyncio.run(_load(gradio, {}, _ask_gradio, width, count // TURNS // 4)))
            rows += [ours.row(), theirs.row()]
        spoken = _Measured(recipe, "drumlin", "WebSocket", 1)
        spoken.add(asyncio.run(_converse(address, headers, count)))
        rows.append(spoken.row())
    for row in rows:
        row["decode ms"] = decode_ms
    return rows, _gates(recipe, decode_ms, rows)


def _gates(recipe: str, decode_ms: float, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    alone, ours, theirs = rows[:3]
    over_ms = ours["p50 ms"] - alone["p50 ms"]
    gates = [_gate(f"{recipe}: HTTP over playing alone, ms", over_ms, OVERHEAD_MS, over_ms <= OVERHEAD_MS)]
    if decode_ms <= SMALL_MS:
        ratio = ours["requests/s"] / theirs["requests/s"]
        gates.append(_gate(f"{recipe}: times Gradio's requests/s", ratio, GRADIO_RATIO, ratio >= GRADIO_RATIO))
    return gates


async def _ask_ours(connection: Connection, x: float, y: float) -> int:
    return len(await connection.post(f"/api/instruments/{_ID}/sound", {"note": {"x": x, "y": y}}))


async def _ask_gradio(connection: Connection, x: float, y: float) -> int:
    event = json.loads(await connection.post("/gradio_api/call/play", {"data": [x, y]}))["event_id"]
    lines = (await connection.get(f"/gradio_api/call/play/{event}")).decode().splitlines()
    data = next(line for line in lines[lines.index("event: complete") :] if line.startswith("data: "))
    return len(await connection.get(json.loads(data.removeprefix("data: "))[0]["url"]))


async def _load(address: str, headers: dict[str, str], ask: Ask, width: int, count: int) -> tuple[list[float], float]:
    """Return the seconds of each request and of all together, `width` connections asking at once."""
    places = iter(_places(count + WARMING))
    times: list[float] = []
    connections = [Connection(address, headers) for _ in range(width)]

    async def work(connection: Connection) -> None:
        for x, y in places:
            start = time.perf_counter()
            if await ask(connection, x, y) < SMALLEST_BYTES:
                raise RuntimeError(f"{address} answers with something that is no sound")
            times.append(time.perf_counter() - start)

    for _ in range(WARMING):
        await ask(connections[0], *next(places))
    start = time.perf_counter()
    await asyncio.gather(*(work(connection) for connection in connections))
    taken = time.perf_counter() - start
    for connection in connections:
        await connection.close()
    return times, taken


async def _converse(address: str, headers: dict[str, str], count: int) -> tuple[list[float], float]:
    """Return the same for the WebSocket: a note is sent when the sound of the last one is there."""
    times: list[float] = []
    place = address.replace("http", "ws", 1) + "/api/play"
    async with connect(place, additional_headers=headers) as websocket:
        begin = time.perf_counter()
        for number, (x, y) in enumerate(_places(count)):
            start = time.perf_counter()
            note = {"x": x, "y": y}
            await websocket.send(json.dumps({"request": number, "instrument": _ID, "note": note}))
            assert isinstance(await websocket.recv(), bytes)
            times.append(time.perf_counter() - start)
        return times, time.perf_counter() - begin


def _alone_ms(path: Path, count: int) -> tuple[float, float]:
    """Return the median milliseconds of playing and encoding, and of playing, without any server."""
    instrument = drumlin.load(path)
    whole, decoding = [], []
    for x, y in _places(min(count, 300)):
        note = drumlin.Note(x, y)
        start = time.perf_counter()
        waveform = instrument.play(note)
        decoding.append(time.perf_counter() - start)
        encode_sound(waveform, instrument.sample_rate, SoundFormat(), provenance_of(instrument, note))
        whole.append(time.perf_counter() - start)
    return 1e3 * float(np.median(whole)), 1e3 * float(np.median(decoding))


@contextlib.contextmanager
def _drumlin(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Run the studio with one instrument; yield its address and what a request must carry."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "instruments").mkdir()
        shutil.copyfile(path, Path(home) / "instruments" / f"{_ID}.drumlin")
        command = [*_STUDIO, "--home", home, "--port", str(_free_port())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                address, _, token = process.stdout.readline().strip().partition("/?token=")
                yield address.replace("localhost", "127.0.0.1"), {"Authorization": f"Bearer {token}"}
            finally:
                process.terminate()


@contextlib.contextmanager
def _gradio(python: str, path: Path) -> Iterator[str]:
    """Run the demo with one instrument; yield its address."""
    port = _free_port()
    command = [python, str(Path(__file__).with_name("gradio_demo.py")), str(path), str(port)]
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, cwd=path.parent)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/", timeout=10.0).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} does not answer")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready_s(times: int) -> float:
    """Return the median seconds from the start of `drumlin studio` to its address on the terminal."""
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as home:
            command = [*_STUDIO, "--home", home, "--port", str(_free_port())]
            start = time.perf_counter()
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                taken.append(time.perf_counter() - start)
                process.terminate()
    return float(np.median(taken))


def _gradio_python() -> str:
    """Return the Python of Gradio's own environment; it is made when it is not there."""
    python = GRADIO / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = GRADIO / ".done"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(GRADIO)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "gradio>=5", "--editable", str(ROOT)], check=True)
        stamp.touch()
    return str(python)


def _write_drums(folder: Path) -> None:
    """Write some drums to learn from: noise and sines that decay."""
    generator = np.random.default_rng(0)
    age = np.arange(22050) / 44100
    for label in ("kick", "snare"):
        (folder / label).mkdir(parents=True)
        for number in range(8):
            body = np.sin(2 * np.pi * generator.uniform(50, 200) * age) * np.exp(-age / generator.uniform(0.05, 0.1))
            noise = generator.standard_normal(len(age)) * np.exp(-age / generator.uniform(0.02, 0.1))
            sound = body + (0.8 if label == "snare" else 0.05) * noise
            soundfile.write(folder / label / f"{label} {number}.wav", 0.9 * sound / np.abs(sound).max(), 44100)


def _learn(folder: Path, recipe: str, out: Path) -> None:
    words = ["learn", str(folder), "--recipe", recipe, "--epochs", "2", "--out", str(out), "--progress", "none"]
    subprocess.run([sys.executable, "-m", "drumlin", *words], check=True, stdout=subprocess.DEVNULL)


def _places(count: int) -> list[tuple[float, float]]:
    return [(x, y) for x, y in np.random.default_rng(1).uniform(-1, 1, (count, 2)).round(4).tolist()]


class _Measured:
    """The requests of one server, over all its turns."""

    def __init__(self, model: str, server: str, what: str, width: int) -> None:
        self._names = {"model": model, "server": server, "what": what, "at once": width}
        self._times: list[float] = []
        self._seconds = 0.0

    def add(self, measured: tuple[list[float], float]) -> None:
        """Count a turn: the seconds of each request, and of all together."""
        self._times += measured[0]
        self._seconds += measured[1]

    def row(self) -> dict[str, Any]:
        """Return what is shown."""
        p50, p99 = 1e3 * np.percentile(self._times, [50, 99])
        rate = len(self._times) / self._seconds
        return {**self._names, "requests/s": rate, "p50 ms": float(p50), "p99 ms": float(p99)}


def _gate(name: str, value: float, target: float, passed: bool) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "target": target, "passed": bool(passed)}
