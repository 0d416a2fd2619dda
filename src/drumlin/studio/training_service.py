"""A service that trains taggers for several people: packs come in, taggers go out, no audio.

Each person has a token, of which only the hash is kept. A training is a job in a process of its own; one runs at a
time, the others wait in the order in which they came. It goes on while the service is away; one that was interrupted,
by a restart of the machine say, is resumed from its last whole epoch, before those that wait. A pack's id is a secret
that nobody can guess: who is told it may use the pack, so that people join theirs into one training by telling each
other the ids.
"""

import asyncio
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from ..audio.files import write_atomically
from ..errors import MissingError, PackError
from ..hearing.packing import read_pack
from ..jobs import Job, JobRunner
from ..jobs.job import JobState
from ..processes import module_command
from .refusals import add_refusals

KIND = "tagger"
MOST_RUNS = 5
"""How often a training is begun: one that brings its machine down does not do so for ever."""

TOKENS = "tokens.json"
DROPPED = 10
"""How many times the largest pack is read before a connection is cut."""

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ServiceLimits:
    """What one person may ask for.

    Args:
        pack_bytes: largest pack.
        unpacked_bytes: to which a pack may unpack.
        packs: packs that are kept for a person at once.
        active: trainings of a person that run or wait.
        epochs: most passes over the sounds.
    """

    pack_bytes: int = 200 << 20
    unpacked_bytes: int = 1 << 30
    packs: int = 20
    active: int = 3
    epochs: int = 100


class TrainingOrder(BaseModel):
    """What to train on: packs by id, joined."""

    packs: list[str] = Field(min_length=1, max_length=20)
    epochs: int = Field(20, ge=1)


class PackAnswer(BaseModel):
    """A pack that was taken."""

    id: str
    counts: dict[str, int]


class TrainingAnswer(BaseModel):
    """A training: where it stands."""

    id: str
    state: JobState
    waiting: int
    done: float
    total: float
    metrics: dict[str, float]
    error: str


def add_person(folder: Path, name: str) -> str:
    """Make a person known to the service, in place of one of that name, and return the token: it is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    people = {**_people(folder), name: _hash(token)}
    write_atomically(folder / TOKENS, (json.dumps(people, indent=1) + "\n").encode())
    (folder / TOKENS).chmod(0o600)
    return token


@dataclass(frozen=True)
class ServiceDesk:
    """What the service works with: its folder, the limits of each person, and who runs the trainings."""

    folder: Path
    limits: ServiceLimits
    runner: JobRunner


def create_training_service(folder: Path, limits: ServiceLimits | None = None) -> FastAPI:
    """Return the app of the service.

    Args:
        folder: where tokens, packs and trainings are kept; they survive the service.
        limits: of each person.
    """
    (folder / "packs").mkdir(parents=True, exist_ok=True)
    runner = JobRunner(folder / "jobs", limit=1, runs=MOST_RUNS)
    app = FastAPI(title="Drumlin training service", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = ServiceDesk(folder, limits or ServiceLimits(), runner)
    add_refusals(app)
    app.include_router(router)
    return app


def _desk(request: Request) -> ServiceDesk:
    desk: ServiceDesk = request.app.state.desk
    return desk


Desk = Annotated[ServiceDesk, Depends(_desk)]


def _person(request: Request, desk: Desk) -> str:
    """Return whose token a request carries."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = _hash(token) if scheme.lower() == "bearer" else ""
    found = [name for name, kept in _people(desk.folder).items() if secrets.compare_digest(kept, given)]
    if not found:
        raise HTTPException(401, "a token is missing or unknown: ask who runs the service for one")
    return found[0]


Person = Annotated[str, Depends(_person)]
router = APIRouter(prefix="/api")


@router.post("/packs")
async def take_pack(request: Request, name: Person, desk: Desk) -> PackAnswer:
    """Take a pack: the body is the file."""
    own = _own_packs(desk.folder, name)
    if len(own) >= desk.limits.packs:
        raise HTTPException(409, f"{len(own)} packs are kept for you, at most {desk.limits.packs}: delete one first")
    number = secrets.token_hex(16)
    path = desk.folder / "packs" / f"{number}.pack"
    await _receive(request, path, desk.limits.pack_bytes)
    try:
        counts = (await asyncio.to_thread(read_pack, path, desk.limits.unpacked_bytes)).counts()
    except PackError as error:
        path.unlink()
        raise PackError(str(error).replace(str(path), "the pack")) from error
    write_atomically(path.with_suffix(".json"), json.dumps({"owner": name}).encode())
    return PackAnswer(id=number, counts=counts)


@router.delete("/packs/{number}", status_code=204)
def forget_pack(number: str, name: Person, desk: Desk) -> None:
    """Delete a pack of one's own."""
    if number not in _own_packs(desk.folder, name):
        raise MissingError("no pack of yours has this id")
    (desk.folder / "packs" / f"{number}.pack").unlink(missing_ok=True)
    (desk.folder / "packs" / f"{number}.json").unlink(missing_ok=True)


@router.post("/trainings")
def train(order: TrainingOrder, name: Person, desk: Desk) -> TrainingAnswer:
    """Train on packs; the training waits for its turn."""
    active = [job for job in _trainings(desk.runner, name) if job.state.is_active]
    if len(active) >= desk.limits.active:
        raise HTTPException(409, f"{len(active)} trainings of yours run or wait, at most {desk.limits.active}")
    if order.epochs > desk.limits.epochs:
        raise HTTPException(422, f"{order.epochs} epochs: at most {desk.limits.epochs}")
    paths = [_pack_path(desk.folder, number) for number in order.packs]
    words = ["tagger", "train", *map(str, paths), "--epochs", str(order.epochs), "--progress", "json"]
    job = desk.runner.start(
        KIND,
        f"a tagger for {name}",
        lambda own: [*module_command("drumlin"), *words, "--out", str(own / "result.tagger")],
        {"owner": name},
    )
    return _answer(desk.runner, job)


@router.get("/trainings/{number}")
def look(number: str, name: Person, desk: Desk) -> TrainingAnswer:
    """Return where a training stands."""
    return _answer(desk.runner, _training(desk.runner, number, name))


@router.post("/trainings/{number}/resume")
def resume(number: str, name: Person, desk: Desk) -> TrainingAnswer:
    """Tell where a training stands. One that was interrupted waits again by itself, as often as it may."""
    return look(number, name, desk)


@router.delete("/trainings/{number}")
def cancel(number: str, name: Person, desk: Desk) -> TrainingAnswer:
    """Cancel a training."""
    return _answer(desk.runner, desk.runner.cancel(_training(desk.runner, number, name).id))


@router.get("/trainings/{number}/tagger")
def fetch(number: str, name: Person, desk: Desk) -> FileResponse:
    """Return the trained tagger."""
    job = _training(desk.runner, number, name)
    if job.state is not JobState.done:
        raise HTTPException(409, f"the training is {job.state}: there is no tagger yet")
    return FileResponse(job.folder / "result.tagger", media_type="application/octet-stream")


async def _receive(request: Request, path: Path, limit: int) -> None:
    """Write a body to a file, and nothing of one that is too large.

    What is too much is read and dropped, within reason: who is still sending would not hear the refusal.
    """
    taken = 0
    try:
        with path.open("wb") as file:
            async for piece in request.stream():
                taken += len(piece)
                if taken <= limit:
                    file.write(piece)
                if taken > DROPPED * limit:
                    break
        if taken > limit:
            raise HTTPException(413, f"the pack is larger than {limit / 1e6:.1f} MB: leave sounds out")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _people(folder: Path) -> dict[str, str]:
    path = folder / TOKENS
    people: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return people


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _own_packs(folder: Path, name: str) -> list[str]:
    cards = (folder / "packs").glob("*.json")
    return [path.stem for path in cards if json.loads(path.read_text())["owner"] == name]


def _pack_path(folder: Path, number: str) -> Path:
    path = folder / "packs" / f"{number}.pack"
    if not _ID.fullmatch(number) or not path.with_suffix(".json").exists():
        raise MissingError(f"there is no pack {number[:40]!r}: upload it first")
    return path


def _trainings(runner: JobRunner, name: str) -> list[Job]:
    return [job for job in runner.jobs() if job.record.details.get("owner") == name]


def _training(runner: JobRunner, number: str, name: str) -> Job:
    found = [job for job in _trainings(runner, name) if job.id == number]
    if not found:
        raise MissingError("no training of yours has this id")
    return found[0]


def _answer(runner: JobRunner, job: Job) -> TrainingAnswer:
    """Return what may be told of a job: no paths, and of an error only that there is one."""
    before = [one for one in runner.jobs() if one.state.is_active and one.record.created < job.record.created]
    return TrainingAnswer(
        id=job.id,
        state=job.state,
        waiting=len(before),
        done=job.progress.done,
        total=job.progress.total,
        metrics=dict(job.progress.metrics),
        error="it failed" if job.error else "",
    )
