"""What learning needs and the base install leaves out: torch for the CPU, and its company.

A plain `pip install torch` on Linux draws about 3 GB of CUDA packages. Here pip is asked for its plan first, and only
a plan without them is carried out: that of a version known to come without CUDA where the configured index has such
a build, or that of PyTorch's own index of CPU builds.
"""

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LearningMissingError
from ..processes import module_command
from ..progress import Progress, Report, ignore

LEARNING_MODULES = ("torch", "lightning_fabric", "tensorboard", "onnxscript")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
NEEDED_BYTES = 2 << 30
"""Free space asked for: the packages unpacked, and room to unpack them."""

_CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("torch==2.13.0",),
    ("torch>=2.5", "--index-url", CPU_INDEX),
    ("torch>=2.5",),
)
RAW_PROGRESS = (24, 1)
"""Since this version pip can count bytes for a program; an older one names the files that it downloads."""

_CUDA_NAME = re.compile(r"^(nvidia|cuda|triton|pytorch[-_]triton)", re.IGNORECASE)
_DOWNLOAD = re.compile(r"^\s*Downloading (?P<file>[^\s(]+)")
_BYTES = re.compile(r"^Progress (?P<done>\d+) of (?P<total>\d+)")


@dataclass(frozen=True)
class Pip:
    """How pip is run; tests replace the command."""

    command: tuple[str, ...] = module_command("pip")

    def version(self) -> tuple[int, ...]:
        """Return pip's version, empty where there is no pip."""
        done = subprocess.run([*self.command, "--version"], capture_output=True, text=True, check=False)
        found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
        return tuple(map(int, found.groups())) if done.returncode == 0 and found else ()

    def plan(self, words: Sequence[str]) -> list[dict[str, Any]] | None:
        """Return the packages that an install would add, None if pip finds no way."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            options = ("install", "--dry-run", "--quiet", "--no-input", "--report", str(report))
            with _running([*self.command, *options, *words]) as process:
                process.communicate()
            if process.returncode != 0 or not report.exists():
                return None
            packages: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
            return packages

    def install(self, words: Sequence[str], on_line: Callable[[str], None]) -> None:
        """Install; each line that pip prints is handed on.

        Raises:
            LearningMissingError: pip failed; the message has its last words.
        """
        lines: list[str] = []
        bar = "raw" if self.version() >= RAW_PROGRESS else "off"
        with _running([*self.command, "install", "--no-input", "--progress-bar", bar, *words]) as process:
            for line in process.stdout or ():
                on_line(line)
                lines = [*lines[-3:], line.strip()]
        if process.returncode != 0:
            raise LearningMissingError(f"pip could not install {words[0]}: {' '.join(lines)}")


def has_learning() -> bool:
    """Whether everything that learning imports is installed; nothing of it is imported."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in LEARNING_MODULES)


def add_learning(report: Report = ignore, pip: Pip | None = None) -> str:
    """Install what learning needs into the running environment, without CUDA, and return torch's version.

    What is there already stays as it is.

    Raises:
        LearningMissingError: the environment is the system's, pip or space is missing, or no plan without CUDA exists.
    """
    if not has_learning():
        _install(report, pip or Pip())
    report(Progress(0, 0, "checking"))
    return _check_imports()


def choose_torch(pip: Pip) -> tuple[str, ...]:
    """Return the words after `pip install` that bring torch without CUDA.

    Raises:
        LearningMissingError: none do; nothing was installed.
    """
    unwanted: set[str] = set()
    for words in _CANDIDATES:
        plan = pip.plan(words)
        if plan is None:
            continue
        found = cuda_packages(plan)
        if not found:
            return words
        unwanted.update(found)
    reason = f"all plans would install {', '.join(sorted(unwanted))}" if unwanted else "pip found no torch"
    raise LearningMissingError(
        f"{reason}; nothing was installed. Is the network there? By hand: pip install torch --index-url {CPU_INDEX}"
    )


def cuda_packages(plan: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names in a plan that belong to CUDA, torch itself if it is a build for it."""
    named = [(str(item["metadata"]["name"]), str(item["metadata"]["version"])) for item in plan]
    return [name for name, version in named if _CUDA_NAME.match(name) or "+cu" in version]


def train_requirements() -> tuple[str, ...]:
    """Return what the extra `train` of the installed package asks for."""
    listed = importlib.metadata.requires("drumlin") or []
    wanted = [text.partition(";") for text in listed]
    return tuple(words.strip() for words, _, marker in wanted if re.search(r"extra\s*==\s*['\"]train['\"]", marker))


def _install(report: Report, pip: Pip) -> None:
    _check_environment()
    _ensure_pip(pip)
    report(Progress(0, 0, "asking pip for its plan"))
    if not _is_there("torch"):
        pip.install(choose_torch(pip), _line_reader(report))
    others = tuple(requirement for requirement in train_requirements() if not requirement.startswith("torch"))
    plan = pip.plan(others)
    if plan is None or cuda_packages(plan):
        raise LearningMissingError(f"pip has no plan without CUDA for {', '.join(others)}: install them by hand")
    if plan:
        pip.install(others, _line_reader(report))


def _check_environment() -> None:
    stdlib = Path(sysconfig.get_path("stdlib"))
    if sys.prefix == sys.base_prefix and (stdlib / "EXTERNALLY-MANAGED").exists():
        raise LearningMissingError(
            "this Python belongs to the system, whose packages pip must not change: "
            "install Drumlin with `pipx install drumlin` or in a virtual environment"
        )
    free = shutil.disk_usage(sysconfig.get_path("purelib")).free
    if free < NEEDED_BYTES:
        raise LearningMissingError(f"{free >> 20} MB are free, learning needs about {NEEDED_BYTES >> 20} MB: make room")


def _ensure_pip(pip: Pip) -> None:
    if pip.version():
        return
    subprocess.run([*module_command("ensurepip"), "--upgrade"], capture_output=True, check=False)
    if not pip.version():
        raise LearningMissingError(
            f"there is no pip in this environment and it cannot be added: "
            f"install {' '.join(train_requirements())} with the tool that made {sys.prefix}"
        )


def _is_there(module: str) -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec(module) is not None


def _check_imports() -> str:
    code = f"import {', '.join(LEARNING_MODULES)}; print(torch.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LearningMissingError(f"the packages are installed but cannot be imported: {last}")
    return done.stdout.strip().splitlines()[-1]


def _line_reader(report: Report) -> Callable[[str], None]:
    """Return what turns pip's lines into progress."""
    file = ""

    def read(line: str) -> None:
        nonlocal file
        if found := _BYTES.match(line):
            report(Progress(int(found["done"]), int(found["total"]), f"downloading {file}"))
        elif found := _DOWNLOAD.match(line):
            file = found["file"].rpartition("/")[2].split("-")[0]
            report(Progress(0, 0, f"downloading {file}"))
        elif line.startswith("Installing collected"):
            report(Progress(0, 0, "installing"))

    return read


@contextlib.contextmanager
def _running(command: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """Run a command whose output is read by the caller; whatever interrupts the caller ends it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        yield process
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        if process.stdout:
            process.stdout.close()
