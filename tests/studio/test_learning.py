"""Learning through the server, with a stand-in for the command: the training itself is tested elsewhere."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
from tests.drums import kick
from tests.instruments import make_instrument
from tests.studio.conftest import Served

from drumlin.jobs import JobProgress
from drumlin.studio import learning

LEARNER = """
import json, os, shutil, sys, time
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
def say(event, **more): print(json.dumps({"event": event, **more}), flush=True)
def write(target):
    shutil.copy(os.environ["TEST_INSTRUMENT"], target + ".part")
    os.replace(target + ".part", target)
say("progress", done=8, total=9, message="preparing", metrics={"files_per_s": 60})
say("progress", done=1, total=2, message="epoch 1", metrics={"loss": 0.5}, remaining_s=3)
write(options["--snapshot"])
say("preview", instrument=options["--snapshot"])
while not os.path.exists(os.environ["TEST_GO"]): time.sleep(0.02)
write(options["--out"])
say("done", result={"out": options["--out"]})
"""
PATIENCE_S = 30.0


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "learner.py"
    script.write_text(LEARNER)
    monkeypatch.setenv("TEST_INSTRUMENT", str(make_instrument(tmp_path / "learned.drumlin", name="Learned")))
    monkeypatch.setenv("TEST_GO", str(tmp_path / "go"))
    monkeypatch.setattr(learning, "DRUMLIN", (sys.executable, str(script)))
    return tmp_path / "go"


@pytest.fixture
def body(studio: Served) -> Iterator[dict[str, object]]:
    assert studio.workspace is not None
    folder = studio.workspace.roots()[0] / "kicks"
    folder.mkdir(exist_ok=True)
    soundfile.write(folder / "kick.wav", kick(), 44100)
    yield {"kind": "learn", "folder": str(folder), "recipe": "ae-small-tanh", "name": "My kicks", "minutes": 1}
    for job in studio.client.get("/api/jobs").json():
        studio.client.post(f"/api/jobs/{job['id']}/cancel")
        wait(studio, job["id"], "done", "cancelled", "failed", "interrupted")
        studio.client.delete(f"/api/jobs/{job['id']}")
    for path in studio.workspace.instruments.glob("My kicks*"):
        path.unlink()


def wait(studio: Served, job_id: str, *states: str, instrument: str | None = None) -> dict[str, object]:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        job: dict[str, object] = studio.client.get(f"/api/jobs/{job_id}").json()
        if job["state"] in states and (instrument is None or job["instrument"] == instrument):
            return job
        time.sleep(0.02)
    raise TimeoutError(f"{job}")


def ids(studio: Served) -> list[str]:
    return [entry["id"] for entry in studio.client.get("/api/instruments").json()]


def test_a_folder_is_learned_heard_meanwhile_and_on_the_shelf(
    studio: Served, go: Path, body: dict[str, object]
) -> None:
    started = studio.client.post("/api/jobs", json=body)
    assert started.status_code == 201
    job_id = started.json()["id"]
    job = wait(studio, job_id, "running", instrument=f"learning-{job_id}")
    assert (job["title"], job["metrics"], job["remaining_s"]) == ("My kicks", {"loss": 0.5}, 3)
    assert job["history"] == [{"done": 1, "metrics": {"loss": 0.5}}]
    heard = studio.client.get(f"/api/instruments/learning-{job_id}").json()
    assert (heard["learning"], heard["name"]) == (True, "My kicks")
    sound = studio.client.post(f"/api/instruments/learning-{job_id}/sound", json={})
    assert sound.content.startswith(b"RIFF")
    go.touch()
    job = wait(studio, job_id, "done")
    assert job["instrument"] == "my-kicks"
    assert "my-kicks" in ids(studio)
    assert f"learning-{job_id}" not in ids(studio)


def test_what_was_learned_before_a_cancel_can_be_kept(studio: Served, go: Path, body: dict[str, object]) -> None:
    job_id = studio.client.post("/api/jobs", json=body).json()["id"]
    wait(studio, job_id, "running", instrument=f"learning-{job_id}")
    assert studio.client.post(f"/api/jobs/{job_id}/keep").status_code == 409
    studio.client.post(f"/api/jobs/{job_id}/cancel")
    job = wait(studio, job_id, "cancelled")
    assert job["can_resume"]
    kept = studio.client.post(f"/api/jobs/{job_id}/keep").json()
    assert (kept["id"], kept["name"], kept["learning"]) == ("my-kicks", "My kicks", False)
    assert ids(studio).count("my-kicks") == 1
    again = studio.client.post(f"/api/jobs/{job_id}/keep").json()
    assert (again["id"], again["name"]) == ("my-kicks-2", "My kicks 2")
    go.touch()
    assert studio.client.post(f"/api/jobs/{job_id}/resume").status_code == 200
    wait(studio, job_id, "done")


def test_the_page_hears_of_jobs_and_of_new_instruments(studio: Served, go: Path, body: dict[str, object]) -> None:
    heard: list[tuple[str, str]] = []
    is_listening = threading.Event()

    def listen() -> None:
        name = ""
        with studio.client.stream("GET", "/api/events") as stream:
            for line in stream.iter_lines():
                is_listening.set()
                key, _, value = line.partition(": ")
                name = value if key == "event" else name
                if key == "data":
                    heard.append((name, value))
                    if name == "job" and json.loads(value)["state"] == "done":
                        return

    listener = threading.Thread(target=listen)
    listener.start()
    assert is_listening.wait(PATIENCE_S)
    go.touch()
    studio.client.post("/api/jobs", json=body)
    listener.join(PATIENCE_S)
    states = [json.loads(data)["state"] for name, data in heard if name == "job"]
    assert (states[0], states[-1]) == ("running", "done")
    assert ("instruments", "{}") in heard


def test_steps_that_a_resumed_job_goes_over_again_are_told_once() -> None:
    told = ((10, {"loss": 0.5}), (20, {"loss": 0.4}), (10, {"loss": 0.45}), (15, {"files": 3}), (20, {"loss": 0.3}))
    history = learning._history(JobProgress(history=told, metrics={"loss": 0.3}))
    assert [(point.done, point.metrics["loss"]) for point in history] == [(10, 0.45), (20, 0.3)]


@pytest.mark.parametrize(("start", "source"), [("default", "default"), ("test-tones", "Test tones.drumlin")])
def test_a_learning_can_start_from_an_instrument(
    studio: Served, go: Path, body: dict[str, object], start: str, source: str
) -> None:
    go.touch()
    job_id = studio.client.post("/api/jobs", json=body | {"recipe": "", "start": start, "dial": 0.25}).json()["id"]
    wait(studio, job_id, "done")
    assert studio.workspace is not None
    argv = json.loads((studio.workspace.jobs / job_id / "job.json").read_text())["argv"]
    options = dict(pairwise(argv))
    assert (Path(options["--from"]).name, options["--dial"]) == (source, "0.25")
    assert "--recipe" not in argv


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"start": "default"}, 422, "either `recipe` or `start`"),
        ({"recipe": ""}, 422, "either `recipe` or `start`"),
        ({"recipe": "", "start": "nowhere"}, 404, "nowhere"),
        ({"recipe": "", "start": "broken"}, 409, "cannot be started from"),
        ({"recipe": "", "start": "default", "dial": 1.5}, 422, "dial"),
        ({"recipe": "nope"}, 422, "no recipe"),
        ({"minutes": 0}, 422, "minutes"),
        ({"name": ""}, 422, "name"),
        ({"kind": "dance"}, 422, "kind"),
        ({"extra": 1}, 422, "extra"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_words(
    studio: Served, body: dict[str, object], change: dict[str, object], status: int, words: str
) -> None:
    answer = studio.client.post("/api/jobs", json=body | change)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_without_torch_learning_says_how_to_add_it(
    studio: Served, body: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "has_learning", lambda: False)
    answer = studio.client.post("/api/jobs", json=body)
    assert answer.status_code == 409
    assert "drumlin add-learning" in answer.json()["error"]


def test_adding_learning_is_one_job_at_a_time(studio: Served, body: dict[str, object], go: Path) -> None:
    go.with_name("learner.py").write_text("import time; time.sleep(60)")
    answers = [studio.client.post("/api/jobs", json={"kind": "add-learning"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[0].json()["kind"] == "add-learning"


def test_recipes_are_listed_with_their_size(studio: Served) -> None:
    recipes = {recipe["name"]: recipe for recipe in studio.client.get("/api/recipes").json()}
    points, hidden = 17640, (9, 2)
    sizes = (points, *hidden, *hidden[-2::-1], points)
    expected = sum((before + 1) * after for before, after in pairwise(sizes))
    assert recipes["ae-small-tanh"]["parameters"] == expected
    assert recipes["ae-small-tanh"]["small"]


@pytest.mark.parametrize("verb", ["cancel", "resume", "keep"])
def test_unknown_jobs_are_not_found(studio: Served, verb: str) -> None:
    assert studio.client.post(f"/api/jobs/..%2f..%2fx/{verb}").status_code == 405  # no such route takes a POST
    assert studio.client.post(f"/api/jobs/nope/{verb}").status_code == 404
