"""Where a thing came from, as canonical JSON.

Canonical means: keys sorted, no spaces, ASCII, no NaN; equal content gives equal bytes, so a hash of it is an
identity. Nothing about a person, a host, a path or a clock belongs in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CONTROL_STEP = 1e-4
"""Controls and places are rounded to this step at every border, so that a written sound can be made again."""

_CHUNK = 1 << 20


def canonical_json(content: Any) -> str:
    """Return the one JSON text of `content`.

    Example: `canonical_json({"b": 1, "a": [0.5]}) == '{"a":[0.5],"b":1}'`
    Raises:
        ValueError: the content holds NaN or an infinity.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def hash_content(content: Any) -> str:
    """Return the SHA-256, in hex, of the canonical JSON of `content`."""
    return hash_bytes(canonical_json(content).encode("ascii"))


def hash_bytes(data: bytes | memoryview) -> str:
    """Return the SHA-256 of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex, reading it piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def hash_sources(wings: Sequence[str], suffixes: Sequence[str] = (".py",), leave_out: tuple[str, ...] = ()) -> str:
    """Return a hash of the code and frozen data of some wings: results that were kept hold only while it is the same.

    Args:
        wings: folders of this package.
        suffixes: of the files that count.
        leave_out: files whose names begin so do not count.
    """
    root = Path(__file__).parent
    found = [path for wing in wings for path in sorted((root / wing).rglob("*")) if path.suffix in suffixes]
    files = [path for path in found if not leave_out or not path.name.startswith(leave_out)]
    return hash_content({path.relative_to(root).as_posix(): hash_bytes(path.read_bytes()) for path in files})


def quantise(value: float) -> float:
    """Round a control or coordinate to `CONTROL_STEP`; never returns -0.0."""
    return round(float(value) / CONTROL_STEP) / round(1 / CONTROL_STEP) + 0.0


def quantise_all(values: Mapping[str, float]) -> dict[str, float]:
    """Return `values` with each number rounded as by `quantise`, keys in order of name."""
    return {name: quantise(values[name]) for name in sorted(values)}
