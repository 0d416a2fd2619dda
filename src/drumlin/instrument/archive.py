"""The container of an instrument: a zip of stored members, and nothing a zip can do beyond that.

Reading takes the bytes of the whole file, so that no file stays open and what was hashed is what is used. The
names are a fixed list; compression, encryption, ZIP64, comments and repeated or overlapping members are refused.
Writing is deterministic: fixed order, fixed time.
"""

import io
import os
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import InstrumentError, InstrumentUnsafeError
from .limits import MAX_FILE_BYTES

MANIFEST = "manifest.json"
POINTS = "points.safetensors"
CHECK = "check.safetensors"
GRAPHS = {name: f"graphs/{name}.onnx" for name in ("map", "decode", "encode", "place")}
MEMBERS = (MANIFEST, POINTS, CHECK, *GRAPHS.values())
"""Every name a member may have, in the order in which they are written."""

_END = struct.Struct("<4s4H2LH")  # end of central directory, PKWARE APPNOTE 4.3.16
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_SIZE = 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can say


def read_file(path: Path) -> bytes:
    """Return the bytes of an instrument file.

    Raises:
        InstrumentError: it cannot be read.
        InstrumentUnsafeError: it is larger than an instrument may be.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InstrumentError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise InstrumentUnsafeError(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MB: no instrument is")
    return data


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the members of an instrument by name.

    Raises:
        InstrumentError: the bytes are no zip, or damaged.
        InstrumentUnsafeError: the zip is of a kind that no instrument is.
    """
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), len(data))
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError, RuntimeError) as error:
        raise InstrumentError(f"the file is damaged: {error}") from error
    for name in (MANIFEST, POINTS, CHECK):
        if name not in members:
            raise InstrumentError(f"{name} is missing: the file is no whole instrument")
    return members


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of the file that holds `members`: equal members give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in MEMBERS:
            if name in members:
                info = zipfile.ZipInfo(name, _EPOCH)
                info.create_system, info.external_attr = 3, 0o644 << 16
                archive.writestr(info, members[name])
    return buffer.getvalue()


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` at `path` so that there is the old file or the whole new one, whatever happens.

    On POSIX this also works while another process has the old file open. Windows refuses it then; Drumlin itself
    reads an instrument at once and keeps none open.

    Raises:
        InstrumentError: the folder is missing, full or not writable, or the file is held open on Windows.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise InstrumentError(f"{path} cannot be written: {error.strerror or error}") from error


def _check_end(data: bytes) -> None:
    if len(data) < _END.size:
        raise InstrumentError(f"{len(data)} bytes: no instrument, or a truncated one")
    start = len(data) - _END.size
    signature, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, start)
    if signature != b"PK\x05\x06":
        raise InstrumentError("no instrument, or a truncated one: it does not end as a zip does")
    if data[start - _ZIP64_LOCATOR_SIZE : start].startswith(_ZIP64_LOCATOR):
        raise InstrumentUnsafeError("a ZIP64 file: instruments are plain zips")
    if disk or first_disk or comment or here != count or offset + size != start:
        raise InstrumentUnsafeError("a zip in parts, with a comment or with other data before it: refused")
    if count > len(MEMBERS):
        raise InstrumentUnsafeError(f"{count} members: an instrument has at most {len(MEMBERS)}")


def _check_members(members: list[zipfile.ZipInfo], file_bytes: int) -> None:
    names = [info.filename for info in members]
    for info in members:
        if info.filename not in MEMBERS:
            raise InstrumentUnsafeError(f"a member named {info.filename[:80]!r}: instruments have none")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise InstrumentUnsafeError(f"{info.filename} is compressed: members of an instrument are stored")
        if info.flag_bits & 0x1:
            raise InstrumentUnsafeError(f"{info.filename} is encrypted: members of an instrument are not")
    if len(set(names)) != len(names):
        raise InstrumentUnsafeError("the same member twice")
    if sum(info.file_size for info in members) > file_bytes:
        raise InstrumentUnsafeError("members that overlap: the file is smaller than its content")
