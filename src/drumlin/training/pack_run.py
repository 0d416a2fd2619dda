"""Trains a slice of the training that is packed beside this file, and continues it when run again.

    python run.py --minutes 8

Needs Python 3.10 or later, torch and numpy, whatever versions are there; installs nothing, and asks no network. In the
package this file is `drumlin/training/pack_run.py`; in a pack it is `run.py`, beside a copy of the package's source.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import time
import typing
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

BEGAN = time.monotonic()
OLDEST_PYTHON = (3, 10)
UNUSED = ("lightning_fabric", "pydantic", "safetensors", "soundfile", "soxr", "threadpoolctl")
"""Libraries that the package's modules import and a slice never calls: whether they are there, and which version of
them, does not matter."""


class Nothing:
    """Stands for what a slice has no use of: it may be named, subclassed and configured, and decorates nothing."""

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def __call__(self, decorated: object) -> object:
        """Return a function as it is."""
        return decorated


class EmptyModule(ModuleType):
    """A library in which every name is `Nothing`."""

    def __getattr__(self, name: str) -> type[Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Nothing,), {})


class EmptyModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the unused libraries and all that is in them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where to load an unused library from: here."""
        if name.partition(".")[0] not in UNUSED:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return an empty module."""
        return EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


def main() -> int:
    """Look at what is there, make up for what is not used, and train; returns the exit code."""
    if problem := missing():
        print(f"run.py: {problem}", file=sys.stderr)
        return 1
    folder = Path(__file__).resolve().parent
    sys.path.insert(0, str(folder))
    sys.meta_path.insert(0, EmptyModules())
    make_up_for_older()
    from drumlin.training.slices import main as train

    return train(folder, BEGAN)


def missing() -> str:
    """Return what this machine lacks, in words, or nothing."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        return f"Python {found}, {'.'.join(map(str, OLDEST_PYTHON))} or later is needed: run it with another one"
    lacking = [name for name in ("numpy", "torch") if importlib.util.find_spec(name) is None]
    return f"{' and '.join(lacking)} cannot be imported: run it with the Python that has them" if lacking else ""


def make_up_for_older() -> None:
    """Add two names that the package uses and that older versions lack: they change nothing in a training."""
    import torch

    if not hasattr(typing, "Self"):  # before Python 3.11; an annotation only
        typing.Self = typing.Any  # type: ignore[assignment]
    if not hasattr(torch.compiler, "is_exporting"):  # before torch 2.6; nothing is exported in a slice
        torch.compiler.is_exporting = lambda: False


if __name__ == "__main__":
    sys.exit(main())
