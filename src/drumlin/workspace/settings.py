"""What the user may set, kept as one JSON file."""

import logging
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..audio import write_atomically

_log = logging.getLogger(__name__)


class Settings(BaseModel):
    """The settings; a file that does not fit is set aside and the defaults hold.

    Args:
        crate: folder where kept sounds go; empty for the one inside the home.
        sample_folders: folders besides the user's own that may be learned from (other disks).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    crate: Annotated[str, Field(max_length=4096)] = ""
    sample_folders: Annotated[tuple[str, ...], Field(max_length=32)] = ()


def read_settings(path: Path) -> Settings:
    """Return the settings in a file; the defaults if it is missing or broken."""
    try:
        return Settings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValidationError) as error:
        _log.warning("%s is not read, the defaults hold: %s", path, error)
        return Settings()


def write_settings(path: Path, settings: Settings) -> None:
    """Write the settings in one step."""
    write_atomically(path, settings.model_dump_json(indent=2).encode("utf-8"))
