"""What several tests of trainings start from."""

from pathlib import Path

import pytest

from .origin import make_origin


@pytest.fixture(scope="session")
def small_instrument(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small spectral instrument of kicks and snares."""
    return make_origin(tmp_path_factory.mktemp("small"))
