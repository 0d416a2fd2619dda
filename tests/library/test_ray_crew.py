"""That a scan on a cluster is the one here is shown by `benchmarks/cluster.py`: Ray takes 500 MB and half a minute."""

import sys
from pathlib import Path

import pytest
from tests.library.sounds import write_contents

from drumlin.errors import LibraryError
from drumlin.library import Library, ScanOptions


@pytest.fixture
def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ray", "ray.data"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_ray", "bytes_as_sounds")
def test_without_ray_a_scan_on_a_cluster_says_how_to_install_it(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)
    with pytest.raises(LibraryError, match=r"pip install 'drumlin\[ray\]'"):
        library.scan(ScanOptions(ray="local"))
    assert library.scan().read == 1


@pytest.mark.usefixtures("without_ray")
def test_where_nothing_is_to_be_read_no_cluster_is_needed(library: Library, place: Path) -> None:
    library.add(place)
    assert library.scan(ScanOptions(ray="local")).read == 0


class FailingRay:
    """What is left of Ray where no cluster answers."""

    @staticmethod
    def is_initialized() -> bool:
        return False

    @staticmethod
    def init(**options: object) -> None:
        raise ConnectionError("Failed to connect to GCS at nowhere:1\nand much more")


def test_a_cluster_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from drumlin.library import ray_crew

    monkeypatch.setattr(ray_crew, "_import_ray", FailingRay)
    with pytest.raises(LibraryError, match=r"no Ray cluster at nowhere:1 \(Failed to connect to GCS at nowhere:1\): "):
        ray_crew.RayCrew(None, "nowhere:1")


class Dying(Exception):
    """Stands for Ray's error when a process has ended."""


class FakeRay:
    """A Ray whose processes end at one file: what is asked of it is done here, at once."""

    def __init__(self, fatal: str) -> None:
        self.fatal = fatal
        self.exceptions = type("exceptions", (), {"RayError": Dying})

    def is_initialized(self) -> bool:
        return True

    def remote(self, **options: object) -> object:
        def wrap(function: object) -> object:
            return type("remote", (), {"remote": staticmethod(lambda files, ear: self.get_outcome(files[0]))})

        return wrap

    def get(self, outcome: object) -> object:
        if isinstance(outcome, Dying):
            raise outcome
        return [outcome]

    def get_outcome(self, file: Path) -> object:
        return Dying() if file.name == self.fatal else file.name


def test_a_file_that_ends_its_process_is_found_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from drumlin.library import ray_crew
    from drumlin.library.reading import Problem

    ray = FakeRay("3.wav")
    monkeypatch.setattr(ray_crew, "_import_ray", lambda: ray)
    crew = ray_crew.RayCrew(None, "auto")

    def stream(files):  # type: ignore[no-untyped-def]
        for number, file in enumerate(files):
            if file.name == "3.wav" or (number == 2 and len(files) > 5):
                raise Dying
            yield file.name

    monkeypatch.setattr(crew, "_stream", stream)
    files = [Path(f"{number}.wav") for number in range(7)]
    read = list(crew.read(files))
    assert [file for file, _ in read] == files
    assert [outcome for file, outcome in read if file.name != "3.wav"] == [f.name for f in files if f.name != "3.wav"]
    assert isinstance(read[3][1], Problem) and "ended the process" in read[3][1].reason
