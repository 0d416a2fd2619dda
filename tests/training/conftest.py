"""What several tests of trainings start from."""

from pathlib import Path

import pytest

from drumlin.locks import lock

from .origin import make_origin

PATIENCE_S = 600.0


@pytest.fixture(autouse=True, scope="session")
def exports_are_shared(exported_once: None) -> None:
    """Export graphs of one form once: that takes seconds."""


@pytest.fixture(scope="session")
def small_instrument(exported_once: None, common_folder: Path) -> Path:
    """A small spectral instrument of kicks and snares: one for all processes that run tests."""
    folder = common_folder / "small"
    folder.mkdir(exist_ok=True)
    held = lock(folder / "lock", PATIENCE_S)
    assert held is not None
    with held:
        made = folder / "Small.drumlin"
        return made if made.exists() else make_origin(folder)
