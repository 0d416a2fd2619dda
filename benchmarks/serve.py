"""Sounds a second over HTTP: our server against a Gradio demo of the same instrument, with the same client.

Each server is a process of its own and plays one instrument that was just learned from synthesised drums. Every
request asks for another place, so that nothing is remembered. Ours answers with the finished file; of Gradio the
client posts, reads the event stream and fetches the file, as its interface for programs wants it.
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

ROOT = Path(__file__).resolve().parent.parent
GRADIO = ROOT / ".benchmarks" / "gradio"
RECIPES = ("ae-medium-tanh", "ae-conv-16")
QUICK = ("ae-medium-tanh",)

GRADIO_RATIO = 5.0
SMALL_MS = 1.0
"""The ratio is asked of decoders up to this."""

OVERHEAD_MS = 0.4
READY_S = 1.0

_ID = "tones"
_STUDIO = (sys.executable, "-m", "drumlin", "studio", "--no-browser")

Ask = Callable[[httpx.AsyncClient, float, float], Awaitable[int]]


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
    ours: dict[int, float] = {}
    theirs: dict[int, float] = {}
    with _drumlin(path) as (address, headers):
        for width in (1, 16):
            times = asyncio.run(_load(address, headers, _ask_ours, width, count))
            rows.append(_row(recipe, "drumlin", "POST sound", width, times))
            ours[width] = rows[-1]["requests/s"]
        overhead_ms = rows[-2]["p50 ms"] - alone_ms
        rows.append(_row(recipe, "drumlin", "WebSocket", 1, asyncio.run(_converse(address, headers, count))))
    with _gradio(python, path) as address:
        for width in (1, 16):
            times = asyncio.run(_load(address, {}, _ask_gradio, width, count // 4))
            rows.append(_row(recipe, "Gradio", "call, stream, file", width, times))
            theirs[width] = rows[-1]["requests/s"]
    for row in rows:
        row["decode ms"] = decode_ms
    return rows, _gates(recipe, decode_ms, ours, theirs, overhead_ms)


def _gates(
    recipe: str, decode_ms: float, ours: dict[int, float], theirs: dict[int, float], overhead_ms: float
) -> list[dict[str, Any]]:
    gates = [_gate(f"{recipe}: HTTP over playing alone, ms", overhead_ms, OVERHEAD_MS, overhead_ms <= OVERHEAD_MS)]
    if decode_ms <= SMALL_MS:
        for width in ours:
            ratio = ours[width] / theirs[width]
            name = f"{recipe}: times Gradio's requests/s, {width} at once"
            gates.append(_gate(name, ratio, GRADIO_RATIO, ratio >= GRADIO_RATIO))
    return gates


async def _ask_ours(client: httpx.AsyncClient, x: float, y: float) -> int:
    answer = await client.post(f"/api/instruments/{_ID}/sound", json={"note": {"x": x, "y": y}})
    answer.raise_for_status()
    return len(answer.content)


async def _ask_gradio(client: httpx.AsyncClient, x: float, y: float) -> int:
    posted = await client.post("/gradio_api/call/play", json={"data": [x, y]})
    posted.raise_for_status()
    stream = await client.get(f"/gradio_api/call/play/{posted.json()['event_id']}")
    lines = stream.text.splitlines()
    data = next(line for line in lines[lines.index("event: complete") :] if line.startswith("data: "))
    file = await client.get(json.loads(data.removeprefix("data: "))[0]["url"])
    file.raise_for_status()
    return len(file.content)


async def _load(address: str, headers: dict[str, str], ask: Ask, width: int, count: int) -> tuple[list[float], float]:
    """Return the seconds of each request and of all together, `width` of them in flight."""
    places = iter(_places(count + 20))
    times: list[float] = []

    async def work(client: httpx.AsyncClient) -> None:
        for x, y in places:
            start = time.perf_counter()
            assert await ask(client, x, y) > 1000
            times.append(time.perf_counter() - start)

    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60.0) as client:
        for _ in range(20):
            await ask(client, *next(places))
        start = time.perf_counter()
        await asyncio.gather(*(work(client) for _ in range(width)))
        return times, time.perf_counter() - start


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


def _row(model: str, server: str, what: str, width: int, measured: tuple[list[float], float]) -> dict[str, Any]:
    times, seconds = measured
    return {
        "model": model,
        "server": server,
        "what": what,
        "at once": width,
        "requests/s": len(times) / seconds,
        "p50 ms": 1e3 * float(np.percentile(times, 50)),
        "p99 ms": 1e3 * float(np.percentile(times, 99)),
    }


def _gate(name: str, value: float, target: float, passed: bool) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "target": target, "passed": bool(passed)}
