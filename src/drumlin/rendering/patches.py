"""The patches of the renderer, by name.

Their levels are set so that the patches of one role are equally loud in what such a part plays, and roles sit together
beside a kit: in LU below it, a bass 3.5, a pad 6, keys 5, a pluck 5.5, a lead 4.5, a texture 13.
"""

from ..errors import MissingError
from .basses import BASSES
from .keys import KEYS
from .leads import LEADS
from .pads import PADS
from .patch import Patch
from .plucks import PLUCKS
from .textures import TEXTURES

PATCHES: dict[str, Patch] = BASSES | PADS | KEYS | PLUCKS | LEADS | TEXTURES


def patch_named(name: str) -> Patch:
    """Return a patch.

    Raises:
        MissingError: there is none of that name.
    """
    if name not in PATCHES:
        raise MissingError(f"no patch named {name!r}: there are {', '.join(sorted(PATCHES))}")
    return PATCHES[name]
