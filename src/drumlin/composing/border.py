"""Types that both dialects of timelines check at the border."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ..errors import ComposeError
from .dictionary import SILENCE, load_dictionary, nearest_ids
from .meters import meter_of
from .patches import DRUM_KEYS, PATCHES, is_instrument
from .scales import mode_name, pitch_class

MAX_DURATION_S = 4 * 3600.0
"""Longest timeline: four hours."""

MIN_REGION_S = 0.1
"""Shortest region: below it no bar can be told."""


class Document(BaseModel):
    """A part of a document: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is expected")
    return float(value)


def _tonic(name: str) -> str:
    return _checked(pitch_class, name)


def _mode(name: str) -> str:
    return _checked(mode_name, name)


def _meter(name: str) -> str:
    return _checked(meter_of, name)


def _checked(check: Any, name: str) -> str:
    try:
        found = check(name)
    except ComposeError as error:
        raise ValueError(str(error)) from error
    return found if isinstance(found, str) else name


def _descriptor(name: str) -> str:
    if name != SILENCE and name not in load_dictionary():
        raise ValueError(f"a descriptor or {SILENCE!r}: {nearest_ids(name)}")
    return name


def _instrument(name: str) -> str:
    if not is_instrument(name):
        raise ValueError(f"`drums` or a patch: {', '.join(PATCHES)}")
    return name


def _hit(name: str) -> str:
    if name not in PATCHES and name not in DRUM_KEYS:
        raise ValueError(f"a class of drum or a patch: {', '.join((*DRUM_KEYS, *PATCHES))}")
    return name


Number = Annotated[float, BeforeValidator(_number)]
Seconds = Annotated[Number, Field(ge=0.0, le=MAX_DURATION_S)]
Bpm = Annotated[Number, Field(ge=20.0, le=400.0)]
Seed = Annotated[int, Field(ge=0, lt=2**32, strict=True)]
TonicName = Annotated[str, AfterValidator(_tonic)]
ModeName = Annotated[str, AfterValidator(_mode)]
MeterName = Annotated[str, AfterValidator(_meter)]
DescriptorName = Annotated[str, AfterValidator(_descriptor)]
InstrumentName = Annotated[str, AfterValidator(_instrument)]
Takes = dict[str, Annotated[int, Field(ge=0, strict=True)]]
HitName = Annotated[str, AfterValidator(_hit)]
