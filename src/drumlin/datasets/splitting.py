"""Splits: which rows are learned from (`train`), chosen by (`valid`) and judged by (`test`).

A manifest's splits rule. Otherwise whole kits go to a split, in an order given by a hash of their names, so that the
same folder always splits alike; with fewer than three kits, near-duplicate clusters take the place of kits. Afterwards
a cluster that would straddle goes to `train` if any of it is there, else to `valid`: its copy is known there anyway.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .samples import Split

HELD_OUT_SHARE = 0.1
"""Share of the rows that `valid` and `test` each aim at."""

_LARGEST_SHARE = 1.5 * HELD_OUT_SHARE  # a kit that would push a split past this stays in train
_LEAST_KITS = 3


@dataclass(frozen=True)
class SplitResult:
    """The split of each row, how it came about, and the clusters that lie in more than one split."""

    splits: list[Split]
    method: str
    straddling: list[int]


def split_rows(
    kits: Sequence[str], clusters: Sequence[int], hashes: Sequence[str], given: Sequence[Split | None]
) -> SplitResult:
    """Give each row a split.

    Args:
        kits: kit of each row, empty if unknown.
        clusters: near-duplicate cluster of each row.
        hashes: of each row's sound; they name clusters independently of order.
        given: splits of a manifest, None where it says nothing.
    """
    if kits and all(split is not None for split in given):
        splits = [split for split in given if split is not None]
        return SplitResult(splits, "manifest", _straddling(splits, clusters))
    names: dict[int, str] = {}
    for cluster, digest in zip(clusters, hashes, strict=True):
        names.setdefault(cluster, digest)
    by_kit = len(set(kits) - {""}) >= _LEAST_KITS
    groups = [f"kit {kit}" if by_kit and kit else f"cluster {names[c]}" for kit, c in zip(kits, clusters, strict=True)]
    chosen = _choose(Counter(groups))
    splits = [split or chosen[group] for split, group in zip(given, groups, strict=True)]
    splits = _keep_together(splits, clusters, given)
    method = "kit" if by_kit else "cluster"
    partly = " where the manifest names none" if any(given) else ""
    return SplitResult(_never_without_train(splits, given), method + partly, _straddling(splits, clusters))


def _choose(sizes: Counter[str]) -> dict[str, Split]:
    """Return the split of each group; with fewer than three groups everything is learned from."""
    order = sorted(sizes, key=lambda name: hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest())
    chosen: dict[str, Split] = dict.fromkeys(order, "train")
    if len(order) < _LEAST_KITS:
        return chosen
    total = sizes.total()
    for split in ("test", "valid"):
        count = 0
        left = [name for name in order if chosen[name] == "train"]
        for name in left:
            if count < HELD_OUT_SHARE * total and count + sizes[name] <= _LARGEST_SHARE * total:
                chosen[name] = split
                count += sizes[name]
        if not count:
            chosen[min(left, key=lambda name: sizes[name])] = split
    return chosen


def _keep_together(splits: list[Split], clusters: Sequence[int], given: Sequence[Split | None]) -> list[Split]:
    best: dict[int, Split] = {}
    for split, cluster in zip(splits, clusters, strict=True):
        best[cluster] = min(best.get(cluster, split), split, key=("train", "valid", "test").index)
    return [own or best[cluster] for own, cluster in zip(given, clusters, strict=True)]


def _never_without_train(splits: list[Split], given: Sequence[Split | None]) -> list[Split]:
    if "train" in splits:
        return splits
    return [own or "train" for own in given]


def _straddling(splits: Sequence[Split], clusters: Sequence[int]) -> list[int]:
    where: dict[int, set[Split]] = {}
    for split, cluster in zip(splits, clusters, strict=True):
        where.setdefault(cluster, set()).add(split)
    return sorted(cluster for cluster, found in where.items() if len(found) > 1)
