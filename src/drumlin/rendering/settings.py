"""What may be chosen about a rendering, beside what the score says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..errors import UsageError
from ..instrument import Instrument, Note

Stems = Literal["none", "bus", "part"]


@dataclass(frozen=True)
class Drums:
    """Who plays the drums of a region that has others than the piece.

    Args:
        instrument: plays them; None for the piece's.
        kit: notes of the instrument by class of drum, as in `RenderSettings`.
        variation: added to the seed: another kit.
    """

    instrument: Instrument | None = None
    kit: Mapping[str, Note] = field(default_factory=dict)
    variation: int = 0


@dataclass(frozen=True)
class RenderSettings:
    """Choices of the user.

    Args:
        kit: notes of the instrument by class of drum; classes that are not named are drawn from the piece's seed.
        stems: which are kept: none, one for each bus, or one for each part.
        ceiling_dbtp: true peak that is never exceeded.
        variation: added to the seed: another kit for the same piece.
        echo_s: between the echoes of leads and harmony; 0 for none.
        regions: other drums, by id of region.
    """

    kit: Mapping[str, Note] = field(default_factory=dict)
    stems: Stems = "none"
    ceiling_dbtp: float = -1.0
    variation: int = 0
    echo_s: float = 0.0
    regions: Mapping[str, Drums] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.stems not in ("none", "bus", "part"):
            raise UsageError(f"stems are {self.stems!r}: none, bus or part are expected")
        if not -24.0 <= self.ceiling_dbtp <= 0.0:
            raise UsageError(f"a ceiling of {self.ceiling_dbtp} dBTP: -24 to 0 are expected")
        if not 0.0 <= self.echo_s <= 4.0:
            raise UsageError(f"an echo after {self.echo_s} s: 0 to 4 are expected")
