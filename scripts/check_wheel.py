"""Builds the wheel, installs it where nothing else is, and plays it: no torch, no Node on the server's path.

    python scripts/check_wheel.py [--keep FOLDER]

Run by `make wheel-test` after the page was built. Fails when the wheel lacks the page or the built-in instrument,
pulls torch, or does not play in the browser.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("drumlin/web/static/index.html", "drumlin/instrument/default.drumlin", "drumlin/py.typed")
SPEC = "e2e/installed.spec.ts"


def main() -> None:
    """Build, install, check, play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="leave the wheel and its environment in this folder")
    keep = parser.parse_args().keep
    folder = keep or Path(tempfile.mkdtemp(prefix="drumlin-wheel-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        wheel = build_wheel(folder)
        check_content(wheel)
        python = install(wheel, folder / "venv")
        check_commands(python, folder)
        play_in_browser(python)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    print("the wheel installs and plays without torch and without Node")


def build_wheel(folder: Path) -> Path:
    """Return the path of a wheel built into `folder`."""
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


def check_content(wheel: Path) -> None:
    """Fail when a file that makes the wheel whole is missing."""
    names = set(zipfile.ZipFile(wheel).namelist())
    if missing := [name for name in NEEDED if name not in names]:
        sys.exit(f"the wheel lacks {', '.join(missing)}")
    if compiled := [name for name in names if name.endswith((".so", ".pyd", ".dll"))]:
        sys.exit(f"the wheel is not pure Python: {compiled}")


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into an environment of its own and return that environment's Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    quietly = ("--quiet", "--disable-pip-version-check", "--no-compile")  # most of it is never imported here
    _run(str(python), "-m", "pip", "install", *quietly, str(wheel))
    return python


def check_commands(python: Path, folder: Path) -> None:
    """Fail when torch came along or the built-in instrument does not write a sound."""
    probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is not None)"
    _run(str(python), "-c", probe)
    sound = folder / "hit.wav"
    _run(str(python), "-m", "drumlin", "generate", "default", "--at", "0.2,-0.4", "--out", str(sound), cwd=folder)
    if sound.stat().st_size < 1000:
        sys.exit(f"the wheel's own instrument wrote only {sound.stat().st_size} bytes")


def play_in_browser(python: Path) -> None:
    """Run the browser test of an installed Drumlin; its server sees no Node."""
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("npx was not found: install Node 20.19 or newer; it drives the browser")
    environment = {**os.environ, "DRUMLIN_PYTHON": str(python), "DRUMLIN_SERVER_PATH": str(python.parent)}
    _run(npx, "playwright", "test", SPEC, cwd=ROOT / "studio-ui", env=environment)


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` failed (exit code {done.returncode})")


if __name__ == "__main__":
    main()
