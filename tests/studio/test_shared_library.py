"""The studio over a catalogue in PostgreSQL: the same routes on a real server, and clear words where there is none."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.library.postgres import running_server
from tests.library.sounds import write_drums
from tests.studio.conftest import TOKEN, Served, listening_socket, serving
from tests.studio.test_library import described, found, said, settled
from tests.studio.test_teaching import post, tags, wait_for

from drumlin.errors import LibraryError
from drumlin.studio import create_app
from drumlin.studio.security import Policy
from drumlin.studio.server import serve_studio
from drumlin.workspace import Workspace

NAMES = {f"{drum}_{seed}.wav": (drum, seed) for drum in ("kick", "snare") for seed in range(3)}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    import psycopg

    with running_server() as tail:
        with psycopg.connect(f"postgresql://drumlin@/postgres{tail}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE studio")
        yield f"postgresql://drumlin@/studio{tail}"


@pytest.fixture(scope="module")
def shared(url: str, tmp_path_factory: pytest.TempPathFactory, page: Path) -> Iterator[Served]:
    """A studio whose library lies in PostgreSQL, with six drums in it."""
    root = tmp_path_factory.mktemp("shared")
    write_drums(root / "samples", NAMES)
    workspace = Workspace(root / "home", [root / "samples"])
    listening = listening_socket()
    policy = Policy(port=listening.getsockname()[1], token=TOKEN)
    with serving(create_app(workspace, policy=policy, page=page, library_url=url), listening, workspace) as served:
        answer = served.client.post("/api/library/folders", json={"folder": str(root / "samples")})
        assert answer.status_code == 201, answer.text
        assert settled(served)["sounds"] == len(NAMES)
        yield served


def test_scanned_found_tagged_and_said_back(shared: Served) -> None:
    ids = found(shared, "kick <2s")
    assert [one["name"] for one in described(shared, ids)] == ["kick_0.wav", "kick_1.wav", "kick_2.wav"]
    back = said(shared, {"tag": "punchy", "ids": ids, "word": "yes"})
    assert found(shared, "tag:punchy") == ids
    said(shared, *back)
    assert found(shared, "tag:punchy") == []


def test_neighbours_and_places_come_from_the_database(shared: Served) -> None:
    first = found(shared, "snare")[0]
    assert shared.client.get(f"/api/library/sounds/{first}/like").json()["ids"][0] == first
    assert sorted(shared.client.get("/api/library/map").json()["ids"]) == sorted(found(shared))
    assert not (Path(shared.workspace.library) / "library.sqlite").exists()  # type: ignore[union-attr]


def test_teaching_and_tags_work_alike(shared: Served) -> None:
    said(
        shared,
        {"tag": "thud", "ids": found(shared, "kick"), "word": "yes"},
        {"tag": "crack", "ids": found(shared, "snare"), "word": "yes"},
    )
    wait_for(shared, lambda now: not now["is_learning"] and len(now["tags"]) == 2)
    why = shared.client.get(f"/api/library/sounds/{found(shared, 'kick')[0]}/why", params={"tag": "thud"}).json()
    assert why["probability"] > 0.5
    joined = post(shared, "/join", names=["thud"], into="kick")
    assert "thud" not in tags(joined)
    assert tags(post(shared, "/turn", edit=joined["edit"]))["thud"]["count"] == 3


def test_jobs_are_told_the_address_where_nobody_reads_it(shared: Served, url: str) -> None:
    folder = Path(shared.workspace.library_jobs).with_name("shared-library-jobs")  # type: ignore[union-attr]
    written = [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
    assert written
    assert not any(url in text for text in written)
    assert "DRUMLIN_LIBRARY_URL" not in os.environ


@pytest.mark.parametrize(
    ("url", "words"), [("postgresql://drumlin@/none?host=/nowhere", "refused"), ("mysql://x", "postgresql://")]
)
def test_a_database_that_cannot_be_used_is_said_before_the_page_opens(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        serve_studio(Workspace(tmp_path), 8420, print, library_url=url)


def test_a_driver_that_is_missing_is_named(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LibraryError, match=r"drumlin\[postgres\]"):
        serve_studio(Workspace(tmp_path), 8420, print, library_url=url)


def test_a_database_that_goes_away_is_explained_to_the_page(tmp_path: Path, page: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    listening = listening_socket()
    policy = Policy(port=listening.getsockname()[1], token=TOKEN)
    gone = f"postgresql://drumlin@/none?host={tmp_path}"
    with serving(create_app(workspace, policy=policy, page=page, library_url=gone), listening, workspace) as served:
        answer = served.client.get("/api/library")
    assert answer.status_code == 422
    assert "database refused" in answer.json()["error"]
