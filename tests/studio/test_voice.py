"""Finding by voice through the server; nothing of what is said is kept."""

import io
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from tests.library.sounds import contents_of
from tests.studio.conftest import Served
from tests.studio.test_library import folder  # noqa: F401  # the fixture of a library of drums
from tests.voices import RATE, spoken

from drumlin.audio import encode_wav, write_wav
from drumlin.hearing import starter_ear
from drumlin.imitating import NAMES
from drumlin.library import Library, score_voice


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


def hear(studio: Served, tag: str, syllable: str, seed: int) -> dict:  # type: ignore[type-arg]
    data = encode_wav(spoken((syllable, 0.0), seed=seed), RATE)
    answer = studio.client.post(f"/api/library/voice/test/hear?tag={tag}", files={"file": ("voice.wav", data)})
    assert answer.status_code == 200, answer.text
    return {"tag": tag, "traits": answer.json()["traits"]}


def test_what_is_asked_for_is_what_the_library_has(studio: Served, folder: object) -> None:  # noqa: F811
    asked = studio.client.get("/api/library/voice/test").json()
    assert [(one["tag"], one["sounds"]) for one in asked["prompts"]] == [("kick", 2), ("snare", 2), ("hat", 2)]
    assert (asked["each"], asked["is_tuned"]) == (5, False)


def test_the_score_is_that_of_the_command(studio: Served, folder: object, tmp_path: Path) -> None:  # noqa: F811
    said = [(tag, word, seed) for tag, word in (("kick", "boom"), ("snare", "ka"), ("hat", "ts")) for seed in (1, 2)]
    for tag, word, seed in said:
        write_wav(tmp_path / f"{tag} {seed}.wav", spoken((word, 0.0), seed=seed), RATE)
    body = {"imitations": [hear(studio, *one) for one in said]}
    score = studio.client.post("/api/library/voice/test", json=body).json()
    assert studio.workspace is not None
    with Library(studio.workspace.library, embedder=starter_ear()) as library:
        expected = score_voice(library, tmp_path)
    for name in ("as_it_comes", "tuned", "chance"):
        assert score[name] == pytest.approx(vars(getattr(expected, name)))
    assert {one["name"]: one["tuned_rank"] for one in score["trials"]} == {
        one.name.removesuffix(".wav"): one.tuned_rank for one in expected.trials
    }


def test_a_voice_is_kept_only_if_asked_to_and_forgotten(studio: Served, folder: object) -> None:  # noqa: F811
    body = {"imitations": [hear(studio, "kick", "boom", 1)]}
    assert not studio.client.post("/api/library/voice/test", json=body).json()["learned"]
    assert not studio.client.get("/api/library/voice/test").json()["is_tuned"]
    assert studio.client.post("/api/library/voice/test", json=body | {"learn": True}).json()["learned"]
    assert studio.client.get("/api/library/voice/test").json()["is_tuned"]
    assert not studio.client.post("/api/library/voice/test/forget").json()["is_tuned"]


def test_what_is_no_imitation_is_refused(studio: Served, folder: object) -> None:  # noqa: F811
    for traits in ([[0.0] * (len(NAMES) - 1)], [], [["x"] * len(NAMES)]):
        body = {"imitations": [{"tag": "kick", "traits": traits}]}
        assert studio.client.post("/api/library/voice/test", json=body).status_code == 422
    body = {"imitations": [{"tag": "banjo", "traits": [[0.0] * len(NAMES)]}]}
    assert studio.client.post("/api/library/voice/test", json=body).status_code == 404
