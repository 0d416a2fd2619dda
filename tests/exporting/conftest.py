"""One tiny instrument for all tests that write and read its sounds."""

import pytest
from tests.instruments import make_instrument

from drumlin.instrument import Instrument, load


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    folder = tmp_path_factory.mktemp("tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRUMLIN_CACHE", str(folder / "cache"))
        return load(make_instrument(folder / "tones.drumlin", seeded=True, length=13230), verify=False)
