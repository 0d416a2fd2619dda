"""The rules of the house, as tests: who imports whom, and what is not loaded at start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "scipy.signal", "sklearn", "librosa", "onnx", "lightning_fabric", "numba", "sqlalchemy")


def loaded_after(code: str) -> list[str]:
    """Return which heavy modules a fresh process has loaded after running `code`."""
    probe = f"{code}\nimport json, sys\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_import_contracts_hold() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([script, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import drumlin",
        "import drumlin.instrument; drumlin.instrument.Instrument",
        "import drumlin.cli",
        "import drumlin.studio; drumlin.studio.create_app",
        "import drumlin.models.recipes",
        "import drumlin.datasets; drumlin.datasets.Dataset",
        "import drumlin.library.crew",
    ],
)
def test_nothing_heavy_is_loaded_at_start(code: str) -> None:
    assert loaded_after(code) == []


def test_the_probe_itself_sees_a_heavy_module() -> None:
    assert loaded_after("import onnx") == ["onnx"]
