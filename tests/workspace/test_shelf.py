import os
from pathlib import Path

import pytest
from tests.instruments import make_instrument

from drumlin.errors import InstrumentError, MissingError
from drumlin.workspace import Shelf
from drumlin.workspace.shelf import LOADED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "instruments"
    folder.mkdir()
    return folder


def test_the_built_in_instrument_is_first_and_the_others_follow_by_name(folder: Path) -> None:
    for name in ("b", "A", "c"):
        make_instrument(folder / f"{name}.drumlin", name=f"Kit {name}")
    entries = Shelf(folder).entries()
    assert [(entry.id, entry.is_builtin) for entry in entries[:2]] == [("default", True), ("a", False)]
    assert [entry.name for entry in entries[1:]] == ["Kit A", "Kit b", "Kit c"]


def test_ids_are_plain_and_never_the_same(folder: Path) -> None:
    for name in ("Default", "Über Kit!", "uber-kit", "???"):
        make_instrument(folder / f"{name}.drumlin")
    ids = [entry.id for entry in Shelf(folder).entries()]
    assert sorted(ids) == ["default", "default-2", "instrument", "uber-kit", "uber-kit-2"]


def test_a_broken_file_is_listed_with_its_error_and_refused(folder: Path) -> None:
    (folder / "broken.drumlin").write_bytes(b"PK nothing")
    shelf = Shelf(folder, has_builtin=False)
    assert shelf.entries()[0].error
    with pytest.raises(InstrumentError, match="broken"):
        shelf.load("broken")


@pytest.mark.parametrize("name", ["../x", "", "missing", "/etc/passwd"])
def test_only_ids_of_the_listing_are_loaded(folder: Path, name: str) -> None:
    with pytest.raises(MissingError, match="no instrument"):
        Shelf(folder).load(name)


def test_an_instrument_is_loaded_once_and_again_when_its_file_changes(folder: Path) -> None:
    path = make_instrument(folder / "x.drumlin")
    shelf = Shelf(folder, has_builtin=False)
    first = shelf.load("x")
    assert shelf.load("x") is first
    revision = shelf.entry("x").revision
    make_instrument(path, length=2205)
    os.utime(path, ns=(1, 1))
    assert shelf.load("x").length == 2205
    assert shelf.entry("x").revision != revision


def test_only_a_few_instruments_stay_loaded(folder: Path) -> None:
    for number in range(LOADED + 1):
        make_instrument(folder / f"{number}.drumlin")
    shelf = Shelf(folder, has_builtin=False)
    first = shelf.load("0")
    for number in range(1, LOADED + 1):
        shelf.load(str(number))
    assert shelf.load("0") is not first


def test_a_snapshot_is_on_the_shelf_until_it_is_dropped(folder: Path, tmp_path: Path) -> None:
    shelf = Shelf(folder, has_builtin=False)
    shelf.show_snapshot("learning-1", "My kit", tmp_path / "snapshot.drumlin")
    assert shelf.entries() == []
    make_instrument(tmp_path / "snapshot.drumlin")
    entry = shelf.entries()[0]
    assert (entry.id, entry.name, entry.is_learning) == ("learning-1", "My kit", True)
    assert shelf.load("learning-1").name == "Test tones"
    shelf.drop_snapshot("learning-1")
    shelf.drop_snapshot("learning-1")
    assert shelf.entries() == []


def test_files_are_served_without_a_folder(tmp_path: Path) -> None:
    file = make_instrument(tmp_path / "x.drumlin")
    assert [entry.id for entry in Shelf(files=[file], has_builtin=False).entries()] == ["x"]
