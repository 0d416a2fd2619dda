"""A tagger from folders of sounds to what it says at home, through a service, with a real training in between."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from tests.drums import DRUMS
from tests.library.sounds import write_drums

from drumlin.hearing.packing import pack_folder
from drumlin.hearing.sending import Service, fetch_tagger, order_training, send_packs
from drumlin.hearing.tagger import Tagger
from drumlin.jobs import JobRunner
from drumlin.studio.training_service import add_person, create_training_service

pytestmark = pytest.mark.train

ANNA = {f"{tag}/{seed}.wav": (drum, seed) for tag, drum in (("boom", "kick"), ("ts", "hat")) for seed in range(5)}
BEN = {f"{tag}/{seed}.wav": (drum, seed) for tag, drum in (("poc", "tom"), ("ts", "hat")) for seed in range(5, 9)}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_training_service(tmp_path / "service")


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    app.state.desk.runner.close()


def test_two_people_join_packs_and_get_a_tagger_though_the_training_was_killed(
    app: FastAPI, url: str, tmp_path: Path
) -> None:
    ids = []
    for name, sounds in (("anna", ANNA), ("ben", BEN)):
        write_drums(tmp_path / name, sounds)
        pack_folder(tmp_path / name, tmp_path / f"{name}.pack")
        service = Service(url, add_person(tmp_path / "service", name))
        ids += send_packs(service, [tmp_path / f"{name}.pack"])
    training = order_training(service, ids, epochs=2)
    kill_once(app.state.desk.runner, training)
    fetch_tagger(service, training, tmp_path / "ours.tagger", poll_s=0.1)
    assert app.state.desk.runner.job(training).record.run == 2
    tagger = Tagger(tmp_path / "ours.tagger")
    assert tagger.facts.trained["sounds"] == len(ANNA) + len(BEN)
    shares = tagger.shares(DRUMS["kick"](40)[None], 44100)
    assert shares.keys() == {"boom", "poc", "ts"}
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)


def kill_once(runner: JobRunner, number: str) -> None:
    """Kill a training with all its processes, after an epoch at the earliest."""
    for _ in range(3000):
        job = runner.job(number)
        if list(job.folder.glob(".*.training/checkpoint.safetensors")):
            os.killpg(job.record.pid, signal.SIGKILL)
            return
        time.sleep(0.01)
    raise AssertionError(f"no epoch was kept: {job.progress}")
