"""`manifest.csv` at the root of a source: who owns its sounds, what they are, which split they belong to.

One row a file; `path` is needed, relative to the manifest, with `/`. Known columns: `label`, `kit`, `source`,
`licence` (or `license`), `split`, `drum`, `gain_db`; those of `CREDIT_COLUMNS` are
copied as credits; all others are passed over.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import DatasetError
from .samples import Refused, Split

MANIFEST_NAME = "manifest.csv"
CREDIT_COLUMNS = ("author", "artist", "credit", "credits", "attribution", "url", "link", "provenance")

_SPLIT_WORDS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True)
class ManifestRow:
    """What a manifest says of one file; `split` is None where it says nothing, `gain_db` is what the file has got."""

    path: str
    label: str = ""
    kit: str = ""
    source: str = ""
    licence: str = ""
    split: Split | None = None
    drum: str = ""
    gain_db: float = 0.0
    credits: dict[str, str] = field(default_factory=dict)


def read_manifest(path: Path, root: int = 0) -> tuple[list[ManifestRow], list[Refused]]:
    """Read a manifest.

    Args:
        path: the file.
        root: number of the source, for the refused rows.
    Returns:
        The good rows in their order, and one refusal for each bad one.
    Raises:
        DatasetError: unreadable, or without a column `path`.
    """
    rows: dict[str, ManifestRow] = {}
    refused: list[Refused] = []
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.DictReader(file)
            if "path" not in (reader.fieldnames or ()):
                found = ", ".join(reader.fieldnames or ()) or "nothing"
                raise DatasetError(f"{path} has no column 'path' (found: {found}): name it in the first line")
            for fields in reader:
                row = _parse_row(fields, root)
                if isinstance(row, ManifestRow) and row.path in rows:
                    row = Refused(row.path, f"listed twice in {MANIFEST_NAME}", root)
                if isinstance(row, Refused):
                    refused.append(row)
                else:
                    rows[row.path] = row
    except (OSError, csv.Error) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error
    return list(rows.values()), refused


def _parse_row(fields: Mapping[str, str | None], root: int) -> ManifestRow | Refused:
    values = {key: (value or "").strip() for key, value in fields.items() if key and not isinstance(value, list)}
    path = PurePosixPath(values["path"])
    if not values["path"] or path.is_absolute() or ".." in path.parts:
        return Refused(values["path"], f"{MANIFEST_NAME} names a path that is not inside its folder", root)
    word = values.get("split", "").lower()
    if word and word not in _SPLIT_WORDS:
        return Refused(str(path), f"split {word!r} in {MANIFEST_NAME}: train, valid or test is expected", root)
    try:
        gain_db = float(values.get("gain_db") or 0.0)
    except ValueError:
        gain_db = math.nan
    if not math.isfinite(gain_db):
        return Refused(str(path), f"gain_db {values['gain_db']!r} in {MANIFEST_NAME}: a number is expected", root)
    return ManifestRow(
        path=str(path),
        label=values.get("label", ""),
        kit=values.get("kit", ""),
        source=values.get("source", ""),
        licence=values.get("licence", "") or values.get("license", ""),
        split=_SPLIT_WORDS.get(word),
        drum=values.get("drum", ""),
        gain_db=gain_db,
        credits={name: values[name] for name in CREDIT_COLUMNS if values.get(name)},
    )
