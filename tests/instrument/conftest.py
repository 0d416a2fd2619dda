"""One tiny instrument for all tests that only play it."""

from pathlib import Path

import pytest
from tests.instruments import make_instrument

from drumlin.instrument import Instrument, load


@pytest.fixture(scope="session")
def tones_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRUMLIN_CACHE", str(folder / "cache"))
        return make_instrument(folder / "tones.drumlin", seeded=True)


@pytest.fixture(scope="session")
def tones(tones_file: Path) -> Instrument:
    return load(tones_file, verify=False)
