"""The log of looks at the test split: each is written down before its numbers are shown.

A test split that is looked at often is no test any more: choices are made on `valid`, one look is for one release
candidate. The log is `docs/test-looks.md` in a checkout of Drumlin, and lies beside the report elsewhere.
"""

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .. import __version__
from ..errors import JournalError

LOG_NAME = "test-looks.md"

_HEAD = """# Looks at the test split

One line for each run of `drumlin evaluate --split test`, and of `scripts/measure_hearing.py --split test` for the
starter ear, written by the command before it shows a number. Choices are made on `valid`; one look is for one release
candidate.

| date | commit | instruments (SHA-256) | data set (SHA-256) |
|---|---|---|---|
"""


def log_test_look(beside: Path, instruments: Sequence[tuple[str, str]], dataset_hash: str) -> Path:
    """Write a look down and return the log.

    Args:
        beside: folder for the log where this copy of Drumlin is no checkout.
        instruments: name and hash of each.
        dataset_hash: of the data set.
    Raises:
        JournalError: the log cannot be written: then there is no look.
    """
    names = ", ".join(f"{_plain(name)} `{sha256[:12]}`" for name, sha256 in instruments)
    line = f"| {datetime.now(UTC).date().isoformat()} | {commit()} | {names} | `{dataset_hash[:12]}` |\n"
    path = log_path(beside)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as log:
            log.write((_HEAD if log.tell() == 0 else "") + line)
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise JournalError(f"{path} cannot be written ({error}): a look at the test split is logged first") from error
    return path


def commit() -> str:
    """Return the commit that this copy of Drumlin is at, or its version where it is no checkout."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        found = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except OSError:  # no git
        return f"release {__version__}"
    return found.stdout.strip() if checkout() and found.stdout.strip() else f"release {__version__}"


def checkout() -> Path | None:
    """Return the checkout that this module is run from, or None for an installed package."""
    root = Path(__file__).resolve().parents[3]
    return (
        root if (root / ".git").exists() and (root / "docs").is_dir() and (root / "pyproject.toml").exists() else None
    )


def log_path(beside: Path) -> Path:
    """Return where looks are logged: in `docs` of a checkout, or in the folder `beside`."""
    root = checkout()
    return beside / LOG_NAME if root is None else root / "docs" / LOG_NAME


def _plain(name: str) -> str:
    return " ".join(name.replace("|", "/").replace("`", "'").split())
