import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.instruments import SAMPLE_RATE, tone
from tests.studio.conftest import Served
from tests.studio.test_instruments import wav

from drumlin.exporting import read_provenance
from drumlin.instrument import load
from drumlin.instrument.locating import prepare
from drumlin.instrument.residual import sound_hash
from drumlin.studio import residuals
from drumlin.studio.residuals import Residuals
from drumlin.workspace import DroppedSounds

FOREIGN = (0.6 * tone(0.4) + 0.3 * tone(2.3, -0.5)).astype(np.float32)
SOUND = "/api/instruments/test-tones/sound"


def dropped(studio: Served, sound: np.ndarray = FOREIGN) -> dict[str, Any]:
    answer = studio.client.post("/api/instruments/test-tones/locate", files={"file": wav(sound)})
    return dict(answer.json())


def mixing(location: dict[str, Any], amount: float = 1.0, **changes: Any) -> dict[str, Any]:
    """Return the note of a dropped sound with some of it mixed back."""
    note = {name: value for name, value in location["note"].items() if name != "residual"}
    return note | changes | {"residual": {"sound": location["sound"], "amount": amount, "anchor": note}}


def forget(studio: Served) -> None:
    """Leave the server with what it would know of dropped sounds after a new start."""
    memory = studio.app.state.services.studio.residuals
    memory._sounds.clear()
    memory._ready.clear()


def samples(data: bytes) -> np.ndarray[Any, Any]:
    return soundfile.read(io.BytesIO(data), dtype="float32")[0]


def prepared(studio: Served, sound: np.ndarray = FOREIGN) -> np.ndarray[Any, Any]:
    assert studio.workspace is not None
    return prepare(sound, SAMPLE_RATE, load(studio.workspace.instruments / "Test tones.drumlin"))


def test_a_dropped_sound_is_called_by_its_hash(studio: Served) -> None:
    found = dropped(studio)
    assert found["sound"] == sound_hash(FOREIGN, SAMPLE_RATE)
    assert found["note"]["residual"] is None
    assert not found["residual_missing"]


def test_all_of_it_is_the_prepared_sound_point_for_point(studio: Served) -> None:
    note = mixing(dropped(studio))
    with studio.socket() as socket:
        socket.send(json.dumps({"request": 1, "instrument": "test-tones", "note": note}))
        frame = socket.recv(timeout=20)
    assert isinstance(frame, bytes)
    assert np.array_equal(np.frombuffer(frame, "<f4", offset=16), prepared(studio))
    alone = studio.client.post(SOUND, json={"note": note | {"residual": None}}).content
    written = samples(studio.client.post(SOUND, json={"note": note}).content)
    np.testing.assert_allclose(written, prepared(studio), atol=2.0**-24)
    assert np.abs(samples(alone) - written).max() > 0.05


def test_the_written_points_are_those_of_the_prepared_sound_to_the_bit(studio: Served) -> None:
    coarse = np.round(prepared(studio) * 2**15) / 2**15  # 24 bits hold it exactly
    note = mixing(dropped(studio, coarse.astype(np.float32)))
    written = studio.client.post(SOUND, json={"note": note}).content
    assert np.array_equal(samples(written), prepared(studio, coarse.astype(np.float32)))


def test_half_of_it_is_half_way(studio: Served) -> None:
    found = dropped(studio)
    none, half = (samples(studio.client.post(SOUND, json={"note": mixing(found, a)}).content) for a in (0.0, 0.5))
    np.testing.assert_allclose(half, (none + prepared(studio)) / 2, atol=3e-7)


def test_it_fades_as_the_place_moves_away(studio: Served) -> None:
    found = dropped(studio)
    away = {"x": max(-1.0, min(1.0, found["x"] - 0.25))}
    mixed, alone = (
        samples(studio.client.post(SOUND, json={"note": mixing(found, amount, **away)}).content) for amount in (1, 0)
    )
    assert 0 < np.abs(mixed - alone).max() < np.abs(prepared(studio) - alone).max()
    far = {"x": -1.0, "y": 1.0}
    note = mixing(found, **far)
    alone = studio.client.post(SOUND, json={"note": note | {"residual": None}}).content
    assert studio.client.post(SOUND, json={"note": note}).content == alone


def test_a_kept_file_restores_what_it_mixed_back_even_in_a_later_session(studio: Served) -> None:
    note = mixing(dropped(studio), 0.8, pitch=2.0)
    kept = studio.client.post("/api/keep", json={"instrument": "test-tones", "note": note}).json()
    data = studio.client.get(kept["url"]).content
    record = read_provenance(data)
    assert record is not None
    assert record.residual is not None
    assert record.residual.to_dict() == note["residual"] | {"anchor": record.residual.anchor.to_dict()}
    forget(studio)
    found = studio.client.post("/api/instruments/test-tones/locate", files={"file": data}).json()
    assert found["restored"]
    assert found["note"] == note
    assert studio.client.post(SOUND, json={"note": found["note"]}).content == data


def test_what_is_only_played_is_not_written_into_the_home(studio: Served) -> None:
    assert studio.workspace is not None
    sound = (0.5 * tone(0.1) + 0.2 * tone(1.7)).astype(np.float32)
    found = dropped(studio, sound)
    studio.client.post(SOUND, json={"note": mixing(found)})
    assert studio.workspace.dropped.find(found["sound"]) is None
    studio.client.post("/api/keep", json={"instrument": "test-tones", "note": mixing(found)})
    stored = studio.workspace.dropped.find(found["sound"])
    assert stored is not None
    assert np.array_equal(stored[0], sound)


def test_a_sound_that_is_not_here_is_said_in_words(studio: Served) -> None:
    note = mixing(dropped(studio))
    note["residual"]["sound"] = "0" * 64
    answers = [
        studio.client.post(SOUND, json={"note": note}),
        studio.client.post("/api/keep", json={"instrument": "test-tones", "note": note}),
    ]
    for answer in answers:
        assert (answer.status_code, "drop it again" in answer.json()["error"]) == (404, True)
    with studio.socket() as socket:
        socket.send(json.dumps({"request": 5, "instrument": "test-tones", "note": note}))
        assert "drop it again" in json.loads(socket.recv(timeout=20))["error"]


def test_a_kept_file_whose_dropped_sound_is_gone_is_looked_for_and_says_so(studio: Served) -> None:
    note = mixing(dropped(studio, (tone(0.5) + 0.2 * tone(-1.0)).astype(np.float32) / 2))
    data = studio.client.post(SOUND, json={"note": note}).content
    forget(studio)
    found = studio.client.post("/api/instruments/test-tones/locate", files={"file": data}).json()
    assert found["residual_missing"]
    assert not found["restored"]
    assert found["note"]["residual"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [({"sound": "x"}, "sound"), ({"amount": 1.5}, "amount"), ({"anchor": {"x": 3}}, "anchor.x"), ({"more": 1}, "more")],
)
def test_a_residual_that_is_none_is_refused_in_words(studio: Served, change: dict[str, Any], words: str) -> None:
    note = mixing(dropped(studio))
    answer = studio.client.post(SOUND, json={"note": note | {"residual": note["residual"] | change}})
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_the_hosted_form_keeps_no_dropped_sound(hosted: Served) -> None:
    found = dropped(hosted)
    assert found["sound"] == ""
    note = mixing(found | {"sound": sound_hash(FOREIGN, SAMPLE_RATE)})
    answer = hosted.client.post(SOUND, json={"note": note})
    assert (answer.status_code, "keeps no dropped sounds" in answer.json()["error"]) == (404, True)


def test_memory_holds_the_latest_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(residuals, "DROPPED_BYTES", 3 * FOREIGN.nbytes)
    memory = Residuals(DroppedSounds(tmp_path))
    names = [memory.remember(FOREIGN * np.float32(level), SAMPLE_RATE) for level in (0.1, 0.2, 0.3, 0.4)]
    assert list(memory._sounds) == names[1:]
