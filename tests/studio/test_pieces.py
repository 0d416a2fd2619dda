"""Pieces through the server: a track goes in, its timeline is mended, a render comes out and is kept."""

import io
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.drums import hat, kick, snare
from tests.studio.conftest import Served

PATIENCE_S = 60.0
RATE = 44100
STYLE = "hiphop_lofi_tender"


def drum_loop(duration_s: float = 8.0, tempo_bpm: float = 120.0) -> bytes:
    """Return a WAV of kick, snare and hats."""
    sound = np.zeros(round(duration_s * RATE), np.float32)
    step = 60.0 / tempo_bpm / 2
    for number in range(int(duration_s / step)):
        for drum, is_due in ((kick(1), number % 4 == 0), (snare(2), number % 4 == 2), (hat(3), True)):
            at = round(number * step * RATE)
            part = sound[at : at + len(drum)]
            part += 0.4 * is_due * drum[: len(part)]
    file = io.BytesIO()
    soundfile.write(file, np.clip(sound, -1, 1), RATE, format="WAV")
    return file.getvalue()


@pytest.fixture
def pieces(studio: Served) -> Iterator[Served]:
    yield studio
    for piece in studio.client.get("/api/pieces").json():
        studio.client.delete(f"/api/pieces/{piece['id']}")


def settled(studio: Served, piece_id: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        piece: dict[str, Any] = studio.client.get(f"/api/pieces/{piece_id}").json()
        if not piece["task"] or piece["task"]["state"] not in ("queued", "running"):
            return piece
        time.sleep(0.05)
    raise TimeoutError(f"{piece['task']}")


def begun(studio: Served, duration_s: float = 4.0) -> dict[str, Any]:
    answer = studio.client.post("/api/pieces", json={"duration_s": duration_s, "descriptor": STYLE})
    assert answer.status_code == 201, answer.text
    piece: dict[str, Any] = answer.json()
    return piece


def put(studio: Served, piece: dict[str, Any], **change: Any) -> Any:
    return studio.client.put(f"/api/pieces/{piece['id']}", json={**piece["request"], **change})


def dropped(studio: Served, data: bytes, name: str) -> dict[str, Any]:
    answer = studio.client.post("/api/pieces/track", params={"name": name}, content=data)
    assert answer.status_code == 201, answer.text
    return settled(studio, answer.json()["id"])


def test_a_track_is_heard_and_a_timeline_is_guessed(pieces: Served) -> None:
    piece = dropped(pieces, drum_loop(), "My loop.wav")
    assert (piece["name"], piece["kind"], piece["task"]) == ("My loop", "track", None)
    assert piece["heard"]["tempo"][0]["bpm"] == pytest.approx(120, rel=0.02)
    assert piece["heard"]["loudness_lufs"] < -5
    assert len(piece["heard"]["keys"]) == 5
    assert all(part["styles"] and 0 <= part["known"] <= 1 for part in piece["heard"]["parts"])
    octaves = [piece["regions"][0]["tempo_bpm"] / 120 / factor for factor in (0.5, 1, 2)]  # as its style is counted
    assert min(abs(octave - 1) for octave in octaves) < 0.05
    assert piece["regions"][-1]["end_s"] == pytest.approx(8.0)
    sound, rate = soundfile.read(io.BytesIO(pieces.client.get(piece["reference_url"]).content))
    assert (len(sound), rate) == (8 * RATE, RATE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"just some words" * 100_000, "cannot be decoded"),  # more than a body that is no track may have
        (drum_loop()[:200], "truncated|cannot be decoded"),
        (b"RIFF" + bytes(100), "cannot be decoded|empty"),
    ],
)
def test_what_is_no_track_fails_with_a_word(pieces: Served, data: bytes, message: str) -> None:
    piece = dropped(pieces, data, "song.mp3")
    assert piece["task"]["state"] == "failed"
    assert piece["task"]["error"] and "Traceback" not in piece["task"]["error"]
    assert (piece["heard"], piece["request"]) == (None, None)


def test_silence_fails_with_a_word(pieces: Served) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(2 * RATE, np.float32), RATE, format="WAV")
    assert "silent" in dropped(pieces, file.getvalue(), "nothing.wav")["task"]["error"]


def test_an_empty_body_makes_no_piece(pieces: Served) -> None:
    answer = pieces.client.post("/api/pieces/track", content=b"")
    assert (answer.status_code, "empty" in answer.json()["error"]) == (422, True)
    assert pieces.client.get("/api/pieces").json() == []


def test_a_length_and_a_style_begin_a_piece(pieces: Served) -> None:
    piece = begun(pieces)
    assert (piece["kind"], piece["duration_s"], piece["heard"], piece["reference_url"]) == ("length", 4.0, None, "")
    assert [region["descriptor"] for region in piece["regions"]] == [STYLE]
    assert pieces.client.post(f"/api/pieces/{piece['id']}/hear").status_code == 422


def test_an_edit_is_completed_and_its_changes_are_told(pieces: Served) -> None:
    piece = begun(pieces, 10.0)
    regions = [{"id": "a", "start_s": 0, "descriptor": STYLE}, {"id": "b", "start_s": 4.7, "descriptor": STYLE}]
    asked = {**piece["request"]["timeline"], "regions": [{**one, "tempo_bpm": 90} for one in regions]}
    answer = put(pieces, piece, timeline=asked).json()
    assert [(one["letter"], one["start_s"], one["end_s"]) for one in answer["regions"]] == [
        ("A", 0.0, 4.7),
        ("B", 4.7, 10.0),
    ]
    assert any(note.startswith("WARNING: regions[0]: tempo 90 became") for note in answer["notifications"])
    assert pieces.client.get(f"/api/pieces/{piece['id']}").json()["request"]["timeline"] == asked


def test_a_timeline_that_does_not_fit_is_refused_with_its_path_and_loses_nothing(pieces: Served) -> None:
    piece = begun(pieces)
    broken = {**piece["request"]["timeline"], "regions": [{"start_s": 0, "descriptor": "polka"}]}
    answer = put(pieces, piece, timeline=broken)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("regions[0].descriptor: got 'polka'")
    assert pieces.client.get(f"/api/pieces/{piece['id']}").json()["request"] == piece["request"]


def test_drums_of_instruments_and_regions_that_are_not_there_are_refused(pieces: Served) -> None:
    piece = begun(pieces)
    assert put(pieces, piece, drums={"instrument": "gone"}).status_code == 404
    answer = put(pieces, piece, region_drums={"z": {}})
    assert (answer.status_code, answer.json()["error"]) == (404, "region_drums: got 'z', expected one of A1")


def test_a_piece_is_rendered_once_and_swapped_drums_make_another(pieces: Served) -> None:
    piece = begun(pieces)
    address = f"/api/pieces/{piece['id']}"
    pieces.client.post(f"{address}/render", json={})
    first = settled(pieces, piece["id"])
    assert (first["task"], first["render"]["is_current"], first["render"]["has_stems"]) == (None, True, False)
    sound, rate = soundfile.read(io.BytesIO(pieces.client.get(first["render"]["url"]).content))
    assert (sound.shape, rate) == ((4 * RATE, 2), RATE)
    assert pieces.client.get(first["render"]["midi_url"]).content[:4] == b"MThd"
    kit = {"kick": {"x": 0.5, "y": 0.5}}
    swapped = put(pieces, first, drums={"instrument": "test-tones", "kit": kit}).json()
    assert swapped["render"]["is_current"] is False
    pieces.client.post(f"{address}/render", json={})
    second = settled(pieces, piece["id"])
    assert (second["render"]["is_current"], second["render"]["id"] == first["render"]["id"]) == (True, False)
    put(pieces, first)
    again = pieces.client.post(f"{address}/render", json={}).json()
    assert (again["render"]["id"], again["task"]) == (first["render"]["id"], None)


def test_wav_stems_and_midi_are_kept_in_one_folder_and_undone_together(pieces: Served) -> None:
    piece = begun(pieces)
    address = f"/api/pieces/{piece['id']}"
    assert pieces.client.post(f"{address}/keep", json={}).status_code == 404
    pieces.client.post(f"{address}/render", json={"stems": True})
    assert settled(pieces, piece["id"])["render"]["has_stems"] is True
    refused = pieces.client.post(f"{address}/keep", json={"wav": False})
    assert (refused.status_code, "nothing is to be kept" in refused.json()["error"]) == (422, True)
    kept = pieces.client.post(f"{address}/keep", json={"wav": True, "stems": True, "midi": True}).json()
    name = "hiphop lofi tender"
    assert kept["name"] == f"{name}_01"
    assert {f"{name}.wav", f"{name}.mid", f"{name}.timeline.json", f"stems/{name} drums.wav"} <= set(kept["files"])
    assert pieces.workspace is not None
    folder = pieces.workspace.crate.folder / "pieces" / kept["name"]
    assert str(folder) == kept["folder"] and (folder / f"{name}.wav").stat().st_size > 4 * RATE
    assert pieces.client.post("/api/undo", params={"title": "Keep something else"}).status_code == 409
    assert folder.exists()
    pieces.client.post("/api/undo", params={"title": f"Keep {kept['name']}"})
    assert not folder.exists()


def test_a_render_can_be_given_up_and_events_tell_so(pieces: Served) -> None:
    piece = begun(pieces, 300.0)
    with pieces.client.stream("GET", "/api/events") as events:
        lines = events.iter_lines()
        next(lines)
        pieces.client.post(f"/api/pieces/{piece['id']}/render", json={})
        pieces.client.post(f"/api/pieces/{piece['id']}/cancel")
        last = next(line for line in lines if piece["id"] in line and '"state":"cancelled"' in line)
    assert '"kind":"render"' in last
    answer = settled(pieces, piece["id"])
    assert (answer["task"]["state"], answer["render"]) == ("cancelled", None)


def test_a_deleted_piece_is_gone_until_undo(pieces: Served) -> None:
    piece = begun(pieces)
    assert pieces.client.delete(f"/api/pieces/{piece['id']}").status_code == 204
    assert pieces.client.get(f"/api/pieces/{piece['id']}").status_code == 404
    pieces.client.post("/api/undo")
    assert pieces.client.get(f"/api/pieces/{piece['id']}").json()["request"] == piece["request"]


def test_what_a_timeline_can_name_is_listed(pieces: Served) -> None:
    styles = pieces.client.get("/api/styles").json()
    assert STYLE in [style["id"] for style in styles["styles"]]
    assert {"drums", "bass_sub"} <= set(styles["instruments"])
    assert {"minor", "dorian"} <= set(styles["modes"])


def test_the_play_only_form_has_no_pieces(hosted: Served) -> None:
    assert hosted.client.get("/api/pieces").status_code == 404
