"""Measures how far pieces along a form agree with what was asked for, and writes `docs/looping-figures.json` and `.md`.

    python scripts/measure_loop.py --rows FILE [--pieces 120] [--first 0]

Each piece is a timeline of three regions of 20 to 28 s with descriptors and keys drawn at random, composed with a seed
and played by a kit that were used in no fit, then heard again. The truth is the requested timeline. Beside the
agreement: what one gets by always saying the commonest label, macro-F1, coverage, the *swap* test (the label of a
region of another piece in place of the one that was asked for: agreement must collapse), and the study's figures. Rows
are kept in FILE, so that a stopped run goes on where it was. Intervals: 95 %, bootstrap over pieces.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from drumlin.composing import load_dictionary
from drumlin.composing.scales import TONICS
from drumlin.instrument import default_instrument
from drumlin.looping import Plan, try_plan
from drumlin.looping.agreement import COMPARED, summarise
from drumlin.looping.tables import STUDY, against
from drumlin.provenance import hash_sources
from drumlin.rendering import NoteCache

DOCS = Path(__file__).parents[1] / "docs"
FIRST_SEED = 7_000_000
"""Seeds from here on are used in no fit."""

REGIONS, SHORTEST_S, LONGEST_S = 3, 20.0, 28.0
WINGS = ("composing", "features", "instrument", "listening", "looping", "rendering")


def main() -> None:
    """Measure and write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=120)
    parser.add_argument("--first", type=int, default=0, help="Number of the first piece.")
    arguments = parser.parse_args()
    mark = hash_sources(WINGS, (".py", ".toml", ".npz"))
    known = _read(arguments.rows, mark)
    notes, instrument = NoteCache(), default_instrument()
    for number in range(arguments.first, arguments.first + arguments.pieces):
        if number in known:
            continue
        content = try_plan(draw_plan(number), instrument, notes).content
        known[number] = content
        with arguments.rows.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"mark": mark, "number": number, "content": content}) + "\n")
        print(number, [region["heard"]["descriptor"] for region in content["regions"]], flush=True)
    figures = summarise_trials(list(known.values()))
    (DOCS / "looping-figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    (DOCS / "looping-figures.md").write_text(page(figures))


def draw_plan(number: int) -> Plan:
    """Return the request of a piece: the same number, the same piece."""
    generator = np.random.default_rng([FIRST_SEED, number])
    names = sorted(load_dictionary())
    lengths = generator.uniform(SHORTEST_S, LONGEST_S, REGIONS)
    starts = np.concatenate([[0.0], np.cumsum(lengths)])
    regions = [
        {"start_s": round(float(start), 2), "descriptor": str(name), "key": {"tonic": str(generator.choice(TONICS))}}
        for start, name in zip(starts, generator.choice(names, REGIONS, replace=False), strict=False)
    ]
    document = {
        "format": "drumlin-timeline",
        "version": 1,
        "seed": FIRST_SEED + number,
        "duration_s": round(float(starts[-1]), 2),
        "regions": regions,
    }
    return Plan(f"piece-{number:03d}", "multi", document, FIRST_SEED + number)


def summarise_trials(trials: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all figures of some pieces."""
    cases = [("", trial, region) for trial in trials for region in trial["regions"]]
    groups = [trial["name"] for _, trial, _ in cases]
    asked = [region["asked"] for *_, region in cases]
    swapped = [
        {target: asked[(index + REGIONS) % len(asked)][target] == region["heard"][target] for target in COMPARED}
        for index, (*_, region) in enumerate(cases)
    ]
    measured = [{"tempo": region["tempo_near"], "key": region["key_score"]} for *_, region in cases]
    rows = [{name: trial[name] for name in ("boundary_f", "joins_found")} for trial in trials]
    bounds = summarise(rows, [trial["name"] for trial in trials])
    return {
        "pieces": len(trials),
        "requested": against(cases, "asked"),
        "swap": summarise(swapped, groups),
        "measured": summarise(measured, groups),
        "boundaries": bounds,
        "seconds": {
            stage: sum(trial["seconds"][stage] for trial in trials) for stage in ("compose", "render", "listen")
        },
        "duration_s": sum(trial["duration_s"] for trial in trials),
        "study": STUDY["multi"],
    }


def page(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    found, swap = figures["requested"], figures["swap"]
    lines = [
        "# Looping: figures",
        "",
        f"Written by `scripts/measure_loop.py`: {figures['pieces']} pieces of {REGIONS} regions; descriptors, keys, "
        "seeds and kits are drawn at random, seeds and kits were used in no fit. The truth is the requested timeline; "
        "95 % intervals over pieces.",
        "",
        "| target | agreement | study | commonest label | macro-F1 | not refused | swapped |",
        "|---|---|---|---|---|---|---|",
    ]
    for target in COMPARED:
        one, other = found[target], swap[target]
        lines.append(
            f"| {target} | {_interval(one['agreement'])} | {_study(figures, target)} | {one['majority']:.2f} | "
            f"{one['macro_f1']:.2f} | {one['covered']:.2f} | {_interval(other)} |"
        )
    measured = figures["measured"]
    return "\n".join(
        [
            *lines,
            "",
            f"Tempo within 4 %: {_interval(measured['tempo'])}. Key, weighted: {_interval(measured['key'])}. "
            f"Boundaries of regions and of sections inside them, F within 0.5 s: "
            f"{_interval(figures['boundaries']['boundary_f'])}; joins of regions that are found: "
            f"{_interval(figures['boundaries']['joins_found'])}.",
            "",
        ]
    )


def _study(figures: dict[str, Any], target: str) -> str:
    return f"{figures['study'][target]:.3f}" if target in figures["study"] else ""


def _interval(found: dict[str, float]) -> str:
    return f"{found['value']:.3f} ({found['low']:.2f}-{found['high']:.2f})"


def _read(path: Path, mark: str) -> dict[int, dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines]
    return {row["number"]: row["content"] for row in rows if row["mark"] == mark}


if __name__ == "__main__":
    main()
