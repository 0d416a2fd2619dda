"""What all tests share: folders of their own, so that no test touches the user's; and what takes long to make."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from drumlin.locks import lock

PATIENCE_S = 600.0

# A busy machine is no failure: properties are checked without a clock. The examples are the same each time: whether a
# change is good is not a matter of luck.
hypothesis.settings.register_profile("drumlin", deadline=None, derandomize=True)
hypothesis.settings.load_profile("drumlin")


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Send everything that Drumlin keeps for a user into a folder that goes away."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DRUMLIN_HOME", str(home / "data"))
    monkeypatch.setenv("DRUMLIN_CACHE", str(home / "cache"))
    for name in ("DRUMLIN_LIBRARY", "DRUMLIN_LIBRARY_URL", "DRUMLIN_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def common_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of one run of the tests have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def exported_once(common_folder: Path) -> Iterator[None]:
    """Export graphs of one form once in all processes that run tests."""
    from tests.exported import exporting_once  # needs torch

    with exporting_once(common_folder / "exported"):
        yield


@pytest.fixture(scope="session")
def small_instrument(exported_once: None, common_folder: Path) -> Path:
    """A small spectral instrument of kicks and snares: one for all processes that run tests."""
    from tests.training.origin import make_origin  # needs torch

    folder = common_folder / "small"
    folder.mkdir(exist_ok=True)
    with lock(folder / "lock", PATIENCE_S) or pytest.fail("the small instrument is being made for ten minutes"):
        made = folder / "Small.drumlin"
        return made if made.exists() else make_origin(folder)
