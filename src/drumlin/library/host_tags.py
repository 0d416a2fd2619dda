"""Tags that host programs keep outside of the sounds: Ableton Live's folder notes and FL Studio's tag file.

Live 12 keeps `Ableton Folder Info/*.xmp` in each folder: XML whose items have a file name and keywords like
`Drums|Kick`. FL Studio keeps one text file for all folders, `Settings/Browser/Tags` in its user data: a first line
`@TagCase=*,...`, then a line per file, `"C:\\path\\kick.wav",Kick,Punchy`. Both are known from files and from the
public tools that write them, not from their makers: they are read, never written.
"""

import csv
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from ..errors import LibraryError

LIVE_FOLDER = "Ableton Folder Info"

_LARGEST = 64 << 20
_NAMESPACE = "{https://ns.ableton.com/xmp/fs-resources/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read_live(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the keywords by file name that one of Live's notes holds; empty if it cannot be read.

    Entities are refused: the notes have none, and files that do can be bombs.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        data = path.read_bytes()
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            return {}
        tree = ElementTree.fromstring(data)
    except (OSError, ElementTree.ParseError, ValueError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for item in tree.iter(f"{_RDF}li"):
        name = item.findtext(f"{_NAMESPACE}filePath")
        keywords = tuple(one.text for one in item.iterfind(f"{_NAMESPACE}keywords//{_RDF}li") if one.text)
        if name and keywords:
            found[PurePosixPath(name.replace("\\", "/")).as_posix()] = keywords
    return found


def read_fl(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return path, with `/` between its parts, and tags of each line of FL Studio's tag file.

    Raises:
        LibraryError: it cannot be read, or is no tag file.
    """
    try:
        text = path.read_bytes()[:_LARGEST].decode("utf-8-sig", "replace")
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror or error}") from error
    lines = text.splitlines()
    if not lines or not lines[0].startswith("@TagCase"):
        raise LibraryError(f"{path} is no tag file of FL Studio: its first line does not begin with @TagCase")
    rows = csv.reader(line for line in lines[1:] if line.strip())
    return [(row[0].replace("\\", "/"), tuple(tag.strip() for tag in row[1:] if tag.strip())) for row in rows if row]
