"""Finding by voice through the server; nothing of what is said is kept."""

import io

import mido
import numpy as np
import pytest
import soundfile
from tests.library.sounds import contents_of
from tests.studio.conftest import Served
from tests.studio.test_library import folder  # noqa: F401  # the fixture of a library of drums
from tests.voices import RATE, spoken

from drumlin.audio import encode_wav


@pytest.fixture
def said(studio: Served, folder: object) -> dict:  # type: ignore[type-arg]  # noqa: F811
    data = encode_wav(spoken(("boom", 0.0), ("ts", -4.0), ("ka", -2.0)), RATE)
    answer = studio.client.post("/api/library/voice?count=3", files={"file": ("voice.wav", data)})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_a_rhythm_gets_lists_and_a_pattern(said: dict) -> None:  # type: ignore[type-arg]
    assert [one["called"] for one in said["lists"]] == ["kick", "closed hat", "snare"]
    assert [one["list"] for one in said["pattern"]] == [0, 1, 2]
    assert all(len(one["ids"]) == len(one["fits"]) == 3 for one in said["lists"])


def test_nothing_of_what_is_said_is_kept(studio: Served, folder: object) -> None:  # noqa: F811
    assert studio.workspace is not None
    sounds = {name for name in contents_of(studio.workspace.library) if not name.startswith("library.sqlite")}
    data = encode_wav(spoken(("boom", 0.0)), RATE)
    assert studio.client.post("/api/library/voice", files={"file": ("voice.wav", data)}).status_code == 200
    after = {name for name in contents_of(studio.workspace.library) if not name.startswith("library.sqlite")}
    assert after == sounds
    assert len(studio.client.get("/api/library/find").json()["ids"]) == 6


def test_a_pattern_becomes_sound_and_midi(studio: Served, said: dict) -> None:  # type: ignore[type-arg]
    parts = [{"called": one["called"], "id": one["ids"][0]} for one in said["lists"]]
    body = {"parts": parts, "pattern": said["pattern"]}
    mix, rate = soundfile.read(io.BytesIO(studio.client.post("/api/library/voice/pattern.wav", json=body).content))
    assert (rate, np.abs(mix).max()) == (44100, pytest.approx(0.891, abs=0.01))
    midi = mido.MidiFile(file=io.BytesIO(studio.client.post("/api/library/voice/pattern.mid", json=body).content))
    assert [one.note for one in midi if one.type == "note_on"] == [36, 42, 38]


def test_silence_and_broken_patterns_are_refused(studio: Served, folder: object) -> None:  # noqa: F811
    silence = encode_wav(np.zeros(RATE, np.float32), RATE)
    refused = studio.client.post("/api/library/voice", files={"file": ("voice.wav", silence)})
    assert (refused.status_code, "no stroke is heard" in refused.json()["error"]) == (422, True)
    body = {"parts": [{"called": "kick", "id": 1}], "pattern": [{"at_s": 0.0, "velocity": 1.0, "list": 3}]}
    assert studio.client.post("/api/library/voice/pattern.mid", json=body).status_code == 422
