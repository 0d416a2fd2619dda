import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvicorn

from drumlin.errors import PackError, ServiceAwayError
from drumlin.hearing.packing import Pack, write_pack
from drumlin.hearing.sending import Service, fetch_tagger, order_training, send_packs
from drumlin.studio import training_service
from drumlin.studio.training_service import ServiceLimits, add_person, create_training_service

STAND_IN = """
import sys
out = sys.argv[sys.argv.index("--out") + 1]
open(out, "wb").write(b"a tagger of %d packs" % sum(word.endswith(".pack") for word in sys.argv))
print('{"event": "done", "result": {}}')
"""


@dataclass
class Running:
    """A service that listens: a client with anna's token, and ben's as headers."""

    client: httpx.Client
    ben: dict[str, str]


@pytest.fixture
def pack(tmp_path: Path) -> bytes:
    stored = np.random.default_rng(0).integers(0, 200, (4, 1, 96, 40), np.uint8)
    write_pack(Pack(stored, np.arange(4) % 2, ("a", "b")), tmp_path / "my.pack")
    return (tmp_path / "my.pack").read_bytes()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Return the service with small limits; in place of a training, a process that writes a file."""
    monkeypatch.setattr(training_service, "module_command", lambda name: (sys.executable, "-c", STAND_IN))
    folder = tmp_path / "service"
    app = create_training_service(
        folder, ServiceLimits(200_000, unpacked_bytes=5_000_000, packs=2, active=1, epochs=50)
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    anna, ben = ({"authorization": f"Bearer {add_person(folder, name)}"} for name in ("anna", "ben"))
    with httpx.Client(base_url=f"http://localhost:{port}", headers=anna, timeout=30.0) as client:
        yield Running(client, ben)
    server.should_exit = True
    thread.join()
    app.state.desk.runner.close()


def upload(service: Running, pack: bytes, **headers: str) -> str:
    answer = service.client.post("/api/packs", content=pack, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def there(service: Running) -> Service:
    """Return the service as anna's command line knows it."""
    return Service(f"http://localhost:{service.client.base_url.port}", service.client.headers["authorization"][7:])


def finish(service: Running, number: str, **headers: str) -> str:
    for _ in range(300):
        state = service.client.get(f"/api/trainings/{number}", headers=headers).json()["state"]
        if state not in ("queued", "running"):
            return str(state)
        time.sleep(0.1)
    return "never"


def test_a_pack_goes_in_and_a_tagger_comes_out(service: Running, pack: bytes) -> None:
    order = {"packs": [upload(service, pack)], "epochs": 2}
    number = service.client.post("/api/trainings", json=order).json()["id"]
    assert finish(service, number) == "done"
    assert service.client.get(f"/api/trainings/{number}/tagger").content == b"a tagger of 1 packs"


def test_whoever_is_told_the_id_can_join_a_pack(service: Running, pack: bytes) -> None:
    mine, theirs = upload(service, pack), upload(service, pack, **service.ben)
    number = service.client.post("/api/trainings", json={"packs": [mine, theirs]}).json()["id"]
    assert finish(service, number) == "done"
    assert service.client.get(f"/api/trainings/{number}/tagger").content == b"a tagger of 2 packs"


def test_a_training_is_its_owners_alone(service: Running, pack: bytes) -> None:
    number = service.client.post("/api/trainings", json={"packs": [upload(service, pack)]}).json()["id"]
    for answer in (
        service.client.get(f"/api/trainings/{number}", headers=service.ben),
        service.client.get(f"/api/trainings/{number}/tagger", headers=service.ben),
        service.client.delete(f"/api/trainings/{number}", headers=service.ben),
    ):
        assert answer.status_code == 404
    finish(service, number)


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc"])
def test_without_a_token_nothing_is_answered(service: Running, pack: bytes, header: str) -> None:
    assert service.client.post("/api/packs", content=pack, headers={"authorization": header}).status_code == 401


def test_tokens_are_kept_as_hashes(tmp_path: Path) -> None:
    token = add_person(tmp_path, "anna")
    assert token not in (tmp_path / "tokens.json").read_text()
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0


def test_what_is_no_pack_or_too_large_leaves_nothing_behind(service: Running, tmp_path: Path) -> None:
    assert service.client.post("/api/packs", content=b"text").status_code == 422
    assert service.client.post("/api/packs", content=bytes(300_000)).status_code == 413
    assert not list((tmp_path / "service/packs").iterdir())


def test_a_refusal_tells_no_path_of_the_service(service: Running, tmp_path: Path) -> None:
    answer = service.client.post("/api/packs", content=b"text").json()["error"]
    assert answer.startswith("the pack cannot be read") and str(tmp_path) not in answer


def test_a_pack_that_unpacks_without_bound_is_refused(service: Running, tmp_path: Path) -> None:
    write_pack(Pack(np.zeros((300, 1, 96, 200), np.uint8), np.arange(300) % 2, ("a", "b")), tmp_path / "zeros.pack")
    assert (tmp_path / "zeros.pack").stat().st_size < 200_000
    answer = service.client.post("/api/packs", content=(tmp_path / "zeros.pack").read_bytes())
    assert answer.status_code == 422 and "at most 5000000" in answer.json()["error"]


def test_who_sends_too_much_hears_why(service: Running, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="leave sounds out"):
        there(service).ask("POST", "/api/packs", bytes(1_900_000))


def test_an_interrupted_training_is_resumed_but_not_for_ever(
    service: Running, pack: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(training_service, "module_command", lambda name: (sys.executable, "-c", killed))
    with pytest.raises(PackError, match="interrupted"):
        number = order_training(there(service), [upload(service, pack)])
        fetch_tagger(there(service), number, tmp_path / "my.tagger", poll_s=0.5)
    (record,) = (tmp_path / "service/jobs").glob("*/job.json")
    assert json.loads(record.read_text())["run"] == training_service.MOST_RUNS


def test_limits_are_told(service: Running, pack: bytes) -> None:
    first, _ = upload(service, pack), upload(service, pack)
    assert service.client.post("/api/packs", content=pack).status_code == 409
    assert service.client.delete(f"/api/packs/{first}").status_code == 204
    assert service.client.post("/api/trainings", json={"packs": [first]}).status_code == 404
    assert service.client.post("/api/trainings", json={"packs": ["../../tokens"]}).status_code == 404
    again = upload(service, pack)
    assert service.client.post("/api/trainings", json={"packs": [again], "epochs": 51}).status_code == 422


def test_a_tagger_that_is_not_there_yet_is_not_given(
    service: Running, pack: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        training_service, "module_command", lambda name: (sys.executable, "-c", "import time; time.sleep(60)")
    )
    number = service.client.post("/api/trainings", json={"packs": [upload(service, pack)]}).json()["id"]
    assert service.client.get(f"/api/trainings/{number}/tagger").status_code == 409
    assert service.client.post("/api/trainings", json={"packs": [upload(service, pack)]}).status_code == 409
    service.client.delete(f"/api/trainings/{number}")
    assert finish(service, number) == "cancelled"


def test_packs_are_sent_by_the_command_line_and_what_is_no_tagger_is_refused(
    service: Running, pack: bytes, tmp_path: Path
) -> None:
    numbers = send_packs(there(service), [tmp_path / "my.pack"])
    with pytest.raises(PackError):  # the stand-in writes none
        fetch_tagger(there(service), order_training(there(service), numbers), tmp_path / "my.tagger", poll_s=0.1)
    assert not list(tmp_path.glob("*tagger*"))


def test_a_refusal_is_told_in_words(service: Running, pack: bytes, tmp_path: Path) -> None:
    stranger = Service(f"http://localhost:{service.client.base_url.port}", "wrong")
    with pytest.raises(PackError, match="a token is missing or unknown"):
        send_packs(stranger, [tmp_path / "my.pack"])


@pytest.mark.parametrize("url", ["http://example.org", "http://localhost.example.org", "http://127.0.0.1.example.org"])
def test_a_token_leaves_this_machine_by_https_alone(url: str) -> None:
    with pytest.raises(PackError, match="https:// is expected"):
        Service(url, "x").ask("GET", "/")


def test_a_service_that_is_away_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    with pytest.raises(ServiceAwayError, match="cannot be reached"):
        fetch_tagger(Service("http://localhost:9", "x"), "a", tmp_path / "my.tagger", poll_s=0.01, outage_s=0.05)
