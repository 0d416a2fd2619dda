"""Who plays in a region: the instruments of the timeline, each with what its descriptor lets it play."""

from dataclasses import dataclass

from .descriptor import Descriptor
from .ingredients import Groove, PartSpec
from .patches import role_of
from .timeline import Region

USUAL_PARTS: dict[str, PartSpec] = {
    "drums": PartSpec(order=3, role="drums"),
    "bass": PartSpec(order=2, role="bass", patches={"bass_pluck": 1}, figure=("whole", "pulse8"), low=28, high=48),
    "pad": PartSpec(order=1, role="pad", patches={"pad_warm": 1}, figure=("sustain",), low=50, high=72, level=0.7),
    "keys": PartSpec(order=1, role="keys", patches={"keys_piano": 1}, figure=("block", "comp"), low=52, high=76),
    "pluck": PartSpec(order=4, role="pluck", patches={"pluck_guitar": 1}, figure=("fingerpick",), low=50, high=74),
    "lead": PartSpec(order=5, role="lead", patches={"lead_flute": 1}, figure=("melody",), low=64, high=86),
    "texture": PartSpec(order=0, role="texture", patches={"texture_drone": 1}, figure=("drone",), low=40, high=64),
    "hit": PartSpec(order=6, role="hit", patches={"hit_boom": 1}, figure=("boom",), low=24, high=48),
}
"""What an instrument plays that a timeline asks for and the descriptor has no part for."""

USUAL_GROOVE = Groove(
    voices={
        "kick": "x.......x.......",
        "hihat_closed": ("x...x...x...x...", "x.o.x.o.x.o.x.o."),
        "snare": "....x.......x...",
    }
)
"""What drums play that the descriptor has no groove for."""


@dataclass(frozen=True)
class Player:
    """An instrument in a region.

    Args:
        instrument: `drums` or a patch.
        spec: what it plays.
        number: 0, or above where several have its role.
    """

    instrument: str
    spec: PartSpec
    number: int

    @property
    def role(self) -> str:
        """What it is there for."""
        return self.spec.role


def players_of(region: Region, descriptor: Descriptor) -> tuple[Player, ...]:
    """Return who plays in a completed region, in the order in which they enter."""
    free = sorted(descriptor.parts.values(), key=lambda part: part.order)
    counts: dict[str, int] = {}
    players = []
    for name in region.instruments or ():
        role = role_of(name)
        fitting = [part for part in free if part.role == role]
        own = [part for part in fitting if name in part.patches]
        spec = (own or fitting or [USUAL_PARTS[role]])[0]
        free = [part for part in free if part is not spec]
        players.append(Player(name, spec, counts.get(role, 0)))
        counts[role] = counts.get(role, 0) + 1
    return tuple(sorted(players, key=lambda player: player.spec.order))
