"""Documents checked by a model: the error says where in the document, what was got and what is expected."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import TimelineError

Model = TypeVar("Model", bound=BaseModel)

_SHOWN = 60  # letters of a wrong value that a message repeats


def checked(model: type[Model], document: Any) -> Model:
    """Return `document` as a model.

    Raises:
        TimelineError: it does not fit; the message begins with the path.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise TimelineError(explain(error)) from error


def explain(error: ValidationError) -> str:
    """Return the first thing that is wrong, in one line, and how many more there are."""
    first, *others = error.errors(include_url=False)
    path = path_of(first["loc"]) or "the document"
    text = first["msg"].removeprefix("Value error, ")
    text = text[:1].lower() + text[1:]
    more = f" (and {len(others)} more)" if others else ""
    if first["type"] == "missing":
        return f"{path}: is missing, give it a value{more}"
    if first["type"] == "extra_forbidden":
        return f"{path}: is not known here, take it out or correct its name{more}"
    got = repr(first["input"])
    return f"{path}: got {got if len(got) <= _SHOWN else got[:_SHOWN] + '...'}, expected otherwise: {text}{more}"


def path_of(location: tuple[int | str, ...]) -> str:
    """Return a path as one writes it: `regions[1].tempo_bpm`."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")
