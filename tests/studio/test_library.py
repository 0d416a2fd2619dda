"""The library through the server: scanned, searched, heard, tagged, sorted, and all of it taken back."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.drums import hat, kick
from tests.library.sounds import contents_of, write_contents, write_drums
from tests.studio.conftest import Served

PATIENCE_S = 60.0
NAMES = {f"kit/{drum}_{seed}.wav": (drum, seed) for drum in ("kick", "snare", "hat") for seed in range(2)}


def settled(studio: Served) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        library: dict[str, Any] = studio.client.get("/api/library").json()
        if not library["task"] or library["task"]["state"] not in ("queued", "running"):
            return library
        time.sleep(0.05)
    raise TimeoutError(f"{library['task']}")


@pytest.fixture(scope="module")
def folder(studio: Served) -> Path:
    """A folder of six drums and a file that is no sound, in the library."""
    assert studio.workspace is not None
    folder = studio.workspace.roots()[0] / "Mine"
    write_drums(folder, NAMES)
    write_contents(folder, {"kit/words.wav": b"no sound"})
    answer = studio.client.post("/api/library/folders", json={"folder": str(folder)})
    assert answer.status_code == 201, answer.text
    assert answer.json()["task"]["kind"] == "scan"
    assert settled(studio)["task"] is None
    return folder


@pytest.fixture
def library(studio: Served, folder: Path) -> Iterator[Served]:
    """The library, whose tags are as they were at the beginning once a test has ended."""
    yield studio
    for tag in ("punchy", "kept", "rejected", "snare", "kick"):
        studio.client.post("/api/library/say", json={"sayings": [{"tag": tag, "ids": found(studio), "word": "open"}]})


def found(studio: Served, text: str = "") -> list[int]:
    answer = studio.client.get("/api/library/find", params={"text": text})
    assert answer.status_code == 200, answer.text
    ids: list[int] = answer.json()["ids"]
    return ids


def described(studio: Served, ids: list[int]) -> list[dict[str, Any]]:
    answer = studio.client.post("/api/library/sounds", json={"ids": ids})
    assert answer.status_code == 200, answer.text
    sounds: list[dict[str, Any]] = answer.json()
    return sounds


def said(studio: Served, *sayings: dict[str, Any]) -> list[dict[str, Any]]:
    answer = studio.client.post("/api/library/say", json={"sayings": list(sayings)})
    assert answer.status_code == 200, answer.text
    back: list[dict[str, Any]] = answer.json()["sayings"]
    return back


def test_a_folder_is_scanned_and_its_sounds_are_found_by_name(library: Served, folder: Path) -> None:
    state = settled(library)
    assert [one["path"] for one in state["folders"]] == [str(folder.resolve())]
    assert (state["sounds"], state["problems"]) == (len(NAMES), 1)
    names = [one["name"] for one in described(library, found(library, "kick"))]
    assert names == ["kick_0.wav", "kick_1.wav"]
    assert found(library, "sna") == found(library, "snare")


def test_a_sound_tells_facts_tags_and_where_it_lies(library: Served) -> None:
    (sound,) = described(library, found(library, "hat_1"))
    assert (sound["folder"], sound["verdict"], sound["copies"]) == ("Mine/kit", "open", 0)
    assert sound["facts"]["duration_s"] == pytest.approx(len(hat(1)) / 44100)
    assert sound["said"] == [{"tag": "hat", "origin": "imported", "confidence": 0.9, "why": "name: hat"}]


def test_files_that_cannot_be_used_are_told_with_the_reason(library: Served) -> None:
    (problem,) = library.client.get("/api/library/problems").json()
    assert problem["path"].endswith("Mine/kit/words.wav")
    assert problem["reason"]


def test_a_sound_is_sent_as_it_is(library: Served) -> None:
    (number,) = found(library, "kick_1")
    answer = library.client.get(f"/api/library/sounds/{number}/sound.wav")
    waveform, rate = soundfile.read(io.BytesIO(answer.content), dtype="float32")
    expected, _ = soundfile.read(io.BytesIO((_folder_of(library) / "kit/kick_1.wav").read_bytes()), dtype="float32")
    assert rate == 44100
    np.testing.assert_array_equal(waveform, expected)


def _folder_of(studio: Served) -> Path:
    return Path(settled(studio)["folders"][0]["path"])


def test_only_numbers_of_the_catalogue_are_heard(library: Served) -> None:
    assert library.client.get("/api/library/sounds/999999/sound.wav").status_code == 404
    assert library.client.get("/api/library/sounds/..%2Fkick.wav/sound.wav").status_code in (404, 422)
    assert library.client.get(f"/api/library/sounds/{2**70}/sound.wav").status_code == 422


def test_a_file_that_is_gone_is_no_error_of_the_server(library: Served, folder: Path) -> None:
    (number,) = found(library, "hat_0")
    path = folder / "kit/hat_0.wav"
    away = path.rename(folder / "away")
    try:
        answer = library.client.get(f"/api/library/sounds/{number}/sound.wav")
        assert (answer.status_code, "scan" in answer.json()["error"]) == (404, True)
    finally:
        away.rename(path)


def test_shapes_are_the_loudest_points_of_equal_parts(library: Served) -> None:
    (number,) = found(library, "kick_0")
    shape = library.client.post("/api/library/peaks", json={"ids": [number, 999999]}).json()["peaks"]
    parts = np.array_split(np.abs(kick(0)), 64)
    assert list(shape) == [str(number)]
    np.testing.assert_allclose(shape[str(number)], [part.max() for part in parts], atol=2e-4)


def test_a_search_that_cannot_be_read_is_explained(library: Served) -> None:
    answer = library.client.get("/api/library/find", params={"text": "<fast"})
    assert answer.status_code == 422
    assert "<fast" in answer.json()["error"]


def test_the_sounds_like_one_of_the_library_begin_with_itself(library: Served) -> None:
    (number,) = found(library, "snare_0")
    answer = library.client.get(f"/api/library/sounds/{number}/like", params={"count": 3}).json()
    assert answer["ids"][0] == number
    assert answer["cosines"] == sorted(answer["cosines"], reverse=True)
    assert len(answer["ids"]) == 3


def test_the_sounds_like_a_dropped_one_are_of_its_kind(library: Served) -> None:
    file = io.BytesIO()
    soundfile.write(file, kick(7), 44100, format="WAV")
    answer = library.client.post("/api/library/like", files={"file": ("mine.wav", file.getvalue())})
    nearest = described(library, answer.json()["ids"][:2])
    assert {one["name"].split("_")[0] for one in nearest} == {"kick"}


def test_what_is_dropped_and_no_sound_is_refused(library: Served) -> None:
    answer = library.client.post("/api/library/like", files={"file": ("mine.wav", b"words")})
    assert answer.status_code == 422


def test_a_new_tag_is_made_found_and_said_back(library: Served) -> None:
    ids = found(library, "kick")
    back = said(library, {"tag": "punchy", "ids": ids, "word": "yes"})
    assert found(library, "tag:punchy") == ids
    assert said(library, *back) == [{"tag": "punchy", "ids": ids, "word": "yes"}]
    assert found(library, "tag:punchy") == []


def test_the_user_rules_what_names_say_until_it_is_said_back(library: Served) -> None:
    ids = found(library, "snare")
    back = said(library, {"tag": "snare", "ids": ids[:1], "word": "no"})
    assert found(library, "tag:snare") == ids[1:]
    said(library, *back)
    assert found(library, "tag:snare") == ids


def test_of_many_sounds_each_returns_to_what_was_said_of_it(library: Served) -> None:
    first, second, third = found(library)[:3]
    said(library, {"tag": "punchy", "ids": [first], "word": "yes"}, {"tag": "punchy", "ids": [second], "word": "no"})
    before = described(library, [first, second, third])
    back = said(library, {"tag": "punchy", "ids": [first, second, third], "word": "yes"})
    assert found(library, "tag:punchy") == [first, second, third]
    said(library, *back)
    assert described(library, [first, second, third]) == before


def test_an_edit_with_an_unknown_sound_changes_nothing(library: Served) -> None:
    ids = found(library)[:1]
    body = {"sayings": [{"tag": "punchy", "ids": [*ids, 999999], "word": "yes"}]}
    assert library.client.post("/api/library/say", json=body).status_code == 404
    assert all(one["tag"] != "punchy" for sound in described(library, ids) for one in sound["said"])


def test_a_sound_is_kept_or_rejected_never_both(library: Served) -> None:
    ids = found(library)[:2]
    library.client.post("/api/library/judge", json={"ids": ids, "verdict": "rejected"})
    back = library.client.post("/api/library/judge", json={"ids": ids[:1], "verdict": "kept"}).json()
    assert [one["verdict"] for one in described(library, ids)] == ["kept", "rejected"]
    said(library, *back["sayings"])
    assert [one["verdict"] for one in described(library, ids)] == ["rejected", "rejected"]


def test_sorting_is_planned_done_and_undone_byte_for_byte(library: Served, folder: Path) -> None:
    before = contents_of(folder)
    body = {"by": "drums", "folder": str(folder), "name": "Sorted", "how": "move"}
    plan = library.client.post("/api/library/plans", json=body).json()
    assert plan["folders"] == {"hat": 2, "kick": 2, "snare": 2}
    assert contents_of(folder) == before
    library.client.post(f"/api/library/plans/{plan['id']}/apply")
    state = settled(library)
    assert (folder / "Sorted/kick/kick_0.wav").read_bytes() == before["kit/kick_0.wav"]
    assert not (folder / "kit/kick_0.wav").exists()
    assert state["undo"] == "Sort 6 files by drums"
    assert described(library, found(library, "kick_0"))[0]["folder"] == "Mine/Sorted/kick"
    assert library.client.post("/api/library/undo", params={"title": "Sort 1 file"}).status_code == 409
    library.client.post("/api/library/undo", params={"title": state["undo"]})
    assert settled(library)["undo"] == ""
    assert contents_of(folder) == before
    assert described(library, found(library, "kick_0"))[0]["folder"] == "Mine/kit"


def test_without_a_sorting_there_is_nothing_to_undo(library: Served) -> None:
    assert library.client.post("/api/library/undo").status_code == 422


def test_plans_go_below_folders_that_may_be_chosen(library: Served, tmp_path: Path) -> None:
    body = {"by": "drums", "folder": str(tmp_path), "name": "", "how": "copy"}
    assert library.client.post("/api/library/plans", json=body).status_code == 422
    assert library.client.post("/api/library/plans/..%2Fsecret/apply").status_code in (404, 405)
    assert library.client.post("/api/library/plans/none/apply").status_code == 404


def test_only_folders_that_may_be_chosen_join_the_library(library: Served, tmp_path: Path) -> None:
    assert library.client.post("/api/library/folders", json={"folder": str(tmp_path)}).status_code == 422
    assert library.client.post("/api/library/folders/remove", json={"folder": str(tmp_path)}).status_code == 404


def test_a_folder_leaves_the_library_and_what_was_said_of_it_returns_with_it(library: Served, folder: Path) -> None:
    ids = found(library, "hat")
    said(library, {"tag": "punchy", "ids": ids, "word": "yes"})
    state = library.client.post("/api/library/folders/remove", json={"folder": str(folder.resolve())}).json()
    assert (state["folders"], state["sounds"]) == ([], 0)
    library.client.post("/api/library/folders", json={"folder": str(folder)})
    settled(library)
    assert found(library, "tag:punchy") == ids


def test_a_form_that_only_plays_has_no_library(hosted: Served) -> None:
    assert hosted.client.get("/api/library").status_code == 404


def test_the_map_is_laid_anew_and_the_former_one_used_again(library: Served) -> None:
    before = library.client.get("/api/library/map").json()
    assert (before["number"], before["laid_on"], before["is_outgrown"]) == (1, len(NAMES), False)
    assert library.client.post("/api/library/map/lay").json()["number"] == 2
    assert library.client.post("/api/library/map/use", json={"number": 1}).json() == before
    refused = library.client.post("/api/library/map/use", json={"number": 99})
    assert (refused.status_code, "there are 1, 2" in refused.json()["error"]) == (404, True)
