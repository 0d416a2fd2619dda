from pathlib import Path

import pytest
from pydantic import ValidationError

from drumlin.workspace.settings import Settings, read_settings, write_settings


def test_settings_are_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    settings = Settings(crate="~/Müsic", sample_folders=("/media/disk",))
    write_settings(tmp_path / "settings.json", settings)
    assert read_settings(tmp_path / "settings.json") == settings


@pytest.mark.parametrize("text", ["", "{", "[]", '{"crate": 7}', '{"other": 1}'])
def test_broken_settings_leave_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert read_settings(path) == Settings()


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="colour"):
        Settings(colour="red")  # type: ignore[call-arg]
