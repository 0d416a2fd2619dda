from pathlib import Path

import pytest

from drumlin.errors import ServerError
from drumlin.workspace import Settings, Workspace, default_home


def test_the_home_is_where_the_environment_says(own_folders: Path) -> None:
    assert default_home() == own_folders / "data"
    assert Workspace().root == own_folders / "data"


def test_without_a_word_the_home_is_the_systems_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DRUMLIN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_home().name == "drumlin"


def test_the_crate_can_be_elsewhere_and_stays_there(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    assert workspace.crate.folder == tmp_path / "home/crate"
    workspace.set(Settings(crate=str(tmp_path / "music")))
    assert workspace.crate.folder == tmp_path / "music"
    assert Workspace(tmp_path / "home").crate.folder == tmp_path / "music"


def test_new_instruments_get_a_free_path(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first = workspace.instrument_path("My kit")
    assert first == tmp_path / "instruments/My kit.drumlin"
    first.touch()
    assert workspace.instrument_path("My kit") == tmp_path / "instruments/My kit 2.drumlin"


def test_folders_to_learn_from_are_those_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "disk").mkdir()
    workspace = Workspace(tmp_path / "home", [tmp_path / "disk", tmp_path / "gone"])
    workspace.set(Settings(sample_folders=("~/disk",)))
    assert workspace.roots() == [tmp_path / "disk", tmp_path, tmp_path / "disk"]


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="--home"):
        Workspace(tmp_path / "file/home")
