"""Where the user's things lie."""

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "DRUMLIN_HOME"


def default_home() -> Path:
    """Return the folder of the user's things: `DRUMLIN_HOME`, or the system's place for a program's data."""
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home).expanduser()
    return Path(platformdirs.user_data_dir("drumlin", appauthor=False))
