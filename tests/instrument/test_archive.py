import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.errors import DrumlinError, InstrumentError, InstrumentUnsafeError
from drumlin.instrument.archive import CHECK, MANIFEST, POINTS, pack, read_file, replace_file, unpack

MEMBERS = {MANIFEST: b"{}", POINTS: b"points", CHECK: b"check", "graphs/map.onnx": b"m", "graphs/decode.onnx": b"d"}


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
        archive.comment = comment
    return buffer.getvalue()


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack(MEMBERS)) == MEMBERS


def test_packing_knows_no_order_and_no_time() -> None:
    assert pack(dict(reversed(MEMBERS.items()))) == pack(MEMBERS)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "C:\\evil", "graphs/../manifest.json", "extra.onnx", ""])
def test_foreign_names_are_refused(name: str) -> None:
    with pytest.raises(InstrumentUnsafeError):
        unpack(zipped([*MEMBERS.items(), (name, b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_repeated_member_is_refused() -> None:
    with pytest.raises(InstrumentUnsafeError, match="twice"):
        unpack(zipped([*MEMBERS.items(), (MANIFEST, b"{}")]))


def test_compressed_bomb_is_refused_unopened() -> None:
    with pytest.raises(InstrumentUnsafeError, match="compressed"):
        unpack(zipped([(MANIFEST, b"\0" * 10_000_000)], zipfile.ZIP_DEFLATED))


def test_too_many_members_are_refused_uncounted() -> None:
    with pytest.raises(InstrumentUnsafeError, match="at most"):
        unpack(zipped([(f"file{index}", b"") for index in range(1000)]))


def test_comment_and_leading_data_are_refused() -> None:
    with pytest.raises(InstrumentError):
        unpack(zipped(list(MEMBERS.items()), comment=b"hello"))
    with pytest.raises(InstrumentUnsafeError):
        unpack(b"#!/bin/sh\n" + pack(MEMBERS))


def test_zip64_is_refused() -> None:
    data = pack(MEMBERS)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    with pytest.raises(InstrumentUnsafeError, match="ZIP64"):
        unpack(data[:-22] + locator + data[-22:])


def test_size_that_lies_is_refused() -> None:
    data = bytearray(pack(MEMBERS))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<LL", 1 << 30, 1 << 30)  # compressed and plain size
    with pytest.raises(InstrumentError):
        unpack(bytes(data))


@pytest.mark.parametrize("missing", [MANIFEST, POINTS, CHECK])
def test_missing_member_is_named(missing: str) -> None:
    with pytest.raises(InstrumentError, match=missing):
        unpack(pack({name: data for name, data in MEMBERS.items() if name != missing}))


@settings(max_examples=300)
@given(st.data())
def test_truncated_or_flipped_zip_raises_nothing_else(data: st.DataObject) -> None:
    whole = pack(MEMBERS)
    cut = data.draw(st.integers(0, len(whole)))
    position = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[position] ^= data.draw(st.integers(1, 255))
    for broken in (whole[:cut], bytes(flipped)):
        try:
            assert set(unpack(broken)) <= set(MEMBERS)
        except DrumlinError:
            continue


def test_too_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumlin.instrument.archive.MAX_FILE_BYTES", 10)
    path = tmp_path / "large.drumlin"
    path.write_bytes(b"x" * 11)
    with pytest.raises(InstrumentUnsafeError, match="larger"):
        read_file(path)


def test_missing_file_is_an_instrument_error(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match=r"none\.drumlin"):
        read_file(tmp_path / "none.drumlin")


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses to replace an open file")
def test_open_file_is_replaced_and_its_reader_keeps_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.drumlin"
    replace_file(path, b"old")
    with path.open("rb") as reader:
        replace_file(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.drumlin"]


def test_failed_replacement_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.drumlin"
    replace_file(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InstrumentError, match="No space left"):
        replace_file(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.drumlin"]
    assert path.read_bytes() == b"old"
