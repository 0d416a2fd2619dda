"""Near-duplicates: samples that are one sound at another level, rate, format or padding share a group.

A group's number is the least id in it. New samples are compared with all others, a block at a time, each block in a
transaction; a group that a killed process has left half joined is joined on as its next member is found.
Fingerprints and the threshold are those of data sets. Shape letters: `M` samples, `D` numbers of a fingerprint.
"""

from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select, update
from threadpoolctl import threadpool_limits

from ..features.fingerprint import DUPLICATE_COSINE
from ..progress import Progress, Report, ignore
from .catalogue import Catalogue
from .reading import FINGERPRINT
from .sieve import Sieve
from .tables import samples
from .vectors import Vectors

BLOCK = 512
"""New samples that are compared at a time."""

_ids: BindParameter[Any] = bindparam("ids", expanding=True)


def group(catalogue: Catalogue, vectors: Vectors, report: Report = ignore) -> int:
    """Put each sample that has no group into one, and return how many there were."""
    with catalogue.read() as connection:
        waiting = list(
            connection.execute(select(samples.c.id).where(samples.c.cluster.is_(None)).order_by(samples.c.id)).scalars()
        )
    sieve: Sieve | None = None
    for start in range(0, len(waiting), BLOCK):
        some = waiting[start : start + BLOCK]
        with catalogue.write() as connection:
            sieve = sieve or _sieve(connection, vectors, waiting)
            pairs = _near_pairs(connection, vectors, some, sieve) if sieve else []
            connection.execute(
                update(samples).where(samples.c.id.in_(_ids), samples.c.cluster.is_(None)).values(cluster=samples.c.id),
                {"ids": some},
            )
            for one, other in pairs:
                _join(connection, one, other)
        report(Progress(start + len(some), len(waiting), "comparing"))
    return len(waiting)


def _sieve(connection: Connection, vectors: Vectors, waiting: list[int]) -> Sieve | None:
    """Return a sieve for some samples, made of a part of them; None if there are no vectors."""
    _, some = vectors.take(connection, FINGERPRINT, waiting[:: -(-len(waiting) // BLOCK)])
    return Sieve(some) if len(some) else None


def _near_pairs(connection: Connection, vectors: Vectors, some: list[int], sieve: Sieve) -> list[tuple[int, int]]:
    """Return pairs of ids, of which the first is one of `some` and the second comes before it."""
    ids, block = vectors.take(connection, FINGERPRINT, some)
    if not ids.size:
        return []
    pairs: list[tuple[int, int]] = []
    with threadpool_limits(1, "blas"):
        for others, matrix in vectors.blocks(connection, FINGERPRINT):
            if others[0] > ids[-1]:
                break
            rows, columns = sieve.near(block, matrix, DUPLICATE_COSINE)
            found = zip(ids[rows].tolist(), others[columns].tolist(), strict=True)
            pairs += [(one, other) for one, other in found if other < one]
    return pairs


def _join(connection: Connection, one: int, other: int) -> None:
    groups = connection.execute(
        select(func.min(samples.c.cluster), func.max(samples.c.cluster)).where(
            or_(samples.c.id == one, samples.c.id == other)
        )
    ).one()
    if groups[0] != groups[1]:
        change = update(samples).where(samples.c.cluster == groups[1]).values(cluster=groups[0])
        connection.execute(change)
