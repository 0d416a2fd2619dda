from pathlib import Path

import pytest
from tests.studio.conftest import Served, listening_socket, serving

from drumlin import errors
from drumlin.studio import create_app
from drumlin.studio.refusals import UNKNOWN


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NoteError("x"), 422),
        (errors.AudioReadError("x"), 422),
        (errors.InstrumentUnsafeError("x"), 422),
        (errors.UsageError("x"), 422),
        (errors.MissingError("x"), 404),
        (errors.JobError("x"), 409),
        (errors.JournalError("x"), 409),
        (errors.LearningMissingError("x"), 409),
    ],
)
def test_refusals_have_their_status_and_words(tmp_path: Path, error: Exception, status: int) -> None:
    assert answer_to(error, tmp_path) == (status, {"error": "x"})


def test_what_nobody_expected_tells_nothing_and_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert answer_to(RuntimeError("secret path"), tmp_path) == (500, {"error": UNKNOWN})
    assert "secret path" in caplog.text


def test_names_that_are_no_utf8_can_be_told(tmp_path: Path) -> None:
    assert answer_to(errors.AudioReadError("odd \udcff.wav"), tmp_path) == (422, {"error": "odd ?.wav"})


def test_unknown_methods_are_refused_in_the_same_form(studio: Served) -> None:
    answer = studio.client.put("/api/state")
    assert (answer.status_code, answer.json()) == (405, {"error": "Method Not Allowed"})


def answer_to(error: Exception, folder: Path) -> tuple[int, object]:
    app = create_app(page=folder)

    def fail() -> None:
        raise error

    app.router.routes.clear()
    app.add_api_route("/api/fail", fail)
    with serving(app, listening_socket()) as served:
        answer = served.client.get("/api/fail")
        return answer.status_code, answer.json()
