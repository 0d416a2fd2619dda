"""Teaching and tags through the server: learned in the background, suggested, asked, explained, taken back."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.library.sounds import write_drums
from tests.studio.conftest import Served
from tests.studio.test_library import described, found, said, settled

from drumlin.studio import teaching_works

PATIENCE_S = 60.0
EACH = 6
DRUMS = ("kick", "snare", "hat")
NAMES = {f"{index % 3}/{drum[0]}{index}.wav": (drum, index) for drum in DRUMS for index in range(EACH)}


@pytest.fixture(scope="module")
def folder(studio: Served) -> Path:
    """A folder of eighteen drums whose names say nothing, in the library."""
    assert studio.workspace is not None
    folder = studio.workspace.roots()[0] / "Plain"
    write_drums(folder, NAMES)
    assert studio.client.post("/api/library/folders", json={"folder": str(folder)}).status_code == 201
    settled(studio)
    return folder


@pytest.fixture
def plain(studio: Served, folder: Path) -> Served:
    """The library, of which nothing is said."""
    for tag in teaching(studio)["tags"]:
        said(studio, {"tag": tag["tag"], "ids": found(studio), "word": "open"})
    wait_for(studio, lambda now: not now["is_learning"])
    return studio


def teaching(studio: Served) -> dict[str, Any]:
    answer = studio.client.get("/api/library/teaching")
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    return state


def wait_for(studio: Served, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        state = teaching(studio)
        if holds(state):
            return state
        time.sleep(0.02)
    raise TimeoutError(f"{state}")


def ids_of(studio: Served, drum: str) -> list[int]:
    ids = found(studio)
    return [one["id"] for one in described(studio, ids) if one["name"].startswith(drum[0])]


def teach(studio: Served, *drums: str, count: int = 3) -> None:
    said(studio, *({"tag": f"my {drum}", "ids": ids_of(studio, drum)[:count], "word": "yes"} for drum in drums))
    wait_for(studio, lambda now: not now["is_learning"] and all(one["is_learned"] for one in now["tags"]))


def test_what_is_said_is_learned_by_itself_and_suggested(plain: Served) -> None:
    teach(plain, *DRUMS)
    state = {one["tag"]: one for one in teaching(plain)["tags"]}
    assert all(state[f"my {drum}"]["given"] == 3 for drum in DRUMS)
    answer = plain.client.get("/api/library/suggested", params={"tag": "my kick"}).json()
    assert answer["ids"][0] in ids_of(plain, "kick")[3:]
    assert answer["confidences"] == sorted(answer["confidences"], reverse=True)
    assert len(answer["ids"]) == state["my kick"]["suggested"]


def test_too_few_examples_wait(plain: Served) -> None:
    said(plain, {"tag": "my kick", "ids": ids_of(plain, "kick")[:2], "word": "yes"})
    state = wait_for(plain, lambda now: not now["is_learning"])
    (tag,) = state["tags"]
    assert (tag["given"], tag["is_learned"], tag["suggested"]) == (2, False, 0)
    assert state["fewest"] == 3
    assert plain.client.get("/api/library/questions").status_code == 422


def test_a_suggestion_is_accepted_refused_and_said_back(plain: Served) -> None:
    teach(plain, *DRUMS)
    first, *_ = plain.client.get("/api/library/suggested", params={"tag": "my hat"}).json()["ids"]
    back = said(plain, {"tag": "my hat", "ids": [first], "word": "no"})
    assert first not in plain.client.get("/api/library/suggested", params={"tag": "my hat"}).json()["ids"]
    said(plain, *back)
    wait_for(plain, lambda now: not now["is_learning"])
    assert first in plain.client.get("/api/library/suggested", params={"tag": "my hat"}).json()["ids"]


def test_questions_are_about_sounds_without_an_answer(plain: Served) -> None:
    teach(plain, *DRUMS)
    asked = plain.client.get("/api/library/questions", params={"count": 4}).json()
    taught = {number for drum in DRUMS for number in ids_of(plain, drum)[:3]}
    assert len({one["id"] for one in asked}) == 4
    assert not taught & {one["id"] for one in asked}
    assert all(one["guesses"][0]["tag"].startswith("my ") for one in asked)


def test_reasons_are_the_nearest_examples(plain: Served) -> None:
    teach(plain, *DRUMS)
    number = ids_of(plain, "snare")[4]
    answer = plain.client.get(f"/api/library/sounds/{number}/why", params={"tag": "my snare"}).json()
    assert {one["id"] for one in answer["like"]} == set(ids_of(plain, "snare")[:3])
    assert not {one["id"] for one in answer["unlike"]} & set(ids_of(plain, "snare"))
    assert 0.0 <= answer["probability"] <= 1.0
    assert plain.client.get("/api/library/sounds/999999/why", params={"tag": "my snare"}).status_code == 404
    assert plain.client.get(f"/api/library/sounds/{number}/why", params={"tag": "gong"}).status_code == 404


def test_folders_are_tags_and_are_said_back(plain: Served, folder: Path) -> None:
    answer = plain.client.post("/api/library/teach", json={"folder": str(folder)})
    assert answer.status_code == 200, answer.text
    state = wait_for(plain, lambda now: not now["is_learning"])
    assert {one["tag"]: one["given"] for one in state["tags"]} == {"0": 6, "1": 6, "2": 6}
    said(plain, *answer.json()["sayings"])
    assert all(one["given"] == 0 for one in teaching(plain)["tags"])
    assert plain.client.post("/api/library/teach", json={"folder": str(folder / "0")}).status_code == 404
    assert plain.client.post("/api/library/teach", json={"folder": "/etc"}).status_code == 422


def test_a_large_library_is_learned_by_a_job(plain: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain.app.state.services.studio.teaching, "_at_once", 5)
    teach(plain, *DRUMS)
    jobs = [job.record.kind for job in plain.app.state.services.studio.library._runner.jobs()]
    assert jobs.count("teach") >= 1
    assert teaching_works.AT_ONCE > 5


def test_the_starter_ear_is_begun_from_the_page(plain: Served) -> None:
    task = plain.client.post("/api/library/hear").json()
    assert (task["kind"], task["state"]) in (("hear", "running"), ("hear", "queued"))
    settled(plain)
    ended = plain.client.get(f"/api/library/tasks/{task['id']}").json()
    assert (ended["state"], ended["total"]) == ("done", len(NAMES))


def tags(answer: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in answer["library"]["tags"]}


def post(studio: Served, path: str, **body: Any) -> dict[str, Any]:
    answer = studio.client.post(f"/api/library/tags{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_tags_are_made_changed_joined_removed_and_taken_back(plain: Served) -> None:
    before = {one["name"]: one for one in settled(plain)["tags"]}
    edits = [
        post(plain, "", name="Wump", colour="#336699", parent="kick", synonyms=["wumpy"]),
        post(plain, "/change", name="Wump", new_name="Whump", colour="#996633", parent="", synonyms=[]),
        post(plain, "/join", names=["Whump"], into="tom"),
        post(plain, "/remove", name="tom"),
    ]
    made, changed, joined, removed = map(tags, edits)
    assert (made["Wump"]["parent"], made["Wump"]["synonyms"]) == ("kick", ["wumpy"])
    assert changed["Whump"] == made["Wump"] | {"name": "Whump", "colour": "#996633", "parent": "", "synonyms": []}
    assert "whump" in joined["tom"]["synonyms"] and "Whump" not in joined
    assert "tom" not in removed
    for edit in reversed(edits):
        last = post(plain, "/turn", edit=edit["edit"])
    assert tags(last) == before
    assert tags(post(plain, "/turn", edit=last["edit"]))["Wump"] == made["Wump"]
    post(plain, "/remove", name="Wump")


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("", {"name": "snare"}, "already"),
        ("/change", {"name": "drums", "parent": "kick"}, "choose another parent"),
        ("/change", {"name": "kick", "colour": "red"}, "colour"),
        ("/remove", {"name": "gong"}, "no tag"),
        ("/turn", {"edit": "../../etc"}, "edit"),
        ("/turn", {"edit": "00000000000000000000-00000000"}, "too old"),
    ],
)
def test_edits_that_cannot_be_are_explained(plain: Served, path: str, body: dict[str, Any], words: str) -> None:
    answer = plain.client.post(f"/api/library/tags{path}", json=body)
    assert answer.status_code in (404, 422)
    assert words in answer.json()["error"]
