import json
import struct
import threading
import time
from typing import Any

import numpy as np
import pytest
from tests.instruments import SAMPLE_RATE, SPREAD, tone
from tests.studio.conftest import Served

from drumlin.instrument import Instrument, Note, Residual, load, morph
from drumlin.studio.play import MAGIC, WAITING
from drumlin.units import Waveform


def message(request: int, instrument: str = "test-tones", **note: Any) -> str:
    return json.dumps({"request": request, "instrument": instrument, "note": note})


def test_a_note_is_answered_with_its_sound(studio: Served) -> None:
    with studio.socket() as socket:
        socket.send(message(7, x=0.5, y=-0.2))
        frame = socket.recv(timeout=20)
    assert isinstance(frame, bytes)
    assert struct.unpack_from("<4I", frame) == (MAGIC, 7, SAMPLE_RATE, (len(frame) - 16) // 4)
    sound = np.frombuffer(frame, "<f4", offset=16)
    np.testing.assert_allclose(sound, tone(SPREAD * 0.5, SPREAD * -0.2), atol=2e-3)


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("{", None, "Expecting"),
        ("[]", None, "Input should be"),
        (message(3, "missing"), 3, "no instrument 'missing'"),
        (message(4, x=2), 4, "note.x"),
        (message(5, wrong=1), 5, "note.wrong"),
        (message(6, controls={"nope": 1}), 6, "nope"),
        (message(7, carry=[1.0]), 7, "carry"),
        (message(8, "broken"), 8, "broken.drumlin"),
        ('{"request": 9, "instrument": "test-tones", "note": {"x": NaN}}', 9, "note.x"),
        ('{"request": -1, "instrument": "test-tones"}', -1, "request"),
        ('{"request": "x"}', None, "request"),
        ("[" * 5000, None, ""),
        (b"\x00\x01", None, "text frame"),
    ],
)
def test_what_cannot_be_played_is_an_error_and_the_talk_goes_on(
    studio: Served, text: str | bytes, number: int | None, words: str
) -> None:
    with studio.socket() as socket:
        socket.send(text)
        answer = json.loads(socket.recv(timeout=20))
        assert answer["request"] == number
        assert words in answer["error"]
        socket.send(message(10))
        assert isinstance(socket.recv(timeout=20), bytes)


def test_the_latest_request_wins(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    started, go = threading.Event(), threading.Event()
    play = Instrument.play

    def slow(instrument: Instrument, note: Note, residual: Residual | None) -> Waveform:
        started.set()
        go.wait(20)
        return play(instrument, note, residual)

    studio.app.state.services.player._usual_s.clear()
    monkeypatch.setattr(Instrument, "play", slow)
    with studio.socket() as socket:
        socket.send(message(1, x=0.9, y=0.91))
        assert started.wait(20)
        for number in range(2, 60):
            socket.send(message(number, x=0.9, y=number / 100))
        socket.send("{")  # its error is sent at once: all messages before it were read by then
        assert "error" in json.loads(socket.recv(timeout=20))
        go.set()
        answered = [struct.unpack_from("<4I", bytes(socket.recv(timeout=20)))[1] for _ in range(2)]  # type: ignore[arg-type]
        assert answered == [1, 59]
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)


def test_instruments_that_are_compared_do_not_overtake_each_other(studio: Served) -> None:
    with studio.socket() as socket:
        names = [f"missing-{number}" for number in range(WAITING // 2)] + ["test-tones"]
        for number, name in enumerate(names):
            socket.send(message(number, name))
        answers = [socket.recv(timeout=20) for _ in names]
    assert sum(isinstance(answer, bytes) for answer in answers) == 1
    assert sum(isinstance(answer, str) for answer in answers) == WAITING // 2


def test_a_sound_is_decoded_once(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with studio.socket() as socket:
        socket.send(message(1, x=0.11, y=0.12))
        first = socket.recv(timeout=20)
        monkeypatch.setattr(Instrument, "play", None)
        socket.send(message(2, x=0.110000001, y=0.12))
        second = socket.recv(timeout=20)
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert first[16:] == second[16:]


def test_a_socket_that_goes_in_the_middle_leaves_the_server_well(studio: Served) -> None:
    for number in range(5):
        with studio.socket() as socket:
            socket.send(message(number, x=number / 10))
    time.sleep(0.05)
    assert studio.client.get("/api/state").status_code == 200


def corners(**changes: Any) -> list[dict[str, Any]]:
    return [{"x": x, "y": y, **changes} for y in (0.5, -0.5) for x in (-0.5, 0.5)]


def test_between_four_notes_the_note_is_told_and_then_its_sound(studio: Served) -> None:
    four = corners(pitch=3.0)
    with studio.socket() as socket:
        for number, (u, v) in enumerate([(0.25, 0.5), (1.0, 0.0)]):
            morph = {"corners": four, "u": u, "v": v}
            socket.send(json.dumps({"request": number, "instrument": "test-tones", "morph": morph}))
            told, between = json.loads(socket.recv(timeout=20)), socket.recv(timeout=20)
            assert told["request"] == number
            socket.send(json.dumps({"request": 9, "instrument": "test-tones", "note": told["note"]}))
            alone = socket.recv(timeout=20)
            assert isinstance(between, bytes)
            assert isinstance(alone, bytes)
            assert between[8:] == alone[8:]
            if number == 0:
                assert (told["note"]["x"], told["note"]["y"], told["note"]["pitch"]) == (-0.25, 0.0, 3.0)
        assert {**told["note"], **four[1]} == told["note"]  # a corner is its very note


@pytest.mark.parametrize(
    ("morph", "words"),
    [
        ({"corners": [{}] * 3, "u": 0, "v": 0}, "corners"),
        ({"corners": [{}] * 4, "u": 2, "v": 0}, "morph.u"),
        ({"corners": [{"controls": {"odd": 1}}] * 4, "u": 0.5, "v": 0}, "odd"),
    ],
)
def test_a_morph_that_cannot_be_is_refused_alike_on_both_ways(
    studio: Served, morph: dict[str, Any], words: str
) -> None:
    with studio.socket() as socket:
        socket.send(json.dumps({"request": 1, "instrument": "test-tones", "morph": morph}))
        assert words.removeprefix("morph.") in json.loads(socket.recv(timeout=20))["error"]
    answer = studio.client.post("/api/instruments/test-tones/morph", json=morph)
    assert answer.status_code == 422
    assert words.removeprefix("morph.") in answer.json()["error"]


def test_the_route_tells_the_note_that_the_verb_makes(studio: Served) -> None:
    assert studio.workspace is not None
    instrument = load(studio.workspace.instruments / "Test tones.drumlin")
    body = {"corners": corners(), "u": 0.3, "v": 0.9}
    told = studio.client.post("/api/instruments/test-tones/morph", json=body).json()
    assert told.pop("residual") is None
    assert Note.from_dict(told) == morph(instrument, [Note(**note) for note in corners()], 0.3, 0.9)
