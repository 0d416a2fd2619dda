"""How `drumlin library` shows what it found: lines for people, JSON for programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .output import print_json, say

if TYPE_CHECKING:
    from ..library import Found, Library, Page, Plan, ScanSummary

SHOWN = 20
"""Lines of a long list that are shown."""


def present(summary: "ScanSummary", sounds: int) -> None:
    """Print what a scan found."""
    for line in summary.skipped:
        say(f"skipped {line}")
    for path, reason in summary.problems[:SHOWN]:
        say(f"cannot use {printable(path)}: {reason}")
    if len(summary.problems) > SHOWN:
        say(f"... and {len(summary.problems) - SHOWN} more: drumlin library list --problems")
    print(f"{sounds} sounds; {sentence(summary)}")
    if summary.read:
        say(f"{summary.seconds:.1f} s, {summary.read / max(summary.seconds, 1e-6):.0f} files/s")


def sentence(summary: "ScanSummary") -> str:
    """Return the counts of a scan in words, those that are not zero."""
    counts = {
        "read": summary.read,
        "unchanged": summary.unchanged,
        "moved": summary.moved,
        "missing": summary.missing,
        "back again": summary.returned,
        "that cannot be used": len(summary.problems),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do"


def print_page(page: "Page", as_json: bool) -> None:
    """Print what a search found, a sound a line."""
    if as_json:
        print_json({"total": page.total, "found": [one.as_dict() for one in page.found]})
        return
    for one in page.found:
        print(line_of(one))
    if page.total > len(page.found):
        say(f"{len(page.found)} of {page.total}; --count shows more")
    elif not page.found:
        say("nothing was found")


def line_of(one: "Found") -> str:
    """Return a sound in a line: how like, how long, its tags, where it lies."""
    likeness = "" if one.cosine is None else f"{one.cosine:6.3f}  "
    path = printable(one.paths[0]) if one.paths else "(no file)"
    copies = f" (+{len(one.paths) - 1})" if len(one.paths) > 1 else ""
    return f"{likeness}{one.facts['duration_s']:7.3f} s  {', '.join(one.tags) or '-':<20} {path}{copies}"


_UNITS = {"_s": "s", "_hz": "Hz", "_db": "dB", "_bpm": "BPM"}


def print_facts(facts: dict[str, Any]) -> None:
    """Print facts with their units, one a line."""
    for name, value in facts.items():
        unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")
        words = name.removeprefix("is_").removesuffix(f"_{unit.lower()}" if unit else " ").replace("_", " ")
        shown = "-" if value is None else {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
        print(f"  {words:<18} {shown} {unit if value is not None else ''}".rstrip())


def print_lines(lines: list[str], as_json: bool) -> None:
    """Print lines, or that there are none."""
    if as_json:
        print_json(lines)
    else:
        print("\n".join(lines) if lines else "none")


def print_problems(library: "Library", as_json: bool) -> None:
    """Print the files that cannot be used, with the reason."""
    found = library.problems()
    if as_json:
        print_json([{"path": str(path), "reason": reason} for path, reason in found])
    else:
        print_lines([f"{printable(path)}: {reason}" for path, reason in found], as_json=False)


def print_tags(library: "Library", as_json: bool) -> None:
    """Print the tags with how many sounds have them, their parent and their synonyms."""
    tags = library.tags()
    if as_json:
        print_json([tag.__dict__ for tag in tags])
        return
    for tag in tags:
        below = f" (a kind of {tag.parent})" if tag.parent else ""
        print(f"{tag.count:6} {tag.name}{below}{': ' + ', '.join(tag.synonyms) if tag.synonyms else ''}")


def print_plan(plan: "Plan", path: Path) -> None:
    """Print the first steps of a plan of sorting, its counts, and where it was saved."""
    for step in plan.steps[:SHOWN]:
        print(f"{step.confidence:.2f}  {printable(step.source)} -> {printable(step.target)}  ({step.why})")
    if len(plan.steps) > SHOWN:
        print(f"... and {len(plan.steps) - SHOWN} more")
    unsure = sum(Path(step.target).parent.name == "_unsure" for step in plan.steps)
    left = "".join(f"; {count} stay: {why}" for why, count in plan.left.items())
    print(f"{len(plan.steps)} files to {plan.how}, {unsure} of them to _unsure{left}")
    say(f"the whole plan: {printable(path)}")


def printable(path: Path | str) -> str:
    """Return a path as people read it; programs get it as it is, as JSON."""
    from ..library.paths import printable as in_one_line

    return in_one_line(str(path))
