"""The study's two tables: how often pieces of one region are called what was asked, and how far those of a form agree.

Agreement is held against the requested timeline, which is the truth, and, apart, against the reading of the track,
which is itself a guess. Intervals draw titles, or pieces where there is one title alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..listening import TARGETS
from .agreement import COMPARED, labels_heard, macro_f1, majority_share, summarise
from .reference import Reference

Row = tuple[str, Reference, Sequence[Mapping[str, Any]]]
"""A title: its name, the track that was heard, what was tried."""

STUDY: dict[str, dict[str, float]] = {
    "single": {
        "genre": 0.897,
        "subgenre": 0.858,
        "mood": 0.715,
        "sentiment": 0.821,
        "valence": 0.705,
        "momentum": 0.752,
    },
    "multi": {
        "genre": 0.900,
        "subgenre": 0.855,
        "mood": 0.755,
        "sentiment": 0.635,
        "valence": 0.686,
        "momentum": 0.413,
    },
}
"""What the source study reports of its own classes, composer and ten titles; its mean of valence is 0.636."""


def make_tables(titles: Sequence[Row]) -> dict[str, Any]:
    """Return both tables as JSON content, for all titles together and for each."""
    singles = [(name, trial, region) for name, _, trials in titles for trial, region in _regions(trials, "single")]
    multis = [
        (name, trial, {**region, "reading": reading_at(reference, region)})
        for name, reference, trials in titles
        for trial, region in _regions(trials, "multi")
    ]
    return {
        "single": against(singles, "asked"),
        "multi": {
            "requested": against(multis, "asked"),
            "reading": against(multis, "reading"),
            "titles": {
                name: {
                    "requested": against([one for one in multis if one[0] == name], "asked"),
                    "reading": against([one for one in multis if one[0] == name], "reading"),
                }
                for name, _, _ in titles
            },
        },
        "measured": {kind: _measured(rows) for kind, rows in (("single", singles), ("multi", multis))},
        "boundaries": _boundaries(titles),
        "study": STUDY,
    }


def reading_at(reference: Reference, region: Mapping[str, Any]) -> dict[str, str]:
    """Return what was heard in the track where a region lies, by target."""
    middle_s = (region["start_s"] + region["end_s"]) / 2.0
    index = max(0, sum(segment.start_s <= middle_s for segment in reference.heard.segments) - 1)
    return labels_heard(reference.descriptors.segments[index])


Case = tuple[str, Mapping[str, Any], Mapping[str, Any]]
"""A region of a piece: name of its title, the piece, the region."""


def _regions(trials: Sequence[Mapping[str, Any]], kind: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return [(trial, region) for trial in trials if trial["kind"] == kind for region in trial["regions"]]


def _groups(cases: Sequence[Case]) -> list[str]:
    titles = [name for name, _, _ in cases]
    return titles if len(set(titles)) > 1 else [f"{name}/{trial['name']}" for name, trial, _ in cases]


def against(cases: Sequence[Case], truth: str) -> dict[str, Any]:
    """Return share of agreement by target, with what would be right without listening, macro-F1, and coverage."""
    if not cases:
        return {}
    groups = _groups(cases)
    found = summarise(
        [{target: one[truth][target] == one["heard"][target] for target in COMPARED} for *_, one in cases], groups
    )
    covered = summarise([{target: not one["refused"][target] for target in TARGETS} for *_, one in cases], groups)
    table: dict[str, Any] = {"regions": len(cases)}
    for target in COMPARED:
        asked, heard = ([one[side][target] for *_, one in cases] for side in (truth, "heard"))
        table[target] = {
            "agreement": found[target],
            "majority": majority_share(asked),
            "macro_f1": macro_f1(asked, heard),
            "covered": covered[target]["value"] if target in covered else 1.0,
        }
    return table


def _measured(cases: Sequence[Case]) -> dict[str, Any]:
    """Return how often the tempo was heard, and how near the key."""
    rows = [{"tempo": one["tempo_near"], "key": one["key_score"]} for *_, one in cases]
    return summarise(rows, _groups(cases)) if cases else {}


def _boundaries(titles: Sequence[Row]) -> dict[str, Any]:
    found = [(name, trial) for name, _, trials in titles for trial in trials if trial["kind"] == "multi"]
    names = [name for name, _ in found]
    groups = names if len(set(names)) > 1 else [trial["name"] for _, trial in found]
    rows = [{name: trial[name] for name in ("boundary_f", "joins_found")} for _, trial in found]
    return summarise(rows, groups) if rows else {}
