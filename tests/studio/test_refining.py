import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.instruments import SAMPLE_RATE, make_instrument, tone
from tests.studio.conftest import Served
from tests.studio.test_instruments import wav

from drumlin.errors import InstrumentError
from drumlin.instrument import Note, load
from drumlin.instrument.locating import drop, fit_db
from drumlin.progress import Progress
from drumlin.studio.notes import plain_note
from drumlin.studio.refine_worker import Job, News, search
from drumlin.studio.schemas import NoteBody, RefinementAnswer
from drumlin.studio.searches import Searches

BETWEEN = tone(0.41, -0.63) + 0.2 * tone(2.3, -0.2)
"""A tone that lies between those that the test instrument's encoder knows, and another, that it cannot make."""


def url(note: dict[str, Any], instrument: str = "test-tones") -> str:
    return str(httpx.URL(f"/api/instruments/{instrument}/refine", params={"note": json.dumps(note)}))


def located(studio: Served, sound: np.ndarray) -> dict[str, Any]:
    answer = studio.client.post("/api/instruments/test-tones/locate", files={"file": wav(sound)})
    return dict(answer.json())


def refined(studio: Served, sound: np.ndarray, note: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with studio.client.stream("POST", url(note), files={"file": wav(sound)}) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            yield json.loads(line)


def searching(studio: Served) -> bool:
    """Whether a process looks for a place."""
    latest = studio.app.state.services.studio.searches._latest
    return latest is not None and latest._process is not None and latest._process.poll() is None


def wait_until_idle(studio: Served, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while searching(studio) and time.monotonic() < until:
        time.sleep(0.02)
    assert not searching(studio)


def test_a_dropped_sound_comes_nearer_line_by_line_and_the_last_one_tells_where(studio: Served) -> None:
    start = located(studio, BETWEEN)
    lines = list(refined(studio, BETWEEN, start["note"]))
    *news, last = lines
    told = [line["fit_db"] for line in news]
    assert told == sorted(set(told), reverse=True)
    assert all(line["location"] is None for line in news)
    found = last["location"]
    assert found["fit_db"] < start["fit_db"] - 1.0
    instrument = load(studio.workspace.instruments / "Test tones.drumlin")  # type: ignore[union-attr]
    note = plain_note(NoteBody.model_validate(found["note"]))
    heard = fit_db(instrument, note, drop(BETWEEN, SAMPLE_RATE, instrument))
    assert found["fit_db"] == pytest.approx(heard, abs=0.01)


def test_hanging_up_ends_the_search(studio: Served) -> None:
    lines = refined(studio, BETWEEN, located(studio, BETWEEN)["note"])
    next(lines)
    assert searching(studio)
    lines.close()  # type: ignore[attr-defined]
    wait_until_idle(studio)


def test_a_newer_search_ends_the_one_before_without_a_place(studio: Served) -> None:
    note = located(studio, BETWEEN)["note"]
    older = refined(studio, BETWEEN, note)
    next(older)
    newer: list[dict[str, Any]] = []
    other = threading.Thread(target=lambda: newer.extend(refined(studio, BETWEEN, note)))
    other.start()
    assert all(line["location"] is None for line in older)
    other.join()
    assert newer[-1]["location"]


def test_notes_are_played_while_a_sound_is_searched_for(studio: Served) -> None:
    lines = refined(studio, BETWEEN, located(studio, BETWEEN)["note"])
    next(lines)
    with studio.socket() as socket:
        for number in range(20):
            note = {"x": number / 50, "y": 0.1}
            socket.send(json.dumps({"request": number, "instrument": "test-tones", "note": note}))
            assert isinstance(socket.recv(timeout=20), bytes)
    assert searching(studio)
    lines.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("instrument", "query", "content", "status"),
    [
        ("missing", "{}", wav(BETWEEN), 404),
        ("broken", "{}", wav(BETWEEN), 422),
        ("test-tones", "{}", b"no sound", 422),
        ("test-tones", '{"x": 7}', wav(BETWEEN), 422),
        ("test-tones", "no note", wav(BETWEEN), 422),
        ("test-tones", "{}", bytes(5 << 20), 413),
    ],
)
def test_what_cannot_be_searched_for_is_refused_in_words(
    studio: Served, instrument: str, query: str, content: bytes, status: int
) -> None:
    path = f"/api/instruments/{instrument}/refine"
    answer = studio.client.post(path, params={"note": query}, files={"file": content})
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not searching(studio)


def collected(searches: Searches, path: Path, sha256: str) -> list[RefinementAnswer]:
    async def collect() -> list[RefinementAnswer]:
        return [line async for line in searches.refine(path, sha256, Note(), BETWEEN, SAMPLE_RATE)]

    return asyncio.run(collect())


def test_a_search_without_time_looks_once_and_tells_what_it_found(tmp_path: Path) -> None:
    path = make_instrument(tmp_path / "tones.drumlin")
    *news, last = collected(Searches(seconds=0.0), path, load(path, verify=False).sha256)
    assert len(news) <= 1
    assert last.location is not None


def test_a_search_that_fails_ends_without_a_place(tmp_path: Path) -> None:
    assert collected(Searches(), make_instrument(tmp_path / "tones.drumlin"), "0" * 64) == []


def test_an_instrument_that_changed_since_is_refused(tmp_path: Path) -> None:
    path = make_instrument(tmp_path / "tones.drumlin")
    job = Job(str(path), "0" * 64, Note().to_dict(), SAMPLE_RATE, until=0.0)
    with pytest.raises(InstrumentError, match="drop it again"):
        search(job, BETWEEN, lambda news: None)


def test_only_news_that_can_be_seen_and_read_are_told() -> None:
    told, now = [], [0.0]
    news = News(told.append, lambda: now[0])
    for now[0], distance_db in ((0.0, 9.04), (0.1, 8.0), (0.3, 8.0), (0.6, 7.98), (1.0, 6.0)):
        news.hear(Progress(1, 2, metrics={"distance_db": distance_db}))
    assert [line["fit_db"] for line in told] == [9.0, 8.0, 6.0]
