"""The manifest of an instrument: what `manifest.json` may say, checked at the door.

The format is specified in docs/instrument-format.md.
"""

import json
import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..errors import InstrumentError, InstrumentVersionError
from ..parameters import ParameterRange
from ..provenance import canonical_json
from .limits import MAX_CLASSES, MAX_LATENT_SIZE, MAX_LENGTH, MAX_POINTS, MAX_SAMPLE_RATE, MIN_SAMPLE_RATE

FORMAT: Literal["drumlin-instrument"] = "drumlin-instrument"
VERSION: Literal[1] = 1
MAX_DEPTH = 32
"""Deepest nesting of the free parts, provenance and metrics."""

GraphName = Literal["encode", "map", "place", "decode"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alignment(_Strict):
    """How prepared sounds lie: a sound that is dropped is moved there before it is encoded.

    `peak`: the loudest point is at `position_s`, the study's way. `onset`: the onset is there; `normalised` adds the
    rest of the generator's profile (polarity, level, offset, tails).
    """

    kind: Literal["peak", "onset"] = "peak"
    position_s: Annotated[Number, Field(ge=0)] = 0.1
    normalised: bool = False


class ControlEntry(_Strict):
    """One control of the model, as in `ParameterRange`."""

    name: Name
    unit: Annotated[str, Field(max_length=32)] = ""
    minimum: Number
    maximum: Number
    default: Number
    curve: Literal["linear", "exponential"] = "linear"
    label: Annotated[str, Field(max_length=200)] = ""
    help: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _is_a_range(self) -> "ControlEntry":
        self.parameter()
        return self

    def parameter(self) -> ParameterRange:
        """Return the knob."""
        return ParameterRange(**self.model_dump())


class Manifest(_Strict):
    """Everything `manifest.json` says; see docs/instrument-format.md."""

    format: Literal["drumlin-instrument"] = "drumlin-instrument"
    version: Literal[1] = 1
    name: Name
    recipe: Name
    sample_rate: Annotated[int, Field(ge=MIN_SAMPLE_RATE, le=MAX_SAMPLE_RATE)]
    length: Annotated[int, Field(ge=1, le=MAX_LENGTH)]
    latent_size: Annotated[int, Field(ge=1, le=MAX_LATENT_SIZE)]
    play_start_s: Annotated[Number, Field(ge=0)] = 0.0
    alignment: Alignment = Alignment()
    classes: Annotated[tuple[Name, ...], Field(max_length=MAX_CLASSES)] = ()
    controls: Annotated[tuple[ControlEntry, ...], Field(max_length=MAX_CLASSES)] = ()
    graphs: dict[GraphName, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]
    points: Annotated[int, Field(ge=0, le=MAX_POINTS)]
    labels: Annotated[tuple[str, ...], Field(max_length=MAX_POINTS)] = ()
    names: tuple[str, ...] | None = None
    provenance: dict[str, Any] = {}
    metrics: dict[str, Any] = {}

    @field_validator("classes", "labels")
    @classmethod
    def _are_unique(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) != len(names):
            raise ValueError("the same name twice")
        return names

    @field_validator("provenance", "metrics")
    @classmethod
    def _is_plain(cls, content: dict[str, Any]) -> dict[str, Any]:
        _check_depth(content, MAX_DEPTH)
        return content

    @model_validator(mode="after")
    def _fits_together(self) -> "Manifest":
        if missing := {"map", "decode"} - set(self.graphs):
            raise ValueError(f"no graph named {', '.join(sorted(missing))}")
        if len({control.name for control in self.controls}) != len(self.controls):
            raise ValueError("two controls of one name")
        if self.play_start_s * self.sample_rate >= self.length:
            raise ValueError(f"play_start_s is {self.play_start_s}: after the end of the sound")
        if self.names is not None and len(self.names) != self.points:
            raise ValueError(f"{len(self.names)} names for {self.points} points")
        return self

    def to_json(self) -> bytes:
        """Return the canonical JSON of the manifest."""
        return canonical_json(self.model_dump(mode="json")).encode("ascii")


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest that `data` holds.

    Raises:
        InstrumentVersionError: it has a format version that this release does not know.
        InstrumentError: it is no manifest.
    """
    try:
        content = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InstrumentError(f"the manifest is no JSON: {str(error)[:200]}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InstrumentError("the manifest is not that of an instrument: `format` should be 'drumlin-instrument'")
    if content.get("version") != VERSION:
        found = str(content.get("version"))[:40]
        raise InstrumentVersionError(f"format version {found}, this release plays version {VERSION}: update Drumlin")
    try:
        return Manifest.model_validate(content)
    except (ValidationError, RecursionError) as error:
        raise InstrumentError(f"the manifest does not fit the format: {_first_complaint(error)}") from error


def _first_complaint(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))[:100]}: {first['msg'][:200]}".removeprefix(": ")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _check_depth(content: object, depth: int) -> None:
    if depth == 0:
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    if isinstance(content, float) and not math.isfinite(content):
        raise ValueError(f"{content} is no number")
    children = content.values() if isinstance(content, dict) else content if isinstance(content, list | tuple) else ()
    for child in children:
        _check_depth(child, depth - 1)
