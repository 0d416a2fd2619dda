"""An instrument that is shown is made ready, so that the first dropped sound need not wait."""

import time
from pathlib import Path

import pytest
from tests.instruments import make_instrument
from tests.studio.conftest import Served

from drumlin.errors import InstrumentError
from drumlin.instrument import Instrument, load
from drumlin.studio.readying import Readying


def is_ready(instrument: Instrument) -> bool:
    return {"lattice", "variations"} <= set(vars(instrument))


def wait_until_ready(instrument: Instrument) -> bool:
    until = time.monotonic() + 20.0
    while not is_ready(instrument) and time.monotonic() < until:
        time.sleep(0.02)
    return is_ready(instrument)


@pytest.fixture
def hissing(tmp_path: Path) -> Instrument:
    return load(make_instrument(tmp_path / "a.drumlin", noise=0.05))


def test_it_is_made_ready_in_the_background(hissing: Instrument) -> None:
    readying = Readying()
    readying.begin(hissing)
    readying.begin(hissing)
    assert wait_until_ready(hissing)
    readying.close()


def test_one_without_variations_needs_nothing(tmp_path: Path) -> None:
    plain = load(make_instrument(tmp_path / "a.drumlin"))
    plain.make_ready()
    assert not vars(plain).keys() & {"lattice", "variations"}


def test_one_that_fails_does_not_keep_the_next_from_it(hissing: Instrument) -> None:
    class Broken:
        sha256 = "0"

        def make_ready(self) -> None:
            raise InstrumentError("it makes no numbers")

    readying = Readying()
    readying.begin(Broken())  # type: ignore[arg-type]
    readying.begin(hissing)
    assert wait_until_ready(hissing)
    readying.close()


def test_nothing_is_begun_after_the_end(hissing: Instrument) -> None:
    readying = Readying()
    readying.close()
    readying.begin(hissing)
    time.sleep(0.1)
    assert not is_ready(hissing)


def test_showing_an_instrument_makes_it_ready(studio: Served) -> None:
    assert studio.workspace is not None
    path = make_instrument(studio.workspace.instruments / "hissing.drumlin", noise=0.05)
    assert path.exists()
    assert studio.client.get("/api/instruments/hissing").status_code == 200
    assert wait_until_ready(studio.workspace.shelf.load("hissing"))
