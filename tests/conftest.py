"""What all tests share: folders of their own, so that no test touches the user's."""

from pathlib import Path

import hypothesis
import pytest

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
