"""What is installed, where data lies, what is missing and how to get it."""

import importlib.metadata
import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from .. import __version__
from ..errors import DrumlinError
from .extras import LEARNING_MODULES, has_learning
from .places import default_home

Level = Literal["ok", "note", "problem"]

_BASE = (
    "numpy",
    "scipy",
    "soundfile",
    "soxr",
    "onnx",
    "onnxruntime",
    "safetensors",
    "fastapi",
    "uvicorn",
    "websockets",
)
_LOW_SPACE = 1 << 30


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Args:
        name: what was looked at.
        level: `ok`, `note` (something optional is missing) or `problem` (something will not work).
        found: what is there.
        advice: what to do; empty if nothing.
    """

    name: str
    level: Level
    found: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def examine(port: int, page: Path, home: Path | None = None) -> list[Finding]:
    """Look at everything that Drumlin needs or could use.

    Args:
        port: where the studio would listen.
        page: where the built page should lie.
        home: folder of the user's things; None for the default.
    """
    return [
        Finding("drumlin", "ok", f"{__version__} in {Path(__file__).parent.parent}"),
        Finding("python", "ok", f"{platform.python_version()} ({sys.executable}) on {platform.platform()}"),
        *(_package(name) for name in _BASE),
        _instrument(),
        _page(page),
        _learning(),
        _folder(home or default_home()),
        _port(port),
        _node(),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "problem", "missing", "install Drumlin again")


def _instrument() -> Finding:
    name = "built-in instrument"
    try:
        from ..instrument import Note, default_instrument

        instrument = default_instrument()
        instrument.play(Note())
    except (DrumlinError, ImportError) as error:
        return Finding(name, "problem", str(error), "install Drumlin again, or learn a folder")
    return Finding(name, "ok", f"{instrument.name} ({instrument.recipe}) plays")


def _page(page: Path) -> Finding:
    if (page / "index.html").is_file():
        return Finding("page", "ok", str(page))
    return Finding("page", "problem", "not built", "run `make studio` in the source tree, or install a wheel")


def _learning() -> Finding:
    if has_learning():
        versions = [f"{name} {importlib.metadata.version(name.replace('_', '-'))}" for name in LEARNING_MODULES]
        return Finding("learning", "ok", ", ".join(versions))
    return Finding("learning", "note", "not installed", "run `drumlin add-learning` (about 800 MB)")


def _folder(home: Path) -> Finding:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        return Finding("home", "problem", f"{home} cannot be written", "choose another with --home or DRUMLIN_HOME")
    free = shutil.disk_usage(existing).free
    found = f"{home}, {free / 1e9:.1f} GB free"
    if free < _LOW_SPACE:
        return Finding("home", "problem", found, "make room: a learned folder takes up to a few hundred MB")
    return Finding("home", "ok", found)


def _port(port: int) -> Finding:
    with socket.socket() as listening:
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding(f"port {port}", "note", error.strerror or "taken", f"use --port {port + 1}")
    return Finding(f"port {port}", "ok", "free")


def _node() -> Finding:
    node = shutil.which("node")
    if node is None:
        return Finding("node", "note", "not there", "needed only to build the page from source: 20.19 or newer")
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return Finding("node", "ok", done.stdout.strip() or "does not say its version")
