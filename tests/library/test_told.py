import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from drumlin.audio import Chunk, encode_wav
from drumlin.errors import LibraryError
from drumlin.library.host_tags import read_fl, read_live
from drumlin.library.told import Told, read_told

SOUND = np.zeros(64, np.float32)


def wav(*chunks: Chunk) -> bytes:
    return encode_wav(SOUND, 44100, encoding="16", chunks=chunks)


def info(**fields: str) -> Chunk:
    body = b"INFO"
    for name, text in fields.items():
        data = text.encode() + b"\0"
        body += struct.pack("<4sI", name.encode(), len(data)) + data + b"\0" * (len(data) & 1)
    return Chunk("LIST", body)


def frame(name: str, text: str, encoding: int = 3) -> bytes:
    codec = ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    data = bytes([encoding]) + text.encode(codec)
    return name.encode() + struct.pack(">I", len(data)) + b"\0\0" + data


def id3(*frames: bytes, version: int = 3) -> bytes:
    body = b"".join(frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + size + body


def test_a_wav_tells_its_info() -> None:
    told = read_told(wav(info(INAM="Fat Kick", IGNR="Techno", IXYZ="no")))
    assert told == (Told("info", "title", "Fat Kick"), Told("info", "genre", "Techno"))


def test_a_loop_tells_tempo_beats_and_root() -> None:
    loop = Chunk("acid", struct.pack("<IHHfIHHf", 2, 57, 0x8000, 0.0, 8, 4, 4, 127.5))
    told = read_told(wav(loop))
    assert [(one.key, one.value) for one in told] == [
        ("kind", "loop"),
        ("root", "A3"),
        ("beats", "8"),
        ("tempo", "127.5"),
    ]


def test_a_one_shot_of_acid_has_no_tempo() -> None:
    told = read_told(wav(Chunk("acid", struct.pack("<IHHfIHHf", 1, 60, 0, 0.0, 4, 4, 4, 120.0))))
    assert told == (Told("acid", "kind", "one-shot"),)


def test_a_sampler_chunk_tells_its_root_and_cues_their_labels() -> None:
    smpl = Chunk("smpl", struct.pack("<9I", 0, 0, 22675, 36, 0, 0, 0, 1, 0))
    labels = b"adtl" + struct.pack("<4sII", b"labl", 9, 1) + b"drop\0" + b"\0"
    told = read_told(wav(smpl, Chunk("cue ", struct.pack("<I", 1) + bytes(24)), Chunk("LIST", labels)))
    assert told == (
        Told("smpl", "root", "C2"),
        Told("smpl", "loops", "1"),
        Told("cue", "points", "1"),
        Told("cue", "label", "drop"),
    )


def test_a_broadcast_wav_tells_its_description() -> None:
    body = b"Snare, dry".ljust(256, b"\0") + b"Ann".ljust(32, b"\0") + bytes(400)
    assert read_told(wav(Chunk("bext", body))) == (
        Told("bext", "comment", "Snare, dry"),
        Told("bext", "artist", "Ann"),
    )


@pytest.mark.parametrize("encoding", [0, 1, 2, 3])
def test_id3_is_read_in_every_encoding(encoding: int) -> None:
    told = read_told(wav(Chunk("id3 ", id3(frame("TCON", "Drums", encoding), frame("TBPM", "90", encoding)))))
    assert told == (Told("id3", "genre", "Drums"), Told("id3", "tempo", "90"))


def test_mp3_tells_both_versions_of_its_tags(tmp_path: Path) -> None:
    comment = b"COMM" + struct.pack(">I", 14) + b"\0\0" + b"\x00eng\0punchy 01"
    old = b"TAG" + b"Old title".ljust(30, b"\0") + bytes(95)
    (tmp_path / "a.mp3").write_bytes(id3(frame("TIT2", "New", 0), comment) + bytes(400) + old)
    told = read_told(tmp_path / "a.mp3")
    assert told == (
        Told("id3", "title", "New"),
        Told("id3", "comment", "punchy 01"),
        Told("id3", "title", "Old title"),
    )


@pytest.mark.parametrize("kind", ["FLAC", "OGG"])
def test_flac_and_ogg_tell_their_comments(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind.lower()}"
    with soundfile.SoundFile(path, "w", 44100, 1, format=kind) as file:
        file.title, file.genre = "Rim", "Jazz"
        file.write(np.zeros(2000, np.float32))
    assert {(one.key, one.value) for one in read_told(path)} >= {("title", "Rim"), ("genre", "Jazz")}


def test_aiff_tells_its_name() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, SOUND, 44100, format="AIFF", subtype="PCM_16")
    data = buffer.getvalue() + struct.pack(">4sI", b"NAME", 4) + b"Kick"
    assert Told("aiff", "title", "Kick") in read_told(data)


@given(st.binary(max_size=200), st.sampled_from((b"RIFF\0\0\0\0WAVE", b"ID3\3\0\0", b"fLaC", b"OggS", b"FORM")))
def test_rubbish_tells_little_and_never_raises(data: bytes, head: bytes) -> None:
    for one in read_told(head + data):
        assert one.value.isprintable() and one.value


@given(st.integers(44, 300), st.integers(0, 255))
def test_a_broken_chunk_never_raises(position: int, value: int) -> None:
    whole = bytearray(wav(info(INAM="Kick"), Chunk("id3 ", id3(frame("TIT2", "x"))), Chunk("smpl", bytes(36))))
    whole[min(position, len(whole) - 1)] = value
    read_told(bytes(whole))


LIVE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:ablFR="https://ns.ableton.com/xmp/fs-resources/1.0/"><ablFR:items><rdf:Bag>
<rdf:li rdf:parseType="Resource"><ablFR:filePath>bd1.wav</ablFR:filePath><ablFR:colors><rdf:Bag><rdf:li>1</rdf:li>
</rdf:Bag></ablFR:colors><ablFR:keywords><rdf:Bag><rdf:li>Drums|Kick</rdf:li><rdf:li>Creator|Me</rdf:li></rdf:Bag>
</ablFR:keywords></rdf:li></rdf:Bag></ablFR:items></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_notes_of_live_name_keywords_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.xmp").write_text(LIVE)
    assert read_live(tmp_path / "a.xmp") == {"bd1.wav": ("Drums|Kick", "Creator|Me")}


@pytest.mark.parametrize("text", ["<x", f"<!DOCTYPE a [<!ENTITY b 'c'>]>{LIVE}"])
def test_notes_that_are_broken_or_hold_entities_say_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.xmp").write_text(text)
    assert read_live(tmp_path / "a.xmp") == {}


def test_the_tag_file_of_fl_studio_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Tags"
    path.write_text('@TagCase=*,Kick,"Drum Loop"\n"C:\\Kits\\a, b.wav",Kick,"Drum Loop"\n\nD:\\c.wav,Kick\n')
    assert read_fl(path) == [("C:/Kits/a, b.wav", ("Kick", "Drum Loop")), ("D:/c.wav", ("Kick",))]
    path.write_text("something else")
    with pytest.raises(LibraryError, match="no tag file of FL Studio"):
        read_fl(path)
