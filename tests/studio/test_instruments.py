import contextlib
import io
import json
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.instruments import LABELS, LENGTH, SAMPLE_RATE, SPREAD, tone
from tests.studio.conftest import Served

from drumlin.exporting import SoundFormat, encode_sound, locate_file, provenance_of
from drumlin.instrument import Note, load


def wav(waveform: np.ndarray, sample_rate: int = SAMPLE_RATE) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, waveform, sample_rate, format="WAV", subtype="FLOAT")
    return buffer.getvalue()


def huge_wav() -> bytes:
    """Return a header that promises ten hours of sound, and a little of it."""
    data = b"\0" * 4096
    size = 10 * 3600 * SAMPLE_RATE * 2
    format_ = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16)
    head = b"WAVEfmt " + struct.pack("<I", 16) + format_ + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", size + 36) + head + data


def test_the_list_has_the_built_in_one_first_and_broken_ones_with_their_error(studio: Served) -> None:
    listed = studio.client.get("/api/instruments").json()
    assert [(entry["id"], entry["builtin"]) for entry in listed] == [
        ("default", True),
        ("broken", False),
        ("test-tones", False),
    ]
    by_id = {entry["id"]: entry for entry in listed}
    assert by_id["broken"]["error"]
    assert by_id["test-tones"]["error"] == ""
    assert by_id["test-tones"]["recipe"] == "test-tones"


def test_an_instrument_is_described_with_its_points(studio: Served) -> None:
    answer = studio.client.get("/api/instruments/test-tones").json()
    assert (answer["sample_rate"], answer["length"], answer["latent_size"]) == (SAMPLE_RATE, LENGTH, 2)
    assert answer["has_encoder"]
    assert {point["label"] for point in answer["points"]} == set(LABELS)
    places = np.array([[point["x"], point["y"]] for point in answer["points"]])
    np.testing.assert_allclose(places, np.random.default_rng(0).uniform(-0.9, 0.9, (12, 2)), atol=1e-4)


@pytest.mark.parametrize(
    "name", ["missing", "..%2F..%2Fetc%2Fpasswd", "%2e%2e", "Test tones", "Test%20tones.drumlin", "a" * 90, "x%00y"]
)
def test_only_ids_of_the_list_are_known(studio: Served, name: str) -> None:
    answer = studio.client.get(f"/api/instruments/{name}")
    assert answer.status_code in (404, 422)
    assert "error" in answer.json()


def test_a_broken_instrument_is_refused_with_its_reason(studio: Served) -> None:
    answer = studio.client.post("/api/instruments/broken/sound", json={"note": {}})
    assert answer.status_code == 422
    assert "broken.drumlin" in answer.json()["error"]


@pytest.mark.parametrize(("form", "kind"), [("wav", "audio/wav"), ("flac", "audio/flac"), ("mp3", "audio/mpeg")])
def test_a_sound_to_download_is_the_file_that_the_command_line_writes(studio: Served, form: str, kind: str) -> None:
    note = {"x": 0.25, "y": -0.5, "pitch": 2, "velocity": 0.7, "seed": 3}
    answer = studio.client.post("/api/instruments/test-tones/sound", json={"note": note, "format": form})
    assert answer.headers["content-type"] == kind
    assert f'.{form}"' in answer.headers["content-disposition"]
    assert studio.workspace is not None
    instrument = load(studio.workspace.instruments / "Test tones.drumlin")
    played = Note(**note)  # type: ignore[arg-type]
    sound = instrument.play(played)
    expected = encode_sound(sound, SAMPLE_RATE, SoundFormat(form), provenance_of(instrument, played))  # type: ignore[arg-type]
    assert answer.content == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"note": {"x": 3}}, "note.x"),
        ({"note": {"pitch": 99}}, "pitch"),
        ({"note": {"colour": 1}}, "note.colour"),
        ({"format": "exe"}, "format"),
        ({"note": {"seed": 1.5}}, "note.seed"),
        ([], "object"),
    ],
)
def test_a_note_that_does_not_fit_is_refused_in_words(studio: Served, body: object, words: str) -> None:
    answer = studio.client.post("/api/instruments/test-tones/sound", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [(b"{", "application/json", "JSON"), (b"{}", "text/plain", "application/json"), (b"", "application/json", "JSON")],
)
def test_a_body_that_is_no_json_is_refused_in_words(studio: Served, content: bytes, kind: str, words: str) -> None:
    path = "/api/instruments/test-tones/sound"
    answer = studio.client.post(path, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_the_schema_tells_what_a_sound_is_asked_with(studio: Served) -> None:
    schema = studio.client.get("/api/openapi.json").json()
    asked = schema["paths"]["/api/instruments/{instrument_id}/sound"]["post"]["requestBody"]["content"]
    assert asked["application/json"]["schema"]["$ref"].endswith("/SoundBody")


def test_a_dropped_file_lands_where_the_command_line_says(studio: Served, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(wav(tone(SPREAD * 0.4, SPREAD * -0.3)))
    found = studio.client.post("/api/instruments/test-tones/locate", files={"file": path.read_bytes()}).json()
    assert studio.workspace is not None
    expected = locate_file(load(studio.workspace.instruments / "Test tones.drumlin"), path)
    assert (found["x"], found["y"], found["fit_db"]) == (expected.x, expected.y, expected.fit_db)
    assert found["note"]["x"] == found["x"]
    assert not found["restored"]


def test_a_kept_file_that_is_dropped_restores_its_note(studio: Served) -> None:
    note = {"x": 0.31, "y": 0.17, "pitch": -3, "seed": 12}
    sound = studio.client.post("/api/instruments/test-tones/sound", json={"note": note}).content
    found = studio.client.post("/api/instruments/test-tones/locate", files={"file": sound}).json()
    assert found["restored"]
    assert {name: found["note"][name] for name in note} == note


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ""),
        (b"no sound", "decoded"),
        (wav(np.zeros(4410, np.float32)), "silent"),
        (wav(np.full(4410, np.nan, np.float32)), ""),
        (wav(np.ones(61 * 800, np.float32), 800), "61 s"),
        (huge_wav(), ""),
    ],
    ids=["empty", "text", "silent", "nan", "long", "huge header"],
)
def test_a_file_of_which_nothing_can_be_made_is_refused_in_words(studio: Served, content: bytes, words: str) -> None:
    answer = studio.client.post("/api/instruments/test-tones/locate", files={"file": content})
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_a_file_beyond_the_limit_is_refused(studio: Served) -> None:
    content = b"\0" * (5 << 20)
    answer = studio.client.post("/api/instruments/test-tones/locate", files={"file": content})
    assert (answer.status_code, answer.json()["error"]) == (413, "the request is larger than 4 MB")


@pytest.mark.parametrize(
    "options", [{"json": {}}, {"files": {"other": b"x"}}, {"data": {"file": "text"}, "files": {"x": b""}}]
)
def test_a_form_without_the_file_is_refused(studio: Served, options: dict[str, object]) -> None:
    answer = studio.client.post("/api/instruments/test-tones/locate", **options)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "file" in answer.json()["error"]


def test_the_hosted_form_plays_and_locates_without_writing_a_file(hosted: Served, own_folders: Path) -> None:
    large = wav(np.tile(tone(0.5), 100))  # beyond what forms usually keep in memory
    hosted.client.get("/api/instruments/test-tones")  # the first load of a file remembers that it was checked
    with written_files() as written:
        sound = hosted.client.post("/api/instruments/test-tones/sound", json={"note": {"x": 0.5}}).content
        found = hosted.client.post("/api/instruments/test-tones/locate", files={"file": sound}).json()
        hosted.client.post("/api/instruments/test-tones/locate", files={"file": large})
    assert found["x"] == 0.5
    assert written == []
    assert not (own_folders / "data").exists()


_written: list[list[str]] = []


def _note_writing(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _written and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _written[-1].append(str(arguments[0]))


@contextlib.contextmanager
def written_files() -> Iterator[list[str]]:
    """Yield the list of files that this process opens for writing meanwhile, devices and pipes left out."""
    if not _written:
        sys.addaudithook(_note_writing)
    _written.append([])
    yield (files := _written[-1])
    _written.clear()
    files[:] = [name for name in files if not name.startswith("/dev/") and not name.isdigit()]


def test_the_watch_over_written_files_sees_one(tmp_path: Path) -> None:
    with written_files() as written:
        (tmp_path / "x").write_text("x")
    assert set(written) == {str(tmp_path / "x")}


def test_the_address_of_a_sound_gives_the_file_that_a_body_gives(studio: Served) -> None:
    note = {"x": 0.25, "y": -0.5, "pitch": 2.0}
    asked = studio.client.get("/api/instruments/test-tones/sound.wav", params={"note": json.dumps(note)})
    posted = studio.client.post("/api/instruments/test-tones/sound", json={"note": note})
    assert asked.headers["content-type"] == "audio/wav"
    assert asked.content == posted.content


@pytest.mark.parametrize("note", ["7", "{", '{"x": 3}', '{"odd": 1}'])
def test_an_address_without_a_note_is_refused(studio: Served, note: str) -> None:
    answer = studio.client.get("/api/instruments/test-tones/sound.wav", params={"note": note})
    assert answer.status_code == 422
    assert "note" in answer.json()["error"]
