"""From a file to an `Instrument`."""

from functools import lru_cache
from pathlib import Path

from ..errors import InstrumentError
from ..provenance import hash_bytes
from .archive import MANIFEST, POINTS, read_file, unpack
from .checking import pick_graphs
from .graphs import Graph
from .instrument import Instrument
from .manifest import parse_manifest
from .points import unpack_points
from .verifying import is_verified, remember
from .verifying import verify as verify_file

DEFAULT_PATH = Path(__file__).parent / "default.drumlin"
"""The built-in instrument, part of the package."""


def load(path: Path | str, *, verify: bool = True) -> Instrument:
    """Load an instrument file.

    The first load of a file checks its graphs in a process with limits, which takes about a second; that it passed
    is remembered by its hash.

    Args:
        path: the file; it is read at once and not kept open.
        verify: False for a file that is known to be good, such as one that was just written.
    Raises:
        InstrumentError: the file is no instrument, or a damaged one; InstrumentVersionError: of a later version;
            InstrumentUnsafeError: refused before anything in it was run; InstrumentCheckError: this machine does
            not reproduce its check pair.
    """
    path = Path(path)
    data = read_file(path)
    digest = hash_bytes(data)
    try:
        instrument = _assemble(data, digest)
    except InstrumentError as error:
        raise type(error)(f"{path.name}: {error}") from error
    if verify and not is_verified(digest):
        if verify_file(path) != digest:
            raise InstrumentError(f"{path.name} changed while it was checked: load it again")
        remember(digest)
    return instrument


def default_instrument() -> Instrument:
    """Return the built-in instrument; it is loaded once.

    Raises:
        InstrumentError: the package holds none.
    """
    if not DEFAULT_PATH.exists():
        raise InstrumentError("this copy of Drumlin has no built-in instrument: train one, or name a file")
    return _loaded_once(DEFAULT_PATH)


@lru_cache(maxsize=1)
def _loaded_once(path: Path) -> Instrument:
    return load(path, verify=False)


def _assemble(data: bytes, digest: str) -> Instrument:
    members = unpack(data)
    manifest = parse_manifest(members[MANIFEST])
    graphs = {name: Graph(name, graph) for name, graph in pick_graphs(manifest, members).items()}
    return Instrument(manifest, graphs, unpack_points(members[POINTS], manifest), digest)
