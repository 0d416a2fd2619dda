"""The one place where errors become HTTP answers: `{"error": message}` and a status."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from ..errors import DrumlinError, JobError, JournalError, LearningMissingError, LibraryBusyError, MissingError
from .schemas import ErrorAnswer

_log = logging.getLogger(__name__)

_STATUSES: tuple[tuple[type[DrumlinError], int], ...] = (
    (MissingError, 404),
    (JobError, 409),
    (JournalError, 409),
    (LearningMissingError, 409),
    (LibraryBusyError, 409),
    (DrumlinError, 422),
)

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": words}
    for status, words in {
        401: "The token is missing",
        403: "Host or origin not allowed",
        404: "Not there",
        409: "Not now",
        413: "Too large",
        422: "Cannot be used",
    }.items()
}
"""What every route may answer, for the schema."""

UNKNOWN = "something went wrong inside Drumlin: the terminal where it runs says more"


def add_refusals(app: FastAPI) -> None:
    """Let the app answer every error in the same way."""
    app.add_exception_handler(DrumlinError, _refuse_known)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_exception_handler(Exception, _refuse_unknown)


def describe(error: Exception) -> str:
    """Return an error as a sentence for people; of unknown ones nothing is told, they are logged."""
    if isinstance(error, RequestValidationError | ValidationError):
        return "; ".join(_complaint(item) for item in error.errors()[:3])
    if isinstance(error, DrumlinError):
        return str(error)
    _log.error("unexpected error", exc_info=error)
    return UNKNOWN


async def _refuse_known(request: Request, error: Exception) -> JSONResponse:
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    return _answer(status, describe(error))


async def _refuse_invalid(request: Request, error: Exception) -> JSONResponse:
    return _answer(422, describe(error))


async def _refuse_http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(status, str(getattr(error, "detail", error)))


async def _refuse_unknown(request: Request, error: Exception) -> JSONResponse:
    return _answer(500, describe(error))


def _answer(status: int, message: str) -> JSONResponse:
    # Names of files need not be UTF-8; what cannot be encoded is shown as a question mark.
    return JSONResponse({"error": message.encode("utf-8", "replace").decode("utf-8")}, status_code=status)


def _complaint(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"] if part not in ("body", "learn", "add-learning"))
    return f"{place}: {item['msg']}" if place else str(item["msg"])
