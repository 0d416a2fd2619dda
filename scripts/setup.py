"""Makes what the other commands need, with nothing but the Python that runs it.

    python3 scripts/setup.py base       .venv with Drumlin in it
    python3 scripts/setup.py dev        what the tests need besides: tools, torch (CPU)
    python3 scripts/setup.py bench      what the benchmarks compare with
    python3 scripts/setup.py page       the page, built into the package
    python3 scripts/setup.py browser    what the browser tests need: the page's packages, a Chromium

Each step is skipped when its inputs have not changed since it last succeeded, so that a second start is quick. Python's
steps and the page's are two rows that go on at the same time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quick_install import install

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PAGE = ROOT / "studio-ui"
STATIC = ROOT / "src/drumlin/web/static"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """Something that only the user can mend; the message says how."""


def main() -> None:
    """Run the steps named on the command line, in the order of their rows."""
    asked = set(sys.argv[1:])
    names = [name for row in ROWS for name in row]
    if unknown := asked.difference(names):
        sys.exit(f"setup: there is no step {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    with ThreadPoolExecutor() as pool:
        rows = [pool.submit(_run_steps, [make for name, make in row.items() if name in asked]) for row in ROWS]
    if problems := [problem for row in rows if (problem := row.result())]:
        sys.exit("\n".join(problems))


def _run_steps(steps: list[Callable[[], None]]) -> str:
    """Run steps one after the other and return what is wrong, nothing if all is well."""
    try:
        for make in steps:
            make()
    except SetupError as error:
        return f"setup: {error}"
    except subprocess.CalledProcessError as error:
        return f"setup: `{' '.join(map(str, error.cmd))}` failed (exit code {error.returncode}); see above"
    return ""


def make_base() -> None:
    """Make `.venv` and install the package into it, editable."""
    stamp = VENV / ".base-stamp"
    key = _hash([ROOT / "pyproject.toml", Path(__file__)]) + sys.version
    if _is_done(stamp, key) and _python().exists():
        return
    _make_venv()
    _say("installing Drumlin into .venv (about 400 MB, once)")
    install(_python(), "--editable", str(ROOT))
    stamp.write_text(key)


def make_page() -> None:
    """Build the page into the package, if its sources changed and Node is there."""
    stamp = STATIC / ".stamp"
    key = _hash(_page_sources())
    if _is_done(stamp, key) and (STATIC / "index.html").exists():
        return
    if problem := _node_problem():
        if (STATIC / "index.html").exists():
            _say(f"{problem} The page that was built before is used.")
            return
        raise SetupError(f"{problem} Install Node 20.19 or newer (https://nodejs.org), then run this again.")
    _install_page_packages()
    _say("building the page")
    _run("npm", "run", "--silent", "build", cwd=PAGE)
    stamp.write_text(key)


def make_dev() -> None:
    """Install what the tests need: tools, torch without CUDA."""
    stamp = VENV / ".dev-stamp"
    key = _hash([ROOT / "pyproject.toml", Path(__file__)]) + sys.version
    if _is_done(stamp, key):
        return
    # torch first and by the guarded installer: the tools below depend on none of it, but a later open
    # range must find it there instead of choosing a build with CUDA.
    _run(str(_python()), "-m", "drumlin", "add-learning")
    _say("installing the test tools")
    install(_python(), "--editable", f"{ROOT}[dev]")
    stamp.write_text(key)


def make_bench() -> None:
    """Install the tools that the benchmarks compare with."""
    stamp = VENV / ".bench-stamp"
    key = _hash([ROOT / "pyproject.toml"]) + sys.version
    if not _is_done(stamp, key):
        _say("installing what the benchmarks compare with")
        install(_python(), "--editable", f"{ROOT}[bench]")
        stamp.write_text(key)


def make_browser() -> None:
    """Get what drives the page in the tests: its packages and a Chromium."""
    if problem := _node_problem():
        raise SetupError(f"{problem} The browser tests need it: install Node 20.19 or newer (https://nodejs.org).")
    _install_page_packages()
    _get_browser()


ROWS = (
    {"base": make_base, "dev": make_dev, "bench": make_bench},
    {"page": make_page, "browser": make_browser},
)
"""Steps by name: those of a row follow each other, rows go on at the same time."""


def _make_venv() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed (make PYTHON=python3.12)"
        )
    if _python().exists():
        return
    _say(f"making .venv with Python {sys.version.split()[0]}")
    try:
        import ensurepip  # noqa: F401  # Debian ships venv without it
        import venv
    except ImportError as error:
        raise SetupError("this Python has no venv: on Debian, `apt-get install python3-venv`, then again") from error
    venv.create(VENV, with_pip=True)


def _install_page_packages() -> None:
    stamp = PAGE / "node_modules/.stamp"
    key = _hash([PAGE / "package-lock.json"])
    if _is_done(stamp, key):
        return
    _say("installing the page's packages")
    environment = {**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
    _run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=PAGE, env=environment)
    stamp.write_text(key)


def _get_browser() -> None:
    if any(shutil.which(name) for name in BROWSERS) or os.environ.get("CHROMIUM"):
        return
    if sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        _say("no Chromium found: installing the system's package `chromium`")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run("apt-get", "update", "-qq", env=environment)
        _run("apt-get", "install", "-y", "-qq", "chromium", env=environment)  # with its fonts: layouts are tested
        return
    _say("no Chromium found: fetching Playwright's own")
    _run("npx", "playwright", "install", "chromium", cwd=PAGE)


def _node_problem() -> str:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return "Node.js was not found; it is needed once, to build the page."
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_NODE:
        return f"Node.js {version} is too old."
    return ""


def _page_sources() -> list[Path]:
    names = ["package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "svelte.config.js"]
    files = [PAGE / name for name in names] + sorted((PAGE / "src").rglob("*")) + sorted((PAGE / "public").rglob("*"))
    return [file for file in files if file.is_file()]


def _hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _is_done(stamp: Path, key: str) -> bool:
    return stamp.exists() and stamp.read_text() == key


def _python() -> Path:
    return BIN / ("python.exe" if os.name == "nt" else "python")


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    program = shutil.which(command[0]) or command[0]
    subprocess.run([program, *command[1:]], cwd=cwd, env=env, check=True)


def _say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    main()
