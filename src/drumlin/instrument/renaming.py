"""Giving an instrument another name: its manifest is written anew, everything else stays as it is."""

from pathlib import Path

from .archive import MANIFEST, pack, read_file, replace_file, unpack
from .manifest import parse_manifest


def copy_named(source: Path, target: Path, name: str) -> None:
    """Write a copy of an instrument that has another name.

    Args:
        source: the instrument file.
        target: where to; an old file is replaced, whole or not at all.
        name: what people shall call the copy.
    Raises:
        InstrumentError: the source is none, or the target cannot be written.
    """
    members = unpack(read_file(source))
    manifest = parse_manifest(members[MANIFEST]).model_copy(update={"name": name})
    replace_file(target, pack({**members, MANIFEST: manifest.to_json()}))
